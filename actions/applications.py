"""Is it ready? The status of an application, told to who can show that it is theirs."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from actions.base import Answering
from actions.context import IDENTITY, Question, Say, remember
from actions.wiring import services
from bot.clock import utc_now
from bot.content.record_cards import locked_values, status_values
from bot.services.record_ports import Outcome
from bot.services.tell_status import StatusAnswer

_DOCUMENT = re.compile(r"(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{4,20}")


class ActionTellStatus(Answering):
    """Asks for reference, birth date and the end of a document's number, in any order."""

    rule_name = "action_tell_status"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Asks for what is missing, one thing at a time; then tells, or says that it cannot."""
        known = question.topic if question.topic.get("awaits") == IDENTITY else {}
        reference = question.entity("reference_number") or known.get("reference")
        born = question.entity("date") or known.get("born")
        document = _document(question, reference, born=born) or known.get("document")
        if reference is None:
            say(response="utter_ask_reference")
        elif born is None:
            say(response="utter_ask_application_birth_date")
        elif document is None:
            say(response="utter_ask_application_document")
        else:
            found = services().records.tell_status(
                question.conversation_id,
                reference=reference,
                born=date.fromisoformat(born),
                document=document,
            )
            _tell(found, question, say)
            # A wrong answer may be corrected; what was right is not asked again.
            awaits = None if found.outcome is Outcome.RIGHT else IDENTITY
            return remember(self.rule_name, question, awaits=awaits, reference=reference)
        return remember(
            self.rule_name,
            question,
            awaits=IDENTITY,
            reference=reference,
            born=born,
            document=document,
        )


def _tell(found: StatusAnswer, question: Question, say: Say) -> None:
    if found.told:
        status = found.told.application.status
        values = status_values(found.told, services().catalogue, question.language)
        say(response=f"utter_application_{status}", **values)
    elif found.locked_until:
        say(response="utter_application_locked", **locked_values(found.locked_until, utc_now()))
    else:
        say(response="utter_application_no_match")


def _document(question: Question, reference: str | None, *, born: str | None) -> str | None:
    """The end of a document's number: the last word with a digit that is nothing else."""
    if question.is_button:
        return None
    others = {*(reference or "").upper().split("-"), (born or "")[:4], ""}
    words = [word for word in _DOCUMENT.findall(question.text) if word.upper() not in others]
    return words[-1] if words else None
