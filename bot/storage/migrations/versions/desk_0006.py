"""Links and sessions of the web desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_links",
        sa.Column("selector", sa.String(16), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("selector", name="pk_desk_links"),
        sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name="fk_desk_links_officer_id"),
    )
    op.create_index("ix_desk_links_officer_id", "desk_links", ["officer_id"])
    op.create_table(
        "desk_sessions",
        sa.Column("selector", sa.String(16), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("selector", name="pk_desk_sessions"),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officers.id"], name="fk_desk_sessions_officer_id"
        ),
    )
    op.create_index("ix_desk_sessions_officer_id", "desk_sessions", ["officer_id"])


def downgrade() -> None:
    op.drop_table("desk_sessions")
    op.drop_table("desk_links")
