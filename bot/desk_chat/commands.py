"""What an officer types → a command, or words for the citizen. Pure.

Whatever begins with a stroke is meant for the desk: a mistyped command is never passed on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from bot.casework.case import Outcome
from bot.casework.reference import parse_reference


class Do(str, Enum):
    """What can be asked of the desk; the values stand in our buttons."""

    QUEUE = "queue"
    MINE = "mine"
    CASE = "case"
    CLAIM = "claim"
    DECLINE = "decline"
    NOTE = "note"
    CANNED = "canned"
    TRANSFER = "transfer"
    RELEASE = "release"
    CLOSE = "close"
    REOPEN = "reopen"
    AWAY = "away"
    BACK = "back"
    DESK = "desk"
    SEND = "send"
    CANCEL = "cancel"
    HELP = "help"
    ENROL = "enrol"
    UNKNOWN = "unknown"


NAMES: dict[str, Do] = {
    name: do
    for do, names in {
        Do.QUEUE: "queue antre antri antrean antrian",
        Do.MINE: "mine punyaku kasusku milikku",
        Do.CASE: "case kasus",
        Do.CLAIM: "claim ambil",
        Do.DECLINE: "decline notmine bukan",
        Do.NOTE: "note catat catatan",
        Do.CANNED: "canned siap templat template",
        Do.TRANSFER: "transfer alih alihkan",
        Do.RELEASE: "release lepas lepaskan",
        Do.CLOSE: "close tutup",
        Do.REOPEN: "reopen buka",
        Do.AWAY: "away istirahat rehat",
        Do.BACK: "back kembali hadir",
        Do.DESK: "desk meja",
        Do.CANCEL: "cancel batal",
        Do.HELP: "help bantuan start mulai",
        Do.ENROL: "enrol enroll",
    }.items()
    for name in names.split()
}

OUTCOMES: dict[str, Outcome] = {
    name: outcome
    for outcome, names in {
        Outcome.RESOLVED: "resolved solved done selesai beres tuntas",
        Outcome.REFERRED: "referred rujuk dirujuk",
        Outcome.NO_ANSWER: "no_answer noanswer tak_dijawab tidak_dijawab",
        Outcome.WITHDRAWN: "withdrawn batal dibatalkan ditarik",
        Outcome.FALSE_ALARM: "false_alarm falsealarm alarm_palsu bukan_darurat",
        Outcome.DUPLICATE: "duplicate ganda dobel",
        Outcome.REFUSED: "refused ditolak tolak",
    }.items()
    for name in names.split()
}

OWN_AFFAIRS = frozenset({Do.QUEUE, Do.MINE, Do.AWAY, Do.BACK, Do.DESK, Do.SEND, Do.HELP, Do.ENROL})
"""Answered where only the officer reads it."""

_COMMAND = re.compile(r"^[/／]\s?([a-z_]+)(?:@\w+)?(?:\s+(.*))?$", re.IGNORECASE | re.DOTALL)
_REFERENCE = re.compile(r"^#?\s*KSL[\s-]*\d{6}[\s-]*[A-Z0-9]{4}(?![A-Z0-9])", re.IGNORECASE)
_ADDRESSED = re.compile(r"^#\s*KSL", re.IGNORECASE)


@dataclass(frozen=True)
class Command:
    """One command.

    Args:
        reference: the case, in its one right form; None where none is named.
        argument: what else was typed.
    """

    do: Do
    reference: str | None = None
    argument: str = ""


@dataclass(frozen=True)
class Words:
    """Words for a citizen; `reference` where the officer names the case by `#KSL-…`."""

    text: str
    reference: str | None = None


def read(text: str) -> Command | Words:
    """What an officer means by a text."""
    said = text.strip()
    match = _COMMAND.match(said)
    if match:
        return _command(match[1].lower(), (match[2] or "").strip())
    if said[:1] in ("/", "／"):
        return Command(Do.UNKNOWN)
    if _ADDRESSED.match(said):
        reference, rest = split_reference(said)
        # A number that is none must not send the words anywhere else.
        return Words(rest, reference=reference) if reference else Command(Do.UNKNOWN)
    return Words(said)


def split_reference(text: str) -> tuple[str | None, str]:
    """A reference at the beginning of a text, and the rest."""
    match = _REFERENCE.match(text)
    reference = parse_reference(match[0]) if match else None
    if match is None or reference is None:
        return None, text
    return reference, text[match.end() :].lstrip(" :,\n")


def read_outcome(text: str) -> Outcome | None:
    """An outcome in either language; None if it is none."""
    return OUTCOMES.get("_".join(text.casefold().split()))


def is_officers_only(text: str) -> bool:
    """Whether a text is a command that only somebody would type who takes us for a desk."""
    match = _COMMAND.match(text.strip())
    do = NAMES.get(match[1].lower()) if match else None
    return do not in (None, Do.HELP, Do.CANCEL, Do.BACK, Do.ENROL, Do.CANNED)


def enrolment_code(text: str) -> str | None:
    """The code of `/enrol CODE`; None for any other text."""
    found = read(text) if text.strip()[:1] in ("/", "／") else None
    if not isinstance(found, Command) or found.do is not Do.ENROL or found.reference:
        return None
    return found.argument or None


def _command(name: str, rest: str) -> Command:
    do = NAMES.get(name)
    if do is None:
        return Command(Do.UNKNOWN)
    reference, argument = split_reference(rest)
    return Command(do, reference=reference, argument=argument)
