"""Do records of an earlier version survive the way to this one?"""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from bot.clock import utc_now
from bot.errors import SetupError
from bot.messages import Location
from bot.privacy import Privacy
from bot.storage import schema, seeding
from bot.storage.applications import SqlApplications
from bot.storage.cases import SqlCases
from bot.storage.engine import make_engine

MIGRATIONS = Path(schema.__file__).parent / "migrations"
PROVENANCE = "'a list', '2026', 'high', 'import'"


def to_version(engine: Engine, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def write_an_application(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO missions (id, kind, name_id, name_en, city, country, address, latitude, "
            "longitude, timezone, source, source_date, confidence, origin) VALUES ('kjri-penang', "
            f"'KJRI', 'P', 'P', 'P', 'MY', 'P', 1, 1, 'Asia/Kuching', {PROVENANCE})",
            "INSERT INTO services (code, intent, is_main, position, name_id, name_en, who_id, "
            "who_en, source, source_date, confidence, origin) VALUES ('SPLP', 'x', "
            f"true, 1, 'x', 'x', 'x', 'x', {PROVENANCE})",
            "INSERT INTO applications (reference, service_code, mission_id, birth_date, "
            "document_last4, is_demo, origin) VALUES ('PGS-2610-0442', 'SPLP', 'kjri-penang', "
            "'1990-05-03', '7719', true, 'seed')",
            "INSERT INTO application_steps (reference, position, at, status, origin) VALUES "
            "('PGS-2610-0442', 1, '2026-10-28', 'received', 'seed')",
        ):
            connection.execute(text(statement))


def write_placed_cases(engine: Engine) -> None:
    cases = {"KSL-1": "1.29, 103.85", "KSL-2": "0, 0", "KSL-3": "NULL, NULL"}
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO conversations (id, channel, address_sealed, is_language_chosen, "
                "owner, opened_at) "
                "VALUES ('web:x', 'web', 'x', false, 'bot', '2026-11-01 00:00:00')"
            )
        )
        for reference, position in cases.items():
            connection.execute(
                text(
                    "INSERT INTO cases (reference, conversation_id, subject, priority, language, "
                    "state, latitude, longitude, opened_at) VALUES (:reference, 'web:x', "
                    f"'complaint', 'P3', 'id', 'closed', {position}, '2026-11-01 00:00:00')"
                ),
                {"reference": reference},
            )


def test_positions_of_cases_are_sealed_and_kept(database_url: str) -> None:
    engine = make_engine(database_url)
    to_version(engine, "0007")
    write_placed_cases(engine)
    privacy = Privacy("a key for tests, long enough")
    with pytest.raises(SetupError, match="db upgrade"):
        schema.upgrade(engine)
    schema.upgrade(engine, privacy.seal)
    columns = {column["name"] for column in inspect(engine).get_columns("cases")}
    assert not {"latitude", "longitude"} & columns
    found = SqlCases(engine, privacy, utc_now).of_conversation("web:x")
    assert {case.reference: case.location for case in found} == {
        "KSL-1": Location(1.29, longitude=103.85),
        "KSL-2": Location(0.0, longitude=0.0),
        "KSL-3": None,
    }
    engine.dispose()


def test_clear_identities_are_gone_and_the_rest_is_kept(database_url: str) -> None:
    engine = make_engine(database_url)
    to_version(engine, "0003")
    write_an_application(engine)
    schema.upgrade(engine)
    columns = {column["name"] for column in inspect(engine).get_columns("applications")}
    assert not {"birth_date", "document_last4"} & columns
    found = SqlApplications(engine).find("PGS-2610-0442")
    assert found is not None
    assert found.identity_mark is None
    assert found.application.status == "received"
    seeding.seed(engine, privacy=Privacy("a key for tests, long enough"))
    found = SqlApplications(engine).find("PGS-2610-0442")
    assert found is not None
    assert found.identity_mark is not None
    engine.dispose()
