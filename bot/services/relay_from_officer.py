"""An officer's words go to the citizen."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from bot.casework.case import Case
from bot.casework.errors import NoCaseInHand, NotAllowed, UnknownCase, WhichCase
from bot.casework.officers import Officer
from bot.casework.reference import parse_reference
from bot.casework.talking import officer_spoke
from bot.clock import Clock
from bot.logs import Log
from bot.messages import OutboundMessage
from bot.services.case_ports import Cases, Officers, Spoken
from bot.services.change_case import ChangeCase

_log = Log(__name__)


class Voice(Protocol):
    """How a citizen is shown who speaks."""

    def spoken(self, case: Case, officer: Officer, message: OutboundMessage) -> OutboundMessage:
        """The words with the officer's name."""


class RelayFromOfficer:
    """The use-case: once a key, in order, and only by the officer who has the case.

    Args:
        voice: marks the words with the officer's name; None to leave them as they are.
    """

    def __init__(
        self,
        change: ChangeCase,
        cases: Cases,
        *,
        officers: Officers,
        clock: Clock,
        voice: Voice | None = None,
    ) -> None:
        self._change = change
        self._cases = cases
        self._officers = officers
        self._clock = clock
        self._voice = voice

    def __call__(
        self,
        officer_id: int,
        message: OutboundMessage,
        *,
        key: str,
        reference: str | None = None,
        is_in_topic: bool = False,
    ) -> Spoken:
        """Queues the words for the citizen; then deliver `case.conversation_id`.

        Args:
            message: the officer's own words.
            key: of what the officer sent (the inbound message's id); again the same changes
                nothing.
            reference: the case; may be left out by an officer who has only one.
            is_in_topic: whether the case's group has read it where it was written.

        Raises:
            WhichCase: they have several and named none.
            NoCaseInHand: they have none and named none.
            AlreadyClaimed, NotAllowed, UnknownCase, WrongState: see there.
        """
        chosen = self._only_case(officer_id) if reference is None else reference
        known = parse_reference(chosen)
        try:
            if known is None:
                raise UnknownCase("not a reference")
            spoken = self._cases.speak(
                known,
                lambda file: officer_spoke(file, now=self._clock(), is_in_topic=is_in_topic),
                officer_id=officer_id,
                message=replace(message, is_officers=True),
                shown=self._marked(known, officer_id, message),
                key=key,
            )
        except (UnknownCase, NotAllowed) as refusal:
            self._change.refused("write", refusal, officer_id=officer_id, reference=chosen)
            raise
        if spoken.is_new:
            _log.info("case.spoken", case=known, officer=officer_id, message=spoken.message)
        return spoken

    def _marked(self, reference: str, officer_id: int, message: OutboundMessage) -> OutboundMessage:
        case, officer = self._cases.get(reference), self._officers.get(officer_id)
        if self._voice is None or case is None or officer is None:
            return replace(message, is_officers=True)
        return replace(self._voice.spoken(case, officer, message), is_officers=True)

    def _only_case(self, officer_id: int) -> str:
        held = self._cases.held_by(officer_id)
        if not held:
            raise NoCaseInHand
        if len(held) > 1:
            raise WhichCase(tuple(case.reference for case in held))
        return held[0].reference
