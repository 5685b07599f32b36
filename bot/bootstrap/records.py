"""Applications, appointments and the look-up put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

from bot.appointments.links import CalendarLinks
from bot.clock import Clock
from bot.consular.approved import ApprovedText, approved_texts
from bot.content.appointment_words import CatalogueAppointmentWords
from bot.content.catalogue import Catalogue
from bot.content.faq import load_faq
from bot.privacy import Privacy
from bot.services.book_appointment import BookAppointment
from bot.services.cancel_appointment import CancelAppointment
from bot.services.look_up import LookUp
from bot.services.make_calendar import MakeCalendar
from bot.services.move_appointment import MoveAppointment
from bot.services.offer_slots import OfferSlots
from bot.services.ports import Outbox
from bot.services.record_ports import Appointments, Match
from bot.services.remind_appointments import RemindAppointments
from bot.services.tell_status import TellStatus
from bot.storage.applications import SqlApplications
from bot.storage.appointments import SqlAppointments
from bot.storage.conversations import SqlConversations
from bot.storage.engine import DATABASE_DOWN
from bot.storage.facts import SqlConsularFacts

if TYPE_CHECKING:
    from bot.lookup.index import MeaningIndex


@dataclass(frozen=True)
class RecordServices:
    """The use-cases on citizens' records, and the look-up of what no intent covers."""

    tell_status: TellStatus
    offer_slots: OfferSlots
    book: BookAppointment
    move: MoveAppointment
    cancel: CancelAppointment
    appointments: Appointments
    appointment_words: CatalogueAppointmentWords
    look_up: LookUp


def record_services(
    engine: Engine,
    privacy: Privacy,
    facts: SqlConsularFacts,
    *,
    catalogue: Catalogue,
    public_url: str | None,
    clock: Clock,
) -> RecordServices:
    """Puts the services together; the encoder is loaded at the first question to look up."""
    applications = SqlApplications(engine)
    appointments = SqlAppointments(engine)
    return RecordServices(
        tell_status=TellStatus(
            facts, applications, audit=applications, privacy=privacy, clock=clock
        ),
        offer_slots=OfferSlots(facts, appointments, clock),
        book=BookAppointment(facts, appointments, clock),
        move=MoveAppointment(facts, appointments, clock),
        cancel=CancelAppointment(appointments, clock),
        appointments=appointments,
        appointment_words=appointment_words(privacy, public_url, facts=facts, catalogue=catalogue),
        look_up=LookUp(_IndexAtFirstQuestion(facts)),
    )


def approved_index(facts: SqlConsularFacts) -> MeaningIndex:
    """The approved texts of the database and of the FAQ, by meaning.

    `prepare` of what it returns is the step for set-up: it works the vectors out and keeps them.
    """
    # Some 80 MB with their libraries: only a process that looks something up pays for them.
    from bot.lookup.index import MeaningIndex
    from bot.nlu.encoder.build import build_encoder
    from bot.nlu.encoder.onnx import OnnxEncoder

    directory = build_encoder()
    return MeaningIndex(
        _texts_of(facts), partial(OnnxEncoder, directory), encoder_name=directory.name
    )


class _IndexAtFirstQuestion:
    """The `ApprovedTexts` port, put together when it is asked for the first time."""

    def __init__(self, facts: SqlConsularFacts) -> None:
        self._facts = facts
        self._lock = Lock()
        self._index: MeaningIndex | None = None

    def nearest(self, question: str, *, limit: int) -> tuple[Match, ...]:
        """The nearest texts, the best first, each once."""
        with self._lock:
            if self._index is None:
                self._index = approved_index(self._facts)
        return self._index.nearest(question, limit=limit)


def _texts_of(facts: SqlConsularFacts) -> Callable[[], tuple[ApprovedText, ...]]:
    faq = load_faq()
    known: dict[int, tuple[ApprovedText, ...]] = {}

    def texts() -> tuple[ApprovedText, ...]:
        version = facts.version()
        if version not in known:
            known.clear()
            known[version] = approved_texts(facts.services(), facts.all_guidance(), faq)
        return known[version]

    return texts


def appointment_reminders(
    engine: Engine,
    privacy: Privacy,
    facts: SqlConsularFacts,
    *,
    public_url: str | None,
    conversations: SqlConversations,
    outbox: Outbox,
    catalogue: Catalogue,
    clock: Clock,
) -> RemindAppointments:
    """The timer of the reminders, for a worker."""
    return RemindAppointments(
        SqlAppointments(engine),
        outbox,
        sessions=conversations.find,
        words=appointment_words(privacy, public_url, facts=facts, catalogue=catalogue),
        clock=clock,
    )


def make_calendar(
    engine: Engine,
    privacy: Privacy,
    facts: SqlConsularFacts,
    *,
    public_url: str | None,
    catalogue: Catalogue,
    clock: Clock,
) -> MakeCalendar:
    """Calendar files of appointments, for gateway and worker."""
    return MakeCalendar(
        SqlAppointments(engine),
        appointment_words(privacy, public_url, facts=facts, catalogue=catalogue),
        clock=clock,
        is_down=DATABASE_DOWN,
    )


def appointment_words(
    privacy: Privacy, public_url: str | None, *, facts: SqlConsularFacts, catalogue: Catalogue
) -> CatalogueAppointmentWords:
    """What citizens are told of their appointments."""
    links = CalendarLinks(privacy, public_url)
    return CatalogueAppointmentWords(catalogue, facts, facts, links=links)
