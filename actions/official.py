"""Is it genuine? Contacts are looked up in the official list."""

from __future__ import annotations

from typing import Any

from actions.base import Answering
from actions.context import CONTACT, Question, Say, remember
from actions.wiring import services
from bot.content.words import partial_date
from bot.services.check_official import Verdict

_SHOWN = 3
_REPORT = {"title": "utter_button_report", "payload": "/report_contact"}


class ActionCheckOfficial(Answering):
    """Says of each contact in the message whether it stands in the official list."""

    rule_name = "action_check_official"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """One message a contact; asks for it where there is none."""
        checked = services().check_official(question.text, question.place.country)
        for contact in checked[:_SHOWN]:
            say(
                response=f"utter_official_{contact.verdict.value}",
                value=contact.value,
                owner=contact.owner.text(question.language) if contact.owner else None,
                known_date=partial_date(contact.date, question.language) if contact.date else None,
                genuine=contact.genuine,
                choices=[] if contact.verdict is Verdict.KNOWN else [_REPORT],
            )
        if not checked:
            say(response="utter_official_ask")
        told = ", ".join(f"{each.value} ({each.verdict.value})" for each in checked[:_SHOWN])
        contacts = ", ".join(each.value for each in checked[:_SHOWN])
        # One more may follow, or the right one after a slip.
        return remember(
            self.rule_name,
            question,
            checked=told or None,
            contacts=contacts or None,
            awaits=CONTACT,
        )
