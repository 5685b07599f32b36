"""Writes `docs/services.md` from the facts and the guided questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.content.guided import load_guide
from bot.guided.checklist import Checklist
from bot.guided.dialogue import Dialogue, Step
from bot.project import PROJECT
from bot.storage.fact_files import read_path
from bot.storage.fact_rows import check_rows
from bot.storage.seeding import SEED_FOLDER

SERVICES_DOCUMENT = PROJECT / "docs" / "services.md"

Row = dict[str, Any]

_HEAD = """# Services

Every service that the assistant answers for, the questions that make the answer personal, and
whose fees are known. Written by `python -m bot docs` from `data/consular` and `data/guided`; change
those, not this file. Amounts, papers and times are not repeated here: they stand in the data with
source and date.

A question is asked only where its answer changes the result and is not known yet.
"""
_SERVICES = """
## Services and their questions

| service | code | question it answers | checklist | national fee | missions with own fees |
| --- | --- | --- | --- | --- | --- |
"""
_CHECKLISTS = """
## Checklists

Each asks at most four of its questions.
"""
_FORMS = """
## Forms

Everything that applies is asked, shown for confirmation, and kept sealed.
"""
_BOOKINGS = """
## Appointments

Shown for confirmation; then an appointment is booked, moved or cancelled. The choices are those of
the moment: the missions of a place, their services, days and times with places left.
"""
_SLOTS = """
### Slots

Missions whose slots can be booked in the conversation. Every other mission books in its own way;
the citizen is told how to reach it.

| mission | service | schedule |
| --- | --- | --- |
"""


def services_document() -> str:
    """The text of the document.

    Raises:
        InvalidFacts: a seed file is wrong.
        SetupError: the guided dialogues cannot be read.
    """
    tables = {
        name: [row.values for row in rows]
        for name, rows in check_rows(read_path(SEED_FOLDER)).items()
    }
    guide = load_guide()
    checklists = guide.checklists
    names = {row["id"]: row["name_id"] for row in tables["missions"]}
    services = sorted(tables["services"], key=lambda row: row["position"])
    lines = [_service_line(row, tables["fees"], names, checklists) for row in services]
    parts = [_HEAD, _SERVICES, *lines, _CHECKLISTS]
    parts += [_dialogue(name, each.dialogue) for name, each in checklists.items()]
    parts += [_FORMS, *(_dialogue(name, form) for name, form in guide.forms.items())]
    parts += [_BOOKINGS, *(_dialogue(name, each) for name, each in guide.bookings.items())]
    parts += [_SLOTS, *_slot_lines(tables["slot_sessions"], names, services)]
    return "".join(parts)


def write_services_document(path: Path = SERVICES_DOCUMENT) -> dict[str, str]:
    """Writes the document; says where."""
    path.write_text(services_document(), encoding="utf-8")
    return {"file": str(path)}


def _service_line(
    service: Row, fees: Sequence[Row], names: dict[str, str], checklists: Mapping[str, Checklist]
) -> str:
    own = {fee["mission_id"] for fee in fees if fee["service_code"] == service["code"]}
    missions = ", ".join(sorted(names[mission] for mission in own if mission))
    used = [name for name, checklist in checklists.items() if _leads_to(checklist, service)]
    cells = (
        f"{service['name_en']} · {service['name_id']}",
        f"`{service['code']}`",
        f"`{service['intent']}`",
        ", ".join(f"[{name}](#{name})" for name in used) or "–",
        "yes" if None in own else "–",
        missions or "–",
    )
    return f"| {' | '.join(cells)} |\n"


def _leads_to(checklist: Checklist, service: Row) -> bool:
    if service["is_main"] and service["intent"] in checklist.dialogue.entries:
        return True
    return any(rule.service == service["code"] for rule in checklist.rules)


def _dialogue(name: str, dialogue: Dialogue) -> str:
    intents = ", ".join(f"`{intent}`" for intent in dialogue.entries)
    questions = "".join(_question(step) for step in dialogue.steps)
    opened = f"Opened by {intents}.\n\n" if intents else ""
    return f"\n### {name}\n\n{opened}{questions}"


def _question(step: Step) -> str:
    choices = [choice.title.en for choice in step.choices if not choice.is_hidden]
    shown = f" ({' / '.join(choices)})" if choices else ""
    condition = " Only after some answers." if step.when else ""
    return f"- {step.ask.en}{shown} · {step.ask.id}{condition}\n"


def _slot_lines(
    sessions: Iterable[Row], names: dict[str, str], services: Iterable[Row]
) -> list[str]:
    titles = {row["code"]: row["name_en"] for row in services}
    found: dict[tuple[str, str], bool] = {}
    for row in sessions:
        key = (row["mission_id"], row["service_code"])
        found[key] = found.get(key, False) or row["is_demo"]
    return [
        f"| {names[mission]} | {titles[service]} | "
        f"{'made up, for trials' if is_demo else 'from the mission'} |\n"
        for (mission, service), is_demo in sorted(found.items())
    ]
