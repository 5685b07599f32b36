"""Does `docs/services.md` say what the data say?"""

from __future__ import annotations

from bot.commands.document import SERVICES_DOCUMENT, services_document
from bot.storage.fact_files import read_path
from bot.storage.fact_rows import check_rows
from bot.storage.seeding import SEED_FOLDER


def test_the_document_is_up_to_date() -> None:
    assert SERVICES_DOCUMENT.read_text("utf-8") == services_document(), "run: python -m bot docs"


def test_every_service_and_every_mission_with_own_fees_is_named() -> None:
    tables = check_rows(read_path(SEED_FOLDER))
    names = {row.values["id"]: row.values["name_id"] for row in tables["missions"]}
    text = services_document()
    assert all(f"`{row.values['code']}`" in text for row in tables["services"])
    charging = {row.values["mission_id"] for row in tables["fees"]} - {None}
    assert charging
    assert all(names[mission] in text for mission in charging)
