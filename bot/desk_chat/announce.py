"""Tells people what has happened to a case: officers where they are, the citizen in their words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.casework.case import Case, CaseState, Priority
from bot.casework.desk_groups import DeskGroups
from bot.casework.events import IN_TOPIC, Event, EventKind, officer_of
from bot.casework.officers import Officer, may_see
from bot.content.case_words import CatalogueCaseWords, is_discreet
from bot.desk_chat.cards import Cards
from bot.desk_chat.commands import Do
from bot.desk_chat.ports import Desk
from bot.desk_chat.room import addressed
from bot.desk_chat.topics import CHANNEL, ENDS, CaseTopics
from bot.logs import Log
from bot.messages import Author, InboundMessage, OutboundMessage
from bot.services.chat_ports import NEWS, Lines, Memory, Topic
from bot.services.ports import Deliveries, Outbox
from bot.services.see_case import CaseView

_log = Log(__name__)
# What a waiting case is told of again for, and the line above its card.
_CARD_LINES = {
    EventKind.OPENED: "news_opened",
    EventKind.RELEASED: "news_back",
    EventKind.GIVEN_BACK: "news_back",
    EventKind.TRANSFERRED: "news_transferred",
    EventKind.REOPENED: "news_reopened",
    EventKind.PINGED: "news_pinged",
    EventKind.CLIMBED: "news_climbed",
    EventKind.RAISED: "news_raised",
    EventKind.JOINED: "news_joined",
}
_TAKEN = (EventKind.CLAIMED, EventKind.TRANSFERRED)
_Messages = tuple[OutboundMessage, ...]
_Say = Callable[[Officer], _Messages]


@dataclass(frozen=True)
class _Gathered:
    """Who is told what; of each officer whether on every account."""

    citizen: _Messages
    officers: tuple[tuple[Officer, _Messages, bool], ...]


class Announce:
    """Fills `bot.services.case_ports.Announcer`; a second telling of an event changes nothing."""

    def __init__(
        self,
        desk: Desk,
        *,
        outbox: Outbox,
        lines: Lines,
        memory: Memory,
        cards: Cards,
        words: CatalogueCaseWords,
        deliveries: Deliveries,
        topics: CaseTopics,
        groups: DeskGroups,
    ) -> None:
        self._desk = desk
        self._outbox = outbox
        self._lines = lines
        self._memory = memory
        self._cards = cards
        self._words = words
        self._deliveries = deliveries
        self._topics = topics
        self._groups = groups
        self._holders: dict[EventKind, Callable[[Event, Case], Iterable[tuple[int, _Say]]]] = {
            EventKind.CITIZEN_WROTE: self._relayed,
            EventKind.SILENCE_WARNED: self._silence,
            EventKind.GIVEN_BACK: self._given_back,
            EventKind.RELEASED: self._taken_away,
            EventKind.TRANSFERRED: self._transferred,
            EventKind.CLOSED: self._closed,
            EventKind.RATED: self._rated,
            EventKind.RAISED: self._raised,
            EventKind.JOINED: self._raised,
            EventKind.WINDOW_CLOSING: self._window,
        }

    async def announce(self, event: Event, case: Case) -> None:
        """Tells whoever should know; may be called again for the same event after a crash."""
        told = await asyncio.to_thread(self._gather, event, case)
        topic = await self._topics.of(event, case, opens=event.kind in _CARD_LINES)
        conversations = []
        if topic is not None:
            said = await asyncio.to_thread(self._for_topic, event, case)
            await asyncio.to_thread(self._write, topic.conversation_id, event, said)
            conversations.append(topic.conversation_id)
        for officer, messages, everywhere in told.officers:
            places = await self._places(officer, everywhere=everywhere)
            if topic is not None and event.kind is not EventKind.CLIMBED:
                was_asked = everywhere or event.kind is EventKind.WITHDRAWN
                places = await self._outside(
                    officer, places, case=case, topic=topic, was_asked=was_asked
                )
            for place in places:
                await asyncio.to_thread(self._write, place, event, messages)
            conversations += places
        if told.citizen:
            await asyncio.to_thread(self._write, case.conversation_id, event, told.citizen)
            conversations.append(case.conversation_id)
        for conversation_id in conversations:
            await self._deliveries.deliver(conversation_id)
        if topic is not None and event.kind in ENDS:
            await self._topics.close(topic)
        await self._leave(event, case)

    async def _leave(self, event: Event, case: Case) -> None:
        """A group that has nothing to do with the case any more hears that, and nothing else."""
        for topic in await self._topics.left(case):
            moved = self._cards.message(
                "topic_moved", self._groups.reader(case), case=case.reference
            )
            await asyncio.to_thread(self._write, topic.conversation_id, event, (moved,))
            await self._deliveries.deliver(topic.conversation_id)
            await self._topics.close(topic)

    def _for_topic(self, event: Event, case: Case) -> _Messages:
        """What the case's group reads: the card, and what is said to the one who has the case."""
        group = self._groups.reader(case)
        said: list[OutboundMessage] = []
        if event.kind is EventKind.CLAIMED and case.state is CaseState.CLAIMED:
            name = self._name(officer_of(event.actor))
            said.append(self._cards.message("topic_held", group, case=case.reference, name=name))
        elif event.kind is EventKind.WITHDRAWN:
            said.append(self._withdrawn(case, group))
        elif event.kind is EventKind.CLOSED and case.outcome is not None:
            outcome = self._cards.text(f"outcome_{case.outcome.value}", group)
            name = self._name(officer_of(event.actor))
            values = {"case": case.reference, "name": name, "outcome": outcome}
            return (self._cards.message("news_closed", group, **values),)
        elif event.kind is EventKind.OFFICER_WROTE:
            return self._said_elsewhere(event, case)
        holders = self._holders.get(event.kind)
        for officer_id, say in holders(event, case) if holders else ():
            officer = self._desk.officers.get(officer_id)
            if officer and officer.is_active:
                found = say(self._groups.reader(case, officer))
                is_word = event.kind is EventKind.CITIZEN_WROTE
                said += found if is_word else (addressed(each, officer) for each in found)
        if self._is_worth_telling(event, case):
            key = _CARD_LINES[event.kind]
            said.append(self._cards.news(self.view(case, group), group, key=key))
        return tuple(said)

    def _said_elsewhere(self, event: Event, case: Case) -> _Messages:
        """An officer's words that the group has not read where they were written."""
        number = event.details.get("message", "")
        if event.details.items() >= IN_TOPIC.items() or not number.isdecimal():
            return ()
        entry = self._desk.transcripts.message(int(number))
        if entry is None or not isinstance(entry.message, OutboundMessage):
            return ()
        group, name = self._groups.reader(case), self._name(officer_of(event.actor))
        told = OutboundMessage(
            self._cards.said(case, entry.message, group, by=name),
            location=entry.message.location,
            attachments=entry.message.attachments,
            instead_of_files=self._cards.text("said_file_away", group, case=case.reference),
        )
        return (told,)

    def _gather(self, event: Event, case: Case) -> _Gathered:
        told: list[tuple[Officer, _Messages, bool]] = []
        holders = self._holders.get(event.kind)
        for officer_id, say in holders(event, case) if holders else ():
            officer = self._desk.officers.get(officer_id)
            if officer and officer.is_active:
                told.append((officer, say(officer), False))
        told += self._for_queue(event, case)
        return _Gathered(tuple(self._for_citizen(event, case)), tuple(told))

    def _for_queue(self, event: Event, case: Case) -> list[tuple[Officer, _Messages, bool]]:
        """The card, for those on duty, while nobody has the case."""
        if event.kind is EventKind.WITHDRAWN:
            return [
                (officer, (self._withdrawn(case, officer),), False)
                for officer in self._desk.recipients(case)
            ]
        if not self._is_worth_telling(event, case):
            return []
        key = _CARD_LINES[event.kind]
        actor = officer_of(event.actor)
        found = [each for each in self._desk.recipients(case) if each.id != actor]
        if not found:
            _log.warning("case.nobody_told", case=case.reference, kind=event.kind.value)
        return [
            (officer, (self._cards.news(self.view(case, officer), officer, key=key),), True)
            for officer in found
        ]

    def _is_worth_telling(self, event: Event, case: Case) -> bool:
        """Whether an event is news to those who could take the case."""
        if event.kind not in _CARD_LINES or case.state is not CaseState.QUEUED:
            return False
        return event.kind is not EventKind.JOINED or _is_worth_a_card(event, case)

    def view(self, case: Case, officer: Officer) -> CaseView:
        """A case as this officer may see it; that they are told is no look of theirs."""
        others = self._desk.cases.of_conversation(case.conversation_id)
        return CaseView(
            case,
            context=self._desk.cases.context(case.reference),
            entries=self._desk.transcripts.entries(case.reference),
            events=(),
            earlier=tuple(
                other
                for other in others
                if other.reference != case.reference and may_see(officer, other)
            ),
        )

    # What the citizen is told.

    def _for_citizen(self, event: Event, case: Case) -> Iterator[OutboundMessage]:
        language = self._lines.language(case.conversation_id) or case.language
        kind = event.kind
        if kind is EventKind.CLAIMED and case.state is CaseState.CLAIMED:
            yield self._words.claimed(case, language, officer=self._name(officer_of(event.actor)))
        elif kind is EventKind.CLOSED:
            name = self._name(case.last_officer)
            yield self._words.closed(case, language, officer=name)
        elif is_discreet(case):
            return
        elif kind is EventKind.REOPENED:
            yield self._words.reopened(case, language)
        elif kind is EventKind.TRANSFERRED:
            to_mission = event.details.get("mission")
            yield self._words.moved(case, language, to_mission=to_mission)
        elif _waits_again(event) and case.state is CaseState.QUEUED:
            yield self._words.waits_again(case, language)

    # What the officer who has, or had, the case is told.

    def _relayed(self, event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        number = event.details.get("message", "")
        if case.claimed_by is None or not number.isdecimal() or self._was_shown(event, case):
            return []
        entry = self._desk.transcripts.message(int(number))
        if entry is None or not isinstance(entry.message, InboundMessage):
            return []
        message = entry.message
        return [(case.claimed_by, lambda officer: (self._heard(case, message, officer),))]

    def _was_shown(self, event: Event, case: Case) -> bool:
        """Whether the words stood on the card that came with the case already."""
        events = self._desk.transcripts.events(case.reference)
        taken = [each.id or 0 for each in events if each.kind in _TAKEN]
        return (event.id or 0) < max(taken, default=0)

    def _silence(self, _event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        return self._to_holder(case, "news_silence")

    def _window(self, _event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        return self._to_holder(case, "news_window")

    def _raised(self, event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        is_told_anyway = event.kind is EventKind.JOINED and _is_also_raised(event)
        if case.claimed_by is None or is_told_anyway:
            return []
        key = _CARD_LINES[event.kind]

        def say(officer: Officer) -> _Messages:
            return (self._cards.taken(self.view(case, officer), officer, key=key),)

        return [(case.claimed_by, say)]

    def _given_back(self, event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        silent = event.details.get("officer", "")
        if not silent.isdecimal():
            return []
        return [(int(silent), self._says("news_given_back", case))]

    def _taken_away(self, event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        actor, before = officer_of(event.actor), case.last_officer
        other = event.details.get("yielded_to")
        if before is None or before == actor or "revoked" in event.details:
            return []
        if other:
            return [(before, self._says("news_yielded", case, other=other))]
        return [(before, self._says("news_freed", case, name=self._name(actor)))]

    def _transferred(self, event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        to = event.details.get("officer", "")
        if not to.isdecimal() or case.claimed_by != int(to):
            return []

        def say(officer: Officer) -> _Messages:
            return (self._cards.taken(self.view(case, officer), officer, key="given"),)

        return [(int(to), say)]

    def _closed(self, event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        actor, before = officer_of(event.actor), case.last_officer
        if before is None or before == actor or case.outcome is None:
            return []
        outcome = f"outcome_{case.outcome.value}"

        def say(officer: Officer) -> _Messages:
            shown = self._cards.text(outcome, officer)
            name = self._name(actor)
            return self._says("news_closed", case, name=name, outcome=shown)(officer)

        return [(before, say)]

    def _rated(self, event: Event, case: Case) -> Iterable[tuple[int, _Say]]:
        if case.last_officer is None:
            return []
        stars = event.details.get("stars", "")
        return [(case.last_officer, self._says("news_rated", case, stars=stars))]

    def _to_holder(self, case: Case, key: str) -> Iterable[tuple[int, _Say]]:
        return [(case.claimed_by, self._says(key, case))] if case.claimed_by is not None else []

    def _says(self, key: str, case: Case, **values: str) -> _Say:
        def say(officer: Officer) -> _Messages:
            see = self._cards.button(officer, Do.CASE, case.reference)
            return (self._cards.message(key, officer, see, case=case.reference, **values),)

        return say

    def _heard(self, case: Case, message: InboundMessage, officer: Officer) -> OutboundMessage:
        text = self._cards.heard(case, message, officer)
        return OutboundMessage(
            text,
            location=message.location,
            attachments=message.files,
            instead_of_files=self._cards.text("file_away", officer, case=case.reference),
            clears_keyboard=True,
        )

    def _withdrawn(self, case: Case, officer: Officer) -> OutboundMessage:
        outcome = case.outcome.value if case.outcome else "withdrawn"
        shown = self._cards.text(f"outcome_{outcome}", officer)
        return self._cards.message("news_withdrawn", officer, case=case.reference, outcome=shown)

    def _name(self, officer_id: int | None) -> str:
        officer = self._desk.officers.get(officer_id) if officer_id is not None else None
        return officer.name if officer else ""

    async def _places(self, officer: Officer, *, everywhere: bool) -> list[str]:
        """Where an officer is told: where they wrote from last, or wherever they can be."""
        accounts = await asyncio.to_thread(self._lines.reachable, officer.id)
        ids = [account.conversation_id for account in accounts]
        if everywhere:
            return ids
        here = await self._memory.whereabouts(officer.id)
        return [here] if here in ids and here is not None else ids

    async def _outside(
        self, officer: Officer, places: list[str], *, case: Case, topic: Topic, was_asked: bool
    ) -> list[str]:
        """An officer's places, unless they read the topic.

        A waiting case is announced to the desk's group instead; whoever has the case is told in
        private as well, unless they wrote in the group last.

        Args:
            was_asked: whether they are told as one of those who could take the case.
        """
        if not was_asked:
            here = await self._memory.whereabouts(officer.id)
            return [] if await self._topics.is_in_group(here, topic) else places
        is_of_desk = case.mission_id in officer.missions and case.function in officer.functions
        accounts = await asyncio.to_thread(self._lines.reachable, officer.id)
        is_there = any(each.channel is CHANNEL for each in accounts)
        return [] if is_of_desk and is_there else places

    def _write(
        self, conversation_id: str, event: Event, messages: Sequence[OutboundMessage]
    ) -> None:
        self._outbox.write(
            conversation_id,
            in_reply_to=f"{NEWS}{event.id}",
            messages=messages,
            author=Author.SYSTEM,
        )


def _waits_again(event: Event) -> bool:
    is_back = event.kind in (EventKind.RELEASED, EventKind.GIVEN_BACK)
    return is_back and "yielded_to" not in event.details


def _is_worth_a_card(event: Event, case: Case) -> bool:
    """Of a waiting case only what is news in an emergency; more urgent is told by itself."""
    return case.priority is Priority.P1 and not _is_also_raised(event)


def _is_also_raised(event: Event) -> bool:
    return "priority" in event.details.get("new", "").split(",")
