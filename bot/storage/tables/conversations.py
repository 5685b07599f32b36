"""Conversations, what is said to citizens, and cases."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from bot.storage.tables import metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("address_sealed", Text, nullable=False),
    Column("language", String(2)),
    Column("is_language_chosen", Boolean, nullable=False, default=False),
    Column("owner", String(8), nullable=False, default="bot"),
    Column("handed_over_by", String(96)),
    Column("opened_at", DateTime(timezone=True), nullable=False),
)

outbound = Table(
    "outbound",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("in_reply_to", String(96), nullable=False),
    Column("position", Integer, nullable=False),
    Column("body_sealed", Text, nullable=False),
    Column("has_buttons", Boolean, nullable=False),
    Column("author", String(8), nullable=False, default="bot", server_default="bot"),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("code", String(32)),
    Column("written_at", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True)),
    UniqueConstraint("conversation_id", "in_reply_to", "position"),
    Index("ix_outbound_state_due_at", "state", "due_at"),
    Index("ix_outbound_conversation_id_id", "conversation_id", "id"),
)

platform_messages = Table(
    "platform_messages",
    metadata,
    Column("platform_id", String(96), primary_key=True),
    Column("outbound_id", Integer, ForeignKey("outbound.id"), nullable=False),
    Index("ix_platform_messages_outbound_id", "outbound_id"),
)

cases = Table(
    "cases",
    metadata,
    Column("reference", String(20), primary_key=True),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("subject", String(48), nullable=False),
    Column("priority", String(2), nullable=False),
    Column("mission_id", String(48)),
    Column("language", String(2), nullable=False),
    Column("state", String(12), nullable=False),
    Column("position_sealed", Text),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("version", Integer, nullable=False, default=1, server_default="1"),
    Column("function", String(16), nullable=False, default="consular", server_default="consular"),
    Column("reason", String(16), nullable=False, default="asked", server_default="asked"),
    Column("for_whom", String(48)),
    Column("wishes", String(120), nullable=False, default="", server_default=""),
    Column("is_handed_over", Boolean, nullable=False, default=False, server_default=false()),
    Column("level", String(12), nullable=False, default="officers", server_default="officers"),
    Column("claimed_by", Integer),
    Column("claimed_at", DateTime(timezone=True)),
    Column("last_officer", Integer),
    Column("target_at", DateTime(timezone=True)),
    Column("first_reply_at", DateTime(timezone=True)),
    Column("waiting_since", DateTime(timezone=True)),
    Column("closed_at", DateTime(timezone=True)),
    Column("outcome", String(16)),
    Column("stars", Integer),
    Column("context_sealed", Text),
    Column("emptied_at", DateTime(timezone=True)),
    Index("ix_cases_state_mission_id", "state", "mission_id"),
    Index("ix_cases_conversation_id", "conversation_id"),
    Index(
        "uq_cases_open_subject",
        "conversation_id",
        "subject",
        unique=True,
        sqlite_where=text("state <> 'closed'"),
        postgresql_where=text("state <> 'closed'"),
    ),
)
"""`emptied_at`: when what people wrote in the case was deleted by age."""
