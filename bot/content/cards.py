"""Turns what a service found into the values of a response: no sentence here, only facts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.consular.facts import (
    Confidence,
    ContactKind,
    ContactPoint,
    EmergencyNumbers,
    Fee,
    Mission,
    OfficialContact,
    VisaRule,
)
from bot.content.words import country_name, money, partial_date
from bot.services.answer_service import ServiceAnswer

REQUIREMENTS, FEE, DURATION, PLACE, PROCEDURE, HOURS, LEGAL_BASIS = ASPECTS = (
    "requirements",
    "fee",
    "duration",
    "place",
    "procedure",
    "hours",
    "legal_basis",
)
_SHOWN_WITHOUT_ASKING = (REQUIREMENTS, FEE, DURATION, PLACE)

Values = dict[str, Any]


def service_values(answer: ServiceAnswer, aspects: Iterable[str], language: str) -> Values:
    """The values of `utter_service_card`: only the aspects that were asked for."""
    asked = set(aspects)
    is_whole = not asked
    asked = asked or set(_SHOWN_WITHOUT_ASKING)
    service, mission = answer.service, answer.found.mission
    values: Values = {"service": service.name.text(language)}
    if REQUIREMENTS in asked:
        values["requirements"] = [line.text(language) for line in service.requirements]
    if FEE in asked and (answer.is_charged or not is_whole):
        values |= _fee_values(answer, language)
    if DURATION in asked:
        duration = service.duration
        values["duration"] = duration.text(language) if duration else None
        if duration is None and not is_whole:
            values["unknown_duration"] = service.name.text(language)
    if PROCEDURE in asked:
        procedure = service.procedure
        values["procedure"] = procedure.text(language) if procedure else None
        values["unknown_procedure"] = None if procedure else service.name.text(language)
    if LEGAL_BASIS in asked:
        values["legal_basis"] = service.legal_basis or None
        values["unknown_legal_basis"] = None if service.legal_basis else service.name.text(language)
    if service.note and (PROCEDURE in asked or not service.requirements):
        values["note"] = service.note.text(language)
    if mission:
        values |= mission_values(mission, language, hours=HOURS in asked)
    values["source_date"] = partial_date(service.provenance.date, language)
    return values


def _fee_values(answer: ServiceAnswer, language: str) -> Values:
    if not answer.fees:
        return {"unknown_fee": answer.service.name.text(language)}
    first = answer.fees[0]
    lines = [_fee_line(fee, language) for fee in answer.fees]
    dated = partial_date(first.valid_from or first.provenance.date, language)
    mission = answer.found.mission
    if first.mission_id and mission:
        return {"own_fees": lines, "fee_mission": mission.name.text(language), "fee_date": dated}
    return {"national_fees": lines, "fee_date": dated}


def _fee_line(fee: Fee, language: str) -> str:
    return f"{fee.variant.text(language)}: {money(fee.amount, fee.currency, language)}"


def mission_values(mission: Mission, language: str, *, hours: bool = True) -> Values:
    """The values of every response that names a mission and how to reach it."""
    values: Values = {
        "mission": mission.name.text(language),
        "mission_city": mission.city,
        "address": mission.address,
        "mission_date": partial_date(mission.provenance.date, language),
        "phone": _first(mission, ContactKind.PHONE),
        "email": _first(mission, ContactKind.EMAIL),
        "website": _first(mission, ContactKind.WEBSITE),
    }
    if hours:
        opening = mission.working_hours
        values["hours"] = opening.text(language) if opening else None
        values["unknown_hours"] = None if mission.working_hours else mission.name.text(language)
    return values | hotline_values(mission, language)


def hotline_values(mission: Mission | None, language: str) -> Values:
    """A mission's hotline with its date; a doubtful one is never shown."""
    hotline = hotline_contact(mission)
    if mission is None or hotline is None:
        return {}
    return {
        "hotline": hotline.value,
        "hotline_mission": mission.name.text(language),
        "hotline_date": partial_date(hotline.provenance.date, language),
    }


def hotline_contact(mission: Mission | None) -> ContactPoint | None:
    """The number for emergencies: the hotline, else WhatsApp."""
    return shown_contact(mission, ContactKind.HOTLINE) or shown_contact(
        mission, ContactKind.WHATSAPP
    )


def shown_contact(mission: Mission | None, kind: ContactKind) -> ContactPoint | None:
    """A mission's first contact of a kind; a doubtful one is never shown."""
    contacts = mission.contacts if mission else ()
    known = (c for c in contacts if c.kind is kind and c.provenance.confidence != Confidence.LOW)
    return next(known, None)


def _first(mission: Mission, kind: ContactKind) -> str | None:
    contact = shown_contact(mission, kind)
    return contact.value if contact else None


def kemlu_values(line: OfficialContact | None, language: str) -> Values:
    """Kemlu's 24-hour line with its date."""
    if line is None:
        return {}
    return {"kemlu": line.value, "kemlu_date": partial_date(line.provenance.date, language)}


def number_values(numbers: EmergencyNumbers | None, language: str) -> Values:
    """Police, ambulance and fire of a country."""
    if numbers is None:
        return {}
    return {
        "country": country_name(numbers.country, language),
        "police": numbers.police,
        "ambulance": numbers.ambulance,
        "fire": numbers.fire,
        "numbers_note": numbers.note.text(language) if numbers.note else None,
        "numbers_date": partial_date(numbers.provenance.date, language),
    }


def visa_values(rule: VisaRule, language: str) -> Values:
    """A rule of entry. Which sentence it fills is chosen by `rule.requirement`."""
    return {
        "country": country_name(rule.subject, language),
        "days": rule.days,
        "visa_fee": money(rule.fee_idr, "IDR", language) if rule.fee_idr is not None else None,
        "visa_note": rule.note.text(language) if rule.note else None,
        "rule_date": partial_date(rule.provenance.date, language),
    }
