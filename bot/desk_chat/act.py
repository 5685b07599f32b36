"""What each command of an officer does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.casework.canned import Canned, fitting
from bot.casework.case import Outcome
from bot.casework.errors import CaseError
from bot.casework.officers import Officer
from bot.clock import Clock
from bot.consular.facts import Bilingual
from bot.desk_chat.cards import Cards, language_of
from bot.desk_chat.choices import button
from bot.desk_chat.commands import Command, Do, read_outcome
from bot.desk_chat.done import Done, refusal
from bot.desk_chat.hand_on import HandOn
from bot.desk_chat.ports import Desk
from bot.desk_chat.room import Source
from bot.desk_chat.spans import read_span
from bot.messages import OutboundMessage
from bot.services.see_case import CaseView
from bot.services.set_duty import SetDuty

_AWAY = {"1h": timedelta(hours=1), "4h": timedelta(hours=4), "1d": timedelta(days=1)}
_SAW_MANY_LINES = 25


class Act:
    """Carries commands out; what is refused is said, never raised.

    Args:
        hand_on: transfers.
        duty: sets an officer away.
        canned: the canned replies.
        link: makes a link to the web desk for an officer; None where there is no address.
    """

    def __init__(
        self,
        desk: Desk,
        cards: Cards,
        *,
        hand_on: HandOn,
        duty: SetDuty,
        canned: tuple[Canned, ...],
        link: Callable[[int], str | None],
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._cards = cards
        self._hand_on = hand_on
        self._duty = duty
        self._canned = canned
        self._link = link
        self._clock = clock
        self._alone: dict[Do, Callable[[Officer, Command], Done]] = {
            Do.QUEUE: self._queue,
            Do.MINE: self._mine,
            Do.AWAY: self._away,
            Do.BACK: self._back,
            Do.CANCEL: self._cancel,
            Do.HELP: self._help,
            Do.DESK: self._desk_link,
            Do.ENROL: self._enrolled,
            Do.UNKNOWN: self._unknown,
        }
        self._of_case: dict[Do, Callable[[Officer, str, Command, Source], Done]] = {
            Do.CASE: self._case,
            Do.CLAIM: self._claim,
            Do.DECLINE: self._decline,
            Do.NOTE: self._note,
            Do.CANNED: self._canned_reply,
            Do.TRANSFER: self._transfer,
            Do.RELEASE: self._release,
            Do.CLOSE: self._close,
            Do.REOPEN: self._reopen,
        }

    def __call__(
        self, officer: Officer, command: Command, *, source: Source, quoted: str | None
    ) -> Done:
        """Carries a command out.

        Args:
            source: where it was given.
            quoted: the case of the message that was quoted.
        """
        alone = self._alone.get(command.do)
        if alone is not None:
            return alone(officer, command)
        reference = command.reference or quoted
        if reference is None:
            held = self._desk.see.mine(officer.id)
            if command.do in (Do.CLAIM, Do.DECLINE, Do.REOPEN) or not held:
                return self._queue(officer, command)
            if len(held) > 1:
                choices = (
                    button(c.reference, command.do, c.reference, argument=command.argument)
                    for c in held
                )
                return Done((self._cards.message("ask_case", officer, *choices),))
            reference = held[0].reference
        try:
            return self._of_case[command.do](officer, reference, command, source)
        except CaseError as error:
            return Done((refusal(error, officer, self._cards, reference=reference),))

    def _queue(self, officer: Officer, _command: Command) -> Done:
        cases = self._desk.see.queue(officer.id)
        if not cases:
            mine = self._cards.button(officer, Do.MINE)
            return Done((self._cards.message("queue_empty", officer, mine),))
        return Done((self._cards.listed("queue", cases, officer),))

    def _mine(self, officer: Officer, _command: Command) -> Done:
        cases = self._desk.see.mine(officer.id)
        if not cases:
            queue = self._cards.button(officer, Do.QUEUE)
            return Done((self._cards.message("mine_empty", officer, queue),))
        return Done((self._cards.listed("mine", cases, officer),))

    def _case(self, officer: Officer, reference: str, _command: Command, _source: Source) -> Done:
        view = self._desk.see(reference, officer.id)
        return Done((self._cards.card(view, officer, most=_SAW_MANY_LINES),))

    def _claim(self, officer: Officer, reference: str, _command: Command, _source: Source) -> Done:
        case = self._desk.claim(reference, officer.id).case
        view = self._desk.see(case.reference, officer.id)
        return Done(
            (self._cards.taken(view, officer),),
            case=case.reference,
            conversation_id=case.conversation_id,
        )

    def _decline(
        self, officer: Officer, reference: str, _command: Command, _source: Source
    ) -> Done:
        case = self._desk.decline(reference, officer.id).case
        return Done((self._cards.message("declined", officer, case=case.reference),))

    def _note(self, officer: Officer, reference: str, command: Command, _source: Source) -> Done:
        if not command.argument:
            self._desk.see(reference, officer.id)
            cancel = self._cards.button(officer, Do.CANCEL)
            return Done(
                (self._cards.message("ask_note", officer, cancel, case=reference),),
                wish=button("", Do.NOTE, reference).payload,
            )
        case = self._desk.note(reference, officer.id, text=command.argument).case
        return Done((self._cards.message("noted", officer, case=case.reference),))

    def _canned_reply(
        self, officer: Officer, reference: str, command: Command, source: Source
    ) -> Done:
        view = self._desk.see(reference, officer.id)
        replies = fitting(self._canned, view.case)
        chosen = next((each for each in replies if each.id == command.argument), None)
        if chosen is None:
            return Done((self._canned_choices(officer, view, replies),))
        words = chosen.filled(view.case, officer=officer.name)
        spoken = self._desk.from_officer(
            officer.id,
            OutboundMessage(words),
            key=source.key,
            reference=view.case.reference,
            is_in_topic=source.is_in_topic,
        )
        case = spoken.case
        told = self._cards.message("canned_sent", officer, case=case.reference, words=words)
        return Done((told,), case=case.reference, conversation_id=case.conversation_id)

    def _canned_choices(
        self, officer: Officer, view: CaseView, replies: tuple[Canned, ...]
    ) -> OutboundMessage:
        reference = view.case.reference
        choices = [
            button(_title(each.title, officer), Do.CANNED, reference, argument=each.id)
            for each in replies
        ]
        key = "ask_canned" if choices else "no_canned"
        return self._cards.message(key, officer, *choices, case=reference)

    def _transfer(
        self, officer: Officer, reference: str, command: Command, _source: Source
    ) -> Done:
        return self._hand_on(officer, reference, command.argument)

    def _release(
        self, officer: Officer, reference: str, _command: Command, _source: Source
    ) -> Done:
        case = self._desk.release(reference, officer.id).case
        told = self._cards.message("released", officer, case=case.reference)
        return Done((told,), case=case.reference, conversation_id=case.conversation_id)

    def _close(self, officer: Officer, reference: str, command: Command, _source: Source) -> Done:
        outcome = _outcome(command.argument)
        if outcome is None:
            case = self._desk.see(reference, officer.id).case
            choices = self._cards.outcomes(case, officer)
            return Done((self._cards.message("ask_outcome", officer, *choices, case=reference),))
        case = self._desk.close(reference, officer.id, outcome=outcome).case
        shown = self._cards.text(f"outcome_{outcome.value}", officer)
        told = self._cards.message("closed", officer, case=case.reference, outcome=shown)
        return Done((told,), case=case.reference, conversation_id=case.conversation_id)

    def _reopen(self, officer: Officer, reference: str, _command: Command, _source: Source) -> Done:
        case = self._desk.reopen(reference, officer.id).case
        told = self._cards.message("reopened", officer, case=case.reference)
        return Done((told,), case=case.reference, conversation_id=case.conversation_id)

    def _away(self, officer: Officer, command: Command) -> Done:
        span = _AWAY.get(command.argument) or read_span(command.argument)
        if span is None:
            choices = [
                button(self._cards.text(f"button_away_{name}", officer), Do.AWAY, argument=name)
                for name in _AWAY
            ]
            choices.append(self._cards.button(officer, Do.BACK))
            return Done((self._cards.message("ask_away", officer, *choices),))
        until = self._clock() + span
        self._duty.away(officer.id, until, by=officer.id)
        back = self._cards.button(officer, Do.BACK)
        at = self._cards.day(until, officer)
        return Done((self._cards.message("away_until", officer, back, at=at),))

    def _back(self, officer: Officer, _command: Command) -> Done:
        self._duty.away(officer.id, None, by=officer.id)
        queue = self._cards.button(officer, Do.QUEUE)
        return Done((self._cards.message("not_away", officer, queue),))

    def _cancel(self, officer: Officer, _command: Command) -> Done:
        return Done((self._cards.message("cancelled", officer),))

    def _help(self, officer: Officer, _command: Command) -> Done:
        shown = (Do.QUEUE, Do.MINE, Do.AWAY, Do.DESK)
        buttons = (self._cards.button(officer, do) for do in shown)
        return Done((self._cards.message("help", officer, *buttons),))

    def _desk_link(self, officer: Officer, _command: Command) -> Done:
        link = self._link(officer.id)
        key = "link" if link else "no_link"
        return Done((self._cards.message(key, officer, link=link),))

    def _enrolled(self, officer: Officer, _command: Command) -> Done:
        return Done((self._cards.message("enrolled_before", officer),))

    def _unknown(self, officer: Officer, command: Command) -> Done:
        key = "no_button" if command.argument == "button" else "no_command"
        do = Do.QUEUE if command.argument == "button" else Do.HELP
        return Done((self._cards.message(key, officer, self._cards.button(officer, do)),))


def _outcome(text: str) -> Outcome | None:
    try:
        return Outcome(text)
    except ValueError:
        return read_outcome(text)


def _title(title: Bilingual, officer: Officer) -> str:
    return title.text(language_of(officer))
