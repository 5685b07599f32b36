"""What the desk itself says to a citizen: while they wait, when they give up, when they rate."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Protocol

from bot.casework.case import Case, CaseState, Priority, Reason
from bot.casework.errors import CaseError, WrongState
from bot.casework.events import EventKind
from bot.conversation.language import answer_language
from bot.conversation.phrases import Phrases
from bot.conversation.session import Owner, Session
from bot.messages import Author, Button, InboundMessage, OutboundMessage
from bot.services.case_ports import Cases
from bot.services.close_case import CloseCase
from bot.services.ports import Outbox
from bot.services.rate_case import RateCase
from bot.services.relay_from_citizen import Relayed
from bot.services.understand_input import STALE_BUTTON, Input

RATE = "/rate"
DESK = "/desk"
_STARS = 5
_CONTENT = 3


class WaitingWords(Protocol):
    """The words, from `data/responses`."""

    def received(self, language: str, *, case: str) -> OutboundMessage:
        """That a message has reached the case."""

    def left(self, language: str, *, case: str) -> OutboundMessage:
        """That nobody comes any more and the bot answers."""

    def rated(self, language: str, *, is_content: bool) -> OutboundMessage:
        """Thanks for a rating."""


class ServeWaiting:
    """The use-case; every step may be repeated without a second effect."""

    def __init__(
        self,
        cases: Cases,
        outbox: Outbox,
        *,
        close: CloseCase,
        rate: RateCase,
        words: WaitingWords,
        phrases: Phrases,
    ) -> None:
        self._cases = cases
        self._outbox = outbox
        self._close = close
        self._rate = rate
        self._words = words
        self._phrases = phrases

    def before(self, session: Session, message: InboundMessage, meant: Input) -> Input | None:
        """Looks at a message before the owner gate.

        Returns:
            The message as it is to be understood; None if it is done with.
        """
        if meant.payload is None:
            command = self._phrases.commands.get(meant.text.casefold())
            if command and session.owner is Owner.BOT:
                return replace(meant, payload=command)
            is_left = session.owner is Owner.QUEUE and self._phrases.is_leaving(meant.text)
            return None if is_left and self._leaves(session, message) else meant
        rating = read_rating(meant.payload)
        if rating is not None:
            return None if self._rates(session, message, *rating) else _stale(meant)
        is_foreign = meant.payload.startswith((RATE, DESK))
        return _stale(meant) if is_foreign else meant

    def reopens(self, meant: Input) -> bool:
        """Whether a message may open a closed case again: words that want something."""
        return not self._phrases.is_polite(meant.text) or meant.payload is not None

    def after(self, session: Session, relayed: Relayed) -> None:
        """The citizen waits and has written: the first time they are told that it was read."""
        case = relayed.case
        is_waiting = relayed.owner is Owner.QUEUE and not relayed.is_bots_turn
        if case is None or not is_waiting or case.waiting_since is None:
            return
        is_told_anyway = any(event.kind is EventKind.REOPENED for event in relayed.events)
        if is_told_anyway or case.reason is Reason.EMERGENCY:
            return
        key = f"queued:{case.reference}:{int(case.waiting_since.timestamp())}"
        self._say(session, key, self._words.received(_language(session, case), case=case.reference))

    def _leaves(self, session: Session, message: InboundMessage) -> bool:
        waiting = [
            case
            for case in self._cases.of_conversation(session.conversation_id)
            if case.state is CaseState.QUEUED and case.is_handed_over
        ]
        if not waiting or any(case.priority is Priority.P1 for case in waiting):
            # Whoever holds the phone could say so: danger is called off by officers only.
            return False
        for case in waiting:
            try:
                self._close.by_citizen(session.conversation_id, case.reference)
            except WrongState:
                return False  # an officer has come in this moment
        case = waiting[-1]
        text = self._words.left(_language(session, case), case=case.reference)
        self._say(session, message.message_id, text)
        return True

    def _rates(self, session: Session, message: InboundMessage, reference: str, stars: int) -> bool:
        try:
            case = self._rate(session.conversation_id, reference, stars=stars).case
        except CaseError:
            return False
        words = self._words.rated(_language(session, case), is_content=stars >= _CONTENT)
        self._say(session, message.message_id, words)
        return True

    def _say(self, session: Session, key: str, words: OutboundMessage) -> None:
        self._outbox.write(
            session.conversation_id, in_reply_to=key, messages=(words,), author=Author.SYSTEM
        )


def rating_buttons(reference: str) -> tuple[Button, ...]:
    """One tap from one star to five."""
    return tuple(
        Button("⭐" * stars, payload=f"{RATE}{json.dumps({'case': reference, 'stars': stars})}")
        for stars in range(1, _STARS + 1)
    )


def read_rating(payload: str) -> tuple[str, int] | None:
    """The case and the stars of a rating button; None for any other payload."""
    if not payload.startswith(RATE + "{"):
        return None
    try:
        data = json.loads(payload.removeprefix(RATE))
        return str(data["case"]), int(data["stars"])
    except (ValueError, KeyError, TypeError):
        return None


def _stale(meant: Input) -> Input:
    return replace(meant, payload=STALE_BUTTON)


def _language(session: Session, case: Case) -> str:
    return answer_language(
        chosen=session.language if session.is_language_chosen else None,
        detected=case.language,
        kept=session.language,
    )
