"""Does everything that the desk can show have a name in both languages?"""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path

import pytest

from bot.casework.canned import fitting
from bot.casework.case import Case, CaseState, Function, Level, Outcome, Priority, Reason
from bot.casework.events import EventKind
from bot.casework.officers import Role
from bot.channels import failures
from bot.content.canned import load_canned
from bot.content.casework import load_subjects
from bot.content.catalogue import Catalogue
from bot.desk.pages import FOLDER, Pages
from bot.desk.words import load_texts
from bot.emergency.kinds import Who, Wish
from bot.errors import SetupError
from bot.messages import AttachmentKind, Channel, DeliveryState
from tests.storage.desk import START

TEXTS = load_texts()
CODE = "".join(path.read_text() for path in FOLDER.rglob("*") if path.suffix in (".py", ".html"))


@pytest.mark.parametrize(
    ("group", "kinds"),
    [
        ("state", CaseState),
        ("priority", Priority),
        ("function", Function),
        ("level", Level),
        ("reason", Reason),
        ("outcome", Outcome),
        ("role", Role),
        ("wish", Wish),
        ("who", Who),
        ("channel", Channel),
        ("delivery", DeliveryState),
        ("event", EventKind),
        ("kind", EventKind),
    ],
)
def test_every_value_of_a_closed_list_has_a_name(group: str, kinds: type[Enum]) -> None:
    assert [each for each in kinds if f"{group}_{each.value}" not in TEXTS] == []


def test_every_file_and_every_reason_of_a_failure_has_a_name() -> None:
    assert [each for each in AttachmentKind if each.value not in TEXTS] == []
    assert [each.code for each in failures.ALL if f"code_{each.code}" not in TEXTS] == []


def test_every_subject_that_leads_to_a_case_has_a_name() -> None:
    catalogue = Catalogue.load()
    for subject in load_subjects().by_subject:
        assert f"subject_{subject}" in TEXTS or f"utter_meaning_{subject}" in catalogue, subject


def test_every_text_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r"""\b(?:w|words|visit\.words)\(["'](\w+)["']""", CODE))
    beginnings = {each for each in asked if each.endswith("_")}

    assert asked - beginnings <= set(TEXTS)
    assert all(any(key.startswith(each) for key in TEXTS) for each in beginnings)


def test_no_text_stands_there_for_nothing() -> None:
    groups = re.findall(r"""\.of\(\s*["'](\w+)["']""", CODE)
    beginnings = (*(f"{group}_" for group in groups), *re.findall(r"""["'](\w+_)["']""", CODE))
    lists = ("subject_", "event_", "day_", "away_", "export_", "code_", "kind_", "delivery_")
    unused = [
        key
        for key in TEXTS
        if not re.search(rf"""["']{key}["']""", CODE) and not key.startswith((*beginnings, *lists))
    ]

    assert unused == []


def test_both_languages_fill_in_the_same_values() -> None:
    for key, sides in TEXTS.items():
        found = [set(re.findall(r"\{(\w+)\}", side)) for side in sides.values()]
        assert found[0] == found[1], key


def test_a_text_without_a_language_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "texts.yml"
    path.write_text("desk: {id: Meja}\n")

    with pytest.raises(SetupError, match="desk"):
        load_texts(path)


def test_a_broken_template_does_not_start(tmp_path: Path) -> None:
    (tmp_path / "texts.yml").write_text("desk: {id: Meja, en: Desk}\n")
    (tmp_path / "templates").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "templates" / "queue.html").write_text("{% if %}")

    with pytest.raises(SetupError):
        Pages(tmp_path)


def _case(**changes: object) -> Case:
    values: dict[str, object] = {
        "reference": "KSL-261124-7Q4M",
        "conversation_id": "telegram:x",
        "subject": "labour_dispute",
        "priority": Priority.P2,
        "mission_id": "kjri-johor-bahru",
        "language": "id",
        "state": CaseState.CLAIMED,
        "opened_at": START,
        "function": Function.LABOUR,
        **changes,
    }
    return Case(**values)  # type: ignore[arg-type]


def test_canned_replies_name_the_case_and_the_officer_in_the_citizens_language() -> None:
    hello = next(reply for reply in load_canned() if reply.id == "hello")

    text = hello.filled(_case(language="en"), officer="Rina")
    assert "I am Rina" in text
    assert "KSL-261124-7Q4M" in text
    assert "{" not in text


def test_a_missions_own_canned_replies_come_first_and_only_there() -> None:
    replies = load_canned()

    assert fitting(replies, _case())[0].id == "passport_held"
    elsewhere = fitting(replies, _case(mission_id="kjri-frankfurt"))
    assert "passport_held" not in [reply.id for reply in elsewhere]
    consular = fitting(replies, _case(function=Function.CONSULAR))
    assert "keep_papers" not in [reply.id for reply in consular]


@pytest.mark.parametrize(
    "row",
    [
        "{id: a b, title: {id: x, en: x}, text: {id: x, en: x}}",
        "{id: ok, title: {id: x}, text: {id: x, en: x}}",
        "{id: ok, title: {id: x, en: x}, text: {id: x, en: ''}}",
        "{id: ok, title: {id: x, en: x}, text: {id: 'x {phone}', en: x}}",
        "{id: ok, title: {id: x, en: x}, text: {id: x, en: x}, functions: [kitchen]}",
    ],
)
def test_a_wrong_canned_reply_does_not_start(tmp_path: Path, row: str) -> None:
    path = tmp_path / "canned.yml"
    path.write_text(f"replies:\n- {row}\n")

    with pytest.raises(SetupError, match=r"canned\.yml"):
        load_canned(path)
