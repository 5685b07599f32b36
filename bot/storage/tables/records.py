"""Every version of each fact, and appointments."""

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
    text,
)

from bot.storage.tables import metadata

fact_history = Table(
    "fact_history",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("table_name", String(40), nullable=False),
    Column("row_key", String(500), nullable=False),
    Column("row_values", Text, nullable=False),
    Column("valid_from", DateTime(timezone=True)),
    Column("valid_to", DateTime(timezone=True)),
    Column("written_by", String(80)),
    Column("ended_by", String(80)),
    Index("ix_fact_history_table_name_row_key", "table_name", "row_key"),
)
"""Every version of a fact. `valid_to` is empty for the one in force; `valid_from` is empty for
what was there before versions were kept."""

appointments = Table(
    "appointments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("reference", String(20), nullable=False),
    Column("conversation_id", String(64), ForeignKey("conversations.id"), nullable=False),
    Column("mission_id", String(60), nullable=False),
    Column("service_code", String(40), nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("place", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("version", Integer, nullable=False),
    Column("booked_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("remind_at", DateTime(timezone=True)),
    Index("uq_appointments_reference", "reference", unique=True),
    Index(
        "uq_appointments_place",
        "mission_id",
        "service_code",
        "starts_at",
        "place",
        unique=True,
        sqlite_where=text("state = 'booked'"),
        postgresql_where=text("state = 'booked'"),
    ),
    Index(
        "uq_appointments_active",
        "conversation_id",
        "mission_id",
        "service_code",
        unique=True,
        sqlite_where=text("state = 'booked'"),
        postgresql_where=text("state = 'booked'"),
    ),
    Index("ix_appointments_remind_at", "remind_at"),
    Index("ix_appointments_conversation_id", "conversation_id"),
)
"""Each booked one holds a numbered place of its slot, so that the database itself refuses the
last place to the second who asks. `remind_at` is the timer of the reminder, empty once it is said
or where none is due."""
