"""Help in an emergency: first the card, whatever else is open, busy or broken.

It works beside the assistant, not through it: what it needs is in memory and in Redis. The
database is used while it answers; without it the card goes straight to the channel and the case
waits.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar
from weakref import WeakValueDictionary

from bot.clock import Clock
from bot.conversation.session import Owner, Session
from bot.conversation.wishes import halves
from bot.emergency.course import News, Saying, Step, is_current, next_step
from bot.emergency.emergency import Emergency
from bot.emergency.rules import Rules
from bot.errors import AssistantUnavailable, SendFailed
from bot.logs import Log
from bot.messages import Button, Channel, OutboundMessage
from bot.services.emergency_ports import (
    EmergencyDesk,
    EmergencyRecords,
    EmergencyReport,
    EmergencyWords,
    Known,
)
from bot.services.emergency_report import is_for_officers, report_of
from bot.services.find_mission import FindMission, FoundMission
from bot.services.hear_cry import HearCry, is_ours
from bot.services.ledger import DatabaseSilent, Ledger
from bot.services.meter import Meter
from bot.services.ports import Alarm, Deliveries, StreamEntry, Transport
from bot.services.understand_input import Input, Offer, understand

_log = Log(__name__)
_Made = TypeVar("_Made")

_COMPOSERS = 2
_COUNTED = "emergencies"
_WATCHED = timedelta(minutes=30)


@dataclass(frozen=True)
class Help:
    """What became of a message here.

    Args:
        is_done: the bot need not do anything more about the message. Never where people have the
            conversation: they get it, card or not.
        resumes: words that the assistant is to answer now: they were no emergency.
        remembers: words that may tell of another wish, which can be offered now.
        is_discreet: somebody else may read the screen: no detail is shown.
        is_hidden: the citizen covered the conversation; channels show no emergency key.
        is_called_off: the citizen has ended the last emergency; its case stays closed whatever
            they write next.
    """

    is_done: bool
    resumes: str | None = None
    remembers: str | None = None
    is_discreet: bool = False
    is_hidden: bool = False
    is_called_off: bool = False


class HelpNow:
    """The use-case; calling it again with the same message has no second effect.

    Args:
        ledger: our records in the database, asked in time or not at all.
        keyboard: payloads of the channels' standing keys by their label.
        meter: counts cards, false alarms and what went past the database, by kind.
    """

    def __init__(
        self,
        rules: Rules,
        hear: HearCry,
        *,
        records: EmergencyRecords,
        ledger: Ledger,
        desk: EmergencyDesk,
        words: EmergencyWords,
        find_mission: FindMission,
        transports: Mapping[Channel, Transport],
        deliveries: Deliveries,
        keyboard: Mapping[str, str],
        clock: Clock,
        meter: Meter,
    ) -> None:
        self._rules = rules
        self._hear = hear
        self._records = records
        self._ledger = ledger
        self._desk = desk
        self._words = words
        self._find_mission = find_mission
        self._transports = transports
        self._deliveries = deliveries
        self._keyboard = keyboard
        self._clock = clock
        self._meter = meter
        self._composers = ThreadPoolExecutor(_COMPOSERS, thread_name_prefix="emergency")
        self._watched: dict[str, datetime] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def goes_first(self, entry: StreamEntry) -> bool:
        """Whether a message overtakes others: a cry, or a word in an emergency under way here."""
        until = self._watched.get(entry.conversation_id)
        if until and until > self._clock():
            return True
        text = entry.message.text.strip()
        return text in self._keyboard or self._hear.is_cry(text)

    async def __call__(
        self, entry: StreamEntry, *, meant: Input | None = None, alarm: Alarm | None = None
    ) -> Help:
        """Helps, if the message needs it.

        Args:
            meant: the message, where it was understood already.
            alarm: the assistant takes it for an emergency.

        Raises:
            AssistantUnavailable: nothing could be said by any way; the entry is tried again.
        """
        async with self._locks.setdefault(entry.conversation_id, asyncio.Lock()):
            return await self._help(entry, meant=meant, alarm=alarm)

    async def _help(self, entry: StreamEntry, *, meant: Input | None, alarm: Alarm | None) -> Help:
        conversation_id, message = entry.conversation_id, entry.message
        emergency = await self._records.load(conversation_id)
        if emergency and message.message_id in emergency.handled:
            return await self._helped_before(entry, emergency)
        now = self._clock()
        is_going_on = is_current(emergency, self._rules, now)
        if not (is_going_on or alarm or (meant and is_ours(meant.payload))):
            text = message.text.strip()
            if text not in self._keyboard and not self._hear.is_cry(text):
                return _not_ours(emergency)
        known = await self._known(entry, emergency)
        meant = meant or understand(message, known.offers, self._keyboard)
        step = await self._step(entry, known, meant=meant, emergency=emergency, alarm=alarm)
        if step is None:
            return _not_ours(emergency)
        return await self._take(entry, step, known=known)

    async def report_postponed(self) -> int:
        """Brings reports that waited for the database to the desk; returns how many."""
        count = 0
        while waiting := await self._records.next_postponed():
            handle, report = waiting
            if report:
                try:
                    reference = await self._ledger.ask(partial(self._desk.report, report))
                except DatabaseSilent:
                    return count
                await self._number(report, reference)
            await self._records.done(handle)
            count += 1
        return count

    async def _step(
        self,
        entry: StreamEntry,
        known: Known,
        *,
        meant: Input,
        emergency: Emergency | None,
        alarm: Alarm | None,
    ) -> Step | None:
        now = self._clock()
        heard = await self._hear(
            meant,
            message_id=entry.message.message_id,
            known=known,
            emergency=emergency if is_current(emergency, self._rules, now) else None,
            alarm=alarm,
        )
        return next_step(
            emergency,
            heard,
            rules=self._rules,
            now=now,
            is_officers=known.session.owner is Owner.OFFICER,
        )

    async def _take(self, entry: StreamEntry, step: Step, *, known: Known) -> Help:
        conversation_id = entry.conversation_id
        found = await self._in_composer(partial(self._find_mission, step.emergency.place))
        emergency = await self._reported(entry, step, found=found)
        if step.says and not known.is_answered:
            messages = await self._in_composer(partial(self._composed, step.says, emergency, found))
            emergency = await self._said(entry, emergency, messages=messages, session=known.session)
        is_peoples = known.session.owner is not Owner.BOT
        emergency = replace(emergency, is_peoples=is_peoples)
        await self._records.save(conversation_id, emergency)
        self._watch(conversation_id, emergency)
        self._count(entry, step)
        return _help(emergency)

    def _composed(
        self, says: Sequence[Saying], emergency: Emergency, found: FoundMission
    ) -> tuple[OutboundMessage, ...]:
        messages = [self._words.say(saying, emergency, found) for saying in says]
        if emergency.is_hidden:
            messages = [replace(message, clears_keyboard=True) for message in messages]
        return tuple(messages)

    async def _known(self, entry: StreamEntry, emergency: Emergency | None) -> Known:
        offers = _direct_offers(emergency)
        try:
            known = await self._ledger.ask(partial(self._ledger.look_up, entry))
            return replace(known, offers=(*offers, *known.offers))
        except DatabaseSilent:
            language = emergency.language if emergency else None
            session = Session(entry.conversation_id, entry.message.channel, language=language)
            return Known(session, offers=offers, is_answered=False)

    async def _reported(self, entry: StreamEntry, step: Step, *, found: FoundMission) -> Emergency:
        emergency = step.emergency
        if not is_for_officers(step):
            return emergency
        report = report_of(entry, step, found=found, at=self._clock())
        try:
            reference = await self._ledger.ask(partial(self._desk.report, report))
        except DatabaseSilent:
            await self._records.postpone(report)
            self._meter.count(_COUNTED, event="postponed", kind=emergency.kind.value)
            return emergency
        return replace(emergency, case=reference or emergency.case)

    async def _said(
        self,
        entry: StreamEntry,
        emergency: Emergency,
        *,
        messages: Sequence[OutboundMessage],
        session: Session,
    ) -> Emergency:
        is_kept = session.is_language_chosen or session.language == emergency.language
        write = partial(
            self._ledger.write,
            entry.conversation_id,
            in_reply_to=entry.message.message_id,
            messages=messages,
            language=None if is_kept else emergency.language,
        )
        try:
            await self._ledger.ask(write)
        except DatabaseSilent:
            return await self._said_directly(entry, emergency, messages)
        await self._deliveries.deliver(entry.conversation_id)
        return emergency

    async def _said_directly(
        self, entry: StreamEntry, emergency: Emergency, messages: Sequence[OutboundMessage]
    ) -> Emergency:
        """Past the outbox, which does not answer; the buttons are kept with the emergency."""
        message = entry.message
        transport = self._transports.get(message.channel)
        if transport is None:
            raise AssistantUnavailable("channel_off")
        offers = []
        for index, each in enumerate(messages):
            reference = f"{_short(message.message_id)}{index}"
            try:
                await transport.send(message.address, each, reference=reference)
            except SendFailed as failure:
                _log.warning("emergency.unsent", entry=entry.entry_id, code=failure.code)
                if failure.retry:
                    raise AssistantUnavailable(failure.code) from None
            if each.buttons:
                buttons = tuple((button.title, button.payload) for button in each.buttons)
                offers.append((reference, buttons))
        self._meter.count(_COUNTED, event="without_database", kind=emergency.kind.value)
        _log.warning("emergency.without_database", entry=entry.entry_id)
        return replace(emergency, offers=(*reversed(offers), *emergency.offers)[:4])

    def _watch(self, conversation_id: str, emergency: Emergency) -> None:
        """What the citizen writes next goes first as well."""
        now = self._clock()
        self._watched = {each: until for each, until in self._watched.items() if until > now}
        if emergency.is_open:
            self._watched[conversation_id] = now + _WATCHED
        else:
            self._watched.pop(conversation_id, None)

    async def _helped_before(self, entry: StreamEntry, emergency: Emergency) -> Help:
        await self._deliveries.deliver(entry.conversation_id)
        is_latest = emergency.handled[-1] == entry.message.message_id
        return _help(emergency if is_latest else replace(emergency, original=""))

    async def _number(self, report: EmergencyReport, reference: str) -> None:
        """Tells the citizen the number, now that there is one."""
        emergency = await self._records.load(report.conversation_id)
        if emergency is None or emergency.case or emergency.subject != report.subject:
            return
        numbered = replace(emergency, case=reference)
        await self._records.save(report.conversation_id, numbered)
        if not emergency.is_open or emergency.is_hidden:
            return
        write = partial(
            self._ledger.write,
            report.conversation_id,
            in_reply_to=f"recorded:{reference}",
            messages=(self._words.recorded(reference, emergency.language),),
        )
        try:
            await self._ledger.ask(write)
        except DatabaseSilent:
            return
        await self._deliveries.deliver(report.conversation_id)

    def _count(self, entry: StreamEntry, step: Step) -> None:
        kind = step.emergency.kind.value
        if step.news is News.ALARM:
            self._meter.count(_COUNTED, event="shown", kind=kind)
            waited = self._clock() - entry.message.received_at
            self._meter.observe("first_card", max(0.0, waited.total_seconds()))
        elif Saying.CALM in step.says:
            self._meter.count(_COUNTED, event="false_alarm", kind=kind)
        elif Saying.SAFE in step.says:
            self._meter.count(_COUNTED, event="safe", kind=kind)

    async def _in_composer(self, work: Callable[[], _Made]) -> _Made:
        return await asyncio.get_running_loop().run_in_executor(self._composers, work)


def _direct_offers(emergency: Emergency | None) -> tuple[Offer, ...]:
    found = emergency.offers if emergency else ()
    return tuple(
        Offer(reference, tuple(Button(title, payload=payload) for title, payload in buttons))
        for reference, buttons in found
    )


def _help(emergency: Emergency) -> Help:
    # Whoever holds the phone may have ended it: what else was wanted is not answered unasked.
    is_careful = emergency.is_discreet and not emergency.is_open
    is_over = is_careful or (not emergency.is_open and not emergency.was_false_alarm)
    remembers = emergency.original if is_over and halves(emergency.original) else None
    return Help(
        not emergency.is_peoples,
        resumes=None if remembers else emergency.resumes,
        remembers=remembers,
        is_discreet=emergency.is_discreet,
        is_hidden=emergency.is_hidden,
    )


def _not_ours(emergency: Emergency | None) -> Help:
    if emergency is None:
        return Help(False)
    return Help(False, is_hidden=emergency.is_hidden, is_called_off=not emergency.is_open)


def _short(message_id: str) -> str:
    return "e" + hashlib.sha256(message_id.encode()).hexdigest()[:12]
