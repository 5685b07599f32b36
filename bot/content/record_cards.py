"""The values of responses about a citizen's applications and appointments, and looked-up texts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.appointments.appointment import Appointment, AppointmentState
from bot.appointments.calendar import CalendarEvent
from bot.appointments.schedule import Slot
from bot.consular.approved import ApprovedText
from bot.consular.facts import Mission, Service
from bot.consular.progress import Stage
from bot.content.cards import Values, mission_values
from bot.content.catalogue import Catalogue
from bot.content.words import clock_time, day_name, local_time, partial_date
from bot.services.tell_status import ToldStatus

_DONE, _TO_COME = "✔", "◻"


def status_values(told: ToldStatus, catalogue: Catalogue, language: str) -> Values:
    """The values of `utter_application_<status>`, with the history as a timeline."""
    application = told.application
    values: Values = mission_values(told.mission, language) if told.mission else {}
    lines = [_stage(stage, catalogue, language) for stage in told.stages]
    return values | {
        "reference": application.reference,
        "service": told.service.name.text(language) if told.service else None,
        "status_date": partial_date(application.steps[-1].at, language)
        if application.steps
        else None,
        "timeline": "".join(f"\n{line}" for line in lines),
    }


def _stage(stage: Stage, catalogue: Catalogue, language: str) -> str:
    words = catalogue.text(f"utter_application_step_{stage.status}", language)
    if stage.at is None:
        return f"{_TO_COME} {words}"
    return f"{_DONE} {words}, {partial_date(stage.at, language, is_short=True)}"


def locked_values(locked_until: datetime, now: datetime) -> Values:
    """The values of `utter_application_locked`; minutes are rounded up."""
    seconds = (locked_until - now).total_seconds()
    return {"locked_minutes": max(1, -int(-seconds // 60))}


def appointment_values(
    appointment: Appointment,
    mission: Mission,
    service: Service,
    *,
    is_demo: bool,
    language: str,
) -> Values:
    """The values of every response about one appointment.

    Args:
        is_demo: whether its schedule is made up; it is then said.
    """
    return {
        "reference": appointment.reference,
        "service": service.name.text(language),
        "mission": mission.name.text(language),
        "mission_city": mission.city,
        "address": mission.address,
        "when": local_time(appointment.starts_at, mission.timezone, language),
        "demo_mission": mission.name.text(language) if is_demo else None,
    }


def day_values(
    days: Iterable[date], mission: Mission, service: Service, *, is_demo: bool, language: str
) -> Values:
    """The values of `utter_appointment_choose_day`."""
    return {
        "service": service.name.text(language),
        "mission": mission.name.text(language),
        "days": [day_name(day, language) for day in days],
        "demo_mission": mission.name.text(language) if is_demo else None,
    }


def time_values(slots: Iterable[Slot], mission: Mission, language: str) -> Values:
    """The values of `utter_appointment_choose_time`; the slots are of one local day."""
    starts = [slot.starts_at for slot in slots]
    first = starts[0] if starts else None
    return {
        "day": day_name(first.astimezone(ZoneInfo(mission.timezone)).date(), language)
        if first
        else None,
        "mission_city": mission.city,
        "times": [clock_time(at, mission.timezone, language) for at in starts],
    }


def calendar_event(
    appointment: Appointment,
    mission: Mission,
    *,
    values: Values,
    catalogue: Catalogue,
    language: str,
    now: datetime,
) -> CalendarEvent:
    """What the calendar file of an appointment says.

    Args:
        values: from `appointment_values`.
        now: when the file is made.
    """
    return CalendarEvent(
        reference=appointment.reference,
        sequence=appointment.version,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        summary=catalogue.text("utter_appointment_calendar_title", language, **values),
        location=f"{mission.name.text(language)}, {mission.address}",
        description=catalogue.text("utter_appointment_calendar_notes", language, **values),
        written_at=now,
        is_cancelled=appointment.state is AppointmentState.CANCELLED,
    )


def looked_up_values(text: ApprovedText, language: str) -> Values:
    """The values of `utter_looked_up`: the text as it stands."""
    return {
        "title": text.title.text(language),
        "text": text.text.text(language),
        "source": text.provenance.source,
        "source_date": partial_date(text.provenance.date, language),
    }
