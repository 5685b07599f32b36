"""Help comes first and comes once, with the database or without it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from bot.consular.facts import Mission
from bot.consular.place import Place
from bot.conversation.session import Owner, Session
from bot.emergency.course import Saying
from bot.emergency.emergency import Emergency
from bot.emergency.rules import load_rules
from bot.errors import AssistantUnavailable, SendFailed
from bot.messages import (
    Author,
    Button,
    Channel,
    InboundMessage,
    Location,
    OutboundMessage,
    Sent,
)
from bot.nlu.normalise import load_spellings, normalise
from bot.services.emergency_ports import EmergencyReport, Gist
from bot.services.find_mission import FoundMission
from bot.services.hear_cry import HearCry
from bot.services.help_now import Help, HelpNow
from bot.services.ledger import Ledger
from bot.services.meter import NoMeter
from bot.services.ports import Alarm, StreamEntry
from bot.services.understand_input import Offer

NOW = datetime(2026, 11, 24, 9, tzinfo=timezone.utc)
RULES = load_rules()
SPELLINGS = load_spellings()
SAFE = '/emergency_answer{"say": "safe"}'
PATIENCE_SECONDS = 0.2


class Silence(Exception):
    """What the database says when it says nothing."""


class Database:
    """Conversations, outbox and case desk in memory; can be away, or hang."""

    def __init__(self) -> None:
        self.session = Session("web:a", Channel.WEB)
        self.written: dict[str, Sequence[OutboundMessage]] = {}
        self.authors: set[Author] = set()
        self.reports: list[EmergencyReport] = []
        self.offered: tuple[Offer, ...] = ()
        self.is_away = False
        self.questions = 0

    def _answer(self) -> None:
        self.questions += 1
        if self.is_away:
            raise Silence

    def open(self, conversation_id: str, *, channel: Channel, address: str) -> Session:
        self._answer()
        return self.session

    def keep_language(self, conversation_id: str, *, language: str, is_chosen: bool) -> None:
        self.session = replace(self.session, language=language, is_language_chosen=is_chosen)

    def offers(self, conversation_id: str) -> tuple[Offer, ...]:
        return self.offered

    def is_answered(self, conversation_id: str, in_reply_to: str) -> bool:
        return in_reply_to in self.written

    def write(
        self,
        conversation_id: str,
        *,
        in_reply_to: str,
        messages: Sequence[OutboundMessage],
        author: Author,
    ) -> bool:
        self._answer()
        self.written.setdefault(in_reply_to, messages)
        self.authors.add(author)
        return True

    def report(self, report: EmergencyReport) -> str:
        self._answer()
        self.reports.append(report)
        subjects = list(dict.fromkeys(each.subject for each in self.reports))
        return f"KSL-261124-{subjects.index(report.subject) + 1:04}"


class Records:
    """Emergencies in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, Emergency] = {}
        self.postponed: list[EmergencyReport] = []

    async def load(self, conversation_id: str) -> Emergency | None:
        return self.kept.get(conversation_id)

    async def save(self, conversation_id: str, emergency: Emergency) -> None:
        self.kept[conversation_id] = emergency

    async def postpone(self, report: EmergencyReport) -> None:
        self.postponed.append(report)

    async def next_postponed(self) -> tuple[str, EmergencyReport | None] | None:
        return ("first", self.postponed[0]) if self.postponed else None

    async def done(self, handle: str) -> None:
        self.postponed.pop(0)


class Words:
    """Says the name of what is said."""

    def say(self, saying: Saying, emergency: Emergency, found: FoundMission) -> OutboundMessage:
        where = found.country or "anywhere"
        buttons = (Button("Saya aman", payload=SAFE),) if saying is Saying.CARD else ()
        return OutboundMessage(f"{saying.value} {where} {emergency.case}", buttons=buttons)

    def recorded(self, reference: str, language: str) -> OutboundMessage:
        return OutboundMessage(f"recorded {reference}")


class Transport:
    """The web chat."""

    channel = Channel.WEB

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.is_down = False

    async def send(self, address: str, message: OutboundMessage, *, reference: str) -> Sent:
        if self.is_down:
            raise SendFailed("network", retry=True)
        self.sent.append(message.text)
        return Sent((reference,))

    async def close(self) -> None:
        pass


class Deliveries:
    """Counts."""

    def __init__(self) -> None:
        self.count = 0

    async def deliver(self, conversation_id: str) -> None:
        self.count += 1


def reading(text: str) -> Gist:
    """Urgent is what the triage table knows."""
    words = normalise(text, SPELLINGS)
    is_urgent = any(rule.is_said(words) for rule in RULES.kinds.values())
    place = Place(country="MY") if "malaysia" in words else Place()
    return Gist(words, language="id", place=place, is_urgent=is_urgent)


class Reading:
    """The gist as a class, as the port wants it."""

    def __call__(self, text: str) -> Gist:
        return reading(text)

    def is_urgent(self, text: str) -> bool:
        return reading(text).is_urgent

    def words(self, text: str) -> str:
        return normalise(text, SPELLINGS)


class Assistant:
    """Takes everything for nothing in particular."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.takes_for: Alarm | None = None

    async def understand(self, session: Session, text: str) -> Alarm | None:
        self.asked.append(text)
        return self.takes_for


class Counted(NoMeter):
    """Remembers what is counted."""

    def __init__(self) -> None:
        self.counted: list[str] = []

    def count(self, name: str, number: int = 1, **labels: str) -> None:
        self.counted.append(f"{labels['event']} {labels['kind']}")


class World:
    """Help with all that it needs."""

    def __init__(self, *, rest_seconds: float = 5.0) -> None:
        self.home = Place()
        self.database, self.records, self.assistant = Database(), Records(), Assistant()
        self.transport, self.deliveries, self.meter = Transport(), Deliveries(), Counted()

        def find_mission(place: Place) -> FoundMission:
            country = place.country or ("MY" if place.location else None)
            mission: Mission | None = None
            return FoundMission(mission, country=country)

        self.help_now = HelpNow(
            RULES,
            HearCry(
                RULES,
                Reading(),
                understanding=self.assistant,
                is_somewhere=lambda place: find_mission(place).country is not None,
            ),
            records=self.records,
            ledger=Ledger(
                self.database,
                self.database,  # type: ignore[arg-type]
                registered=lambda _: self.home,
                silences=(Silence,),
                patience_seconds=PATIENCE_SECONDS,
                rest_seconds=rest_seconds,
            ),
            desk=self.database,
            words=Words(),
            find_mission=find_mission,  # type: ignore[arg-type]
            transports={Channel.WEB: self.transport},
            deliveries=self.deliveries,
            keyboard={"🆘 DARURAT / SOS": "/emergency_general"},
            clock=lambda: NOW,
            meter=self.meter,
        )

    async def hears(self, text: str = "", *, message_id: str = "m1", **content: object) -> Help:
        return await self.help_now(an_entry(text, message_id=message_id, **content))

    def texts(self, message_id: str = "m1") -> list[str]:
        return [message.text for message in self.database.written.get(message_id, ())]


def an_entry(text: str = "", *, message_id: str = "m1", **content: object) -> StreamEntry:
    message = InboundMessage(
        channel=Channel.WEB,
        address="a",
        message_id=message_id,
        received_at=NOW,
        text=text,
        **content,  # type: ignore[arg-type]
    )
    return StreamEntry("0:1", "web:a", message=message, attempts=1)


async def test_a_cry_gets_the_card_and_a_case_whoever_owns_the_conversation() -> None:
    for owner in Owner:
        world = World()
        world.database.session = replace(world.database.session, owner=owner)
        helped = await world.hears("saya dipukul majikan di malaysia")
        assert world.texts()[0] == "card MY KSL-261124-0001"
        assert [report.priority.value for report in world.database.reports] == ["P1"]
        assert world.database.authors == {Author.SYSTEM}
        assert helped.is_done is (owner is Owner.BOT)


async def test_the_same_message_again_says_and_reports_nothing_new() -> None:
    world = World()
    await world.hears("saya dipukul majikan")
    await world.hears("saya dipukul majikan")
    assert len(world.database.reports) == 1
    assert list(world.database.written) == ["m1"]


async def test_any_other_message_costs_the_database_nothing() -> None:
    world = World()
    assert await world.hears("jam buka kbri tokyo") == Help(False)
    assert world.database.questions == 0
    assert world.assistant.asked == []


ANSWER = Alarm("emergency_disaster", Place(), language="id", is_answer=True)


async def test_few_words_that_answer_the_assistants_question_are_no_cry() -> None:
    world = World()
    world.assistant.takes_for = ANSWER
    assert await world.hears("banjir") == Help(False)
    assert world.database.reports == []


async def test_without_the_assistant_few_words_are_a_cry() -> None:
    world = World()
    assert (await world.hears("banjir")).is_done
    assert world.assistant.asked == ["banjir"]
    assert len(world.database.reports) == 1


async def test_nobody_is_asked_about_a_cry_that_is_clear() -> None:
    world = World()
    world.assistant.takes_for = ANSWER
    assert (await world.hears("saya dipukul majikan di malaysia")).is_done
    assert world.assistant.asked == []


async def test_in_an_emergency_nothing_is_a_mere_answer() -> None:
    world = World()
    await world.hears("saya dipukul majikan di malaysia")
    world.assistant.takes_for = ANSWER
    assert (await world.hears("ada banjir", message_id="m2")).is_done
    assert len(world.database.reports) == 2


async def test_a_report_says_where_who_and_what_was_said() -> None:
    world = World()
    await world.hears("anak saya pingsan di malaysia")
    await world.hears(message_id="m2", location=Location(3.14, longitude=101.69))
    first, second = world.database.reports
    assert (first.summary, first.for_whom, first.place) == ("MEDICAL · child", "child", "MY")
    assert first.message.text == "anak saya pingsan di malaysia"
    assert second.map_link
    assert "mlat=3.14000" in second.map_link


async def test_without_the_database_the_card_goes_straight_to_the_channel() -> None:
    world = World()
    world.database.is_away = True
    helped = await world.hears("saya dipukul majikan di malaysia")
    assert helped.is_done
    assert world.transport.sent[0] == "card MY None"
    assert [report.subject for report in world.records.postponed] == ["emergency_violence"]


async def test_buttons_that_went_past_the_outbox_are_understood() -> None:
    world = World()
    world.database.is_away = True
    await world.hears("saya kecelakaan di malaysia")
    reference, _ = world.records.kept["web:a"].offers[-1]
    await world.hears(message_id="m2", payload=f"#{reference}:0")
    assert not world.records.kept["web:a"].is_open


async def test_when_the_database_is_back_the_case_is_opened_and_its_number_told() -> None:
    world = World(rest_seconds=0)
    world.database.is_away = True
    await world.hears("saya kecelakaan di malaysia")
    world.database.is_away = False
    assert await world.help_now.report_postponed() == 1
    assert world.records.postponed == []
    assert world.records.kept["web:a"].case == "KSL-261124-0001"
    assert world.texts("recorded:KSL-261124-0001") == ["recorded KSL-261124-0001"]


async def test_a_database_that_hangs_is_not_waited_for_twice() -> None:
    world = World()

    def hang(*_: object, **__: object) -> Session:
        import time

        time.sleep(PATIENCE_SECONDS * 3)
        return world.database.session

    world.database.open = hang  # type: ignore[method-assign]
    loop = asyncio.get_running_loop()
    started = loop.time()
    await world.hears("saya kecelakaan")
    assert loop.time() - started < PATIENCE_SECONDS * 2
    assert world.transport.sent
    started = loop.time()
    await world.hears("tolong cepat saya sakit parah", message_id="m2")
    assert loop.time() - started < PATIENCE_SECONDS


async def test_where_nothing_can_be_said_the_message_is_tried_again() -> None:
    world = World()
    world.database.is_away = world.transport.is_down = True
    with pytest.raises(AssistantUnavailable):
        await world.hears("saya kecelakaan")
    world.transport.is_down = False
    await world.hears("saya kecelakaan")
    assert len(world.transport.sent) >= 1


async def test_what_is_over_and_past_opens_no_case() -> None:
    world = World()
    await world.hears("minggu lalu dirampok di malaysia, dompet hilang")
    assert world.texts()[0].startswith("card")
    assert world.database.reports == []


async def test_what_the_assistant_takes_for_an_emergency_is_one() -> None:
    world = World()
    alarm = Alarm("emergency_arrest", Place(country="MY"), language="id")
    await world.help_now(an_entry("dia dibawa tadi malam"), alarm=alarm)
    assert world.texts()[0].startswith("card MY")
    assert world.database.reports[0].subject == "emergency_arrest"


async def test_a_false_alarm_withdraws_the_case_and_is_counted() -> None:
    world = World()
    await world.hears("ada kecelakaan di jalan bikin macet di malaysia")
    helped = await world.hears("bukan darurat", message_id="m2")
    assert helped.resumes == "ada kecelakaan di jalan bikin macet di malaysia"
    outcome = world.database.reports[-1].outcome
    assert outcome
    assert outcome.value == "false_alarm"
    assert world.meter.counted == ["shown MEDICAL", "false_alarm MEDICAL"]


async def test_another_wish_of_the_same_message_is_remembered_until_it_is_over() -> None:
    world = World()
    words = "teman saya kecelakaan ditabrak truk di malaysia dan saya juga mau perpanjang paspor"
    assert (await world.hears(words)).remembers is None
    over = await world.hears("saya sudah aman", message_id="m2")
    assert (over.remembers, over.resumes, over.is_discreet) == (words, None, False)
    again = await world.hears("saya sudah aman", message_id="m2")
    assert again.remembers == words


async def test_a_discreet_emergency_that_was_none_answers_nothing_else_openly() -> None:
    world = World()
    words = "suami saya memukul saya di malaysia dan paspor saya mau habis"
    await world.hears(words)
    over = await world.hears("bukan darurat", message_id="m2")
    assert (over.remembers, over.resumes, over.is_discreet) == (words, None, True)


async def test_a_message_of_one_wish_leaves_nothing_to_remember() -> None:
    world = World()
    await world.hears("teman saya kecelakaan ditabrak truk di malaysia")
    assert (await world.hears("saya sudah aman", message_id="m2")).remembers is None


async def test_two_different_emergencies_are_two_cases() -> None:
    world = World()
    await world.hears("saya dipukul majikan di malaysia")
    await world.hears("teman saya kecelakaan ditabrak truk di malaysia", message_id="m2")
    assert len({report.subject for report in world.database.reports}) == 2
    assert "0002" in world.texts("m2")[0]


async def test_cries_go_first_and_so_does_what_follows_them() -> None:
    world = World()
    assert world.help_now.goes_first(an_entry("tolong saya diculik"))
    assert world.help_now.goes_first(an_entry("🆘 DARURAT / SOS"))
    assert not world.help_now.goes_first(an_entry("di malaysia"))
    await world.hears("tolong saya diculik")
    assert world.help_now.goes_first(an_entry("di malaysia"))


async def test_a_covered_conversation_shows_no_keys() -> None:
    world = World()
    await world.hears("suami memukul saya di malaysia")
    helped = await world.hears("menu", message_id="m2")
    assert helped.is_hidden
    assert all(message.clears_keyboard for message in world.database.written["m2"])
    assert (await world.hears("jam buka kantor?", message_id="m3")).is_hidden


async def test_who_names_no_place_is_helped_where_they_are_registered() -> None:
    world = World()
    world.home = Place(country="MY", city="Penang")
    await world.hears("saya kecelakaan")
    assert world.texts()[0].startswith("card MY")
