"""What the action server works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.bootstrap.casework import case_services
from bot.bootstrap.records import RecordServices, record_services
from bot.clock import utc_now
from bot.content.catalogue import Catalogue
from bot.content.guided import load_guide
from bot.emergency.rules import load_rules
from bot.emergency.triage import about_whom
from bot.geo.geography import OfflineGeography
from bot.guided.guide import Guide
from bot.guided.record import Record
from bot.privacy import Privacy
from bot.services.answer_service import AnswerService
from bot.services.check_official import CheckOfficial
from bot.services.escalate import Escalate
from bot.services.find_mission import FindMission
from bot.services.find_region import FindRegion
from bot.services.open_case import OpenCase
from bot.services.ports import ConsularFacts
from bot.settings import Settings
from bot.storage import schema
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.registrations import SqlRegistrations


@dataclass(frozen=True)
class ActionServices:
    """The use-cases that actions call."""

    facts: ConsularFacts
    find_mission: FindMission
    find_region: FindRegion
    answer_service: AnswerService
    check_official: CheckOfficial
    open_case: OpenCase
    escalate: Escalate
    guide: Guide
    records: RecordServices
    catalogue: Catalogue
    keep_registration: Callable[[str, Record], None]
    about_whom: Callable[[str], str | None]


def action_services(settings: Settings) -> ActionServices:
    """Opens the database and puts the services together.

    Raises:
        SetupError: the database does not fit.
    """
    engine = make_engine(settings.database_url)
    schema.check(engine)
    facts = SqlConsularFacts(engine)
    find_mission = FindMission(facts, OfflineGeography())
    privacy = Privacy(settings.secret_key)
    catalogue = Catalogue.load()
    desk = case_services(engine, privacy, facts, clock=utc_now)
    return ActionServices(
        facts=facts,
        find_mission=find_mission,
        find_region=FindRegion(facts),
        answer_service=AnswerService(facts, find_mission),
        check_official=CheckOfficial(facts),
        open_case=desk.open_case,
        escalate=desk.escalate,
        guide=load_guide(),
        records=record_services(
            engine,
            privacy,
            facts,
            catalogue=catalogue,
            public_url=settings.public_url,
            clock=utc_now,
        ),
        catalogue=catalogue,
        keep_registration=SqlRegistrations(engine, privacy).keep,
        about_whom=partial(about_whom, rules=load_rules()),
    )
