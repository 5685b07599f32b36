"""The consular database: missions, services, fees, visas, emergencies, applications."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_AMOUNT = sa.Numeric(16, 2).with_variant(sa.String(20), "sqlite")


def _both(name: str, *, nullable: bool = False) -> list[sa.Column]:
    return [sa.Column(f"{name}_{side}", sa.Text(), nullable=nullable) for side in ("id", "en")]


def _provenance() -> list[sa.Column]:
    return [
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_date", sa.String(10), nullable=False),
        sa.Column("confidence", sa.String(40), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "missions",
        sa.Column("id", sa.String(60), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        *_both("name"),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("timezone", sa.String(60), nullable=False),
        *_both("working_hours", nullable=True),
        *_both("note", nullable=True),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_missions"),
    )
    op.create_table(
        "contact_points",
        sa.Column(
            "mission_id",
            sa.String(60),
            sa.ForeignKey("missions.id", name="fk_contact_points_mission_id"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        *_both("note", nullable=True),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("mission_id", "kind", "value", name="pk_contact_points"),
    )
    op.create_table(
        "jurisdictions",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("iso3166_2", sa.String(10), nullable=True),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column(
            "mission_id",
            sa.String(60),
            sa.ForeignKey("missions.id", name="fk_jurisdictions_mission_id"),
            nullable=False,
        ),
        sa.Column("basis", sa.String(40), nullable=False),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("row_id", sa.Integer()),
        sa.PrimaryKeyConstraint("row_id", name="pk_jurisdictions"),
    )
    op.create_index(
        "uq_jurisdictions_key",
        "jurisdictions",
        ["country", sa.text("coalesce(region, '')"), "mission_id"],
        unique=True,
    )
    op.create_table(
        "services",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("intent", sa.String(60), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_both("name"),
        *_both("who"),
        *_both("duration", nullable=True),
        *_both("procedure", nullable=True),
        *_both("note", nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_services"),
    )
    op.create_table(
        "service_requirements",
        sa.Column(
            "service_code",
            sa.String(40),
            sa.ForeignKey("services.code", name="fk_service_requirements_service_code"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        *_both("text"),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("service_code", "position", name="pk_service_requirements"),
    )
    op.create_table(
        "fees",
        sa.Column(
            "service_code",
            sa.String(40),
            sa.ForeignKey("services.code", name="fk_fees_service_code"),
            nullable=False,
        ),
        sa.Column(
            "mission_id",
            sa.String(60),
            sa.ForeignKey("missions.id", name="fk_fees_mission_id"),
            nullable=True,
        ),
        sa.Column("variant", sa.String(60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_both("label"),
        sa.Column("amount", _AMOUNT, nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("valid_from", sa.String(10), nullable=False),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("row_id", sa.Integer()),
        sa.PrimaryKeyConstraint("row_id", name="pk_fees"),
    )
    op.create_index(
        "uq_fees_key",
        "fees",
        ["service_code", sa.text("coalesce(mission_id, '')"), "variant", "valid_from"],
        unique=True,
    )
    op.create_table(
        "visa_rules",
        sa.Column("direction", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(2), nullable=False),
        sa.Column("requirement", sa.String(40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("fee_idr", _AMOUNT, nullable=True),
        *_both("note", nullable=True),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("direction", "subject", name="pk_visa_rules"),
    )
    op.create_table(
        "visa_types",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_both("name"),
        sa.Column("stay_days", sa.Integer(), nullable=True),
        sa.Column("fee_idr", _AMOUNT, nullable=True),
        *_both("note", nullable=True),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_visa_types"),
    )
    op.create_table(
        "emergency_numbers",
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("police", sa.String(6), nullable=True),
        sa.Column("ambulance", sa.String(6), nullable=True),
        sa.Column("fire", sa.String(6), nullable=True),
        *_both("note", nullable=True),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("country", name="pk_emergency_numbers"),
    )
    op.create_table(
        "guidance",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_both("name"),
        *_both("mission_can"),
        *_both("mission_cannot"),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_guidance"),
    )
    op.create_table(
        "guidance_steps",
        sa.Column(
            "guidance_kind",
            sa.String(40),
            sa.ForeignKey("guidance.kind", name="fk_guidance_steps_guidance_kind"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        *_both("text"),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("guidance_kind", "position", name="pk_guidance_steps"),
    )
    op.create_table(
        "official_contacts",
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_both("name"),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("is_look_alike", sa.Boolean(), nullable=False),
        *_both("note", nullable=True),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_official_contacts"),
    )
    op.create_table(
        "populations",
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("citizens", sa.Integer(), nullable=False),
        *_provenance(),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("row_id", sa.Integer()),
        sa.PrimaryKeyConstraint("row_id", name="pk_populations"),
    )
    op.create_index(
        "uq_populations_key", "populations", [sa.text("coalesce(country, '')")], unique=True
    )
    op.create_table(
        "applications",
        sa.Column("reference", sa.String(40), nullable=False),
        sa.Column(
            "service_code",
            sa.String(40),
            sa.ForeignKey("services.code", name="fk_applications_service_code"),
            nullable=False,
        ),
        sa.Column(
            "mission_id",
            sa.String(60),
            sa.ForeignKey("missions.id", name="fk_applications_mission_id"),
            nullable=False,
        ),
        sa.Column("birth_date", sa.String(10), nullable=True),
        sa.Column("document_last4", sa.Text(), nullable=True),
        sa.Column("identity_hash", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("reference", name="pk_applications"),
    )
    op.create_table(
        "application_steps",
        sa.Column(
            "reference",
            sa.String(40),
            sa.ForeignKey("applications.reference", name="fk_application_steps_reference"),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(10), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("reference", "position", name="pk_application_steps"),
    )
    op.create_table(
        "facts_state",
        sa.Column("row_id", sa.Integer()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_facts_state"),
    )
    op.execute("INSERT INTO facts_state (row_id, version) VALUES (1, 0)")


def downgrade() -> None:
    for table in (
        "facts_state",
        "application_steps",
        "applications",
        "populations",
        "official_contacts",
        "guidance_steps",
        "guidance",
        "emergency_numbers",
        "visa_types",
        "visa_rules",
        "fees",
        "service_requirements",
        "services",
        "jurisdictions",
        "contact_points",
        "missions",
    ):
        op.drop_table(table)
