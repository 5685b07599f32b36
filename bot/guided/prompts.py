"""What is said in a guided dialogue: questions, summaries, offers, from `data/guided`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.consular.facts import Bilingual
from bot.guided import tokens
from bot.guided.dialogue import SKIPPED, Dialogue, Kind, Standing, Step
from bot.guided.fields import shown_fields
from bot.guided.state import State
from bot.guided.turn import Trouble
from bot.messages import Button, OutboundMessage

CARD_LENGTH = 900
"""The most characters of one message: what fits a phone's screen."""

OFFICER_PAYLOAD = "/talk_to_officer"
_PATIENCE = 2

Shown = Mapping[Kind, Callable[[str, str], str]]
"""How a kept value is shown in a language, by kind of step."""


class Prompts:
    """Builds the messages of one dialogue.

    Args:
        phrases: the sentences around the questions.
        shown: how dates, countries and places are shown.
    """

    def __init__(self, phrases: Mapping[str, Bilingual], shown: Shown) -> None:
        self._phrases = phrases
        self._shown = shown

    def say(self, key: str, language: str, **values: str) -> str:
        """One sentence, filled."""
        return self._phrases[key].text(language).format(**values)

    def only(
        self, key: str, language: str, dialogue: Dialogue | None = None
    ) -> tuple[OutboundMessage, ...]:
        """One sentence as a message, in the wording of the dialogue where it has its own."""
        key = self._own(key, dialogue) if dialogue else key
        return (OutboundMessage(self.say(key, language)),)

    def question(
        self, dialogue: Dialogue, state: State, now: Standing, *, trouble: Trouble | None
    ) -> tuple[OutboundMessage, ...]:
        """The question that was asked, with its buttons, after what was wrong with the answer."""
        step = now.step(state.asking) or dialogue.step(state.asking)
        if step is None:
            return ()
        language = state.language
        parts = [self._trouble(step, state, trouble), self._asked(dialogue, step, state, now)]
        buttons = [
            self._button(tokens.Token(dialogue.name, step.key, choice.value), choice.title, state)
            for choice in step.choices
            if not choice.is_hidden
        ]
        if step.is_optional:
            buttons.append(self._control(dialogue, tokens.SKIP, "button_skip", state))
        if state.misses >= _PATIENCE:
            parts.insert(1, self.say("way_out", language))
            officer = self.say("button_officer", language)
            buttons.append(Button(officer, payload=OFFICER_PAYLOAD))
        text = "\n\n".join(part for part in parts if part)
        asks_location = step.kind is Kind.PLACE
        return (OutboundMessage(text, buttons=tuple(buttons), asks_location=asks_location),)

    def _asked(self, dialogue: Dialogue, step: Step, state: State, now: Standing) -> str:
        question = step.ask.text(state.language)
        if not dialogue.is_form or dialogue.does or step.is_consent:
            return question
        fields = [field for field in now.steps if not field.is_consent]
        keys = [field.key for field in fields]
        if step.key not in keys:
            return question
        return self.say(
            "progress",
            state.language,
            number=str(keys.index(step.key) + 1),
            total=str(len(fields)),
            question=question,
        )

    def _trouble(self, step: Step, state: State, trouble: Trouble | None) -> str:
        if trouble is None:
            return ""
        key = f"problem_{trouble.code}"
        if state.misses >= _PATIENCE and f"{key}_again" in self._phrases:
            key = f"{key}_again"
        return self.say(key, state.language, **trouble.values)

    def summary(
        self, dialogue: Dialogue, state: State, now: Standing, *, trouble: Trouble | None
    ) -> tuple[OutboundMessage, ...]:
        """All fields with numbers, in as many cards as it takes, and the question to confirm."""
        language = state.language
        if trouble:
            parts = [self.say(f"problem_{trouble.code}", language, **trouble.values)]
        else:
            heading = self.say(self._own("summary", dialogue), language)
            parts = _cards([heading, *self._lines(dialogue, state, now)])
            ask = self.say(self._own("confirm", dialogue), language)
            if len(parts[-1]) + len(ask) + 2 <= CARD_LENGTH:
                parts[-1] = f"{parts[-1]}\n\n{ask}"
            else:
                parts.append(ask)
        buttons = (
            self._control(dialogue, tokens.CONFIRM, "button_confirm", state),
            self._control(dialogue, tokens.CHANGE, "button_change", state),
            self._control(dialogue, tokens.CANCEL, "button_cancel", state),
        )
        last = OutboundMessage(parts[-1], buttons=buttons)
        return (*(OutboundMessage(part) for part in parts[:-1]), last)

    def _lines(self, dialogue: Dialogue, state: State, now: Standing) -> list[str]:
        return [
            self.say(
                "summary_line",
                state.language,
                number=str(number),
                label=step.label.text(state.language),
                value=self._value(step, now.facts[step.key], state.language),
            )
            for number, step in enumerate(shown_fields(dialogue, now), start=1)
        ]

    def _value(self, step: Step, value: str, language: str) -> str:
        if value == SKIPPED:
            return self.say("left_out", language)
        choice = step.choice(value)
        if choice:
            return choice.title.text(language)
        show = self._shown.get(step.kind)
        return show(value, language) if show else value

    def which_field(
        self, dialogue: Dialogue, state: State, now: Standing, *, trouble: Trouble | None
    ) -> tuple[OutboundMessage, ...]:
        """Asks which field to change; the fields are the buttons."""
        key = f"problem_{trouble.code}" if trouble else "which_field"
        buttons = tuple(
            self._button(tokens.Token(dialogue.name, tokens.FIELD, step.key), step.label, state)
            for step in shown_fields(dialogue, now)
        )
        return (OutboundMessage(self.say(key, state.language), buttons=buttons),)

    def offer(self, key: str, dialogue: Dialogue, state: State) -> tuple[OutboundMessage, ...]:
        """Offers to go on with a dialogue."""
        buttons = (
            self._control(dialogue, tokens.CONTINUE, "button_continue", state),
            self._control(dialogue, tokens.LEAVE, "button_leave", state),
        )
        title = dialogue.title.text(state.language)
        return (OutboundMessage(self.say(key, state.language, title=title), buttons=buttons),)

    def _control(self, dialogue: Dialogue, value: str, title: str, state: State) -> Button:
        token = tokens.Token(dialogue.name, tokens.CONTROL, value)
        return self._button(token, self._phrases[self._own(title, dialogue)], state)

    def _own(self, key: str, dialogue: Dialogue) -> str:
        """The dialogue's own wording of a sentence, where it has one."""
        own = f"{key}_{dialogue.name}"
        return own if own in self._phrases else key

    def _button(self, token: tokens.Token, title: Bilingual, state: State) -> Button:
        return Button(title.text(state.language), payload=token.payload)


def _cards(lines: Sequence[str]) -> list[str]:
    cards = [lines[0]]
    for line in lines[1:]:
        if len(cards[-1]) + len(line) + 1 > CARD_LENGTH:
            cards.append(line)
        else:
            cards[-1] = f"{cards[-1]}\n{line}"
    return cards
