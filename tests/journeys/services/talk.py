"""A citizen who answers a checklist or form, breaks in with a question, and corrects an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.content.guided import load_guide
from bot.guided.dialogue import Dialogue, Step
from tests.journeys.citizens import Reply, WebCitizen

CARD_LENGTH = 900
_MOST_TURNS = 40
_ASIDE = {
    "id": ("jam buka KBRI Singapura?", "KBRI Singapura", "lanjut"),
    "en": ("what are the opening hours of the embassy in Singapore?", "+6567377422", "continue"),
}
_CHECKS = {
    "name": "Budi Santoso",
    "line": "Lebuh Pantai 5, George Town",
    "short": "George Town",
    "nik": "3201010305900001",
    "phone": "+60 12-345 6789",
    "home_phone": "0812 3456 7890",
    "postcode": "05400",
    "email": "budi@example.com",
    "passport": "B1234567",
    "birth_date": "3 Mei 1990",
    "event_date": "1 November 2026",
}


@dataclass
class Journey:
    """One citizen's way through one dialogue.

    Args:
        answers: what is typed, by the key of the question; others get their first choice.
        wrong: the key of the answer that is corrected; empty for none.
        corrects: what is typed to correct it.
    """

    citizen: WebCitizen
    dialogue: Dialogue
    language: str
    answers: Mapping[str, str] = field(default_factory=dict)
    wrong: str = ""
    corrects: str = ""
    asked: list[str] = field(default_factory=list)
    _was_interrupted: bool = False

    def goes(self, reply: Reply) -> Reply:
        """From the first question to what comes after the last."""
        is_corrected = not self.wrong
        for _ in range(_MOST_TURNS):
            whole(reply)
            step = self.question(reply)
            if step is None:
                break
            if not self._was_interrupted:
                self._interrupts(step)
            self.asked.append(step.key)
            reply = self.citizen.says(self._typed(step))
            if step.key == self.wrong and not is_corrected:
                whole(reply)
                reply, is_corrected = self.citizen.says(self.corrects), True
        assert self._was_interrupted, f"nothing was asked: {reply.text}"
        assert is_corrected, f"{self.wrong} was not asked: {self.asked}"
        return reply

    def question(self, reply: Reply) -> Step | None:
        """The question that a reply asks."""
        asks = [s for s in self.dialogue.steps if s.ask.text(self.language).strip() in reply.text]
        return max(asks, key=lambda step: len(step.ask.id), default=None)

    def _interrupts(self, step: Step) -> None:
        question, answer, go_on = _ASIDE[self.language]
        aside = self.citizen.says(question)
        whole(aside)
        assert answer in aside.text, aside.text
        assert self.dialogue.title.text(self.language) in aside.text, aside.text
        again = self.citizen.says(go_on)
        assert self.question(again) == step, again.text
        self._was_interrupted = True

    def _typed(self, step: Step) -> str:
        if step.key in self.answers:
            return str(self.answers[step.key])
        if step.choices:
            return step.choices[0].title.text(self.language)
        return _CHECKS.get(step.check, "Penang, Malaysia")


def whole(reply: Reply) -> None:
    """Every message fits a phone screen, and no value is missing in it."""
    for text in reply.messages:
        assert len(text) <= CARD_LENGTH, f"{len(text)}: {text}"
        assert "{" not in text and "None" not in text, text


def dialogue_of(intent: str) -> Dialogue:
    """The checklist that an intent begins."""
    guide = load_guide()
    name = guide.for_intent(intent)
    assert name, intent
    return guide.dialogues[name]
