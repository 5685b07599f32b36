"""The course of an emergency: what one message changes, what is said to it, what officers learn.

Help comes first: whatever is not known yet is asked after the card, in two questions at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from bot.consular.place import Place
from bot.emergency.answers import Tapped
from bot.emergency.emergency import Ask, Emergency
from bot.emergency.kinds import Kind, Tone, Who, Wish, Word
from bot.emergency.rules import Rules, kind_of_intent
from bot.emergency.triage import Signs

_MOST_QUESTIONS = 2
_ANSWER_WORDS = 12
_FEW_WORDS = 5
# Intents that ask for nothing; None where the assistant was not asked.
_SAYS_LITTLE = (None, "nlu_fallback", "affirm", "deny", "out_of_scope", "follow_up")
_CARD_AGAIN = timedelta(minutes=15)
_WISHES = {
    Word.NO_CALL: Wish.NO_CALL,
    Word.WHEN_SAFE: Wish.WHEN_SAFE,
    Word.WOMAN_OFFICER: Wish.WOMAN_OFFICER,
}
_ENDS = (Word.FALSE_ALARM, Word.SAFE)
# Whom these are about needs no question.
_WHO_IS_CLEAR = frozenset(
    {Kind.DEATH, Kind.MISSING, Kind.DISASTER, Kind.CONFLICT, Kind.SHIP_CREW, Kind.LOST_PASSPORT}
)


class Saying(str, Enum):
    """What can be said; `bot.content` has the words."""

    CARD = "card"
    STILL_HERE = "still_here"
    ASK_WHAT = "ask_what"
    ASK_WHO = "ask_who"
    ASK_COMPANY = "ask_company"
    PLACE_UNCLEAR = "place_unclear"
    NOTED = "noted"
    NO_CALL = "no_call"
    WHEN_SAFE = "when_safe"
    WOMAN_OFFICER = "woman_officer"
    SAFE = "safe"
    CALM = "calm"
    HIDDEN = "hidden"


class News(str, Enum):
    """What the officers learn."""

    ALARM = "alarm"
    MORE = "more"
    SAFE = "safe"
    FALSE_ALARM = "false_alarm"
    WITHDRAWN = "withdrawn"


_QUESTIONS = {
    Ask.WHAT: Saying.ASK_WHAT,
    Ask.WHO: Saying.ASK_WHO,
    Ask.COMPANY: Saying.ASK_COMPANY,
}


@dataclass(frozen=True)
class Heard:
    """One message, understood as far as an emergency needs it.

    Args:
        message_id: of the message.
        text: the citizen's words.
        signs: what they say of an emergency.
        is_urgent: whether they tell of danger.
        language: of the answer.
        intent: what the assistant takes them for; None where it was not asked.
        place: named or shared in the message.
        is_placed: whether that place is somewhere (no point in the sea).
        home: where the citizen has registered as a resident.
        tapped: a button of an emergency.
    """

    message_id: str
    text: str
    signs: Signs
    is_urgent: bool
    language: str
    intent: str | None = None
    place: Place = field(default_factory=Place)
    is_placed: bool = True
    home: Place = field(default_factory=Place)
    tapped: Tapped | None = None

    @property
    def words(self) -> tuple[Word, ...]:
        """What is said to the emergency itself."""
        if self.tapped:
            return (self.tapped.word,) if self.tapped.word else ()
        return self.signs.words


@dataclass(frozen=True)
class Step:
    """What one message comes to.

    Args:
        emergency: as it stands now.
        says: what the citizen reads, in order; nothing if the assistant is to answer.
        news: what the officers learn, if anything.
    """

    emergency: Emergency
    says: tuple[Saying, ...] = ()
    news: News | None = None


def is_current(emergency: Emergency | None, rules: Rules, now: datetime) -> bool:
    """Whether an emergency is still going on."""
    return emergency is not None and emergency.is_open and now < emergency.heard_at + rules.open_for


def next_step(
    emergency: Emergency | None, heard: Heard, *, rules: Rules, now: datetime, is_officers: bool
) -> Step | None:
    """What a message changes.

    Args:
        emergency: the last one, if any.
        is_officers: whether an officer has the conversation. The first card of an emergency is
            shown all the same; everything after it is the officer's.

    Returns:
        None if the message has nothing to do with an emergency.
    """
    is_cry = heard.is_urgent or _is_alarm(heard, rules)
    current = emergency if is_current(emergency, rules, now) else None
    if current is None:
        is_begun = is_cry and not _is_denied(heard)
        return _begin(heard, rules=rules, now=now, asks=not is_officers) if is_begun else None
    current = replace(current, heard_at=now, handled=current.after(heard.message_id))
    if is_officers and not (is_cry and _is_another(current, heard, rules)):
        return Step(_learned(current, heard, rules), news=News.MORE) if is_cry else None
    end = next((word for word in heard.words if word in _ENDS), None)
    if end:
        return _ended(current, end, heard)
    if Word.HIDE in heard.words and (current.is_discreet or Wish.NO_CALL in current.wishes):
        quiet = replace(current, tone=Tone.DISCREET, is_hidden=True, awaits=None, answered_at=now)
        return Step(quiet, (Saying.HIDDEN,), news=News.MORE)
    wished = _wished(current, heard, rules=rules, now=now)
    if wished and not (is_cry and _is_another(current, heard, rules)):
        return wished
    if is_cry:
        if _is_another(current, heard, rules):
            return _begin(heard, rules=rules, now=now, asks=not is_officers)
        return _cried_again(current, heard, rules=rules, now=now)
    return _answered(current, heard, rules=rules, now=now)


def _is_alarm(heard: Heard, rules: Rules) -> bool:
    if heard.tapped:
        return heard.tapped.word is Word.SOS
    return Word.SOS in heard.words or kind_of_intent(heard.intent) is not None


def _is_denied(heard: Heard) -> bool:
    """Whether a message says no more than that it is no emergency."""
    is_short = len(heard.text.split()) <= _ANSWER_WORDS
    return is_short and Word.FALSE_ALARM in heard.words and not heard.signs.kinds


def _begin(heard: Heard, *, rules: Rules, now: datetime, asks: bool) -> Step:
    kind = heard.signs.kind(rules, heard.intent) or Kind.GENERAL
    rule = rules.kinds[kind]
    who, is_now = heard.signs.who, heard.signs.is_now
    if kind is Kind.SHIP_CREW:
        who = who or Who.CREW
    begun = Emergency(
        kind=kind,
        subject=rule.intent,
        tone=rule.tone,
        priority=rules.priority(kind, who, is_now),
        language=heard.language,
        opened_at=now,
        heard_at=now,
        handled=(heard.message_id,),
        original=heard.text,
        is_sos=Word.SOS in heard.words,
        who=who,
        is_now=is_now,
        place=(heard.place if heard.is_placed else Place()) or heard.home,
        wishes=tuple(_WISHES[word] for word in heard.words if word in _WISHES),
        answered_at=now,
    )
    return _with_question(Step(begun, (Saying.CARD,), news=News.ALARM), asks=asks)


def _cried_again(current: Emergency, heard: Heard, *, rules: Rules, now: datetime) -> Step:
    learned = _learned(current, heard, rules)
    is_changed = learned.kind is not current.kind or learned.place != current.place
    if is_changed or current.answered_at is None or now > current.answered_at + _CARD_AGAIN:
        fresh = replace(learned, answered_at=now, repeats=0)
        return _with_question(Step(fresh, (Saying.CARD,), news=News.MORE))
    repeats = current.repeats + 1
    is_quiet = now < current.answered_at + rules.quiet
    if repeats > rules.short_answers and is_quiet:
        return Step(replace(learned, repeats=repeats), (), news=News.MORE)
    still = replace(learned, repeats=repeats, answered_at=now)
    return _with_question(Step(still, (Saying.STILL_HERE,), news=News.MORE))


def _learned(current: Emergency, heard: Heard, rules: Rules) -> Emergency:
    """The same emergency with what the message adds; nothing known is lost."""
    said = heard.tapped.kind if heard.tapped else heard.signs.kind(rules, heard.intent)
    kind = said if said and _is_clearer(said, current, rules) else current.kind
    signs = heard.signs
    who = (heard.tapped.who if heard.tapped else signs.who) or current.who
    is_now = heard.tapped.is_now if heard.tapped else signs.is_now
    is_now = current.is_now if is_now is None else is_now
    priority = rules.priority(kind, who, is_now)
    is_calmer = current.priority.outranks(priority) and is_now is not False
    tone = rules.kinds[kind].tone
    return replace(
        current,
        kind=kind,
        tone=current.tone if current.tone is not Tone.PLAIN else tone,
        who=who,
        is_now=is_now,
        priority=current.priority if is_calmer else priority,
        place=heard.place if heard.place and heard.is_placed else current.place,
        original=current.original,
    )


def _is_clearer(said: Kind, current: Emergency, rules: Rules) -> bool:
    """Whether a kind tells more than the known one: the earlier in the table wins."""
    if current.kind is Kind.GENERAL:
        return said is not Kind.GENERAL
    order = list(rules.kinds)
    return order.index(said) < order.index(current.kind)


def _is_another(current: Emergency, heard: Heard, rules: Rules) -> bool:
    """Whether a cry is about something else than the emergency that is going on."""
    said = heard.signs.kind(rules, heard.intent)
    if said is None or said is Kind.GENERAL or current.kind is Kind.GENERAL:
        return False
    if not rules.are_one(said, current.kind):
        return True
    who = heard.signs.who
    is_somebody_else = who in (Who.CHILD, Who.OTHER) and current.who is Who.WRITER
    return is_somebody_else and rules.kinds[said].intent != current.subject


def _ended(current: Emergency, word: Word, heard: Heard) -> Step:
    """Whoever holds the phone may say that all is well: a discreet case stays for an officer."""
    closed = replace(current, is_open=False, awaits=None)
    if word is Word.FALSE_ALARM:
        news = News.SAFE if current.is_discreet else News.FALSE_ALARM
        return Step(replace(closed, was_false_alarm=True), (Saying.CALM,), news=news)
    news = News.WITHDRAWN if current.is_sos and current.kind is Kind.GENERAL else News.SAFE
    return Step(closed, (Saying.SAFE,), news=news)


def _wished(current: Emergency, heard: Heard, *, rules: Rules, now: datetime) -> Step | None:
    wishes = [word for word in heard.words if word in _WISHES]
    if not wishes:
        return None
    learned = _learned(current, heard, rules)
    for word in wishes:
        learned = learned.with_wish(_WISHES[word])
    says = [Saying(word.value) for word in wishes]
    if learned.place != current.place:
        says.insert(0, Saying.CARD)
    return _with_question(Step(replace(learned, answered_at=now), tuple(says), news=News.MORE))


def _answered(current: Emergency, heard: Heard, *, rules: Rules, now: datetime) -> Step | None:
    """A message that is no cry: an answer to our question, or something else altogether."""
    is_missing = current.awaits is Ask.PLACE or not current.place
    if heard.place.location or (heard.place and is_missing):
        return _placed(current, heard, rules=rules, now=now)
    if heard.tapped:
        return _told(current, heard, rules=rules, now=now)
    is_short = 0 < len(heard.text.split()) <= _ANSWER_WORDS and "?" not in heard.text
    if current.awaits is None or not is_short or not _may_answer(current, heard):
        return None
    if current.awaits is Ask.WHAT and heard.signs.kinds:
        return _told(current, heard, rules=rules, now=now)
    noted = replace(_learned(current, heard, rules), awaits=None, answered_at=now)
    return _with_question(Step(noted, (Saying.NOTED,), news=News.MORE))


def _may_answer(current: Emergency, heard: Heard) -> bool:
    """Whether it reads as an answer, or the assistant would not know what to do with it."""
    if current.awaits in (Ask.WHO, Ask.COMPANY):
        tells = heard.signs.who is not None or heard.signs.is_now is not None
        if tells and len(heard.text.split()) <= _FEW_WORDS:
            return True
    return heard.intent in _SAYS_LITTLE


def _placed(current: Emergency, heard: Heard, *, rules: Rules, now: datetime) -> Step:
    if not heard.is_placed:
        # A ship may really be out at sea: the point goes to the officers all the same.
        at_sea = current.kind is Kind.SHIP_CREW
        kept = replace(current, place=heard.place) if at_sea else current
        kept = replace(kept, answered_at=now)
        return Step(kept, (Saying.PLACE_UNCLEAR,), news=News.MORE)
    learned = replace(_learned(current, heard, rules), awaits=None, answered_at=now, repeats=0)
    return _with_question(Step(learned, (Saying.CARD,), news=News.MORE))


def _told(current: Emergency, heard: Heard, *, rules: Rules, now: datetime) -> Step:
    learned = replace(_learned(current, heard, rules), awaits=None, answered_at=now)
    says = Saying.CARD if learned.kind is not current.kind else Saying.NOTED
    return _with_question(Step(learned, (says,), news=News.MORE))


def _with_question(step: Step, *, asks: bool = True) -> Step:
    """Adds the next question, if one is left to ask."""
    current = step.emergency
    if not current.place and Ask.PLACE not in current.asked:
        # The card without a place asks for it itself.
        waiting = replace(current, asked=(*current.asked, Ask.PLACE), awaits=Ask.PLACE)
        return replace(step, emergency=waiting)
    ask = _next_question(current)
    is_full = len(current.asked) >= _MOST_QUESTIONS
    if ask is None or not asks or is_full or current.awaits not in (None, Ask.PLACE):
        return step
    waiting = replace(current, asked=(*current.asked, ask), awaits=ask)
    return replace(step, emergency=waiting, says=(*step.says, _QUESTIONS[ask]))


def _next_question(current: Emergency) -> Ask | None:
    if current.kind is Kind.GENERAL and Ask.WHAT not in current.asked:
        return Ask.WHAT
    if current.tone is not Tone.PLAIN:
        return Ask.COMPANY if Ask.COMPANY not in current.asked else None
    is_known = current.kind in _WHO_IS_CLEAR or (current.who and current.is_now is not None)
    return Ask.WHO if not is_known and Ask.WHO not in current.asked else None
