"""Are a citizen's files opened by the officers of the case only, and do no harm?"""

from __future__ import annotations

import pytest

from bot.casework.officers import Role
from bot.messages import Attachment, AttachmentKind
from tests.desk.browser import Browser, open_page, words
from tests.desk.conftest import Office
from tests.storage.desk import FRANKFURT

JPEG = b"\xff\xd8\xff\xe0 a photo"


@pytest.fixture
def photo(office: Office, held: str) -> str:
    """The address of a photo in Rina's case."""
    attachment = Attachment(AttachmentKind.PHOTO, "file-1", "image/jpeg", len(JPEG))
    message = office.message("", attachments=(attachment,))
    office.services.from_citizen(office.citizen(), message)
    office.files.files["file-1"] = JPEG
    return f"/desk/cases/{held}/files/0?message={message.message_id}"


def test_the_officer_who_has_the_case_opens_a_photo(
    office: Office, rina: int, browser: Browser, held: str, photo: str
) -> None:
    assert photo in open_page(browser, held).text
    answer = browser.get(photo)

    assert answer.content == JPEG
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"
    assert office.audited("desk.file") == [(f"officer:{rina}", held, "done")]


@pytest.mark.parametrize(
    ("content", "media_type", "disposition"),
    [
        (b"%PDF-1.7", "application/pdf", "attachment"),
        (b"<html><script>alert(1)</script>", "application/octet-stream", "attachment"),
        (b"<svg onload='alert(1)'>", "application/octet-stream", "attachment"),
        (b"OggS voice", "audio/ogg", "inline"),
        (b"RIFF0000WEBPVP8 ", "image/webp", "inline"),
        (b"", "application/octet-stream", "attachment"),
    ],
)
def test_a_files_first_bytes_say_what_it_is_whatever_was_claimed(
    office: Office, browser: Browser, photo: str, content: bytes, media_type: str, disposition: str
) -> None:
    office.files.files["file-1"] = content
    answer = browser.get(photo)

    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith(f"{disposition}; filename=")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_whoever_only_sees_the_case_does_not_open_its_files(
    office: Office, held: str, photo: str
) -> None:
    tono = office.sign_in(office.officer("Tono"))

    assert "Photo" in words(open_page(tono, held))
    assert photo not in open_page(tono, held).text
    assert tono.get(photo).status_code == 404
    assert office.audited("desk.file")[-1][2] == "not_allowed"


def test_a_supervisor_opens_them_and_the_mission_next_door_does_not(
    office: Office, photo: str
) -> None:
    senior = office.sign_in(office.officer("Budi", Role.SUPERVISOR))
    stranger = office.sign_in(office.officer("Jan", Role.HEAD, mission=FRANKFURT.id))

    assert senior.get(photo).status_code == 200
    assert stranger.get(photo).status_code == 404
    assert Browser(office.url).get(photo).status_code == 401


@pytest.mark.parametrize("path", ["1?message=m1", "0?message=m99", "0"])
def test_a_file_that_is_none_is_not_found(
    browser: Browser, held: str, photo: str, path: str
) -> None:
    assert browser.get(f"/desk/cases/{held}/files/{path}").status_code == 404


def test_a_file_that_the_platform_does_not_give_is_said_to_be_away(
    office: Office, browser: Browser, photo: str
) -> None:
    office.files.files.clear()
    answer = browser.get(photo)

    assert answer.status_code == 502
    assert "The platform does not give this file" in words(answer)
