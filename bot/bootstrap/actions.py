"""What the action server works with."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import utc_now
from bot.geo.geography import OfflineGeography
from bot.services.answer_service import AnswerService
from bot.services.check_official import CheckOfficial
from bot.services.find_mission import FindMission
from bot.services.open_case import OpenCase
from bot.services.ports import ConsularFacts
from bot.settings import Settings
from bot.storage import schema
from bot.storage.cases import SqlCases
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts


@dataclass(frozen=True)
class ActionServices:
    """The use-cases that actions call."""

    facts: ConsularFacts
    find_mission: FindMission
    answer_service: AnswerService
    check_official: CheckOfficial
    open_case: OpenCase


def action_services(settings: Settings) -> ActionServices:
    """Opens the database and puts the services together.

    Raises:
        SetupError: the database does not fit.
    """
    engine = make_engine(settings.database_url)
    schema.check(engine)
    facts = SqlConsularFacts(engine)
    find_mission = FindMission(facts, OfflineGeography())
    return ActionServices(
        facts=facts,
        find_mission=find_mission,
        answer_service=AnswerService(facts, find_mission),
        check_official=CheckOfficial(facts),
        open_case=OpenCase(SqlCases(engine), utc_now),
    )
