"""What officers learn of one step of an emergency."""

from __future__ import annotations

from datetime import datetime

from bot.casework.case import Outcome, Priority
from bot.consular.place import Place
from bot.emergency.course import News, Step
from bot.emergency.kinds import Who
from bot.messages import Location
from bot.services.emergency_ports import EmergencyReport
from bot.services.find_mission import FoundMission
from bot.services.ports import StreamEntry

_MAP = "https://www.openstreetmap.org/?mlat={latitude:.5f}&mlon={longitude:.5f}#map=16"
_OUTCOMES = {News.FALSE_ALARM: Outcome.FALSE_ALARM, News.WITHDRAWN: Outcome.WITHDRAWN}


def is_for_officers(step: Step) -> bool:
    """Whether there is a case, or is to be one: P1 and P2 open it by themselves."""
    emergency = step.emergency
    is_grave = emergency.priority is not Priority.P3
    return step.news is not None and (is_grave or emergency.case is not None)


def report_of(
    entry: StreamEntry, step: Step, *, found: FoundMission, at: datetime
) -> EmergencyReport:
    """The report of one step."""
    emergency = step.emergency
    spot = emergency.place.location
    is_over = emergency.is_now is False or step.news is News.SAFE
    words = (
        emergency.kind.value,
        emergency.who.value if emergency.who else None,
        "over" if is_over else None,
    )
    return EmergencyReport(
        conversation_id=entry.conversation_id,
        message=entry.message,
        subject=emergency.subject,
        priority=emergency.priority,
        language=emergency.language,
        at=at,
        mission_id=found.mission.id if found.mission else None,
        location=spot,
        for_whom=emergency.who.value if emergency.who not in (None, Who.WRITER) else None,
        wishes=emergency.spoken_wishes,
        summary=" · ".join(word for word in words if word),
        place=_place_words(emergency.place, found),
        map_link=_map_link(spot),
        outcome=_OUTCOMES.get(step.news) if step.news else None,
    )


def _place_words(place: Place, found: FoundMission) -> str:
    return ", ".join(word for word in (place.city, found.country) if word)


def _map_link(spot: Location | None) -> str | None:
    return _MAP.format(latitude=spot.latitude, longitude=spot.longitude) if spot else None
