"""An officer's words on their way to the citizen."""

from __future__ import annotations

from bot.casework.case import Case
from bot.casework.errors import CaseError, NotAllowed
from bot.casework.officers import Officer
from bot.desk_chat.cards import Cards
from bot.desk_chat.choices import button
from bot.desk_chat.commands import Do
from bot.desk_chat.done import Done, refusal
from bot.desk_chat.ports import Desk
from bot.messages import InboundMessage, OutboundMessage


class Speak:
    """Finds the case that words are for, and sends them with what is attached."""

    def __init__(self, desk: Desk, cards: Cards) -> None:
        self._desk = desk
        self._cards = cards

    def __call__(
        self,
        officer: Officer,
        message: InboundMessage,
        *,
        text: str,
        reference: str | None,
        is_in_topic: bool,
        is_confirmed: bool = False,
    ) -> Done:
        """Sends, or asks for whom it is; never guesses.

        Args:
            message: as it came; its id keeps it from being sent twice.
            text: the words, without what only names the case.
            reference: the case, where the officer has named one.
            is_in_topic: whether it was written in the case's topic.
            is_confirmed: whether the officer is told that it went out.
        """
        if reference is None:
            held = self._desk.see.mine(officer.id)
            if len(held) > 1:
                return self._ask(officer, message, held)
            reference = held[0].reference if held else None
        case = self._desk.cases.get(reference) if reference else None
        words = OutboundMessage(text, location=message.location, attachments=message.files)
        if case and not (words.text or words.location or words.attachments):
            nothing = self._cards.message("nothing_sent", officer, case=case.reference)
            return Done((nothing,))
        try:
            spoken = self._desk.from_officer(
                officer.id,
                words,
                key=message.message_id,
                reference=reference,
                is_in_topic=is_in_topic,
            )
        except NotAllowed:
            return Done((self._cards.message("no_first", officer, case=reference),))
        except CaseError as error:
            return Done((refusal(error, officer, self._cards, reference=reference),))
        case = spoken.case
        told = []
        if is_confirmed:
            told.append(self._cards.message("sent", officer, case=case.reference))
        return Done(tuple(told), case=case.reference, conversation_id=case.conversation_id)

    def _ask(self, officer: Officer, message: InboundMessage, held: tuple[Case, ...]) -> Done:
        choices = [
            button(case.reference, Do.SEND, case.reference, argument=message.message_id)
            for case in held
        ]
        cancel = self._cards.button(officer, Do.CANCEL)
        return Done((self._cards.message("ask_send", officer, *choices, cancel),), keeps=True)
