"""Helpers: the real dialogues, readers that know a few places, and a talk that restarts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import lru_cache

from bot.content.guided import load_guide
from bot.guided.guide import Guide, Turn
from bot.guided.state import Talk
from bot.guided.turn import Outcome, Tools, Utterance
from bot.nlu.dates import DateFinder, load_date_words

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
COUNTRIES = {
    "jepang": "JP",
    "japan": "JP",
    "malaysia": "MY",
    "singapura": "SG",
    "vietnam": "VN",
    "nigeria": "NG",
    "jerman": "DE",
}
VISA_RULES = {"SG": "visa_free", "JP": "visa_on_arrival", "IN": "evisa", "NG": "calling_visa"}


@lru_cache(maxsize=1)
def guide() -> Guide:
    return load_guide()


@lru_cache(maxsize=1)
def _dates() -> DateFinder:
    return DateFinder(load_date_words())


def _read_date(text):
    found = _dates().find(text, today=NOW.date())
    return datetime.fromisoformat(found[0].value).date() if found else None


def _read_country(text):
    return COUNTRIES.get(text.strip().casefold().removeprefix("di "))


def _read_place(text):
    words = text.casefold().replace(",", " ").split()
    return next((COUNTRIES[word] for word in words if word in COUNTRIES), None)


TOOLS = Tools(
    now=NOW,
    read_date=_read_date,
    read_country=_read_country,
    read_place=_read_place,
    lookup=lambda table, value: VISA_RULES.get(value, "unknown"),
)


class Chat:
    """One conversation; every turn goes through JSON, as if the program were restarted."""

    def __init__(self, intent=None, *, name=None, language="id", **known):
        self.now = NOW
        self.turn: Turn | None = None
        self.talk = Talk()
        self.language = language
        self.begin(name or guide().for_intent(intent), intent=intent or "", known=known)

    @property
    def tools(self):
        return replace(TOOLS, now=self.now)

    def begin(self, name, *, intent="", known=None, text="", country=None):
        return self._keep(
            guide().begin(
                self.talk,
                name,
                language=self.language,
                tools=self.tools,
                intent=intent,
                known=known,
                text=text,
                country=country,
            )
        )

    def say(self, text="", **said):
        return self._keep(guide().take(self.talk, Utterance(text=text, **said), tools=self.tools))

    def press(self, title):
        """Presses a button of the last messages."""
        buttons = {b.title: b.payload for m in self.turn.messages for b in m.buttons}
        token = json.loads(buttons[title].removeprefix("/guided"))["answer"]
        return self.say(token=token)

    def wait(self, **span):
        self.now += timedelta(**span)

    def _keep(self, turn):
        self.turn = turn
        self.talk = Talk.from_slot(json.loads(json.dumps(turn.talk.as_slot())))
        assert self.talk == turn.talk
        return turn

    @property
    def asking(self):
        state = self.talk.open
        return state.asking if state else None

    @property
    def answers(self):
        state = self.talk.open
        return {**state.known, **state.answers} if state else {}

    @property
    def text(self):
        return "\n\n".join(message.text for message in self.turn.messages)

    @property
    def is_done(self):
        return self.turn.outcome is Outcome.DONE
