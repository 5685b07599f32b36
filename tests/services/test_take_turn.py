"""A turn is taken once, whatever is repeated, and its language is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from bot.consular.place import Place
from bot.conversation.session import Owner, Session
from bot.errors import AssistantUnavailable
from bot.messages import Author, Channel, InboundMessage, OutboundMessage
from bot.services.help_now import Help
from bot.services.ports import Alarm, Answer, StreamEntry
from bot.services.relay_from_citizen import Relayed
from bot.services.take_turn import TakeTurn
from bot.services.understand_input import Input, Offer

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)


class Records:
    """Conversations in memory."""

    def __init__(self) -> None:
        self.session = Session("web:a", Channel.WEB)

    def open(self, conversation_id: str, *, channel: Channel, address: str) -> Session:
        return self.session

    def keep_language(self, conversation_id: str, *, language: str, is_chosen: bool) -> None:
        self.session = replace(self.session, language=language, is_language_chosen=is_chosen)


class Written:
    """An outbox in memory; only what a turn needs of it."""

    def __init__(self) -> None:
        self.replies: dict[str, Sequence[OutboundMessage]] = {}

    def offers(self, conversation_id: str) -> tuple[Offer, ...]:
        return ()

    def is_answered(self, conversation_id: str, in_reply_to: str) -> bool:
        return in_reply_to in self.replies

    def write(
        self,
        conversation_id: str,
        *,
        in_reply_to: str,
        messages: Sequence[OutboundMessage],
        author: Author = Author.BOT,
        only_if_owner: Owner | None = None,
    ) -> bool:
        assert only_if_owner is Owner.BOT
        self.replies[in_reply_to] = messages
        return True


class Gate:
    """The owner gate; notes what it was given."""

    def __init__(self) -> None:
        self.owner = Owner.BOT
        self.passed: list[tuple[str, bool]] = []

    def __call__(
        self,
        conversation_id: str,
        message: InboundMessage,
        *,
        reopens: bool = True,
        is_urgent: bool = False,
    ) -> Relayed:
        self.passed.append((message.message_id, reopens))
        return Relayed(self.owner is Owner.BOT, self.owner, case=None, message=None)


class Scripted:
    """An assistant that says one thing and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer_given = answer
        self.asked: list[tuple[str, str, bool]] = []
        self.meant: list[Input] = []
        self.is_down = False

    async def answer(
        self, session: Session, meant: Input, *, message_id: str, is_redelivered: bool
    ) -> Answer:
        if self.is_down:
            raise AssistantUnavailable("test")
        self.asked.append((message_id, meant.text, is_redelivered))
        self.meant.append(meant)
        return self.answer_given


class Deliveries:
    """Counts."""

    def __init__(self) -> None:
        self.count = 0

    async def deliver(self, conversation_id: str) -> None:
        self.count += 1


class HelpDesk:
    """Says of each message what it was told to say; remembers what it was asked."""

    def __init__(self) -> None:
        self.help = Help(False)
        self.after_alarm = Help(True)
        self.asked: list[tuple[str, Alarm | None]] = []

    async def __call__(
        self, entry: StreamEntry, *, meant: Input | None = None, alarm: Alarm | None = None
    ) -> Help:
        self.asked.append((entry.message.message_id, alarm))
        return self.after_alarm if alarm else self.help


def _entry(message_id: str = "m1", *, attempts: int = 1) -> StreamEntry:
    message = InboundMessage(
        channel=Channel.WEB, address="a", message_id=message_id, received_at=NOW, text="halo"
    )
    return StreamEntry("0:1", "web:a", message=message, attempts=attempts)


class Desk:
    """A turn with all that it needs, in memory."""

    def __init__(self, language: str | None = "id", is_chosen: bool = False) -> None:
        self.records, self.outbox, self.deliveries = Records(), Written(), Deliveries()
        self.assistant = Scripted(
            Answer((OutboundMessage("Halo"),), language, is_language_chosen=is_chosen)
        )
        self.gate, self.help_now = Gate(), HelpDesk()
        self.take = TakeTurn(
            conversations=self.records,
            outbox=self.outbox,  # type: ignore[arg-type]
            help_now=self.help_now,
            relay=self.gate,
            assistant=self.assistant,
            deliveries=self.deliveries,
            keyboard={},
        )


async def test_a_message_is_answered_and_delivered() -> None:
    desk = Desk()
    await desk.take(_entry())
    assert [m.text for m in desk.outbox.replies["m1"]] == ["Halo"]
    assert desk.deliveries.count == 1


async def test_an_answered_message_that_comes_again_is_delivered_but_not_asked_again() -> None:
    desk = Desk()
    await desk.take(_entry())
    await desk.take(_entry(attempts=2))
    assert len(desk.assistant.asked) == 1
    assert desk.deliveries.count == 2


async def test_the_assistant_is_told_of_a_redelivery() -> None:
    desk = Desk()
    await desk.take(_entry(attempts=2))
    assert desk.assistant.asked == [("m1", "halo", True)]


async def test_while_the_assistant_is_away_nothing_is_written() -> None:
    desk = Desk()
    desk.assistant.is_down = True
    with pytest.raises(AssistantUnavailable):
        await desk.take(_entry())
    assert desk.outbox.replies == {}


async def test_the_language_of_the_answer_is_kept() -> None:
    desk = Desk(language="en")
    await desk.take(_entry())
    assert (desk.records.session.language, desk.records.session.is_language_chosen) == ("en", False)


async def test_a_choice_of_language_stays_a_choice() -> None:
    desk = Desk(language="en", is_chosen=True)
    await desk.take(_entry("m1"))
    desk.assistant.answer_given = replace(desk.assistant.answer_given, is_language_chosen=False)
    await desk.take(_entry("m2"))
    assert desk.records.session.is_language_chosen


@pytest.mark.parametrize("owner", [Owner.QUEUE, Owner.OFFICER])
async def test_while_people_have_the_conversation_the_assistant_is_not_asked(owner: Owner) -> None:
    desk = Desk()
    desk.gate.owner = owner
    await desk.take(_entry())
    assert desk.assistant.asked == []
    assert desk.outbox.replies == {}
    assert desk.gate.passed == [("m1", True)]
    assert desk.deliveries.count == 1


async def test_the_gate_sees_a_message_before_and_after_the_bots_turn() -> None:
    desk = Desk()
    await desk.take(_entry())
    assert desk.gate.passed == [("m1", True), ("m1", True)]


async def test_help_looks_at_a_message_before_anything_else() -> None:
    desk = Desk()
    desk.help_now.help = Help(True)
    await desk.take(_entry())
    assert desk.help_now.asked == [("m1", None)]
    assert desk.assistant.asked == []
    assert desk.outbox.replies == {}


async def test_what_the_assistant_takes_for_an_emergency_goes_to_help() -> None:
    desk = Desk()
    alarm = Alarm("emergency_arrest", Place(country="MY"), language="id")
    desk.assistant.answer_given = Answer((), None, is_language_chosen=False, alarm=alarm)
    await desk.take(_entry())
    assert desk.help_now.asked[-1] == ("m1", alarm)
    assert desk.outbox.replies == {}


async def test_an_alarm_that_help_does_not_take_is_answered_as_any_other_message() -> None:
    desk = Desk()
    alarm = Alarm("emergency_general", Place(), language="id")
    desk.assistant.answer_given = Answer((), None, is_language_chosen=False, alarm=alarm)
    desk.help_now.after_alarm = Help(False)
    await desk.take(_entry())
    assert [meant.is_calm for meant in desk.assistant.meant] == [False, True]
    assert "m1" in desk.outbox.replies


async def test_words_that_were_no_emergency_are_answered_after_all() -> None:
    desk = Desk()
    desk.help_now.help = Help(True, resumes="antreannya lama sekali")
    await desk.take(_entry())
    await desk.take(_entry(attempts=2))
    assert desk.assistant.asked == [("m1:calm", "antreannya lama sekali", False)]
    assert [m.text for m in desk.outbox.replies["m1:calm"]] == ["Halo"]


async def test_what_else_was_wanted_is_offered_once_the_emergency_is_over() -> None:
    desk = Desk()
    desk.help_now.help = Help(True, remembers="teman pingsan dan mau perpanjang paspor")
    await desk.take(_entry())
    assert desk.assistant.meant[-1].is_offer
    assert not desk.assistant.meant[-1].is_quiet
    assert [m.text for m in desk.outbox.replies["m1:calm"]] == ["Halo"]


async def test_what_else_was_wanted_is_offered_without_detail_where_others_may_read() -> None:
    desk = Desk()
    desk.help_now.help = Help(True, remembers="…", is_discreet=True, is_hidden=True)
    await desk.take(_entry())
    assert desk.assistant.meant[-1].is_quiet
    assert all(message.clears_keyboard for message in desk.outbox.replies["m1:calm"])


async def test_in_a_covered_conversation_the_emergency_key_stays_away() -> None:
    desk = Desk()
    desk.help_now.help = Help(False, is_hidden=True)
    await desk.take(_entry())
    assert all(message.clears_keyboard for message in desk.outbox.replies["m1"])


async def test_words_after_a_called_off_emergency_do_not_open_its_case_again() -> None:
    desk = Desk()
    desk.help_now.help = Help(False, is_called_off=True)
    await desk.take(_entry())
    assert not any(reopens for _, reopens in desk.gate.passed)
