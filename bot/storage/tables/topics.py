"""Topics of officers' forums, each about one case."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint

from bot.storage.tables import metadata

case_topics = Table(
    "case_topics",
    metadata,
    Column("conversation_id", String(64), ForeignKey("conversations.id"), primary_key=True),
    Column("case_reference", String(20), ForeignKey("cases.reference"), nullable=False),
    Column("chat", String(24), nullable=False),
    Column("address", String(48), nullable=False),
    Column("state", String(8), nullable=False),
    UniqueConstraint("case_reference", "chat"),
)
"""`state`: open, closed, or lost: nothing is said in a lost one any more."""
