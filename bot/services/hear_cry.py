"""Understands a message as far as an emergency needs it, with or without the assistant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.consular.place import Place
from bot.conversation.language import answer_language
from bot.conversation.session import Session
from bot.emergency.answers import PREFIX, read_payload
from bot.emergency.course import Heard
from bot.emergency.emergency import Emergency
from bot.emergency.kinds import Word
from bot.emergency.rules import EMERGENCY_INTENTS, Rules
from bot.emergency.triage import Signs, read_signs
from bot.services.emergency_ports import Gist, Known, Reading, Understanding
from bot.services.ports import Alarm
from bot.services.understand_input import Input

_LONGEST_SOS = 40
_FEW_WORDS = 3
_NOTHING = Gist("", language=None, place=Place(), is_urgent=False)
_SOS = Signs(words=(Word.SOS,))


class HearCry:
    """The use-case.

    Args:
        is_somewhere: whether a place can be found on the map.
    """

    def __init__(
        self,
        rules: Rules,
        reading: Reading,
        *,
        understanding: Understanding,
        is_somewhere: Callable[[Place], bool],
    ) -> None:
        self._rules = rules
        self._reading = reading
        self._understanding = understanding
        self._is_somewhere = is_somewhere

    def is_cry(self, text: str) -> bool:
        """Whether words alone tell of danger; takes a fraction of a millisecond."""
        if not text.strip():
            return False
        if len(text) <= _LONGEST_SOS:
            words = self._reading.words(text)
            if self._rules.words[Word.SOS].is_said(words):
                return True
        return self._reading.is_urgent(text)

    async def __call__(
        self,
        meant: Input,
        *,
        message_id: str,
        known: Known,
        emergency: Emergency | None,
        alarm: Alarm | None,
    ) -> Heard:
        """Understands one message.

        Args:
            meant: with buttons and menu numbers resolved.
            emergency: the one that is going on, if any.
            alarm: what the assistant took the message for, where it was asked.
        """
        session = known.session
        if meant.payload:
            chosen = self._chosen(
                meant, message_id=message_id, session=session, emergency=emergency
            )
            return replace(chosen, home=known.registered)
        gist = self._reading(meant.text) if meant.text else _NOTHING
        signs = read_signs(gist.words, self._rules)
        if alarm is None and _is_unclear(gist, signs, emergency):
            alarm = await self._understanding.understand(session, meant.text)
        if alarm and alarm.is_answer and emergency is None:
            gist, signs, alarm = replace(gist, is_urgent=False), Signs(), None
        place = gist.place or (alarm.place if alarm else Place())
        return Heard(
            message_id,
            text=meant.text,
            signs=signs,
            is_urgent=gist.is_urgent,
            language=_language(session, emergency, gist.language),
            intent=alarm.intent if alarm else None,
            place=place,
            is_placed=not place or self._is_somewhere(place),
            home=known.registered,
        )

    def _chosen(
        self, meant: Input, *, message_id: str, session: Session, emergency: Emergency | None
    ) -> Heard:
        intent = (meant.payload or "")[1:].partition("{")[0]
        place = Place(location=meant.location) if meant.location else Place()
        return Heard(
            message_id,
            text="",
            signs=_SOS if intent in EMERGENCY_INTENTS else Signs(),
            is_urgent=False,
            language=_language(session, emergency, None),
            intent=intent if intent in EMERGENCY_INTENTS else None,
            place=place,
            is_placed=not place or self._is_somewhere(place),
            tapped=read_payload(meant.payload),
        )


def is_ours(payload: str | None) -> bool:
    """Whether a choice belongs to emergencies: a way in, or an answer to one of our questions."""
    if not payload:
        return False
    return payload.startswith(PREFIX) or payload[1:].partition("{")[0] in EMERGENCY_INTENTS


def _is_unclear(gist: Gist, signs: Signs, emergency: Emergency | None) -> bool:
    """Whether the assistant can help: a cry of no known kind, or words after a question.

    Of very few words it may know that they answer a question of its own.
    """
    if Word.SOS in signs.words:
        return False
    if gist.is_urgent:
        return not signs.kinds or (emergency is None and len(gist.words.split()) <= _FEW_WORDS)
    return emergency is not None and emergency.awaits is not None and not signs.words


def _language(session: Session, emergency: Emergency | None, detected: str | None) -> str:
    kept = session.language or (emergency.language if emergency else None)
    return answer_language(
        chosen=session.language if session.is_language_chosen else None,
        detected=detected,
        kept=kept,
    )
