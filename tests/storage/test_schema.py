"""Does a database become the one that the code works with, and is a wrong one refused?"""

from __future__ import annotations

import importlib
import pkgutil
import threading
import warnings
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from bot.errors import SetupError
from bot.storage import schema, tables
from bot.storage.engine import make_engine
from bot.storage.tables import metadata

for room in pkgutil.iter_modules(tables.__path__):  # their tables must be in the metadata
    importlib.import_module(f"{tables.__name__}.{room.name}")


def test_an_empty_database_gets_every_table(engine: Engine) -> None:
    schema.check(engine)
    assert set(metadata.tables) <= set(inspect(engine).get_table_names())


def test_the_migrations_make_what_the_tables_say(engine: Engine) -> None:
    with engine.connect() as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # neither server shows indexes over expressions
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    schema.check(engine)


def test_two_processes_may_upgrade_at_once(database_url: str) -> None:
    engines = [make_engine(database_url) for _ in range(2)]
    errors: list[BaseException] = []

    def run(engine: Engine) -> None:
        try:
            schema.upgrade(engine)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    schema.check(engines[0])
    for engine in engines:
        engine.dispose()


def test_a_database_without_schema_is_refused(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(SetupError, match="db upgrade"):
        schema.check(engine)
    engine.dispose()


def test_an_older_database_is_refused(database_url: str) -> None:
    engine = make_engine(database_url)
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with pytest.raises(SetupError, match="db upgrade"):
        schema.check(engine)
    engine.dispose()


@pytest.mark.parametrize("use", [schema.check, schema.upgrade])
def test_a_newer_database_is_refused_in_one_line(engine: Engine, use: object) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SetupError, match="newer version") as caught:
        use(engine)  # type: ignore[operator]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://x:hunter2@127.0.0.1:1/db", "cannot be opened"),
        ("postgres://x:hunter2@127.0.0.1:1/db?password=hunter2", "cannot be opened"),
        ("mysql://root:hunter2@localhost/db", "not supported"),
        ("postgresql://x:hunter2@host:port/db", "not a database address"),
        ("nonsense hunter2", "not a database address"),
        ("", "not a database address"),
    ],
)
def test_a_bad_address_is_one_clear_line_without_the_password(url: str, words: str) -> None:
    with pytest.raises(SetupError, match=words) as caught:
        make_engine(url)
    assert "DATABASE_URL" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("this is a shopping list, not a database " * 100)
    with pytest.raises(SetupError, match="cannot be opened"):
        make_engine(f"sqlite:///{tmp_path / 'notes.db'}")


def test_the_folder_of_a_new_sqlite_file_is_made(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'var' / 'data' / 'facts.db'}")
    schema.upgrade(engine)
    engine.dispose()
    assert (tmp_path / "var" / "data" / "facts.db").is_file()


def test_sqlite_keeps_foreign_keys_and_lets_others_read_while_writing(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'facts.db'}")
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    engine.dispose()
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "synchronous": 1,
        "busy_timeout": 15_000,
    }
