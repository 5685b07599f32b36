"""Is a number, an address or a site one of the official ones?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

import phonenumbers

from bot.consular.facts import Bilingual, Confidence
from bot.services.ports import ConsularFacts

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_OFFICIAL_DOMAIN = "kemlu.go.id"


class Verdict(str, Enum):
    """What our list says of a contact."""

    KNOWN = "known"
    LOW = "low"
    LOOK_ALIKE = "look_alike"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True)
class Checked:
    """A contact and what our list says: whose it is, since when, and what it imitates."""

    value: str
    verdict: Verdict
    owner: Bilingual | None = None
    date: str | None = None
    genuine: str | None = None


@dataclass(frozen=True)
class _Listed:
    owner: Bilingual
    date: str
    confidence: Confidence
    is_look_alike: bool = False


class CheckOfficial:
    """The use-case; every contact in a text is looked up, in any spelling."""

    def __init__(self, facts: ConsularFacts) -> None:
        self._facts = facts
        self._known: tuple[int, dict[str, _Listed]] | None = None

    def __call__(self, text: str, country: str | None) -> tuple[Checked, ...]:
        """Looks up what stands in a text.

        Args:
            text: a citizen's words.
            country: where a number without a country code is dialled (ISO 3166-1 alpha-2).
        """
        directory = self._directory()
        return tuple(self._check(value, directory) for value in contacts_in(text, country))

    def _directory(self) -> dict[str, _Listed]:
        """Every listed contact by its one spelling, read anew when the facts have changed."""
        version = self._facts.version()
        if self._known is None or self._known[0] != version:
            self._known = version, self._listed()
        return self._known[1]

    def _listed(self) -> dict[str, _Listed]:
        listed = {
            normal(contact.value): _Listed(
                mission.name, contact.provenance.date, contact.provenance.confidence
            )
            for mission in self._facts.missions()
            for contact in mission.contacts
        }
        for official in self._facts.official_contacts():
            listed[normal(official.value)] = _Listed(
                official.name,
                official.provenance.date,
                official.provenance.confidence,
                official.is_look_alike,
            )
        return listed

    def _check(self, value: str, directory: dict[str, _Listed]) -> Checked:
        found = directory.get(normal(value))
        if found is None:
            if _is_of_kemlu(value):
                kemlu = directory.get(_OFFICIAL_DOMAIN + "/perwakilan")
                owner = kemlu.owner if kemlu else None
                return Checked(value, Verdict.KNOWN, owner, date=kemlu.date if kemlu else None)
            return Checked(value, Verdict.NOT_LISTED)
        if found.is_look_alike:
            genuine = self._facts.official_contact("PEDULI_WNI")
            return Checked(value, Verdict.LOOK_ALIKE, genuine=genuine.value if genuine else None)
        verdict = Verdict.LOW if found.confidence is Confidence.LOW else Verdict.KNOWN
        return Checked(value, verdict, found.owner, date=found.date)


def contacts_in(text: str, country: str | None) -> tuple[str, ...]:
    """Numbers (as E.164), e-mail addresses and sites in a text."""
    emails = _EMAIL.findall(text)
    rest = _EMAIL.sub(" ", text)
    sites = [site.rstrip(".,)") for site in _SITE.findall(rest)]
    numbers = [
        phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        for match in phonenumbers.PhoneNumberMatcher(
            rest, country or "ID", leniency=phonenumbers.Leniency.POSSIBLE
        )
    ]
    return tuple(dict.fromkeys([*numbers, *emails, *sites]))


def normal(value: str) -> str:
    """One spelling for each contact: digits of a number, bare address of a site."""
    value = value.strip().casefold()
    if "@" in value:
        return value
    if re.fullmatch(r"[+\d\s().-]+", value):
        return "+" + re.sub(r"\D", "", value)
    parts = urlsplit(value if "://" in value else f"https://{value}")
    return (parts.netloc.removeprefix("www.") + parts.path).rstrip("/")


def _is_of_kemlu(value: str) -> bool:
    host = value.rpartition("@")[2] if "@" in value else normal(value).partition("/")[0]
    return host == _OFFICIAL_DOMAIN or host.endswith("." + _OFFICIAL_DOMAIN)
