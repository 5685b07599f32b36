"""Topics of officers' forums."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_topics",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("case_reference", sa.String(20), nullable=False),
        sa.Column("chat", sa.String(24), nullable=False),
        sa.Column("address", sa.String(48), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_case_topics"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_case_topics_conversation_id"
        ),
        sa.ForeignKeyConstraint(
            ["case_reference"], ["cases.reference"], name="fk_case_topics_case_reference"
        ),
        sa.UniqueConstraint("case_reference", "chat", name="uq_case_topics_case_reference_chat"),
    )


def downgrade() -> None:
    op.drop_table("case_topics")
