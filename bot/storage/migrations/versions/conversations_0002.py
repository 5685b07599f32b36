"""Conversations, what is said to citizens, and cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address_sealed", sa.Text(), nullable=False),
        sa.Column("language", sa.String(2)),
        sa.Column("is_language_chosen", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(8), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_table(
        "outbound",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("in_reply_to", sa.String(96), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.Text(), nullable=False),
        sa.Column("has_buttons", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(32)),
        sa.Column("written_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("sent_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_outbound"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_outbound_conversation_id"
        ),
        sa.UniqueConstraint(
            "conversation_id",
            "in_reply_to",
            "position",
            name="uq_outbound_conversation_id_in_reply_to_position",
        ),
    )
    op.create_index("ix_outbound_state_due_at", "outbound", ["state", "due_at"])
    op.create_index("ix_outbound_conversation_id_id", "outbound", ["conversation_id", "id"])
    op.create_table(
        "platform_messages",
        sa.Column("platform_id", sa.String(96), nullable=False),
        sa.Column("outbound_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("platform_id", name="pk_platform_messages"),
        sa.ForeignKeyConstraint(
            ["outbound_id"], ["outbound.id"], name="fk_platform_messages_outbound_id"
        ),
    )
    op.create_table(
        "cases",
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(48), nullable=False),
        sa.Column("priority", sa.String(2), nullable=False),
        sa.Column("mission_id", sa.String(48)),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("latitude", sa.Float()),
        sa.Column("longitude", sa.Float()),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_cases"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_cases_conversation_id"
        ),
    )
    still_open = sa.text("state <> 'closed'")
    op.create_index(
        "uq_cases_open_subject",
        "cases",
        ["conversation_id", "subject"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def downgrade() -> None:
    for table in ("cases", "platform_messages", "outbound", "conversations"):
        op.drop_table(table)
