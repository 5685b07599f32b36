"""Days, times, services and appointments as choices: short titles, and the words that mean them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.appointments.appointment import Appointment
from bot.consular.facts import Bilingual, Mission, Service
from bot.content.catalogue import Catalogue
from bot.content.words import clock_time, day_name
from bot.conversation.language import LANGUAGES
from bot.guided.dialogue import Choice


def service_title(catalogue: Catalogue, service: Service, *, is_only: bool) -> Bilingual:
    """The citizen's words for a service; its own name where they fit others as well."""
    key = f"utter_meaning_{service.intent}"
    if not is_only or key not in catalogue:
        return service.name
    return Bilingual(catalogue.text(key, "id"), catalogue.text(key, "en"))


def day_choice(day: date, *, is_hidden: bool) -> Choice:
    """A day; kept as ISO 8601."""
    title = Bilingual(*(day_name(day, each, is_short=True) for each in LANGUAGES))
    words = tuple(day_name(day, each) for each in LANGUAGES)
    return Choice(day.isoformat(), title, words=words, is_hidden=is_hidden)


def time_choice(value: str, at: datetime, *, timezone: str, is_hidden: bool) -> Choice:
    """A time of day on the mission's clock: "09.00", also said as "jam 9" or "9 am".

    Args:
        value: how it is kept.
        at: the instant.
    """
    title = Bilingual(*(clock_time(at, timezone, each) for each in LANGUAGES))
    local = at.astimezone(ZoneInfo(timezone))
    hour, half = local.hour % 12 or 12, "am" if local.hour < 12 else "pm"
    said = f"{local.hour} {local:%M}"
    words = [said, f"{hour} {local:%M} {half}"]
    if local.minute == 0:
        words += [f"jam {local.hour}", f"pukul {local.hour}", f"{hour} {half}"]
    return Choice(value, title, words=tuple(words), is_hidden=is_hidden)


def appointment_choice(appointment: Appointment, mission: Mission) -> Choice:
    """One of the citizen's own appointments; its number names it in any sentence."""
    day = appointment.starts_at.astimezone(ZoneInfo(mission.timezone)).date()
    titles = (
        f"{day_name(day, each, is_short=True)} "
        f"{clock_time(appointment.starts_at, mission.timezone, each)}"
        for each in LANGUAGES
    )
    return Choice(appointment.reference, Bilingual(*titles), hints=(appointment.reference,))
