"""The calendar files of appointments put together, for a gateway."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from bot.appointments.links import CalendarLinks
from bot.bootstrap.records import appointment_words
from bot.clock import Clock
from bot.content.catalogue import Catalogue
from bot.gateway.calendar import CalendarFiles
from bot.privacy import Privacy
from bot.storage.appointments import SqlAppointments
from bot.storage.engine import DATABASE_DOWN
from bot.storage.facts import SqlConsularFacts


def calendar_files(
    engine: Engine,
    privacy: Privacy,
    facts: SqlConsularFacts,
    *,
    public_url: str | None,
    clock: Clock,
) -> CalendarFiles:
    """The calendar files of appointments, for a gateway."""
    words = appointment_words(privacy, public_url, facts=facts, catalogue=Catalogue.load())
    appointments = SqlAppointments(engine)

    def file_of(reference: str, language: str) -> str | None:
        found, now = appointments.by_reference(reference), clock()
        if found is None or found.ends_at <= now:
            return None
        return words.calendar(found, language, now)

    return CalendarFiles(CalendarLinks(privacy, public_url), file_of, is_down=DATABASE_DOWN)
