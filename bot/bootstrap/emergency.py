"""Help in an emergency put together: what it needs is in memory, in Redis, or asked in time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap.casework import case_services
from bot.clock import utc_now
from bot.consular.place import Place
from bot.content.catalogue import Catalogue
from bot.content.emergency_words import CatalogueEmergencyWords
from bot.dialogue.client import RasaAssistant
from bot.emergency.rules import load_rules
from bot.geo.geography import OfflineGeography
from bot.messages import Channel
from bot.nlu.place_spotter import load_place_spotter
from bot.nlu.quick_reading import load_quick_reading
from bot.privacy import Privacy
from bot.services.find_mission import FindMission
from bot.services.hear_cry import HearCry
from bot.services.help_now import HelpNow
from bot.services.ledger import Ledger
from bot.services.meter import Meter
from bot.services.ports import Deliveries, Transport
from bot.services.report_emergency import ReportEmergency
from bot.settings import Settings
from bot.storage.conversations import SqlConversations
from bot.storage.emergencies import RedisEmergencies
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.outbox import SqlOutbox
from bot.storage.registered_places import RegisteredPlaces

if TYPE_CHECKING:
    from bot.storage.redis_client import Redis

_PATIENCE_SECONDS = 0.8


def emergency_help(
    settings: Settings,
    *,
    redis: Redis,
    facts: SqlConsularFacts,
    catalogue: Catalogue,
    assistant: RasaAssistant,
    transports: Mapping[Channel, Transport],
    deliveries: Deliveries,
    keyboard: Mapping[str, str],
    meter: Meter,
) -> HelpNow:
    """Puts it together.

    Args:
        facts: with a snapshot, so that no lookup waits for the database.

    Raises:
        SetupError: the triage table or a word list is wrong.
    """
    privacy = Privacy(settings.secret_key)
    rules = load_rules()
    geography = OfflineGeography()
    find_mission = FindMission(facts, geography)

    def country_of(city: str) -> str | None:
        found = geography.city(city, None)
        return found.country if found else None

    def is_somewhere(place: Place) -> bool:
        return find_mission(place).country is not None

    # A second way into the database, that gives up soon: nobody in danger waits for a lock.
    engine = make_engine(
        settings.database_url, patience_seconds=_PATIENCE_SECONDS, must_answer=False
    )
    conversations = SqlConversations(engine, privacy, utc_now)
    desk = case_services(engine, privacy, facts, clock=utc_now)
    spotter = load_place_spotter(country_of)
    reading = load_quick_reading(
        rules, settings.internal.model, place=spotter, outside=spotter.outside
    )
    return HelpNow(
        rules,
        HearCry(rules, reading, understanding=assistant, is_somewhere=is_somewhere),
        records=RedisEmergencies(redis, privacy),
        ledger=Ledger(
            conversations,
            SqlOutbox(engine, privacy, utc_now),
            registered=RegisteredPlaces(engine, privacy),
            silences=(SQLAlchemyError, OSError),
        ),
        desk=ReportEmergency(
            desk.open_case,
            desk.cases,
            relay=desk.from_citizen,
            conversations=conversations,
            facts=facts,
            clock=utc_now,
        ),
        words=CatalogueEmergencyWords(catalogue, facts),
        find_mission=find_mission,
        transports=transports,
        deliveries=deliveries,
        keyboard=keyboard,
        clock=utc_now,
        meter=meter,
    )
