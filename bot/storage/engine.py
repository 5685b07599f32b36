"""Opens the one database of the product, SQLite or PostgreSQL, the same way everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.engine.url import URL
from sqlalchemy.exc import ArgumentError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import QueuePool, StaticPool

from bot.errors import SetupError

# What "the database is not there" looks like from outside: gone, locked, full, or all too busy.
DATABASE_DOWN: tuple[type[Exception], ...] = (OperationalError, InterfaceError, PoolTimeoutError)

BUSY_TIMEOUT_SECONDS = 15
CONNECT_TIMEOUT_SECONDS = 10
_POSTGRESQL = "postgresql+psycopg2"
_READ_ONLY = "sqlite_begin"


def make_engine(
    database_url: str, *, patience_seconds: float | None = None, must_answer: bool = True
) -> Engine:
    """Opens a database and makes sure that it answers.

    On SQLite every transaction takes the write lock at its start (`BEGIN IMMEDIATE`), so that
    read-then-write never meets a lock half way; `read_only` gives an engine that does not.

    Args:
        database_url: `sqlite:///FILE`, or `postgresql://…` (also `postgres://…`).
        patience_seconds: how long a statement may wait for others; some seconds when None.
        must_answer: whether it is no use without the database.

    Raises:
        SetupError: the address is wrong or the database cannot be reached.
    """
    url = _parse(database_url)
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = _sqlite(url, patience_seconds) if is_sqlite else _postgresql(url, patience_seconds)
    if not must_answer:
        return engine
    try:
        with read_only(engine).connect() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        engine.dispose()
        shown = url.set(query={}).render_as_string(hide_password=True)
        raise SetupError(f"DATABASE_URL: {shown} cannot be opened: {_reason(error)}") from None
    return engine


def read_only(engine: Engine) -> Engine:
    """The same database for transactions that only read; they never wait for a writer."""
    return engine.execution_options(**{_READ_ONLY: "DEFERRED"})


def _parse(database_url: str) -> URL:
    address = database_url.strip()
    if address.startswith("postgres://"):
        address = "postgresql://" + address.removeprefix("postgres://")
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise SetupError(
            "DATABASE_URL: not a database address; expected sqlite:///FILE or "
            "postgresql://USER:PASSWORD@HOST/NAME"
        ) from None
    if url.drivername in ("postgresql", _POSTGRESQL):
        return url.set(drivername=_POSTGRESQL)
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url
    raise SetupError(
        f"DATABASE_URL: {url.drivername} is not supported; use sqlite:///FILE or postgresql://…"
    )


def _sqlite(url: URL, patience_seconds: float | None) -> Engine:
    timeout = BUSY_TIMEOUT_SECONDS if patience_seconds is None else patience_seconds
    in_memory = url.database in (None, "", ":memory:")
    if not in_memory:
        folder = Path(str(url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(f"DATABASE_URL: {folder} cannot be made: {error.strerror}") from None
    engine = create_engine(
        url,
        future=True,
        poolclass=StaticPool if in_memory else QueuePool,
        connect_args={"check_same_thread": False, "timeout": timeout},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions by itself
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            f"busy_timeout = {int(timeout * 1000)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        mode = connection.get_execution_options().get(_READ_ONLY, "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def _postgresql(url: URL, patience_seconds: float | None) -> Engine:
    arguments: dict[str, Any] = {"connect_timeout": CONNECT_TIMEOUT_SECONDS}
    if patience_seconds is not None:
        wait = int(patience_seconds * 1000)
        arguments = {
            "connect_timeout": 2,  # seconds; the least that libpq takes
            "options": f"-c lock_timeout={wait} -c statement_timeout={wait}",
        }
    return create_engine(url, future=True, pool_pre_ping=True, connect_args=arguments)


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__
