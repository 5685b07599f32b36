"""The consular database, read side: a snapshot in memory, looked after against the database.

Actions ask for facts at every message, so a lookup touches no database. Whether the facts have
changed is asked at most every `CHECK_SECONDS`; when the database does not answer, the last
snapshot goes on serving. Applications are records, not facts: they are read when asked for.
"""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot.appointments.schedule import Schedule
from bot.clock import Clock, utc_now
from bot.consular.facts import (
    Application,
    EmergencyNumbers,
    Fee,
    Guidance,
    Jurisdiction,
    Mission,
    OfficialContact,
    Population,
    Service,
    VisaRule,
    VisaType,
)
from bot.errors import ConsularError
from bot.storage.applications import read_application
from bot.storage.engine import read_only
from bot.storage.snapshot import Snapshot, read_snapshot
from bot.storage.tables.facts import facts_state

CHECK_SECONDS = 2.0
_PATIENCE_SECONDS = 1.0
_log = logging.getLogger(__name__)


class SqlConsularFacts:
    """`ConsularFacts` over SQL; one for a process, safe in threads.

    Args:
        engine: the database, with its schema.
        clock: tells when to look for changes and which fees are in force.
    """

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = read_only(engine)
        self._clock = clock
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._next_check: datetime | None = None
        self._check_under_way: threading.Event | None = None

    def missions(self) -> tuple[Mission, ...]:
        """Every mission, ordered by id."""
        return self._current().all_missions

    def mission(self, mission_id: str) -> Mission | None:
        """One mission."""
        return self._current().missions.get(mission_id)

    def jurisdictions(self, country: str) -> tuple[Jurisdiction, ...]:
        """Who serves a country, whole-country rows first (the embassy before consulates)."""
        return self._current().jurisdictions.get(country, ())

    def service(self, code: str) -> Service | None:
        """One service by its code."""
        return self._current().services.get(code)

    def services_for_intent(self, intent: str) -> tuple[Service, ...]:
        """The services that a question is about, the main one first."""
        return self._current().services_by_intent.get(intent, ())

    def fees(self, service: str, mission_id: str | None) -> tuple[Fee, ...]:
        """A mission's own fees for a service; the national ones with `mission_id=None`.

        Of every variant the one in force today; what starts later is left out.
        """
        today = self._clock().date().isoformat()
        in_force: dict[str, Fee] = {}
        for fee in self._current().fees.get((service, mission_id), ()):
            if fee.valid_from <= today:  # oldest first, so that the latest one stays
                in_force[fee.variant_code] = fee
        return tuple(in_force.values())

    def missions_with_fees(self, service: str) -> tuple[str | None, ...]:
        """Whose fees for a service are known, in force or to come; None is the national tariff."""
        return tuple(mission for code, mission in self._current().fees if code == service)

    def visa_for_indonesians(self, destination: str) -> VisaRule | None:
        """Whether an ordinary Indonesian passport needs a visa for a country."""
        return self._current().visa_rules.get(("outbound", destination))

    def visa_to_indonesia(self, nationality: str) -> VisaRule | None:
        """What a nationality needs to enter Indonesia."""
        return self._current().visa_rules.get(("inbound", nationality))

    def visa_types(self) -> tuple[VisaType, ...]:
        """The Indonesian visa indexes."""
        return self._current().visa_types

    def emergency_numbers(self, country: str) -> EmergencyNumbers | None:
        """The local police, ambulance and fire numbers."""
        return self._current().emergency_numbers.get(country)

    def guidance(self, kind: str) -> Guidance | None:
        """What to do in one kind of emergency (`ARREST`, `MEDICAL`, …)."""
        return self._current().guidance.get(kind)

    def official_contact(self, code: str) -> OfficialContact | None:
        """A national line or site by its code (`PWNI_HOTLINE`, …)."""
        return self._current().official_contacts.get(code)

    def official_contacts(self) -> tuple[OfficialContact, ...]:
        """All of them, look-alikes included."""
        return self._current().all_official_contacts

    def population(self, country: str | None) -> Population | None:
        """How many citizens are recorded in a country, or in all of them with `None`."""
        return self._current().populations.get(country)

    def services(self) -> tuple[Service, ...]:
        """Every service, in the order of the seeds."""
        return tuple(self._current().services.values())

    def all_guidance(self) -> tuple[Guidance, ...]:
        """The guidance for every kind of emergency."""
        return tuple(self._current().guidance.values())

    def version(self) -> int:
        """Grows with every change of the facts."""
        return self._current().version

    def schedule(self, mission_id: str, service_code: str) -> Schedule | None:
        """A mission's slots for a service; None where it has none online."""
        return self._current().schedules.get((mission_id, service_code))

    def bookable_services(self, mission_id: str) -> tuple[str, ...]:
        """The services that a mission has slots for."""
        return tuple(
            service for mission, service in self._current().schedules if mission == mission_id
        )

    def application(self, reference: str) -> Application | None:
        """A pending request by its reference (upper case, without blanks)."""
        with self._engine.connect() as connection:
            found = read_application(connection, reference)
        return found.application if found else None

    def refresh(self) -> None:
        """Reads the facts again if they have changed.

        Raises:
            SQLAlchemyError: the database does not answer.
        """
        with self._engine.connect() as connection:
            version = connection.execute(select(facts_state.c.version)).scalar_one()
            if self._snapshot is None or self._snapshot.version != version:
                self._snapshot = read_snapshot(connection, version)
                _log.info("facts.loaded version=%s", version)

    def begin_with(self, snapshot: Snapshot) -> None:
        """Serves a snapshot from elsewhere until the database gives one of its own."""
        if self._snapshot is None:
            self._snapshot = snapshot

    def _current(self) -> Snapshot:
        now = self._clock()
        is_first = self._snapshot is None  # those who ask at the same time wait for it as well
        if is_first or self._next_check is None or now >= self._next_check:
            self._check(now)
        if self._snapshot is None:
            raise ConsularError("the consular database does not answer")
        return self._snapshot

    def _check(self, now: datetime) -> None:
        """Looks for changes; a database that hangs costs one caller a second, once."""
        with self._lock:
            running = self._check_under_way
            is_first = self._snapshot is None
            if running is None:
                running = self._check_under_way = threading.Event()
                threading.Thread(target=self._check_once, args=(running,), daemon=True).start()
            elif not is_first:
                return
            self._next_check = now + timedelta(seconds=CHECK_SECONDS)
        running.wait(None if is_first else _PATIENCE_SECONDS)

    def _check_once(self, done: threading.Event) -> None:
        try:
            self.refresh()
        except SQLAlchemyError as error:
            _log.warning("facts.check_failed error=%s", type(error).__name__)
        finally:
            with self._lock:
                self._check_under_way = None
                if self._snapshot is None:
                    self._next_check = None
            done.set()
