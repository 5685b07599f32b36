"""Waiting in line for one thing within a transaction."""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.engine import Connection


def wait_in_line(connection: Connection, name: str) -> None:
    """Holds `name` until the transaction ends; whoever else asks for it waits.

    SQLite has one writer at a time anyway (`BEGIN IMMEDIATE`).
    """
    if connection.dialect.name != "postgresql":
        return
    digest = hashlib.sha256(name.encode()).digest()
    number = int.from_bytes(digest[:8], "big", signed=True)
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
