"""One turn of one guided dialogue: what a message means here, and how far it brings us."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.guided import tokens as buttons
from bot.guided import words
from bot.guided.dialogue import SKIPPED, Dialogue, Kind, Step
from bot.guided.fields import (
    answer_to,
    correct,
    fill_fields,
    fill_hints,
    fill_place,
    find_field,
)
from bot.guided.moves import Moves
from bot.guided.recognise import NOTHING, Found, recognise, titled
from bot.guided.state import Stage, State
from bot.guided.turn import Outcome, Taken, Tools, Utterance
from bot.guided.validators import Valid, is_strict
from bot.guided.words import Command

IDLE = timedelta(hours=6)
"""After this long an answer in free words may be meant for something else."""

_FEW_WORDS = 2


def take(dialogue: Dialogue, state: State, said: Utterance, *, tools: Tools) -> Taken:
    """Takes one message.

    Args:
        dialogue: the dialogue that `state` belongs to.
        state: how far it has come.
        said: the message.
        tools: time, readers and fact tables.
    """
    return _Turn(dialogue, state, said, tools).take()


def begin(dialogue: Dialogue, state: State, *, tools: Tools) -> Taken:
    """Asks the first question that is open; also goes on with a dialogue put aside."""
    return _Turn(dialogue, state, Utterance(), tools).go_on()


class _Turn(Moves):
    """What the message means."""

    def _may_change(self, field: str) -> bool:
        """Whether "ubah …" is about a field here: "ganti paspor" is a wish of its own."""
        if find_field(self.dialogue, self.standing(), field):
            return True
        is_form_open = self.dialogue.is_form and self.state.stage is not Stage.PAUSED
        return bool(self.state.answers) and (is_form_open or not field)

    def take(self) -> Taken:
        if self.said.token is not None:
            return self._pressed(self.said.token)
        state = self.state
        if state.stage is Stage.DONE:
            return self._after_the_end()
        if state.stage is not Stage.PAUSED and self._is_idle():
            self.state = state = replace(state, stage=Stage.PAUSED, is_offered=False, offers=0)
        meant = words.command(self.text)
        if meant:
            taken = self._commanded(meant)
            if taken:
                return taken
        if state.stage is Stage.PAUSED:
            return self._while_paused()
        if state.stage is Stage.CHOOSING:
            return self._choose_field(self.text)
        if state.stage is Stage.CONFIRMING:
            return self._while_confirming()
        return self._while_asking()

    def _is_idle(self) -> bool:
        try:
            return self.tools.now - datetime.fromisoformat(self.state.asked_at) > IDLE
        except (TypeError, ValueError):
            return True

    def _commanded(self, meant: words.Said) -> Taken | None:
        command, state = meant.command, self.state
        if command is Command.CANCEL:
            return self.cancelled()
        if command in (Command.ENGLISH, Command.INDONESIAN):
            self.state = replace(state, language=command.value)
            return self.again()
        if command is Command.CONTINUE:
            return self.again()
        if command is Command.SKIP:
            asked = self.asked()
            if state.stage is Stage.ASKING and asked and asked.is_optional:
                self.state = state.answered(asked.key, SKIPPED)
                return self.go_on()
            return None
        if command is Command.BACK and state.stage is not Stage.PAUSED:
            return self.back()
        if command is Command.CHANGE and self._may_change(meant.rest):
            return self._choose_field(meant.rest)
        return None

    def _pressed(self, text: str) -> Taken:
        token = buttons.read(text)
        if token is None or token.dialogue != self.dialogue.name:
            return self._stale()
        if token.key == buttons.CONTROL:
            return self._controlled(token.value)
        if token.key == buttons.FIELD:
            step = self.standing().step(token.value)
            return self.ask(self._changed_by(step)) if step else self._stale()
        step = self.standing().step(token.key)
        if step is None or step.choice(token.value) is None:
            return self._stale()
        return self.answered(step, token.value)

    def _stale(self) -> Taken:
        if self.state.stage in (Stage.PAUSED, Stage.DONE):
            return self.not_mine()
        return self.unclear("stale_button")

    def _controlled(self, value: str) -> Taken:
        asked = self.asked()
        if value == buttons.CANCEL:
            return self.cancelled()
        if value == buttons.LEAVE:
            return self.left()
        if value == buttons.BACK and self.state.stage is not Stage.DONE:
            return self.back()
        if value == buttons.CONTINUE and self.state.stage is not Stage.DONE:
            return self.again()
        if self.state.stage is Stage.PAUSED and not self.standing().open_steps:
            self.state = replace(self.state, stage=Stage.CONFIRMING)
        if value == buttons.CONFIRM and self.state.stage is Stage.CONFIRMING:
            return self.confirmed()
        if value == buttons.CHANGE and self.state.stage is Stage.CONFIRMING:
            return self._choose_field("")
        if value == buttons.SKIP and asked and asked.is_optional:
            self.state = self.state.answered(asked.key, SKIPPED)
            return self.go_on()
        return self._stale()

    # --- by stage ------------------------------------------------------------------------

    def _after_the_end(self) -> Taken:
        """The result was told; a correction opens it again, anything else is not about it."""
        meant = words.command(self.text)
        if meant and meant.command is Command.CANCEL:
            return self.cancelled()
        if meant and meant.command is Command.CHANGE and meant.rest:
            is_field = find_field(self.dialogue, self.standing(), meant.rest)
            return self._choose_field(meant.rest) if is_field else self.not_mine()
        rest = words.correction(self.text)
        fixed = correct(self.dialogue, self.state, rest or "", asked=None, tools=self.tools)
        if rest and fixed:
            self.state = fixed
            return self.go_on()
        return self.not_mine()

    def _while_paused(self) -> Taken:
        said = words.tokens(self.text)
        if self.state.is_offered and words.is_bare_reply(said):
            reply = words.reply(said)
            if reply:
                return self.again() if reply == "yes" else self.left()
        asked = self.asked()
        if asked and not self.said.is_question and not words.looks_like_question(self.text):
            value = self._sure_answer(asked)
            if value is not None:
                return self.answered(asked, value)
        return self.not_mine()

    def _sure_answer(self, step: Step) -> str | None:
        """An answer that can hardly be anything else."""
        if step.kind is Kind.CHOICE:
            is_reply = words.is_bare_reply(words.tokens(self.text))
            return None if is_reply else recognise(step, self.text).value
        if step.kind in (Kind.TEXT, Kind.DATE) and is_strict(step.check):
            found = answer_to(self.dialogue, self.state, step, self.said, tools=self.tools)
            return found.value if isinstance(found, Valid) else None
        return None

    def _while_confirming(self) -> Taken:
        filled = fill_fields(self.dialogue, self.state, self.text, tools=self.tools)
        if filled:
            self.state = filled
            return self.go_on()
        named = find_field(self.dialogue, self.standing(), self.text)
        if named and not named[1] and not self.text[:1].isdigit():
            return self.ask(self._changed_by(named[0]))
        rest = words.correction(self.text)
        if rest:
            field = find_field(self.dialogue, self.standing(), rest)
            fixed = correct(self.dialogue, self.state, rest, asked=None, tools=self.tools)
            if field or fixed is None:
                return self._choose_field(rest)
            self.state = fixed
            return self.go_on()
        if words.looks_like_question(self.text):
            return self.not_mine()
        reply = words.verdict(words.tokens(self.text))
        if reply == "yes":
            return self.confirmed()
        if reply == "no":
            return self._choose_field("")
        return self.not_mine() if self.said.is_question else self.unclear("confirm")

    def _choose_field(self, text: str) -> Taken:
        """Asks for the field that "ubah …" names, or takes its new value at once."""
        if not text.strip():
            self.state = replace(self.state, stage=Stage.CHOOSING, misses=0)
            return Taken(self.state, outcome=Outcome.CHOOSE_FIELD)
        found = find_field(self.dialogue, self.standing(), text)
        if found is None:
            is_asked = self.state.stage is Stage.CHOOSING
            if is_asked and (self.said.is_question or words.looks_like_question(text)):
                return self.not_mine()
            self.state = replace(self.state, stage=Stage.CHOOSING)
            return self.unclear("which_field")
        step, rest = found
        step = self._changed_by(step)
        taken = self.ask(step)
        if not rest:
            return taken
        said = replace(self.said, text=rest, place=None, country=None)
        return self._given(step, said)

    def _changed_by(self, step: Step) -> Step:
        return self.dialogue.step(step.asks_instead) or step

    def _while_asking(self) -> Taken:
        asked = self.asked()
        if asked is None:
            return self.go_on()
        filled = fill_fields(self.dialogue, self.state, self.text, tools=self.tools)
        if filled:
            self.state = filled
            return self.go_on()
        rest = words.correction(self.text)
        if rest:
            fixed = correct(self.dialogue, self.state, rest, asked=asked, tools=self.tools)
            if fixed:
                self.state = fixed
                return self.ended() or self.go_on()
        loose = asked.kind is Kind.TEXT and not is_strict(asked.check)
        if words.looks_like_question(self.text, fewest=4 if loose else 3):
            exact = titled(asked, self.text).value if asked.kind is Kind.CHOICE else None
            sure = exact or (self._sure_answer(asked) if asked.kind is not Kind.CHOICE else None)
            return self.answered(asked, sure) if sure else self.not_mine()
        if asked.kind is Kind.CHOICE:
            return self._chosen(asked)
        if loose and self.said.is_question and len(words.tokens(self.text)) > _FEW_WORDS:
            return self.not_mine()
        return self._given(asked, self.said)

    def _chosen(self, asked: Step) -> Taken:
        """The answer to a choice, and what else the sentence gives away."""
        before = self.state
        found = recognise(asked, self.text)
        if found == NOTHING and self.said.day and asked.choice(self.said.day):
            found = Found(self.said.day)
        if found.value is not None:
            self.state = self.state.answered(asked.key, found.value)
        self.state = fill_hints(self.dialogue, self.state, self.text, tools=self.tools)
        is_mine = found.value is not None or not self.said.is_question
        if is_mine:
            is_free = found == NOTHING and self.state is before
            self.state = fill_place(
                self.dialogue, self.state, self.said, is_free=is_free, tools=self.tools
            )
        if self.state is not before:
            if asked.is_consent and found.value is not None:
                return self.answered(asked, found.value)
            return self.ended() or self.go_on()
        if not is_mine or self._asks_in_passing(found):
            return self.not_mine()
        return self.unclear("ambiguous" if found.is_ambiguous else "choice")

    def _asks_in_passing(self, found: Found) -> bool:
        """Whether words that answer nothing ask something: "brp biayanya"."""
        is_asking = self.said.names_aspect or words.looks_like_question(self.text, fewest=2)
        return is_asking and not found.is_ambiguous

    def _given(self, step: Step, said: Utterance) -> Taken:
        found = answer_to(self.dialogue, self.state, step, said, tools=self.tools)
        if isinstance(found, Valid):
            return self.answered(step, found.value)
        if said.is_question:
            return self.not_mine()
        if found.doubted:
            if self.state.doubted == found.doubted:
                return self.answered(step, found.doubted)
            self.state = replace(self.state, doubted=found.doubted)
        return self.unclear(found.code, **found.values)
