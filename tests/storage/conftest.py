"""Real databases: SQLite in a file and PostgreSQL from the `pgserver` wheel, one server a run."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pgserver
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine

from bot.storage import schema, seeding
from bot.storage.engine import make_engine

KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Engine]:
    """The server; each test makes a database of its own on it."""
    # Not below pytest's own folder: another run shuts that folder to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    server = pgserver.get_server(folder)
    admin = create_engine(server.get_uri(), isolation_level="AUTOCOMMIT", future=True)
    with admin.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))  # nothing here outlives a crash
        connection.execute(text("SELECT pg_reload_conf()"))
    yield admin
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest) -> Callable[[str, Path], Any]:
    """`with new_database(kind, folder) as url:` gives the address of an empty database."""

    @contextmanager
    def make(kind: str, folder: Path) -> Iterator[str]:
        if kind == "sqlite":
            yield f"sqlite:///{folder / f'test{next(_numbers)}.db'}"
            return
        admin: Engine = request.getfixturevalue("postgresql")
        name = f"test{next(_numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            yield admin.url.set(database=name).render_as_string(hide_password=False)
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    return make


@pytest.fixture(params=KINDS)
def database_url(
    request: pytest.FixtureRequest, new_database: Callable[[str, Path], Any], tmp_path: Path
) -> Iterator[str]:
    """An empty database of its own, on each kind of server."""
    with new_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database with the schema and nothing in it."""
    made = make_engine(database_url)
    schema.upgrade(made)
    yield made
    made.dispose()


@pytest.fixture(scope="session", params=KINDS)
def seeded(
    request: pytest.FixtureRequest,
    new_database: Callable[[str, Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Engine]:
    """The seed files in a database that tests only read."""
    with new_database(request.param, tmp_path_factory.mktemp("seeded")) as url:
        made = make_engine(url)
        schema.upgrade(made)
        seeding.seed(made)
        yield made
        made.dispose()
