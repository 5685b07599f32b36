"""Random histories in front of the running assistant, and what must hold after each of them.

Citizens write on Telegram, with updates that come twice; officers work from the chat and, as the
web desk does, by the services in another process; worker and Rasa are killed in between.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import httpx

from bot.casework.case import Case, CaseState, Outcome
from bot.casework.errors import CaseError
from bot.messages import OutboundMessage
from tests.fakes.telegram import text_update
from tests.journeys.conftest import SECRET
from tests.journeys.officers.conftest import Bureau
from tests.journeys.officers.people import OnTelegram

MISSION, PLACE = "kbri-doha", "Doha"
WORDS = ("halo", "berapa biaya paspor?", "/restart", "syarat SPLP apa saja?", "terima kasih")
WANTS_PERSON = f"saya mau bicara dengan petugas, saya di {PLACE}"
CHAT = ("/ambil {}", "/lepas {}", "/tutup {} selesai", "#{} kami bantu", "/alih {} Keimigrasian")
PATIENCE_SECONDS = 90.0
# A message that is on its way in the very moment of a claim is no broken promise.
_ON_ITS_WAY = timedelta(seconds=2)
_numbers = itertools.count(1)
_ENDS = frozenset({"released", "closed", "withdrawn", "given_back", "transferred"})


@dataclass
class Citizen:
    """One citizen; `sent` are the ids of their messages, in order."""

    chat_id: int
    conversation: str
    sent: list[str] = field(default_factory=list)


class Bustle:
    """A mission's street: three citizens, two officers in the chat, one at the desk."""

    def __init__(self, bureau: Bureau, seed: int) -> None:
        self._bureau = bureau
        self._assistant = bureau.assistant
        self._random = random.Random(seed)
        self._client = httpx.Client(base_url=self._assistant.url, timeout=20)
        self._client.headers["X-Telegram-Bot-Api-Secret-Token"] = SECRET
        self._in_chat = [
            bureau.enrols(OnTelegram(self._assistant), name, MISSION) for name in ("Rina", "Budi")
        ]
        active = bureau.services.officers.active()
        self._officers = [each.id for each in active if MISSION in each.missions]
        self.citizens: list[Citizen] = []
        self.steps = 0

    def newcomers(self, count: int) -> None:
        """New citizens take the place of the earlier ones."""
        self.citizens = []
        for _ in range(count):
            chat_id = 600_000 + next(_numbers)
            conversation = self._bureau.privacy.conversation_id("telegram", str(chat_id))
            self.citizens.append(Citizen(chat_id, conversation))
            self._writes(self.citizens[-1], WANTS_PERSON)

    def claims_the_first(self) -> None:
        """The first newcomer is waited for and claimed, so that every history has an officer."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (case := self._case(self.citizens[0])) is None:
            assert time.monotonic() < deadline, "no case"
            time.sleep(0.05)
        self._bureau.services.claim(case.reference, self._officers[0])

    def step(self) -> None:
        """Something happens."""
        self.steps += 1
        citizen = self._random.choice(self.citizens)
        happens = self._random.choices(
            (self._says_something, self._wants_a_person, self._from_chat, self._from_desk),
            (4, 1, 3, 4),
        )[0]
        happens(citizen)
        self.check_owners()
        time.sleep(self._random.uniform(0, 0.15))

    def kills(self, name: str) -> None:
        """One of the assistant's own processes dies; its supervisor starts another."""
        pid = self._assistant.children().get(name)
        if pid is not None:  # else it is down already
            os.kill(pid, signal.SIGKILL)

    def _says_something(self, citizen: Citizen) -> None:
        self._writes(citizen, self._random.choice(WORDS))

    def _wants_a_person(self, citizen: Citizen) -> None:
        self._writes(citizen, WANTS_PERSON)

    def _writes(self, citizen: Citizen, text: str) -> None:
        number = 6_000_000 + next(_numbers)
        citizen.sent.append(f"u{number}")
        for _ in range(self._random.choice((1, 1, 1, 2))):
            update = text_update(number, citizen.chat_id, text)
            assert self._client.post("/webhooks/telegram", json=update).status_code == 200

    def _from_chat(self, citizen: Citizen) -> None:
        case = self._case(citizen)
        if case is not None:
            officer = self._random.choice(self._in_chat)
            officer.says(self._random.choice(CHAT).format(case.reference))

    def _from_desk(self, citizen: Citizen) -> None:
        case = self._case(citizen)
        if case is None:
            return
        services, who = self._bureau.services, self._random.choice(self._officers)
        colleague = self._random.choice(self._officers)
        acts: tuple[Callable[[], object], ...] = (
            lambda: services.claim(case.reference, who),
            lambda: services.claim(case.reference, who),
            lambda: services.from_officer(
                who, OutboundMessage("silakan"), key=f"k{self.steps}", reference=case.reference
            ),
            lambda: services.release(case.reference, who),
            lambda: services.transfer(case.reference, who, to_officer=colleague),
            lambda: services.close(case.reference, who, outcome=Outcome.RESOLVED),
            lambda: services.reopen(case.reference, who),
        )
        with suppress(CaseError):  # whether it is granted is not the question here
            self._random.choice(acts)()

    def _case(self, citizen: Citizen) -> Case | None:
        known = self._bureau.services.cases.of_conversation(citizen.conversation)
        return known[-1] if known else None

    # What must hold.

    @contextlib.contextmanager
    def _seen(self) -> Iterator[sqlite3.Connection]:
        """The database in one moment."""
        path = self._assistant.data_dir / "consular.db"
        with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection:
            connection.execute("BEGIN")
            yield connection

    def check_owners(self) -> None:
        """Never two owners, and the conversation's is the case's."""
        with self._seen() as database:
            owners = dict(database.execute("SELECT id, owner FROM conversations"))
            held = database.execute(
                "SELECT conversation_id, count(DISTINCT claimed_by) FROM cases"
                " WHERE state = ? GROUP BY conversation_id",
                (CaseState.CLAIMED.value,),
            ).fetchall()
        holders = dict(held)
        for citizen in self.citizens:
            count = holders.get(citizen.conversation, 0)
            assert count <= 1, "two owners"
            is_officers = owners.get(citizen.conversation) == "officer"
            assert is_officers == (count == 1), "somebody owns what nobody holds"

    def settles(self) -> None:
        """Waits until everything runs again and all that was written has come to its end."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while httpx.get(f"{self._assistant.url}/readyz").is_error:
            assert time.monotonic() < deadline, "not ready again"
            time.sleep(0.2)
        while left := self._unsettled():
            assert time.monotonic() < deadline, f"left: {left}"
            time.sleep(0.2)

    def _unsettled(self) -> list[str]:
        left = []
        with self._seen() as database:
            for citizen in self.citizens:
                left += [
                    each for each in citizen.sent if not self._has_arrived(database, citizen, each)
                ]
                left += database.execute(
                    "SELECT 'queued ' || id FROM outbound"
                    " WHERE conversation_id = ? AND state = 'queued'",
                    (citizen.conversation,),
                ).fetchall()
        return left

    def _has_arrived(self, database: sqlite3.Connection, citizen: Citizen, message_id: str) -> bool:
        found = database.execute(
            "SELECT 1 FROM case_messages WHERE conversation_id = :c AND message_id = :m UNION"
            " SELECT 1 FROM outbound WHERE conversation_id = :c AND in_reply_to = :m",
            {"c": citizen.conversation, "m": message_id},
        )
        return found.fetchone() is not None

    def check_everything(self) -> None:
        """Every promise, for everybody who is here."""
        self.check_owners()
        with self._seen() as database:
            for citizen in self.citizens:
                self._check_inbound(database, citizen)
                self._check_outbound(database, citizen)
                self._check_silence(database, citizen)

    def _check_inbound(self, database: sqlite3.Connection, citizen: Citizen) -> None:
        heard = [
            row[0]
            for row in database.execute(
                "SELECT message_id FROM case_messages"
                " WHERE conversation_id = ? AND direction = 'in' ORDER BY id",
                (citizen.conversation,),
            )
        ]
        assert len(heard) == len(set(heard)), "heard twice"
        assert heard == [each for each in citizen.sent if each in set(heard)], "out of order"

    def _check_outbound(self, database: sqlite3.Connection, citizen: Citizen) -> None:
        rows = database.execute(
            "SELECT state, code, author FROM outbound WHERE conversation_id = ?",
            (citizen.conversation,),
        ).fetchall()
        assert {state for state, _, _ in rows} <= {"sent", "failed", "dropped"}
        assert all(code for state, code, _ in rows if state != "sent"), "failed without a reason"
        assert all(state != "dropped" for state, _, author in rows if author == "officer")

    def _check_silence(self, database: sqlite3.Connection, citizen: Citizen) -> None:
        said = database.execute(
            "SELECT written_at FROM outbound"
            " WHERE conversation_id = ? AND author = 'bot' AND state = 'sent'",
            (citizen.conversation,),
        ).fetchall()
        for claimed, ended in self._held(database, citizen):
            talked_over = [at for (at,) in said if claimed + _ON_ITS_WAY < _at(at) < ended]
            assert not talked_over, "the bot talked over an officer"

    def _held(
        self, database: sqlite3.Connection, citizen: Citizen
    ) -> Iterator[tuple[datetime, datetime]]:
        events = database.execute(
            "SELECT e.case_reference, e.kind, e.details, e.at FROM case_events e"
            " JOIN cases c ON c.reference = e.case_reference"
            " WHERE c.conversation_id = ? ORDER BY e.id",
            (citizen.conversation,),
        )
        since: dict[str, datetime] = {}
        for reference, kind, details, at in events:
            stays = kind == "transferred" and '"officer"' in details
            if kind == "claimed" or stays:
                since.setdefault(reference, _at(at))
            elif kind in _ENDS and reference in since:
                yield since.pop(reference), _at(at)
        for claimed in since.values():
            yield claimed, datetime.now(timezone.utc)

    def figures(self) -> dict[str, int]:
        """How much has happened, by kind of event."""
        counted: dict[str, int] = defaultdict(int)
        with self._seen() as database:
            for kind, count in database.execute(
                "SELECT kind, count(*) FROM case_events e JOIN cases c"
                " ON c.reference = e.case_reference WHERE c.mission_id = ? GROUP BY kind",
                (MISSION,),
            ):
                counted[kind] = count
        return dict(counted)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
