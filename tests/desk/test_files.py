"""Are a citizen's files opened by the officers of the case only, and do no harm?"""

from __future__ import annotations

import html
import re
import tempfile

import httpx
import pytest

from bot.casework.officers import Role
from bot.messages import Attachment, AttachmentKind, Home
from tests.desk.browser import Browser, forms, open_page, words
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


def send(
    browser: Browser, case: str, content: bytes, *, text: str = "", **fields: str
) -> httpx.Response:
    """Sends the form of a reply as a browser does, with a file."""
    page = open_page(browser, case)
    form = next(each for each in forms(page) if each.action.endswith("/reply"))
    values = {key: value for key, value in form.fields.items() if key != "file"}
    return browser.http.post(
        form.action,
        data={**values, "text": text, **fields},
        files={"file": ("any name.exe", content, "text/html")},
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (JPEG, AttachmentKind.PHOTO),
        (b"OggS a voice", AttachmentKind.VOICE),
        (b"%PDF-1.7", AttachmentKind.DOCUMENT),
    ],
)
def test_a_file_goes_to_the_citizen_and_can_be_opened_again(
    office: Office, browser: Browser, held: str, content: bytes, kind: AttachmentKind
) -> None:
    answer = send(browser, held, content)

    assert answer.status_code == 200
    (row,) = office.outbox.queued(office.services.cases.get(held).conversation_id)[-1:]
    (file,) = row.message.attachments
    assert (file.kind, file.home, file.size_bytes) == (kind, Home.WEB, len(content))
    assert office.files.files[file.reference] == content
    found = re.findall(rf'"(/desk/cases/{held}/files/[^"]+)"', answer.text)
    assert browser.get(html.unescape(found[-1])).content == content


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html><script>alert(1)</script>", "This kind of file cannot be sent"),
        (JPEG + bytes(5 * 1024 * 1024), "A file may have up to 5 MB"),
    ],
)
def test_what_may_not_be_sent_is_refused_and_the_words_stay(
    office: Office, browser: Browser, held: str, content: bytes, said: str
) -> None:
    answer = send(browser, held, content, text="Ini formulirnya")

    assert answer.status_code == 422
    assert said in words(answer)
    assert "Ini formulirnya" in answer.text
    assert office.files.files == {}


def test_a_large_file_is_not_written_down_on_its_way(
    monkeypatch: pytest.MonkeyPatch, office: Office, browser: Browser, held: str
) -> None:
    written: list[object] = []
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", written.append)
    large = JPEG + bytes(3 * 1024 * 1024)
    assert send(browser, held, large).status_code == 200
    assert written == []
    assert list(office.files.files.values()) == [large]


def test_far_too_much_is_not_even_read(browser: Browser, held: str) -> None:
    answer = send(browser, held, bytes(17 * 1024 * 1024))
    assert answer.status_code == 413
    assert "too large" in words(answer)


def test_who_may_not_write_or_has_a_foreign_form_leaves_no_file(
    office: Office, browser: Browser, held: str
) -> None:
    assert send(browser, held, JPEG, csrf="0" * 64).status_code == 403
    tono = office.sign_in(office.officer("Tono"))
    assert send(tono, held, JPEG).status_code == 409
    assert office.files.files == {}


def test_a_reply_with_words_and_no_file_is_as_ever(
    office: Office, browser: Browser, held: str
) -> None:
    assert send(browser, held, b"", text="Selamat siang").status_code == 200
    assert office.files.files == {}
