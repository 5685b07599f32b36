"""Officers, the accounts they write from, their codes and their duty."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.tables import metadata

officers = Table(
    "officers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(80), nullable=False),
    Column("role", String(12), nullable=False),
    Column("missions", Text, nullable=False),
    Column("functions", String(64), nullable=False),
    Column("languages", String(16), nullable=False),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("away_until", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
)
"""`missions`, `functions` and `languages` are words with commas between them."""

officer_accounts = Table(
    "officer_accounts",
    metadata,
    Column("conversation_id", String(64), primary_key=True),
    Column("officer_id", Integer, ForeignKey("officers.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("address_sealed", Text, nullable=False),
    Column("enrolled_at", DateTime(timezone=True), nullable=False),
    Index("ix_officer_accounts_officer_id", "officer_id"),
)

enrolment_codes = Table(
    "enrolment_codes",
    metadata,
    Column("selector", String(8), primary_key=True),
    Column("code_hash", String(64), nullable=False),
    Column("officer_id", Integer, ForeignKey("officers.id"), nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
)

roster = Table(
    "roster",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("officer_id", Integer, ForeignKey("officers.id"), nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("starts", String(5), nullable=False),
    Column("ends", String(5), nullable=False),
    Index("ix_roster_officer_id", "officer_id"),
)
"""Local time of the officer's first mission, `HH:MM`."""
