"""One turn of one guided dialogue: what a message means here, and how far it brings us."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.guided import tokens as buttons
from bot.guided import words
from bot.guided.dialogue import SKIPPED, Dialogue, Kind, Standing, Step, standing
from bot.guided.fields import answer_to, correct, find_field, fill_fields, settle
from bot.guided.recognise import recognise, titled
from bot.guided.state import Stage, State
from bot.guided.turn import Outcome, Taken, Tools, Trouble, Utterance
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
    turn = _Turn(dialogue, state, said, tools)
    return turn.take()


def begin(dialogue: Dialogue, state: State, *, tools: Tools) -> Taken:
    """Asks the first question that is open; also goes on with a dialogue put aside."""
    return _Turn(dialogue, state, Utterance(), tools).go_on()


class _Turn:
    def __init__(self, dialogue: Dialogue, state: State, said: Utterance, tools: Tools) -> None:
        self._dialogue = dialogue
        self._said = said
        self._tools = tools
        self._state = replace(state, language=said.language or state.language)
        self._before = self._state
        self._text = said.text.strip()

    # --- where it stands -----------------------------------------------------------------

    def _standing(self) -> Standing:
        state = self._state
        return standing(self._dialogue, state.answers, state.known, lookup=self._tools.lookup)

    def _asked(self) -> Step | None:
        """The step that was asked, if it still matters."""
        applicable = {step.key for step in self._standing().steps}
        key = self._state.asking
        return self._dialogue.step(key) if key in applicable else None

    def go_on(self) -> Taken:
        """Asks what is open; confirms or ends when nothing is."""
        settled = settle(self._dialogue, self._before, self._state, tools=self._tools)
        self._state = settled.state
        open_steps = self._standing().open_steps
        state = replace(
            self._state,
            asked_at=self._tools.now.isoformat(),
            is_offered=False,
            offers=0,
            misses=0,
        )
        if open_steps:
            state = replace(state, stage=Stage.ASKING, asking=open_steps[0].key)
            trouble = settled.trouble
            return Taken(state, outcome=Outcome.ASK, trouble=trouble)
        if self._dialogue.is_form and state.stage is not Stage.DONE:
            state = replace(state, stage=Stage.CONFIRMING, asking=None)
            return Taken(state, outcome=Outcome.CONFIRM)
        return Taken(replace(state, stage=Stage.DONE, asking=None), outcome=Outcome.DONE)

    def _ask(self, step: Step) -> Taken:
        now = self._tools.now.isoformat()
        state = replace(self._state, stage=Stage.ASKING, asking=step.key, asked_at=now, misses=0)
        self._state = replace(state, is_offered=False, offers=0)
        return Taken(self._state, outcome=Outcome.ASK)

    def _unclear(self, code: str, **values: str) -> Taken:
        state = replace(self._state, misses=self._state.misses + 1)
        return Taken(state, outcome=Outcome.UNCLEAR, trouble=Trouble(code, values))

    def _not_mine(self) -> Taken:
        """The message is for someone else; the dialogue waits."""
        state = self._state
        if state.stage is Stage.DONE:
            return Taken(state, outcome=Outcome.NOT_MINE)
        state = replace(state, stage=Stage.PAUSED, offers=state.offers + 1, is_offered=True)
        return Taken(state, outcome=Outcome.NOT_MINE)

    def _cancelled(self) -> Taken:
        return Taken(None, outcome=Outcome.CANCELLED)

    # --- the message ---------------------------------------------------------------------

    def take(self) -> Taken:
        if self._said.token is not None:
            return self._pressed(self._said.token)
        state = self._state
        if state.stage is Stage.DONE:
            return self._after_the_end()
        if state.stage is not Stage.PAUSED and self._is_idle():
            self._state = state = replace(state, stage=Stage.PAUSED, is_offered=False, offers=0)
        meant = words.command(self._text)
        if meant:
            taken = self._commanded(meant)
            if taken:
                return taken
        if state.stage is Stage.PAUSED:
            return self._while_paused()
        if state.stage is Stage.CHOOSING:
            return self._choose_field(self._text)
        if state.stage is Stage.CONFIRMING:
            return self._while_confirming()
        return self._while_asking()

    def _is_idle(self) -> bool:
        try:
            return self._tools.now - datetime.fromisoformat(self._state.asked_at) > IDLE
        except (TypeError, ValueError):
            return True

    def _commanded(self, meant: words.Said) -> Taken | None:
        command, state = meant.command, self._state
        if command is Command.CANCEL:
            return self._cancelled()
        if command in (Command.ENGLISH, Command.INDONESIAN):
            self._state = replace(state, language=command.value)
            return self._again()
        if command is Command.CONTINUE:
            return self._again()
        if command is Command.SKIP:
            asked = self._asked()
            if state.stage is Stage.ASKING and asked and asked.is_optional:
                self._state = state.answered(asked.key, SKIPPED)
                return self.go_on()
            return None
        if command is Command.BACK and state.stage is not Stage.PAUSED:
            return self._back()
        if command is Command.CHANGE and self._may_change(meant.rest):
            return self._choose_field(meant.rest)
        return None

    def _again(self) -> Taken:
        """Says the last question once more."""
        if self._state.stage is Stage.CHOOSING:
            return Taken(self._state, outcome=Outcome.CHOOSE_FIELD)
        asked = self._asked()
        return self._ask(asked) if asked else self.go_on()

    def _may_change(self, field: str) -> bool:
        """Whether "ubah …" is about a field here: "ganti paspor" is a wish of its own."""
        if find_field(self._dialogue, self._standing(), field):
            return True
        is_form_open = self._dialogue.is_form and self._state.stage is not Stage.PAUSED
        return bool(self._state.answers) and (is_form_open or not field)

    def _back(self) -> Taken:
        standing_now = self._standing()
        for key in reversed(self._state.answers):
            if key in standing_now.facts:
                self._state = self._state.without(key)
                step = self._dialogue.step(key)
                if step:
                    return self._ask(step)
        return self._unclear("at_start")

    def _pressed(self, text: str) -> Taken:
        token = buttons.read(text)
        if token is None or token.dialogue != self._dialogue.name:
            return self._stale()
        if token.key == buttons.CONTROL:
            return self._controlled(token.value)
        if token.key == buttons.FIELD:
            step = next((s for s in self._standing().steps if s.key == token.value), None)
            return self._ask(step) if step else self._stale()
        step = next((s for s in self._standing().steps if s.key == token.key), None)
        if step is None or step.choice(token.value) is None:
            return self._stale()
        return self._answered(step, token.value)

    def _stale(self) -> Taken:
        if self._state.stage in (Stage.PAUSED, Stage.DONE):
            return self._not_mine()
        return self._unclear("stale_button")

    def _controlled(self, value: str) -> Taken:
        asked = self._asked()
        if value == buttons.CANCEL:
            return self._cancelled()
        if value == buttons.LEAVE:
            return self._left()
        if value == buttons.BACK and self._state.stage is not Stage.DONE:
            return self._back()
        if value == buttons.CONTINUE and self._state.stage is not Stage.DONE:
            return self._again()
        if self._state.stage is Stage.PAUSED and not self._standing().open_steps:
            self._state = replace(self._state, stage=Stage.CONFIRMING)
        if value == buttons.CONFIRM and self._state.stage is Stage.CONFIRMING:
            return self._confirmed()
        if value == buttons.CHANGE and self._state.stage is Stage.CONFIRMING:
            return self._choose_field("")
        if value == buttons.SKIP and asked and asked.is_optional:
            self._state = self._state.answered(asked.key, SKIPPED)
            return self.go_on()
        return self._stale()

    # --- by stage ------------------------------------------------------------------------

    def _after_the_end(self) -> Taken:
        """The result was told; a correction opens it again, anything else is not about it."""
        meant = words.command(self._text)
        if meant and meant.command is Command.CANCEL:
            return self._cancelled()
        if meant and meant.command is Command.CHANGE and meant.rest:
            is_field = find_field(self._dialogue, self._standing(), meant.rest)
            return self._choose_field(meant.rest) if is_field else self._not_mine()
        rest = words.correction(self._text)
        fixed = correct(self._dialogue, self._state, rest or "", asked=None, tools=self._tools)
        if rest and fixed:
            self._state = fixed
            return self.go_on()
        return self._not_mine()

    def _left(self) -> Taken:
        """The citizen does not want to go on now; it is kept for "lanjut"."""
        if self._state.stage is Stage.DONE:
            return self._not_mine()
        state = replace(self._state, stage=Stage.PAUSED, is_offered=False)
        return Taken(state, outcome=Outcome.LEFT)

    def _while_paused(self) -> Taken:
        said = words.tokens(self._text)
        if self._state.is_offered and words.is_bare_reply(said):
            reply = words.reply(said)
            if reply:
                return self._again() if reply == "yes" else self._left()
        asked = self._asked()
        if asked and not self._said.is_question and not words.looks_like_question(self._text):
            value = self._sure_answer(asked)
            if value is not None:
                return self._answered(asked, value)
        return self._not_mine()

    def _sure_answer(self, step: Step) -> str | None:
        """An answer that can hardly be anything else."""
        if step.kind is Kind.CHOICE:
            is_reply = words.is_bare_reply(words.tokens(self._text))
            return None if is_reply else recognise(step, self._text).value
        if step.kind in (Kind.TEXT, Kind.DATE) and is_strict(step.check):
            found = answer_to(self._dialogue, self._state, step, self._said, tools=self._tools)
            return found.value if isinstance(found, Valid) else None
        return None

    def _while_confirming(self) -> Taken:
        filled = fill_fields(self._dialogue, self._state, self._text, tools=self._tools)
        if filled:
            self._state = filled
            return self.go_on()
        rest = words.correction(self._text)
        if rest:
            field = find_field(self._dialogue, self._standing(), rest)
            fixed = correct(self._dialogue, self._state, rest, asked=None, tools=self._tools)
            if field or fixed is None:
                return self._choose_field(rest)
            self._state = fixed
            return self.go_on()
        if words.looks_like_question(self._text):
            return self._not_mine()
        reply = words.reply(words.tokens(self._text))
        if reply == "yes":
            return self._confirmed()
        if reply == "no":
            return self._choose_field("")
        return self._not_mine() if self._said.is_question else self._unclear("confirm")

    def _confirmed(self) -> Taken:
        return Taken(replace(self._state, stage=Stage.DONE, asking=None), outcome=Outcome.DONE)

    def _choose_field(self, text: str) -> Taken:
        """Asks for the field that "ubah …" names, or takes its new value at once."""
        if not text.strip():
            self._state = replace(self._state, stage=Stage.CHOOSING, misses=0)
            return Taken(self._state, outcome=Outcome.CHOOSE_FIELD)
        found = find_field(self._dialogue, self._standing(), text)
        if found is None:
            is_asked = self._state.stage is Stage.CHOOSING
            if is_asked and (self._said.is_question or words.looks_like_question(text)):
                return self._not_mine()
            self._state = replace(self._state, stage=Stage.CHOOSING)
            return self._unclear("which_field")
        step, rest = found
        taken = self._ask(step)
        if not rest:
            return taken
        said = replace(self._said, text=rest, place=None, country=None)
        return self._given(step, said)

    def _while_asking(self) -> Taken:
        asked = self._asked()
        if asked is None:
            return self.go_on()
        filled = fill_fields(self._dialogue, self._state, self._text, tools=self._tools)
        if filled:
            self._state = filled
            return self.go_on()
        rest = words.correction(self._text)
        if rest:
            fixed = correct(self._dialogue, self._state, rest, asked=asked, tools=self._tools)
            if fixed:
                self._state = fixed
                return self._ended() or self.go_on()
        loose = asked.kind is Kind.TEXT and not is_strict(asked.check)
        if words.looks_like_question(self._text, fewest=4 if loose else 3):
            exact = titled(asked, self._text).value if asked.kind is Kind.CHOICE else None
            sure = exact or (self._sure_answer(asked) if asked.kind is not Kind.CHOICE else None)
            return self._answered(asked, sure) if sure else self._not_mine()
        if asked.kind is Kind.CHOICE:
            return self._chosen(asked)
        if loose and self._said.is_question and len(words.tokens(self._text)) > _FEW_WORDS:
            return self._not_mine()
        return self._given(asked, self._said)

    def _chosen(self, asked: Step) -> Taken:
        found = recognise(asked, self._text)
        hints = correct(
            self._dialogue, self._state, self._text, asked=None, tools=self._tools, by_hint=True
        )
        if hints and hints.answers != self._state.answers:
            self._state = hints
            if found.value is None and not self._ended():
                return self.go_on()
        if found.value is not None:
            return self._answered(asked, found.value)
        ended = self._ended()
        if ended:
            return ended
        if self._said.is_question:
            return self._not_mine()
        return self._unclear("ambiguous" if found.is_ambiguous else "choice")

    def _given(self, step: Step, said: Utterance) -> Taken:
        found = answer_to(self._dialogue, self._state, step, said, tools=self._tools)
        if isinstance(found, Valid):
            return self._answered(step, found.value)
        if said.is_question:
            return self._not_mine()
        if found.doubted:
            if self._state.doubted == found.doubted:
                return self._answered(step, found.doubted)
            self._state = replace(self._state, doubted=found.doubted)
        return self._unclear(found.code, **found.values)

    def _answered(self, step: Step, value: str) -> Taken:
        self._state = self._state.answered(step.key, value)
        if step.is_consent:
            self._state = replace(self._state, consented_at=self._tools.now.isoformat())
        return self._ended() or self.go_on()

    def _ended(self) -> Taken | None:
        """The end, if an answer that counts closes the dialogue."""
        facts = self._standing().facts
        for step in self._dialogue.steps:
            choice = step.choice(facts.get(step.key, "")) if step.kind is Kind.CHOICE else None
            if choice and choice.ends:
                return Taken(None, outcome=Outcome.DECLINED)
        return None

