"""What citizens are told of their appointments outside a dialogue, from `data/responses`."""

from __future__ import annotations

from bot.appointments.appointment import Appointment
from bot.content.cards import Values
from bot.content.catalogue import Catalogue
from bot.content.record_cards import appointment_values
from bot.messages import OutboundMessage
from bot.services.ports import ConsularFacts
from bot.services.record_ports import Schedules


class CatalogueAppointmentWords:
    """Fills `bot.services.remind_appointments.ReminderWords`."""

    def __init__(self, catalogue: Catalogue, facts: ConsularFacts, schedules: Schedules) -> None:
        self._catalogue = catalogue
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
        return appointment_values(appointment, mission, service, is_demo=is_demo, language=language)
