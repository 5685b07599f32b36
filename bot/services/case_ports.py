"""What the case desk needs from outside, as protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.casework.case import Case, Context, Function
from bot.casework.events import Event
from bot.casework.officers import Officer, Role, RosterShift
from bot.casework.timetable import TimerKind, Timetable
from bot.casework.transitions import Change, File
from bot.conversation.session import Owner
from bot.messages import Channel, DeliveryState, InboundMessage, OutboundMessage


@dataclass(frozen=True)
class Changed:
    """What was written.

    Args:
        case: as it stands now.
        events: with their ids; empty if nothing had to change.
        owner: of the conversation, now.
    """

    case: Case
    events: tuple[Event, ...]
    owner: Owner


@dataclass(frozen=True)
class Heard:
    """What became of a citizen's message.

    Args:
        owner: who had the conversation after it.
        handed_over_by: the message that brought the conversation into the queue.
        case: the case that it reached, if any.
        message: its number in the case.
        is_new: False for a message that the case had already.
    """

    owner: Owner
    handed_over_by: str | None
    case: Case | None = None
    message: int | None = None
    is_new: bool = False
    events: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Spoken:
    """An officer's words on their way: `outbound` is the row that is delivered."""

    case: Case
    message: int
    outbound: int
    is_new: bool


class Cases(Protocol):
    """Matters that people look after.

    `decide` is a pure rule: it may be called twice, and what it raises is raised.
    """

    def get(self, reference: str) -> Case | None:
        """One case."""

    def of_conversation(self, conversation_id: str) -> tuple[Case, ...]:
        """A conversation's cases, oldest first."""

    def all_open(self) -> tuple[Case, ...]:
        """Every case that is not closed: the most urgent first, then the oldest."""

    def held_by(self, officer_id: int) -> tuple[Case, ...]:
        """What an officer has claimed, the latest claim first."""

    def closed_since(self, since: datetime) -> tuple[Case, ...]:
        """What was closed lately, the latest first."""

    def requests_since(self, conversation_id: str, since: datetime) -> tuple[datetime, ...]:
        """When this citizen asked for people, emergencies left out."""

    def context(self, reference: str) -> Context:
        """What was known when the case was opened."""

    def open(
        self,
        wanted: Case,
        decide: Callable[[Case | None], Change],
        *,
        context: Context,
        handed_over_by: str | None,
    ) -> Changed:
        """Opens a case, or changes the open one of this conversation and subject.

        Args:
            wanted: names conversation and subject.
            decide: gets the open case, if there is one.
            context: kept with a new case.
            handed_over_by: the inbound message whose answer may still be sent.

        Raises:
            ReferenceTaken: another case has the reference of `wanted`.
        """

    def change(
        self,
        reference: str,
        decide: Callable[[File], Change],
        *,
        officer_id: int | None = None,
        version: int | None = None,
        timer_id: int | None = None,
    ) -> Changed:
        """Changes a case, its siblings and the conversation's owner, all or nothing.

        Args:
            officer_id: who acts; read anew, so that a revoked officer is refused.
            version: the version that was looked at, if that matters.
            timer_id: a timer that is done by this; if it was done before, nothing happens.

        Raises:
            UnknownCase: no such case.
            StaleCase: it is not at `version` any more, or somebody changed it in this moment.
        """

    def hear(
        self,
        conversation_id: str,
        message: InboundMessage,
        decide: Callable[[tuple[Case, ...]], Change | None],
    ) -> Heard:
        """Takes a citizen's message into the case that `decide` chooses; once."""

    def speak(
        self,
        reference: str,
        decide: Callable[[File], Change],
        *,
        officer_id: int,
        message: OutboundMessage,
        shown: OutboundMessage,
        key: str,
    ) -> Spoken:
        """Takes an officer's words into the case and queues them for the citizen; once a key.

        Args:
            message: the words, for the record.
            shown: as the citizen is to see them.

        Raises:
            UnknownCase: no such case.
        """


class ReferenceTaken(Exception):
    """Two cases drew the same reference; draw again."""


@dataclass(frozen=True)
class DueTimer:
    """A timer that this worker has taken. `event` is what somebody is to be told of."""

    id: int
    kind: TimerKind
    reference: str
    due_at: datetime
    event: Event | None
    attempts: int


class Timers(Protocol):
    """Timers in the database; of one case only one worker has any at a time."""

    def take(
        self, now: datetime, *, worker_id: str, limit: int, reference: str | None = None
    ) -> tuple[DueTimer, ...]:
        """Takes due timers, oldest first; they come back if they are not done within a minute.

        Args:
            reference: only what somebody is to be told of this case, at once.
        """

    def done(self, timer_id: int) -> None:
        """It need not go off again."""

    def postpone(self, taken: Sequence[DueTimer], *, until: datetime) -> None:
        """Gives timers back; none of their cases is taken before `until`."""


class Announcer(Protocol):
    """Tells people of an event, in their language and where they are: the views."""

    async def announce(self, event: Event, case: Case) -> None:
        """Tells whoever should know; may be called again for the same event after a crash.

        `event.id` is the key by which a second telling is recognised.
        """


class Timetables(Protocol):
    """Hours and paces by mission."""

    def of(self, mission_id: str | None) -> Timetable:
        """The timers of a mission's cases; Jakarta's where the mission is not known."""

    def of_case(self, case: Case) -> Timetable:
        """The timers of a case."""


@dataclass(frozen=True)
class Account:
    """Where an officer writes from; `conversation_id` is where to write back."""

    conversation_id: str
    channel: Channel
    officer_id: int


@dataclass(frozen=True)
class NewOfficer:
    """Who is to be added."""

    name: str
    role: Role
    missions: tuple[str, ...]
    functions: tuple[Function, ...]
    languages: tuple[str, ...]


class Officers(Protocol):
    """Officers, their accounts and duty."""

    def add(self, new: NewOfficer) -> Officer:
        """Adds an officer, who has no account yet."""

    def get(self, officer_id: int) -> Officer | None:
        """One officer, revoked ones included (`is_active`)."""

    def by_account(self, conversation_id: str) -> Officer | None:
        """The active officer who writes from here."""

    def active(self) -> tuple[Officer, ...]:
        """Every officer who was not revoked."""

    def accounts(self, officer_id: int) -> tuple[Account, ...]:
        """Where the officer can be reached."""

    def roster(self, officer_id: int) -> tuple[RosterShift, ...]:
        """Regular duty; empty means the mission's office hours."""

    def set_roster(self, officer_id: int, shifts: Sequence[RosterShift]) -> None:
        """Replaces the regular duty."""

    def set_away(self, officer_id: int, until: datetime | None) -> None:
        """Not asked before `until`."""

    def revoke(self, officer_id: int) -> bool:
        """Ends every right and account at once; False if there was nothing to end."""


class Enrolments(Protocol):
    """One-time codes."""

    def issue(self, officer_id: int, code: str, *, expires_at: datetime, tries: int) -> None:
        """Keeps a code, hashed; earlier unused codes of this officer end."""

    def redeem(self, code: str, *, channel: Channel, address: str, most_failures: int) -> str | int:
        """Links an account to the officer of a code, or counts the failure; either is audited.

        Args:
            most_failures: after so many in a day nothing from this account is tried any more.

        Returns:
            The officer's id, or why not: `unknown`, `expired`, `used`, `locked`, `taken`.
        """


class Audit(Protocol):
    """Who did what at the desk; never what anybody wrote."""

    def record(self, actor: str, action: str, *, subject: str, result: str) -> None:
        """Keeps one line."""


@dataclass(frozen=True)
class Entry:
    """One line of a case's transcript.

    Args:
        author: `citizen`, `bot`, `officer`, `system`, or `note` for a note among officers.
        message: the words; an inbound message for the citizen's.
        state: how far an outbound message came; `DROPPED` was never sent.
        code: why it failed or was dropped.
        message_id: names what citizen and officer said; None for the rest.
    """

    at: datetime
    author: str
    message: InboundMessage | OutboundMessage | str
    officer_id: int | None = None
    state: DeliveryState | None = None
    code: str | None = None
    message_id: str | None = None


class Transcripts(Protocol):
    """What was said and done in a case."""

    def message(self, number: int) -> Entry | None:
        """One message of a case by its number (`Heard.message`, an event's `message`)."""

    def entries(self, reference: str) -> tuple[Entry, ...]:
        """Words and notes in order, with what the bot and the desk said meanwhile."""

    def events(self, reference: str) -> tuple[Event, ...]:
        """What happened, in order."""
