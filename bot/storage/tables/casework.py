"""What belongs to a case: words, notes, events, timers; and the audit of the desk."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from bot.storage.tables import metadata

case_messages = Table(
    "case_messages",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_reference", String(20), ForeignKey("cases.reference"), nullable=False),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("direction", String(3), nullable=False),
    Column("message_id", String(96), nullable=False),
    Column("owner", String(8), nullable=False),
    Column("officer_id", Integer),
    Column("outbound_id", Integer, ForeignKey("outbound.id")),
    Column("body_sealed", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("conversation_id", "direction", "message_id"),
    Index("ix_case_messages_case_reference_id", "case_reference", "id"),
    Index("ix_case_messages_outbound_id", "outbound_id"),
)
"""`owner`: who had the conversation then. `outbound_id` of an officer's words: how far they
came stands in `outbound` alone."""

case_notes = Table(
    "case_notes",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_reference", String(20), ForeignKey("cases.reference"), nullable=False),
    Column("officer_id", Integer, ForeignKey("officers.id"), nullable=False),
    Column("body_sealed", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_case_notes_case_reference_id", "case_reference", "id"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_reference", String(20), ForeignKey("cases.reference"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("actor", String(24), nullable=False),
    Column("details", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("ix_case_events_case_reference_id", "case_reference", "id"),
    Index("ix_case_events_kind_at", "kind", "at"),
)
"""Append only: a trigger refuses every change of a row."""

timers = Table(
    "timers",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("case_reference", String(20), ForeignKey("cases.reference"), nullable=False),
    Column("event_id", Integer, ForeignKey("case_events.id")),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("taken_by", String(32)),
    Column("taken_until", DateTime(timezone=True)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("done_at", DateTime(timezone=True)),
    Index("ix_timers_done_at_due_at", "done_at", "due_at"),
    Index("ix_timers_case_reference_done_at", "case_reference", "done_at"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("result", String(24), nullable=False),
    Index("ix_audit_actor_at", "actor", "at"),
    Index("ix_audit_subject_at", "subject", "at"),
)
"""Append only, as `case_events`. `actor` is an event's actor, or a conversation's pseudonym."""
