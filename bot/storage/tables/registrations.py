"""Registrations of residents (lapor diri), sealed until they are handed to the portal."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Table, Text

from bot.storage.tables import metadata

registrations = Table(
    "registrations",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("form", String(40), nullable=False),
    Column("record_sealed", Text, nullable=False),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("exported_at", DateTime(timezone=True)),
    Index("ix_registrations_conversation_id", "conversation_id"),
)
