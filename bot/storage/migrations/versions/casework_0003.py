"""The case desk: officers, words and events of cases, timers, audit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_APPEND_ONLY = ("case_events", "audit")
_TABLES = (
    "audit",
    "timers",
    "case_events",
    "case_notes",
    "case_messages",
    "roster",
    "enrolment_codes",
    "officer_accounts",
    "officers",
)


def _case_columns() -> list[sa.Column]:
    return [
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("function", sa.String(16), nullable=False, server_default="consular"),
        sa.Column("reason", sa.String(16), nullable=False, server_default="asked"),
        sa.Column("for_whom", sa.String(48)),
        sa.Column("wishes", sa.String(120), nullable=False, server_default=""),
        sa.Column("is_handed_over", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("level", sa.String(12), nullable=False, server_default="officers"),
        sa.Column("claimed_by", sa.Integer()),
        sa.Column("claimed_at", _INSTANT),
        sa.Column("last_officer", sa.Integer()),
        sa.Column("target_at", _INSTANT),
        sa.Column("first_reply_at", _INSTANT),
        sa.Column("waiting_since", _INSTANT),
        sa.Column("closed_at", _INSTANT),
        sa.Column("outcome", sa.String(16)),
        sa.Column("stars", sa.Integer()),
        sa.Column("context_sealed", sa.Text()),
    ]


def upgrade() -> None:
    op.add_column("conversations", sa.Column("handed_over_by", sa.String(96)))
    op.add_column(
        "outbound", sa.Column("author", sa.String(8), nullable=False, server_default="bot")
    )
    for column in _case_columns():
        op.add_column("cases", column)
    op.create_index("ix_cases_state_mission_id", "cases", ["state", "mission_id"])
    op.create_index("ix_cases_conversation_id", "cases", ["conversation_id"])
    _create_officers()
    _create_words()
    _create_events()
    for table in _APPEND_ONLY:
        _forbid_updates(table)


def _create_officers() -> None:
    op.create_table(
        "officers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("role", sa.String(12), nullable=False),
        sa.Column("missions", sa.Text(), nullable=False),
        sa.Column("functions", sa.String(64), nullable=False),
        sa.Column("languages", sa.String(16), nullable=False),
        sa.Column("added_at", _INSTANT, nullable=False),
        sa.Column("away_until", _INSTANT),
        sa.Column("revoked_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_officers"),
    )
    op.create_table(
        "officer_accounts",
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address_sealed", sa.Text(), nullable=False),
        sa.Column("enrolled_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_officer_accounts"),
        _to_officer("officer_accounts"),
    )
    op.create_index("ix_officer_accounts_officer_id", "officer_accounts", ["officer_id"])
    op.create_table(
        "enrolment_codes",
        sa.Column("selector", sa.String(8), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("tries_left", sa.Integer(), nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("used_at", _INSTANT),
        sa.PrimaryKeyConstraint("selector", name="pk_enrolment_codes"),
        _to_officer("enrolment_codes"),
    )
    op.create_table(
        "roster",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roster"),
        _to_officer("roster"),
    )
    op.create_index("ix_roster_officer_id", "roster", ["officer_id"])


def _create_words() -> None:
    op.create_table(
        "case_messages",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_reference", sa.String(20), nullable=False),
        sa.Column("conversation_id", sa.String(64), nullable=False),
        sa.Column("direction", sa.String(3), nullable=False),
        sa.Column("message_id", sa.String(96), nullable=False),
        sa.Column("owner", sa.String(8), nullable=False),
        sa.Column("officer_id", sa.Integer()),
        sa.Column("outbound_id", sa.Integer()),
        sa.Column("body_sealed", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_messages"),
        _to_case("case_messages"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_case_messages_conversation_id"
        ),
        sa.ForeignKeyConstraint(
            ["outbound_id"], ["outbound.id"], name="fk_case_messages_outbound_id"
        ),
        sa.UniqueConstraint(
            "conversation_id",
            "direction",
            "message_id",
            name="uq_case_messages_conversation_id_direction_message_id",
        ),
    )
    op.create_index("ix_case_messages_case_reference_id", "case_messages", ["case_reference", "id"])
    op.create_table(
        "case_notes",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_reference", sa.String(20), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=False),
        sa.Column("body_sealed", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_notes"),
        _to_case("case_notes"),
        _to_officer("case_notes"),
    )
    op.create_index("ix_case_notes_case_reference_id", "case_notes", ["case_reference", "id"])


def _create_events() -> None:
    op.create_table(
        "case_events",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("case_reference", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(24), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_events"),
        _to_case("case_events"),
    )
    op.create_index("ix_case_events_case_reference_id", "case_events", ["case_reference", "id"])
    op.create_index("ix_case_events_kind_at", "case_events", ["kind", "at"])
    op.create_table(
        "timers",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("case_reference", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Integer()),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("taken_by", sa.String(32)),
        sa.Column("taken_until", _INSTANT),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        _to_case("timers"),
        sa.ForeignKeyConstraint(["event_id"], ["case_events.id"], name="fk_timers_event_id"),
    )
    op.create_index("ix_timers_done_at_due_at", "timers", ["done_at", "due_at"])
    op.create_index("ix_timers_case_reference_done_at", "timers", ["case_reference", "done_at"])
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("result", sa.String(24), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_actor_at", "audit", ["actor", "at"])
    op.create_index("ix_audit_subject_at", "audit", ["subject", "at"])


def _to_case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_reference"], ["cases.reference"], name=f"fk_{table}_case_reference"
    )


def _to_officer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["officer_id"], ["officers.id"], name=f"fk_{table}_officer_id")


def _forbid_updates(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append only'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'append only'); END"
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")
    op.drop_index("ix_cases_state_mission_id", "cases")
    op.drop_index("ix_cases_conversation_id", "cases")
    for column in _case_columns():
        op.drop_column("cases", column.name)
    op.drop_column("outbound", "author")
    op.drop_column("conversations", "handed_over_by")
