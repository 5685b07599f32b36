"""The consular database. A column's `info` says how files hold it; seeding needs nothing else.

Every fact carries `source`, `source_date` and `confidence`. `origin` says who wrote the row:
`seed` rows follow the seed files and `import` rows are left alone by later seeds. Rows are never
deleted: `retired` ones are gone from the seed files, `removed` ones were taken out by an import
and are not brought back by a seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, String, Table, text

from bot.storage import fields
from bot.storage.fields import Field
from bot.storage.tables import metadata

Problem = tuple[str, str]
"""A column's name and what is wrong with its value."""


def _column(name: str, field: Field, *, optional: bool = False, of: str | None = None) -> Column:
    links = [] if of is None else [ForeignKey(of)]
    return Column(name, field.sql_type, *links, nullable=optional, info={"field": field})


def _both(name: str, *, optional: bool = False) -> list[Column]:
    return [_column(f"{name}_{side}", fields.TEXT, optional=optional) for side in ("id", "en")]


def _provenance() -> list[Column]:
    return [
        _column("source", fields.TEXT),
        _column("source_date", fields.PARTIAL_DATE),
        _column("confidence", fields.one_of("high", "medium", "low")),
    ]


def _table(
    name: str,
    *columns: Column,
    key: tuple[str, ...],
    check: Any = None,
    nested: str | None = None,
    file_only: dict[str, Field] | None = None,
    is_private: bool = False,
) -> Table:
    """A table of facts.

    Args:
        key: names a row in files; unique, missing parts included.
        check: what must hold between columns.
        nested: the name under which a YAML file holds the rows inside their parent row.
        file_only: further columns of files, which are never stored as they stand.
        is_private: about people: kept out of the history, and exported for the owner alone.
    """
    optional = {column.name for column in columns if column.nullable}
    identity: list[Any] = [PrimaryKeyConstraint(*key)]
    if optional.intersection(key):
        parts = [text(f"coalesce({part}, '')") if part in optional else part for part in key]
        identity = [
            Column("row_id", Integer, primary_key=True),
            Index(f"uq_{name}_key", *parts, unique=True),
        ]
    origin = Column("origin", String(10), nullable=False)
    info = {
        "key": key,
        "check": check,
        "nested": nested,
        "file_only": file_only or {},
        "is_private": is_private,
    }
    return Table(name, metadata, *columns, origin, *identity, info=info)


def _check_contact(row: dict[str, Any]) -> Iterator[Problem]:
    kind, value = row["kind"], row["value"]
    if kind in ("phone", "hotline", "whatsapp") and not fields.is_phone(value):
        yield "value", "is not a phone number in E.164 form such as +60175007047"
    if kind == "email" and not fields.is_email(value):
        yield "value", "is not an e-mail address"
    if kind == "website" and not fields.is_web_address(value):
        yield "value", "is not a web address"


def _check_official(row: dict[str, Any]) -> Iterator[Problem]:
    kind, value = row["kind"], row["value"]
    is_number = fields.is_phone(value) or (value.isdigit() and len(value) <= 12)
    if kind in ("phone", "whatsapp") and not is_number:
        yield "value", "is neither an E.164 number nor a number dialled within Indonesia"
    if kind == "web" and not row["is_look_alike"] and not fields.is_web_address(value):
        yield "value", "is not a web address"


def _check_jurisdiction(row: dict[str, Any]) -> Iterator[Problem]:
    code = row["iso3166_2"]
    if code is not None and not code.startswith(f"{row['country']}-"):
        yield "iso3166_2", "belongs to another country"
    if row["region"] is None and (code is not None or row["is_partial"]):
        yield "region", "is empty, but the row is about a part of the country"


def _check_application(row: dict[str, Any]) -> Iterator[Problem]:
    if (row["birth_date"] is None) != (row["document_last4"] is None):
        yield "document_last4", "birth_date and document_last4 belong together"
    if row["birth_date"] is not None and row["identity_hash"] is not None:
        yield "identity_hash", "is given, but so are birth_date and document_last4"


def _check_session(row: dict[str, Any]) -> Iterator[Problem]:
    opens, closes = (60 * int(row[name][:2]) + int(row[name][3:]) for name in ("opens", "closes"))
    if not 5 <= row["slot_minutes"] <= 240:
        yield "slot_minutes", "must be between 5 and 240"
    elif opens + row["slot_minutes"] > closes:
        yield "closes", "leaves no room for a slot"
    if not 1 <= row["capacity"] <= 500:
        yield "capacity", "must be between 1 and 500"


missions = _table(
    "missions",
    _column("id", fields.WORD),
    _column("kind", fields.one_of("KBRI", "KJRI", "KRI", "PTRI", "KDEI")),
    *_both("name"),
    _column("city", fields.TEXT),
    _column("country", fields.COUNTRY),
    _column("address", fields.TEXT),
    _column("latitude", fields.LATITUDE),
    _column("longitude", fields.LONGITUDE),
    _column("timezone", fields.TIMEZONE),
    *_both("working_hours", optional=True),
    *_both("note", optional=True),
    *_provenance(),
    key=("id",),
)

contact_points = _table(
    "contact_points",
    _column("mission_id", fields.WORD, of="missions.id"),
    _column("position", fields.INTEGER),
    _column("kind", fields.one_of("phone", "hotline", "whatsapp", "email", "website")),
    _column("value", fields.TEXT),
    *_both("note", optional=True),
    *_provenance(),
    key=("mission_id", "kind", "value"),
    check=_check_contact,
)

jurisdictions = _table(
    "jurisdictions",
    _column("country", fields.COUNTRY),
    _column("position", fields.INTEGER),
    _column("region", fields.TEXT, optional=True),
    _column("iso3166_2", fields.SUBDIVISION, optional=True),
    _column("is_partial", fields.BOOLEAN),
    _column("mission_id", fields.WORD, of="missions.id"),
    _column("basis", fields.one_of("resident", "accredited", "suggested", "no_relations")),
    *_provenance(),
    key=("country", "region", "mission_id"),
    check=_check_jurisdiction,
)

services = _table(
    "services",
    _column("code", fields.CODE),
    _column("intent", fields.WORD),
    _column("is_main", fields.BOOLEAN),
    _column("position", fields.INTEGER),
    *_both("name"),
    *_both("who"),
    *_both("duration", optional=True),
    *_both("procedure", optional=True),
    *_both("note", optional=True),
    _column("legal_basis", fields.TEXT, optional=True),
    *_provenance(),
    key=("code",),
)

service_requirements = _table(
    "service_requirements",
    _column("service_code", fields.CODE, of="services.code"),
    _column("position", fields.INTEGER),
    *_both("text"),
    key=("service_code", "position"),
    nested="requirements",
)

fees = _table(
    "fees",
    _column("service_code", fields.CODE, of="services.code"),
    _column("mission_id", fields.WORD, optional=True, of="missions.id"),
    _column("variant", fields.WORD),
    _column("position", fields.INTEGER),
    *_both("label"),
    _column("amount", fields.AMOUNT),
    _column("currency", fields.CURRENCY),
    _column("valid_from", fields.PARTIAL_DATE),
    *_provenance(),
    key=("service_code", "mission_id", "variant", "valid_from"),
)

visa_rules = _table(
    "visa_rules",
    _column("direction", fields.one_of("outbound", "inbound")),
    _column("subject", fields.COUNTRY),
    _column(
        "requirement",
        fields.one_of(
            "visa_free", "visa_on_arrival", "evisa", "eta", "visa_required", "calling_visa"
        ),
    ),
    _column("days", fields.INTEGER, optional=True),
    _column("fee_idr", fields.AMOUNT, optional=True),
    *_both("note", optional=True),
    *_provenance(),
    key=("direction", "subject"),
)

visa_types = _table(
    "visa_types",
    _column("code", fields.CODE),
    _column("position", fields.INTEGER),
    *_both("name"),
    _column("stay_days", fields.INTEGER, optional=True),
    _column("fee_idr", fields.AMOUNT, optional=True),
    *_both("note", optional=True),
    *_provenance(),
    key=("code",),
)

emergency_numbers = _table(
    "emergency_numbers",
    _column("country", fields.COUNTRY),
    _column("police", fields.SHORT_NUMBER, optional=True),
    _column("ambulance", fields.SHORT_NUMBER, optional=True),
    _column("fire", fields.SHORT_NUMBER, optional=True),
    *_both("note", optional=True),
    *_provenance(),
    key=("country",),
)

guidance = _table(
    "guidance",
    _column("kind", fields.CODE),
    _column("position", fields.INTEGER),
    *_both("name"),
    *_both("mission_can"),
    *_both("mission_cannot"),
    *_provenance(),
    key=("kind",),
)

guidance_steps = _table(
    "guidance_steps",
    _column("guidance_kind", fields.CODE, of="guidance.kind"),
    _column("position", fields.INTEGER),
    *_both("text"),
    key=("guidance_kind", "position"),
    nested="steps",
)

official_contacts = _table(
    "official_contacts",
    _column("code", fields.CODE),
    _column("position", fields.INTEGER),
    *_both("name"),
    _column("kind", fields.one_of("phone", "whatsapp", "web", "app", "address")),
    _column("value", fields.TEXT),
    _column("is_look_alike", fields.BOOLEAN),
    *_both("note", optional=True),
    *_provenance(),
    key=("code",),
    check=_check_official,
)

populations = _table(
    "populations",
    _column("country", fields.COUNTRY, optional=True),
    _column("citizens", fields.INTEGER),
    *_provenance(),
    key=("country",),
)

applications = _table(
    "applications",
    _column("reference", fields.REFERENCE),
    _column("service_code", fields.CODE, of="services.code"),
    _column("mission_id", fields.WORD, of="missions.id"),
    _column("identity_hash", fields.HASH, optional=True),
    _column("is_demo", fields.BOOLEAN),
    key=("reference",),
    check=_check_application,
    file_only={"birth_date": fields.DAY, "document_last4": fields.LAST4},
    is_private=True,
)

application_steps = _table(
    "application_steps",
    _column("reference", fields.REFERENCE, of="applications.reference"),
    _column("position", fields.INTEGER),
    _column("at", fields.DAY),
    _column(
        "status",
        fields.one_of(
            "received",
            "needs_document",
            "document_received",
            "interviewed",
            "verified",
            "printed",
            "ready",
            "collected",
            "sent",
            "rejected",
            "cancelled",
        ),
    ),
    key=("reference", "position"),
    nested="steps",
    is_private=True,
)

slot_sessions = _table(
    "slot_sessions",
    _column("mission_id", fields.WORD, of="missions.id"),
    _column("service_code", fields.CODE, of="services.code"),
    _column("weekdays", fields.WEEKDAYS),
    _column("opens", fields.TIME),
    _column("closes", fields.TIME),
    _column("slot_minutes", fields.INTEGER),
    _column("capacity", fields.INTEGER),
    _column("is_demo", fields.BOOLEAN),
    *_provenance(),
    key=("mission_id", "service_code", "weekdays", "opens"),
    check=_check_session,
)

closed_days = _table(
    "closed_days",
    _column("mission_id", fields.WORD, of="missions.id"),
    _column("day", fields.DAY),
    *_both("reason", optional=True),
    *_provenance(),
    key=("mission_id", "day"),
)

FACT_TABLES: tuple[Table, ...] = (
    missions,
    contact_points,
    jurisdictions,
    services,
    service_requirements,
    fees,
    visa_rules,
    visa_types,
    emergency_numbers,
    guidance,
    guidance_steps,
    official_contacts,
    populations,
    applications,
    application_steps,
    slot_sessions,
    closed_days,
)
"""In an order in which rows can be written: what is referred to comes first."""

facts_state = Table(
    "facts_state",
    metadata,
    Column("row_id", Integer, primary_key=True),
    Column("version", Integer, nullable=False),
)
"""One row; `version` grows with every change of the facts, so that caches notice."""
