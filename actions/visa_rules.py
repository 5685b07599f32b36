"""Says a rule of entry: one sentence a kind of rule, filled from the database."""

from __future__ import annotations

from collections.abc import Sequence

from actions.context import Say
from actions.wiring import services
from bot.consular.facts import VisaRule
from bot.content.cards import visa_values
from bot.content.words import country_name

ABROAD, TO_INDONESIA = "utter_visa_abroad", "utter_visa_to_indonesia"


def say_rule(
    say: Say,
    family: str,
    country: str | None,
    *,
    language: str,
    choices: Sequence[dict[str, str]] = (),
) -> None:
    """Says the rule of a country; asks for the country where there is none.

    Args:
        family: `ABROAD` for Indonesians who travel, `TO_INDONESIA` for foreigners.
        country: of the journey or of the passport (ISO 3166-1 alpha-2).
    """
    rule = _rule(family, country) if country else None
    site = services().facts.official_contact("EVISA")
    more = {"evisa_site": site.value if site else None, "language": language, "choices": choices}
    if rule:
        say(response=f"{family}_{rule.requirement}", **more, **visa_values(rule, language))
    elif country:
        say(response=f"{family}_unknown", country=country_name(country, language), **more)
    else:
        say(response=f"{family}_anywhere", **more)


def _rule(family: str, country: str) -> VisaRule | None:
    facts = services().facts
    if family == ABROAD:
        return facts.visa_for_indonesians(country)
    return facts.visa_to_indonesia(country)
