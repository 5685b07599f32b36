"""The facts that answers are made of; each says where it comes from and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from bot.messages import Location

LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Bilingual:
    """The same content in Indonesian and English."""

    id: str
    en: str

    def text(self, language: str) -> str:
        """The side for `language` (`id` or `en`; anything else is read as Indonesian)."""
        return self.en if language == "en" else self.id


class Confidence(str, Enum):
    """How sure a fact is; `LOW` hotlines are never shown to a citizen."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True)
class Provenance:
    """Where a fact comes from. `date` is as exact as the source: YYYY, YYYY-MM or YYYY-MM-DD."""

    source: str
    date: str
    confidence: Confidence


class ContactKind(str, Enum):
    """What a contact point is for."""

    PHONE = "phone"
    HOTLINE = "hotline"
    WHATSAPP = "whatsapp"
    EMAIL = "email"
    WEBSITE = "website"


@dataclass(frozen=True)
class ContactPoint:
    """One way to reach a mission. Phones are E.164; `note` is its published purpose, if any."""

    kind: ContactKind
    value: str
    note: Bilingual | None
    provenance: Provenance


@dataclass(frozen=True)
class Mission:
    """An embassy, consulate or office. `id` as in `kbri-singapore`; `timezone` is an IANA name."""

    id: str
    kind: str
    name: Bilingual
    city: str
    country: str
    address: str
    location: Location
    timezone: str
    working_hours: Bilingual | None
    contacts: tuple[ContactPoint, ...]
    provenance: Provenance
    note: Bilingual | None = None


@dataclass(frozen=True)
class Jurisdiction:
    """Which missions serve a country; `region` narrows it (`None`: the whole country).

    `basis` says why: `resident` (an office in the country), `accredited` (the embassy of another
    country is responsible), `suggested` (nobody is named, this one is the likeliest) or
    `no_relations` (no diplomatic relations; this one helps). `is_partial`: only a part of the
    region belongs to the mission.
    """

    country: str
    region: str | None
    iso3166_2: str | None
    mission_id: str
    provenance: Provenance
    basis: str = "resident"
    is_partial: bool = False


@dataclass(frozen=True)
class Fee:
    """An amount for one variant of a service; `mission_id` None is the national tariff.

    `variant_code` is the same word in the national and in a mission's tariff (`5y`, `e10y`, …).
    """

    service: str
    variant: Bilingual
    amount: Decimal
    currency: str
    mission_id: str | None
    valid_from: str
    provenance: Provenance
    variant_code: str = ""


@dataclass(frozen=True)
class Service:
    """What missions offer. `intent` is the question it answers; `is_main` if it answers first."""

    code: str
    intent: str
    is_main: bool
    name: Bilingual
    who: Bilingual
    requirements: tuple[Bilingual, ...]
    duration: Bilingual | None
    procedure: Bilingual | None
    note: Bilingual | None
    legal_basis: str
    provenance: Provenance


@dataclass(frozen=True)
class VisaRule:
    """A rule of entry. `subject` is the destination (outbound) or the nationality (inbound).

    `requirement` is `visa_free`, `visa_on_arrival`, `evisa`, `eta`, `visa_required` or
    `calling_visa`.
    """

    subject: str
    requirement: str
    days: int | None
    fee_idr: Decimal | None
    note: Bilingual | None
    provenance: Provenance


@dataclass(frozen=True)
class VisaType:
    """An Indonesian visa index (B1, C1, …)."""

    code: str
    name: Bilingual
    stay_days: int | None
    fee_idr: Decimal | None
    provenance: Provenance
    note: Bilingual | None = None


@dataclass(frozen=True)
class EmergencyNumbers:
    """Local numbers of a country, as dialled there."""

    country: str
    police: str | None
    ambulance: str | None
    fire: str | None
    note: Bilingual | None
    provenance: Provenance


@dataclass(frozen=True)
class Guidance:
    """What to do first in one kind of emergency, and what a mission can and cannot do."""

    kind: str
    name: Bilingual
    steps: tuple[Bilingual, ...]
    mission_can: Bilingual
    mission_cannot: Bilingual
    provenance: Provenance


@dataclass(frozen=True)
class OfficialContact:
    """A national line or site of Kemlu and its partners; `is_look_alike` warns of a false one.

    `kind` is `phone`, `whatsapp`, `web`, `app` or `address`.
    """

    code: str
    name: Bilingual
    kind: str
    value: str
    is_look_alike: bool
    provenance: Provenance
    note: Bilingual | None = None


@dataclass(frozen=True)
class Population:
    """How many citizens are recorded in a country; `country` None is the whole world."""

    country: str | None
    citizens: int
    provenance: Provenance


@dataclass(frozen=True)
class ApplicationStep:
    """One line of an application's history. `at` is an ISO 8601 date."""

    at: str
    status: str


@dataclass(frozen=True)
class Application:
    """A citizen's pending request. `steps` are oldest first; `status` is the last one's."""

    reference: str
    service: str
    mission_id: str
    status: str
    steps: tuple[ApplicationStep, ...]
