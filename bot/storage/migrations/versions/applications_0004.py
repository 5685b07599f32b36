"""Identities as keyed hashes, slots and appointments, the history of facts.

The clear identity data of applications is dropped, not converted: a migration has no key. Demo
applications get their hashes at the next seeding, imported ones at their next import.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_IS_BOOKED = sa.text("state = 'booked'")


def upgrade() -> None:
    op.drop_column("applications", "birth_date")
    op.drop_column("applications", "document_last4")
    op.drop_column("applications", "identity_hash")
    op.add_column("applications", sa.Column("identity_hash", sa.String(64), nullable=True))
    _schedules()
    _appointments()
    op.create_table(
        "fact_history",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("table_name", sa.String(40), nullable=False),
        sa.Column("row_key", sa.String(500), nullable=False),
        sa.Column("row_values", sa.Text(), nullable=False),
        sa.Column("valid_from", _INSTANT),
        sa.Column("valid_to", _INSTANT),
        sa.Column("written_by", sa.String(80)),
        sa.Column("ended_by", sa.String(80)),
        sa.PrimaryKeyConstraint("id", name="pk_fact_history"),
    )
    op.create_index("ix_fact_history_table_name_row_key", "fact_history", ["table_name", "row_key"])


def _provenance() -> list[sa.Column]:
    return [
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.String(10), nullable=False),
        sa.Column("confidence", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
    ]


def _schedules() -> None:
    op.create_table(
        "slot_sessions",
        sa.Column(
            "mission_id",
            sa.String(60),
            sa.ForeignKey("missions.id", name="fk_slot_sessions_mission_id"),
            nullable=False,
        ),
        sa.Column(
            "service_code",
            sa.String(40),
            sa.ForeignKey("services.code", name="fk_slot_sessions_service_code"),
            nullable=False,
        ),
        sa.Column("weekdays", sa.String(27), nullable=False),
        sa.Column("opens", sa.String(5), nullable=False),
        sa.Column("closes", sa.String(5), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        *_provenance(),
        sa.PrimaryKeyConstraint(
            "mission_id", "service_code", "weekdays", "opens", name="pk_slot_sessions"
        ),
    )
    op.create_table(
        "closed_days",
        sa.Column(
            "mission_id",
            sa.String(60),
            sa.ForeignKey("missions.id", name="fk_closed_days_mission_id"),
            nullable=False,
        ),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("reason_id", sa.Text(), nullable=True),
        sa.Column("reason_en", sa.Text(), nullable=True),
        *_provenance(),
        sa.PrimaryKeyConstraint("mission_id", "day", name="pk_closed_days"),
    )


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("reference", sa.String(20), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("mission_id", sa.String(60), nullable=False),
        sa.Column("service_code", sa.String(40), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("booked_at", _INSTANT, nullable=False),
        sa.Column("changed_at", _INSTANT, nullable=False),
        sa.Column("remind_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_appointments"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_appointments_conversation_id"
        ),
    )
    op.create_index("uq_appointments_reference", "appointments", ["reference"], unique=True)
    for name, columns in (
        ("uq_appointments_place", ["mission_id", "service_code", "starts_at", "place"]),
        ("uq_appointments_active", ["conversation_id", "mission_id", "service_code"]),
    ):
        op.create_index(
            name,
            "appointments",
            columns,
            unique=True,
            sqlite_where=_IS_BOOKED,
            postgresql_where=_IS_BOOKED,
        )
    op.create_index("ix_appointments_remind_at", "appointments", ["remind_at"])


def downgrade() -> None:
    for table in (
        "fact_history",
        "status_attempts",
        "appointments",
        "closed_days",
        "slot_sessions",
    ):
        op.drop_table(table)
    op.add_column("applications", sa.Column("birth_date", sa.String(10), nullable=True))
    op.add_column("applications", sa.Column("document_last4", sa.Text(), nullable=True))
