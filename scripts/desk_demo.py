"""A desk on a working day, with invented people: for pictures and for trying it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from itertools import count
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.bootstrap.casework import CaseServices, case_services
from bot.casework.case import Context, Function, Line, Outcome, Priority
from bot.casework.officers import Role, RosterShift
from bot.conversation.session import Owner
from bot.messages import (
    Attachment,
    AttachmentKind,
    Button,
    Channel,
    DeliveryReport,
    DeliveryState,
    InboundMessage,
    Location,
    OutboundMessage,
)
from bot.privacy import Privacy
from bot.services.open_case import Opening
from bot.storage import schema, seeding
from bot.storage.conversations import SqlConversations
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.outbox import SqlOutbox

PRIVACY = Privacy("a-secret-of-the-demonstration")
_JOHOR, _SINGAPORE = "kjri-johor-bahru", "kbri-singapore"
_DAY = 24 * 60
_STORY = (
    "Pekerja rumah tangga di Johor Bahru. Paspor ditahan majikan sejak Agustus, "
    "gaji tiga bulan belum dibayar, kemarin dipukul."
)


class DemoClock:
    """The time; while the day is made up it is set by hand."""

    def __init__(self) -> None:
        self.start = datetime.now(timezone.utc)
        self.set_to: datetime | None = None

    def __call__(self) -> datetime:
        return self.set_to or datetime.now(timezone.utc)

    @contextmanager
    def ago(self, minutes: float) -> Iterator[None]:
        """Stands so long before the start."""
        self.set_to = self.start - timedelta(minutes=minutes)
        yield
        self.set_to = None


@dataclass(frozen=True)
class People:
    """The officers' numbers."""

    siti: int
    budi: int
    dewi: int


class Demo:
    """Makes up the day.

    Args:
        folder: where its database is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.engine: Engine = make_engine(f"sqlite:///{folder / 'demo.db'}")
        schema.upgrade(self.engine)
        seeding.seed(self.engine)
        self.clock = DemoClock()
        self.facts = SqlConsularFacts(self.engine)
        self.services: CaseServices = case_services(
            self.engine, PRIVACY, self.facts, clock=self.clock
        )
        self._conversations = SqlConversations(self.engine, PRIVACY, self.clock)
        self._outbox = SqlOutbox(self.engine, PRIVACY, self.clock)
        self._numbers = count(1)

    def make(self) -> tuple[People, str]:
        """The whole day; returns the officers and the reference of the story's case."""
        with self.clock.ago(3 * _DAY):
            people = self._officers()
        reference = self._story(people)
        self._others(people)
        return people, reference

    def _officers(self) -> People:
        services = self.services
        home = (_JOHOR,)
        siti = services.add_officer(
            "Siti Rahmawati", Role.OFFICER, missions=home, languages=("id", "en")
        )
        budi = services.add_officer("Budi Hartono", Role.HEAD, missions=home)
        dewi = services.add_officer(
            "Dewi Anggraini",
            Role.OFFICER,
            missions=home,
            functions=(Function.IMMIGRATION, Function.CONSULAR),
        )
        services.enrol(siti.code, channel=Channel.TELEGRAM, address="5550001")
        services.enrol(budi.code, channel=Channel.WHATSAPP, address="whatsapp:+60100000001")
        always = [RosterShift(day, time(0, 0), time(23, 59)) for day in range(7)]
        services.officers.set_roster(siti.officer.id, always)
        services.add_officer("Agus Pratama", Role.SUPERVISOR, missions=home)
        return People(siti.officer.id, budi.officer.id, dewi.officer.id)

    def _story(self, people: People) -> str:
        channel, address = Channel.WHATSAPP, "whatsapp:+60100005687"
        citizen = self._citizen(channel, address)
        with self.clock.ago(40 * _DAY):
            old = self._case(channel, address, "passport_renewal", "Paspor saya habis bulan depan")
            self.services.claim(old, people.dewi)
            self._reply(people.dewi, old, "Silakan datang pada jam layanan dengan paspor lama.")
        with self.clock.ago(39 * _DAY):
            self.services.close(old, people.dewi, outcome=Outcome.RESOLVED)
        first = self.clock.start - timedelta(minutes=52)
        with self.clock.ago(49):
            reference = self._case(
                channel,
                address,
                "emergency_violence",
                "gaji 3 bulan juga belum dibayar. kemarin saya dipukul",
                priority=Priority.P1,
                location=Location(1.4927, 103.7414),
                wishes=("no_call", "woman_officer"),
                context=Context(
                    _STORY,
                    lines=(
                        Line("citizen", "kak tolong paspor saya ditahan majikan", first),
                        Line("bot", "Majikan tidak berhak menahan paspor Anda.", first),
                    ),
                    form=(
                        ("name", "Sri Wahyuni"),
                        ("passport", "X0004321"),
                        ("phone", "+60100005687"),
                        ("place", "Johor Bahru, Malaysia"),
                    ),
                ),
            )
            self._bot(
                citizen,
                f"Petugas sudah diberi tahu. Nomor Anda {reference}.\n\n"
                "Kalau membalas di sini berbahaya, jangan balas dulu.",
                Button("Saya aman", "/safe"),
                state=DeliveryState.READ,
            )
        with self.clock.ago(46):
            self._says(channel, address, "jangan telepon ya kak, majikan di rumah")
        with self.clock.ago(45):
            self.services.claim(reference, people.siti)
            self._bot(citizen, "Saya bisa membantu soal paspor. Mulai daftar periksa?")
        with self.clock.ago(44):
            self._reply(
                people.siti,
                reference,
                "Saya tidak akan menelepon. Apakah pintu kamar bisa dikunci?",
                DeliveryState.READ,
            )
        with self.clock.ago(40):
            photo = Attachment(AttachmentKind.PHOTO, "demo", "image/jpeg", 243_000)
            self._says(channel, address, "bisa kak. ini foto slip gajinya", photo)
        with self.clock.ago(37):
            self.services.note(
                reference,
                people.siti,
                text="Polisi Johor Bahru Selatan sudah dihubungi, petugas perempuan diminta. "
                "Penampungan siap malam ini.",
            )
        with self.clock.ago(34):
            self._reply(
                people.siti,
                reference,
                "Foto sudah kami terima. Kami sedang mengatur penjemputan bersama polisi.",
                DeliveryState.DELIVERED,
            )
        with self.clock.ago(6):
            self._says(channel, address, "baik kak. kira2 jam berapa? saya takut")
        return reference

    def _others(self, people: People) -> None:
        telegram, whatsapp = Channel.TELEGRAM, Channel.WHATSAPP
        with self.clock.ago(2):
            self._case(
                telegram,
                "9001",
                "emergency_arrest",
                "suami saya ditangkap polisi di Muar",
                location=Location(2.0442, 102.5689),
            )
        with self.clock.ago(18):
            self._case(telegram, "9002", "passport_lost", "it was stolen", language="en")
        with self.clock.ago(95):
            self._case(whatsapp, "whatsapp:+60100000002", "travel_document", "butuh SPLP")
        with self.clock.ago(140):
            self._case(whatsapp, "whatsapp:+60100000003", "labour_dispute", "gaji dipotong")
        with self.clock.ago(33):
            self._case(telegram, "9003", "birth_registration", "anak saya lahir di Batu Pahat")
        with self.clock.ago(300):
            self._case(Channel.WEB, "web-1", "service_complaint", "I waited long", language="en")
        with self.clock.ago(26):
            held = self._case(telegram, "9004", "passport_renewal", "antrean daring penuh terus")
            self.services.claim(held, people.dewi)
        with self.clock.ago(20):
            self._reply(people.dewi, held, "Kuota baru dibuka tiap pagi.", DeliveryState.READ)
        with self.clock.ago(200):
            mine = self._case(telegram, "9005", "marriage_registration", "syarat catat nikah?")
            self.services.claim(mine, people.siti)
            self._reply(people.siti, mine, "Bawa buku nikah asli.", DeliveryState.SENT)
        with self.clock.ago(600):
            done = self._case(telegram, "9006", "legalisation", "legalisir ijazah")
            self.services.claim(done, people.dewi)
            self.services.close(done, people.dewi, outcome=Outcome.RESOLVED)
        with self.clock.ago(8):
            self._case(telegram, "9007", "passport_new", "paspor pertama", mission=_SINGAPORE)

    def _citizen(self, channel: Channel, address: str) -> str:
        conversation = PRIVACY.conversation_id(channel.value, address)
        self._conversations.open(conversation, channel=channel, address=address)
        return conversation

    def _case(
        self,
        channel: Channel,
        address: str,
        subject: str,
        text: str,
        *,
        mission: str = _JOHOR,
        language: str = "id",
        priority: Priority | None = None,
        location: Location | None = None,
        wishes: tuple[str, ...] = (),
        context: Context | None = None,
    ) -> str:
        conversation = self._citizen(channel, address)
        opening = Opening(
            conversation,
            subject,
            language=language,
            priority=priority,
            mission=self.facts.mission(mission),
            location=location,
            wishes=wishes,
            hands_over=True,
            context=context or Context(),
            actor="citizen",
        )
        reference = self.services.open_case.open(opening).case.reference
        self._says(channel, address, text)
        return reference

    def _says(self, channel: Channel, address: str, text: str, *files: Attachment) -> None:
        message = InboundMessage(
            channel,
            address=address,
            message_id=f"demo-{next(self._numbers)}",
            received_at=self.clock(),
            text=text,
            attachments=files,
        )
        self.services.from_citizen(self._citizen(channel, address), message)

    def _bot(
        self,
        conversation: str,
        text: str,
        *buttons: Button,
        state: DeliveryState | None = None,
    ) -> None:
        self._outbox.write(
            conversation,
            in_reply_to=f"demo-bot-{next(self._numbers)}",
            messages=[OutboundMessage(text, buttons=buttons)],
            only_if_owner=None if state else Owner.BOT,
        )
        if state:
            self._deliver(conversation, state)

    def _reply(
        self,
        officer: int,
        reference: str,
        text: str,
        state: DeliveryState = DeliveryState.READ,
    ) -> None:
        spoken = self.services.from_officer(
            officer,
            OutboundMessage(text),
            key=f"demo-{next(self._numbers)}",
            reference=reference,
        )
        self._deliver(spoken.case.conversation_id, state)

    def _deliver(self, conversation: str, state: DeliveryState) -> None:
        for row in self._outbox.queued(conversation):
            self._outbox.mark_sent(row.id, [f"demo-{row.id}"])
            if state is not DeliveryState.SENT:
                self._outbox.report(DeliveryReport(f"demo-{row.id}", state))
