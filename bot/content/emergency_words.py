"""What is said in an emergency: the card, filled with the facts that are there, and the rest."""

from __future__ import annotations

from typing import Any

from bot.consular.facts import ContactKind, Mission, Provenance
from bot.content.cards import hotline_contact, number_values, shown_contact
from bot.content.catalogue import Catalogue
from bot.content.words import country_name, partial_date
from bot.emergency.course import Saying
from bot.emergency.emergency import Emergency
from bot.emergency.kinds import Kind, Tone
from bot.messages import OutboundMessage
from bot.services.find_mission import FoundMission
from bot.services.ports import ConsularFacts

CARD_CHARACTERS = 700
_STEPS = 3
_KEMLU = "PWNI_HOTLINE"
_CARDS = {
    Tone.PLAIN: "utter_emergency_card",
    Tone.DISCREET: "utter_emergency_discreet",
    Tone.GENTLE: "utter_emergency_gentle",
}
_DISCREET = frozenset({Saying.STILL_HERE, Saying.SAFE})
# What a card that is too long does without, in this order.
_DISPENSABLE = ("numbers_note", "mission_can")


class CatalogueEmergencyWords:
    """Fills `bot.services.emergency_ports.EmergencyWords` from `data/responses`."""

    def __init__(self, catalogue: Catalogue, facts: ConsularFacts) -> None:
        self._catalogue = catalogue
        self._facts = facts

    def say(self, saying: Saying, emergency: Emergency, found: FoundMission) -> OutboundMessage:
        """One message.

        Args:
            saying: what is to be said.
            emergency: as it stands.
            found: the mission of its place.
        """
        values = card_values(
            emergency.kind, found, facts=self._facts, language=emergency.language
        ) | {"case": emergency.case}
        key = _key(saying, emergency, is_placed=found.country is not None)
        message = self._rendered(key, emergency.language, values)
        for name in _DISPENSABLE if saying is Saying.CARD else ():
            if len(message.text) <= CARD_CHARACTERS:
                break
            values[name] = None
            message = self._rendered(key, emergency.language, values)
        return message

    def recorded(self, reference: str, language: str) -> OutboundMessage:
        """The number of a record that had to wait for one."""
        return self._rendered("utter_emergency_recorded", language, {"case": reference})

    def _rendered(self, key: str, language: str, values: dict[str, Any]) -> OutboundMessage:
        rendered = self._catalogue.render(key, language, values)
        return OutboundMessage(
            rendered.text,
            buttons=rendered.buttons,
            asks_location=rendered.asks_location,
            clears_keyboard=rendered.clears_keyboard,
        )


def card_values(
    kind: Kind, found: FoundMission, *, facts: ConsularFacts, language: str
) -> dict[str, Any]:
    """The values of the emergency card; its `case` is the caller's."""
    numbers = facts.emergency_numbers(found.country) if found.country else None
    values = number_values(numbers, language) | _mission_values(found.mission, language)
    if found.country and numbers is None:
        values["country_without_numbers"] = country_name(found.country, language)
    kemlu = facts.official_contact(_KEMLU)
    if kemlu:
        values |= {"kemlu": kemlu.value, "kemlu_date": _dated(kemlu.provenance, language)}
    guidance = facts.guidance(kind.value) or facts.guidance(Kind.GENERAL.value)
    if guidance:
        values["steps"] = [step.text(language) for step in guidance.steps[:_STEPS]]
        values["mission_can"] = guidance.mission_can.text(language)
    return values


def _key(saying: Saying, emergency: Emergency, *, is_placed: bool) -> str:
    if saying is Saying.CARD:
        return _CARDS[emergency.tone] + ("" if is_placed else "_anywhere")
    if saying is Saying.CALM and (emergency.is_sos or not emergency.original):
        return "utter_emergency_calm_menu"
    suffix = "_discreet" if emergency.is_discreet and saying in _DISCREET else ""
    return f"utter_emergency_{saying.value}{suffix}"


def _mission_values(mission: Mission | None, language: str) -> dict[str, Any]:
    """A mission's hotline, or its office's telephone where none is known."""
    hotline = hotline_contact(mission)
    phone = shown_contact(mission, ContactKind.PHONE)
    if mission and hotline:
        return {
            "hotline": hotline.value,
            "hotline_mission": mission.name.text(language),
            "hotline_date": _dated(hotline.provenance, language),
        }
    if mission and phone:
        return {
            "phone": phone.value,
            "phone_mission": mission.name.text(language),
            "phone_date": _dated(phone.provenance, language),
        }
    return {}


def _dated(provenance: Provenance, language: str) -> str:
    return partial_date(provenance.date, language, is_short=True)
