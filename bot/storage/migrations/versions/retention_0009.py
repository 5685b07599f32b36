"""What deleting by age needs: when something was handed out or emptied, and ways to what refers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# A row cannot be deleted before the database has looked for those that refer to it.
_WAYS = (
    ("platform_messages", "outbound_id"),
    ("case_messages", "outbound_id"),
    ("registrations", "conversation_id"),
    ("appointments", "conversation_id"),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("emptied_at", sa.DateTime(timezone=True)))
    op.add_column("registrations", sa.Column("exported_at", sa.DateTime(timezone=True)))
    for table, column in _WAYS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in reversed(_WAYS):
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_column("registrations", "exported_at")
    op.drop_column("cases", "emptied_at")
