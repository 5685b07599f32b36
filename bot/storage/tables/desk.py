"""The web desk's door: links and sessions, by keyed hashes of their secrets."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table

from bot.storage.tables import metadata

desk_links = Table(
    "desk_links",
    metadata,
    Column("selector", String(16), primary_key=True),
    Column("secret_hash", String(64), nullable=False),
    Column("officer_id", Integer, ForeignKey("officers.id"), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("used_at", DateTime(timezone=True)),
    Index("ix_desk_links_officer_id", "officer_id"),
)

desk_sessions = Table(
    "desk_sessions",
    metadata,
    Column("selector", String(16), primary_key=True),
    Column("secret_hash", String(64), nullable=False),
    Column("officer_id", Integer, ForeignKey("officers.id"), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Index("ix_desk_sessions_officer_id", "officer_id"),
)
