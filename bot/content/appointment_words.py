"""What citizens are told of their appointments outside a dialogue, from `data/responses`."""

from __future__ import annotations

from datetime import datetime

from bot.appointments.appointment import Appointment
from bot.appointments.calendar import calendar_file
from bot.appointments.links import CalendarLinks
from bot.content.cards import Values
from bot.content.catalogue import Catalogue
from bot.content.record_cards import appointment_values, calendar_event
from bot.messages import Attachment, AttachmentKind, Home, OutboundMessage
from bot.services.make_calendar import calendar_reference
from bot.services.ports import ConsularFacts
from bot.services.record_ports import Schedules


class CatalogueAppointmentWords:
    """Fills `ReminderWords` and `CalendarWords` of `bot.services`."""

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

    def file(self, appointment: Appointment, language: str) -> Attachment:
        """The calendar file, to go with what is said of the appointment."""
        reference = calendar_reference(appointment, language)
        return Attachment(AttachmentKind.CALENDAR, reference, home=Home.APPOINTMENT)

    def instead_of_file(self, appointment: Appointment, language: str) -> str:
        """Said where the channel takes no such file: its address, where there is one."""
        address = self._links.address(appointment.reference, language)
        key = "utter_appointment_calendar_link" if address else "utter_appointment_calendar_none"
        return self._catalogue.text(key, language, calendar=address)

    def values(self, appointment: Appointment, language: str) -> Values:
        """The values of every response about one appointment; of a mission or a service that is
        no longer in the database, what is left."""
        mission = self._facts.mission(appointment.mission_id)
        service = self._facts.service(appointment.service_code)
        schedule = self._schedules.schedule(appointment.mission_id, appointment.service_code)
        if mission is None or service is None:
            return {"reference": appointment.reference}
        is_demo = schedule is not None and schedule.is_demo
        return appointment_values(appointment, mission, service, is_demo=is_demo, language=language)

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
