"""What a message says of an emergency: kind, who, whether now, and words to itself."""

from __future__ import annotations

from dataclasses import dataclass

from bot.emergency.kinds import Kind, Who, Word
from bot.emergency.rules import Rules, kind_of_intent


@dataclass(frozen=True)
class Signs:
    """What one message says; None and empty where it says nothing of it.

    Args:
        kinds: in the order of the table.
        is_now: False only if the message says that it is over.
        words: in the order of the table.
    """

    kinds: tuple[Kind, ...] = ()
    who: Who | None = None
    is_now: bool | None = None
    words: tuple[Word, ...] = ()

    def kind(self, rules: Rules, intent: str | None = None) -> Kind | None:
        """The first kind that is said; one that fits the intent, where that is known, before."""
        fitting = [kind for kind in self.kinds if rules.kinds[kind].intent == intent]
        named = (*fitting, *self.kinds)
        return named[0] if named else kind_of_intent(intent)


def read_signs(text: str, rules: Rules) -> Signs:
    """Reads a message.

    Args:
        text: with chat spelling written out.
        rules: the triage table.
    """
    words = tuple(word for word, rule in rules.words.items() if rule.is_said(text))
    return Signs(
        kinds=tuple(kind for kind, rule in rules.kinds.items() if rule.is_said(text)),
        who=next((who for who, phrases in rules.who if phrases.in_text(text)), None),
        is_now=_is_now(text, rules),
        words=words,
    )


def about_whom(text: str, rules: Rules) -> str | None:
    """Whom a message is about, if not who writes: a value of `Case.for_whom`."""
    who = read_signs(text, rules).who
    return who.value if who not in (None, Who.WRITER) else None


def _is_now(text: str, rules: Rules) -> bool | None:
    if rules.is_now.in_text(text):
        return True
    return False if rules.is_past.in_text(text) else None
