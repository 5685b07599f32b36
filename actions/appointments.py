"""Appointments: booked, moved and cancelled in a guided dialogue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from actions import guiding
from actions.base import Answering
from actions.context import Question, Say
from actions.wiring import services
from bot.consular.place import HOME, Place


class ActionManageAppointment(Answering):
    """Begins what the intent asks for: `appointment_book` or `appointment_change`."""

    rule_name = "action_manage_appointment"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Asks what is not known; the service that was spoken of last is."""
        name = services().guide.for_intent(question.intent)
        if name is None:
            raise LookupError(question.intent)
        if question.place.country == HOME:
            question = replace(question, place=Place())
        service = question.entity("service") or question.topic.get("service")
        return guiding.begin(name, question, say, action=self.rule_name, service=service)
