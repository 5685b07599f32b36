"""The closed lists: what can happen, to whom, how it is spoken about, what the citizen wishes."""

from __future__ import annotations

from enum import Enum


class Kind(str, Enum):
    """What happens; the names are those of the guidance in the consular database."""

    GENERAL = "GENERAL"
    SELF_HARM = "SELF_HARM"
    SCAM_COMPOUND = "SCAM_COMPOUND"
    TRAFFICKING = "TRAFFICKING"
    DOMESTIC_VIOLENCE = "DOMESTIC_VIOLENCE"
    LABOUR = "LABOUR"
    VIOLENCE = "VIOLENCE"
    SHIP_CREW = "SHIP_CREW"
    ARREST = "ARREST"
    DEATH = "DEATH"
    MISSING = "MISSING"
    MEDICAL = "MEDICAL"
    CONFLICT = "CONFLICT"
    DISASTER = "DISASTER"
    LOST_PASSPORT = "LOST_PASSPORT"
    STRANDED = "STRANDED"


class Who(str, Enum):
    """Who is in danger."""

    WRITER = "writer"
    CHILD = "child"
    OTHER = "other"
    CREW = "crew"


class Tone(str, Enum):
    """How the card speaks.

    `DISCREET`: somebody who must not know may read the screen. `GENTLE`: the danger is despair.
    """

    PLAIN = "plain"
    DISCREET = "discreet"
    GENTLE = "gentle"


class Wish(str, Enum):
    """What an officer must heed; the values are those of `Case.wishes`."""

    NO_CALL = "no_call"
    WHEN_SAFE = "when_safe"
    WOMAN_OFFICER = "woman_officer"
    DISCREET = "discreet"


class Word(str, Enum):
    """What a citizen can say to the emergency itself, by button or in words."""

    SOS = "sos"
    SAFE = "safe"
    FALSE_ALARM = "false_alarm"
    HIDE = "hide"
    NO_CALL = "no_call"
    WHEN_SAFE = "when_safe"
    WOMAN_OFFICER = "woman_officer"
