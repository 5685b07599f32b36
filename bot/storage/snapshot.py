"""All facts at one version, as dataclasses in dictionaries: what a lookup finds at once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Table, select
from sqlalchemy.engine import Connection

from bot.appointments.schedule import Schedule
from bot.consular.facts import (
    Bilingual,
    Confidence,
    ContactKind,
    ContactPoint,
    EmergencyNumbers,
    Fee,
    Guidance,
    Jurisdiction,
    Mission,
    OfficialContact,
    Population,
    Provenance,
    Service,
    VisaRule,
    VisaType,
)
from bot.messages import Location
from bot.storage.fact_writer import ACTIVE_ORIGINS
from bot.storage.schedules import make_schedules
from bot.storage.tables import facts as tables

Row = Mapping[str, Any]
_Fact = TypeVar("_Fact")
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Snapshot:
    """The facts of one version."""

    version: int
    all_missions: tuple[Mission, ...]
    missions: Mapping[str, Mission]
    jurisdictions: Mapping[str, tuple[Jurisdiction, ...]]
    services: Mapping[str, Service]
    services_by_intent: Mapping[str, tuple[Service, ...]]
    fees: Mapping[tuple[str, str | None], tuple[Fee, ...]]
    visa_rules: Mapping[tuple[str, str], VisaRule]
    visa_types: tuple[VisaType, ...]
    emergency_numbers: Mapping[str, EmergencyNumbers]
    guidance: Mapping[str, Guidance]
    official_contacts: Mapping[str, OfficialContact]
    all_official_contacts: tuple[OfficialContact, ...]
    populations: Mapping[str | None, Population]
    schedules: Mapping[tuple[str, str], Schedule]


def read_snapshot(connection: Connection, version: int) -> Snapshot:
    """Reads every active fact.

    Args:
        connection: an open connection; nothing is written.
        version: the version that was read before the facts, so that a change in between is
            noticed at the next look.
    """

    def rows(table: Table, *order: str) -> list[Row]:
        columns = [table.columns[name] for name in order]
        query = select(table).where(table.c.origin.in_(ACTIVE_ORIGINS)).order_by(*columns)
        return list(connection.execute(query).mappings())

    contacts = _grouped(
        rows(tables.contact_points, "mission_id", "position"),
        lambda row: str(row["mission_id"]),
        _contact,
    )
    missions = {
        str(row["id"]): _mission(row, contacts.get(row["id"], ()))
        for row in rows(tables.missions, "id")
    }
    requirements = _grouped(
        rows(tables.service_requirements, "service_code", "position"),
        lambda row: str(row["service_code"]),
        lambda row: _both(row, "text"),
    )
    service_rows = rows(tables.services, "position", "code")
    services = {
        str(row["code"]): _service(row, requirements.get(row["code"], ())) for row in service_rows
    }
    main_first = sorted(service_rows, key=lambda row: not row["is_main"])
    steps = _grouped(
        rows(tables.guidance_steps, "guidance_kind", "position"),
        lambda row: str(row["guidance_kind"]),
        lambda row: _both(row, "text"),
    )
    official = [_official(row) for row in rows(tables.official_contacts, "position", "code")]
    return Snapshot(
        version=version,
        all_missions=tuple(missions.values()),
        missions=missions,
        jurisdictions=_grouped(
            [row for row in _jurisdiction_rows(rows) if row["mission_id"] in missions],
            lambda row: str(row["country"]),
            _jurisdiction,
        ),
        services=services,
        services_by_intent=_grouped(
            main_first, lambda row: str(row["intent"]), lambda row: services[row["code"]]
        ),
        fees=_grouped(
            rows(tables.fees, "service_code", "position", "variant", "valid_from"),
            lambda row: (str(row["service_code"]), row["mission_id"]),
            _fee,
        ),
        visa_rules={
            (str(row["direction"]), str(row["subject"])): _visa_rule(row)
            for row in rows(tables.visa_rules, "direction", "subject")
        },
        visa_types=tuple(_visa_type(row) for row in rows(tables.visa_types, "position", "code")),
        emergency_numbers={
            str(row["country"]): _emergency_numbers(row)
            for row in rows(tables.emergency_numbers, "country")
        },
        guidance={
            str(row["kind"]): _guidance(row, steps.get(row["kind"], ()))
            for row in rows(tables.guidance, "position", "kind")
        },
        official_contacts={contact.code: contact for contact in official},
        all_official_contacts=tuple(official),
        populations={row["country"]: _population(row) for row in rows(tables.populations)},
        schedules=make_schedules(
            rows(tables.slot_sessions, "mission_id", "service_code", "opens"),
            closed=rows(tables.closed_days),
            missions=missions,
        ),
    )


def _jurisdiction_rows(rows: Callable[..., list[Row]]) -> list[Row]:
    found = rows(tables.jurisdictions, "country", "position", "mission_id")
    return sorted(found, key=lambda row: row["region"] is not None)


def _grouped(
    rows: Iterable[Row], key: Callable[[Row], _Key], make: Callable[[Row], _Fact]
) -> dict[_Key, tuple[_Fact, ...]]:
    groups: dict[_Key, list[_Fact]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(make(row))
    return {name: tuple(facts) for name, facts in groups.items()}


def _both(row: Row, name: str) -> Bilingual:
    return Bilingual(id=row[f"{name}_id"], en=row[f"{name}_en"])


def _both_or_none(row: Row, name: str) -> Bilingual | None:
    return None if row[f"{name}_id"] is None else _both(row, name)


def _provenance(row: Row) -> Provenance:
    return Provenance(
        source=row["source"], date=row["source_date"], confidence=Confidence(row["confidence"])
    )


def _contact(row: Row) -> ContactPoint:
    return ContactPoint(
        kind=ContactKind(row["kind"]),
        value=row["value"],
        note=_both_or_none(row, "note"),
        provenance=_provenance(row),
    )


def _mission(row: Row, contacts: tuple[ContactPoint, ...]) -> Mission:
    return Mission(
        id=row["id"],
        kind=row["kind"],
        name=_both(row, "name"),
        city=row["city"],
        country=row["country"],
        address=row["address"],
        location=Location(latitude=row["latitude"], longitude=row["longitude"]),
        timezone=row["timezone"],
        working_hours=_both_or_none(row, "working_hours"),
        contacts=contacts,
        provenance=_provenance(row),
        note=_both_or_none(row, "note"),
    )


def _jurisdiction(row: Row) -> Jurisdiction:
    return Jurisdiction(
        country=row["country"],
        region=row["region"],
        iso3166_2=row["iso3166_2"],
        mission_id=row["mission_id"],
        provenance=_provenance(row),
        basis=row["basis"],
        is_partial=row["is_partial"],
    )


def _service(row: Row, requirements: tuple[Bilingual, ...]) -> Service:
    return Service(
        code=row["code"],
        intent=row["intent"],
        is_main=row["is_main"],
        name=_both(row, "name"),
        who=_both(row, "who"),
        requirements=requirements,
        duration=_both_or_none(row, "duration"),
        procedure=_both_or_none(row, "procedure"),
        note=_both_or_none(row, "note"),
        legal_basis=row["legal_basis"] or "",
        provenance=_provenance(row),
    )


def _fee(row: Row) -> Fee:
    return Fee(
        service=row["service_code"],
        variant=_both(row, "label"),
        amount=row["amount"],
        currency=row["currency"],
        mission_id=row["mission_id"],
        valid_from=row["valid_from"],
        provenance=_provenance(row),
        variant_code=row["variant"],
    )


def _visa_rule(row: Row) -> VisaRule:
    return VisaRule(
        subject=row["subject"],
        requirement=row["requirement"],
        days=row["days"],
        fee_idr=row["fee_idr"],
        note=_both_or_none(row, "note"),
        provenance=_provenance(row),
    )


def _visa_type(row: Row) -> VisaType:
    return VisaType(
        code=row["code"],
        name=_both(row, "name"),
        stay_days=row["stay_days"],
        fee_idr=row["fee_idr"],
        provenance=_provenance(row),
        note=_both_or_none(row, "note"),
    )


def _emergency_numbers(row: Row) -> EmergencyNumbers:
    return EmergencyNumbers(
        country=row["country"],
        police=row["police"],
        ambulance=row["ambulance"],
        fire=row["fire"],
        note=_both_or_none(row, "note"),
        provenance=_provenance(row),
    )


def _guidance(row: Row, steps: tuple[Bilingual, ...]) -> Guidance:
    return Guidance(
        kind=row["kind"],
        name=_both(row, "name"),
        steps=steps,
        mission_can=_both(row, "mission_can"),
        mission_cannot=_both(row, "mission_cannot"),
        provenance=_provenance(row),
    )


def _official(row: Row) -> OfficialContact:
    return OfficialContact(
        code=row["code"],
        name=_both(row, "name"),
        kind=row["kind"],
        value=row["value"],
        is_look_alike=row["is_look_alike"],
        provenance=_provenance(row),
        note=_both_or_none(row, "note"),
    )


def _population(row: Row) -> Population:
    return Population(country=row["country"], citizens=row["citizens"], provenance=_provenance(row))
