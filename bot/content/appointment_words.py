"""What citizens are told of their appointments outside a dialogue, from `data/responses`."""

from __future__ import annotations

from datetime import datetime

from bot.appointments.appointment import Appointment
from bot.appointments.calendar import calendar_file
from bot.appointments.links import CalendarLinks
from bot.content.cards import Values
from bot.content.catalogue import Catalogue
from bot.content.record_cards import appointment_values, calendar_event
from bot.messages import OutboundMessage
from bot.services.ports import ConsularFacts
from bot.services.record_ports import Schedules


class CatalogueAppointmentWords:
    """Fills `bot.services.remind_appointments.ReminderWords`."""

    def __init__(
        self,
        catalogue: Catalogue,
        facts: ConsularFacts,
        schedules: Schedules,
        *,
        links: CalendarLinks,
    ) -> None:
        self._catalogue = catalogue
        self._links = links
        self._facts = facts
        self._schedules = schedules

    def reminder(self, appointment: Appointment, language: str) -> OutboundMessage:
        """That the appointment is tomorrow."""
        values = self.values(appointment, language)
        rendered = self._catalogue.render("utter_appointment_reminder", language, values)
        return OutboundMessage(rendered.text, buttons=rendered.buttons)

    def values(self, appointment: Appointment, language: str) -> Values:
        """The values of every response about one appointment; of a mission or a service that is
        no longer in the database, what is left."""
        mission = self._facts.mission(appointment.mission_id)
        service = self._facts.service(appointment.service_code)
        schedule = self._schedules.schedule(appointment.mission_id, appointment.service_code)
        if mission is None or service is None:
            return {"reference": appointment.reference}
        is_demo = schedule is not None and schedule.is_demo
        values = appointment_values(
            appointment, mission, service, is_demo=is_demo, language=language
        )
        return values | {"calendar": self._links.address(appointment.reference, language)}

    def calendar(self, appointment: Appointment, language: str, now: datetime) -> str | None:
        """The calendar file; None for a mission or a service that is no longer in the database."""
        mission = self._facts.mission(appointment.mission_id)
        if mission is None or self._facts.service(appointment.service_code) is None:
            return None
        event = calendar_event(
            appointment,
            mission,
            values=self.values(appointment, language),
            catalogue=self._catalogue,
            language=language,
            now=now,
        )
        return calendar_file(event)
