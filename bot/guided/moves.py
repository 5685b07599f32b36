"""The moves of a guided dialogue: ask, go on, go back, pause, end; whatever message led there."""

from __future__ import annotations

from dataclasses import replace

from bot.guided.dialogue import Dialogue, Kind, Standing, Step, standing
from bot.guided.fields import settle
from bot.guided.state import Stage, State
from bot.guided.turn import Outcome, Taken, Tools, Trouble, Utterance


class Moves:
    """One turn's state and what can be done with it.

    Args:
        dialogue: the dialogue that the state belongs to.
        state: how far it has come.
        said: the message of this turn.
        tools: time, readers and fact tables.
    """

    def __init__(self, dialogue: Dialogue, state: State, said: Utterance, tools: Tools) -> None:
        self.dialogue = dialogue
        self.said = said
        self.tools = tools
        self.state = replace(state, language=said.language or state.language)
        self.before = self.state
        self.text = said.text.strip()

    # --- where it stands -----------------------------------------------------------------

    def standing(self) -> Standing:
        """The answers that count, and what is open."""
        state = self.state
        return standing(self.dialogue, state.answers, state.known, lookup=self.tools.lookup)

    def asked(self) -> Step | None:
        """The step that was asked, if it still matters."""
        return self.standing().step(self.state.asking)

    def go_on(self) -> Taken:
        """Asks what is open; confirms or ends when nothing is."""
        settled = settle(self.dialogue, self.before, self.state, tools=self.tools)
        self.state = settled.state
        now = self.standing()
        open_steps = now.open_steps
        state = replace(
            self.state,
            asked_at=self.tools.now.isoformat(),
            is_offered=False,
            offers=0,
            misses=0,
        )
        if open_steps:
            state = replace(state, stage=Stage.ASKING, asking=open_steps[0].key)
            trouble = settled.trouble
            return Taken(state, outcome=Outcome.ASK, trouble=trouble)
        if now.stuck:
            return Taken(replace(state, stage=Stage.DONE, asking=None), outcome=Outcome.STUCK)
        if self.dialogue.is_form and state.stage is not Stage.DONE:
            state = replace(state, stage=Stage.CONFIRMING, asking=None)
            return Taken(state, outcome=Outcome.CONFIRM)
        return Taken(replace(state, stage=Stage.DONE, asking=None), outcome=Outcome.DONE)

    def ask(self, step: Step) -> Taken:
        """Asks one step."""
        now = self.tools.now.isoformat()
        state = replace(self.state, stage=Stage.ASKING, asking=step.key, asked_at=now, misses=0)
        self.state = replace(state, is_offered=False, offers=0)
        return Taken(self.state, outcome=Outcome.ASK)

    def unclear(self, code: str, **values: str) -> Taken:
        """Asks again, for the reason `code`."""
        state = replace(self.state, misses=self.state.misses + 1)
        return Taken(state, outcome=Outcome.UNCLEAR, trouble=Trouble(code, values))

    def not_mine(self) -> Taken:
        """The message is for someone else; the dialogue waits."""
        state = self.state
        if state.stage is Stage.DONE:
            return Taken(state, outcome=Outcome.NOT_MINE)
        state = replace(state, stage=Stage.PAUSED, offers=state.offers + 1, is_offered=True)
        return Taken(state, outcome=Outcome.NOT_MINE)

    def cancelled(self) -> Taken:
        """Forgets it."""
        return Taken(None, outcome=Outcome.CANCELLED)

    def again(self) -> Taken:
        """Says the last question once more."""
        if self.state.stage is Stage.CHOOSING:
            return Taken(self.state, outcome=Outcome.CHOOSE_FIELD)
        asked = self.asked()
        return self.ask(asked) if asked else self.go_on()

    def back(self) -> Taken:
        """Takes back the latest answer and asks for it again."""
        standing_now = self.standing()
        for key in reversed(tuple(self.state.answers)):
            if key in standing_now.facts:
                self.state = self.state.without(key)
                step = self.dialogue.step(key)
                if step:
                    return self.ask(step)
        return self.unclear("at_start")

    def left(self) -> Taken:
        """The citizen does not want to go on now; it is kept for "lanjut"."""
        if self.state.stage is Stage.DONE:
            return self.not_mine()
        state = replace(self.state, stage=Stage.PAUSED, is_offered=False)
        return Taken(state, outcome=Outcome.LEFT)

    def confirmed(self) -> Taken:
        """The end of a form; a question that our data have got since is asked first."""
        now = self.standing()
        if now.open_steps or now.stuck:
            return self.go_on()
        return Taken(replace(self.state, stage=Stage.DONE, asking=None), outcome=Outcome.DONE)

    def answered(self, step: Step, value: str) -> Taken:
        """Keeps an answer and goes on."""
        self.state = self.state.answered(step.key, value)
        if step.is_consent:
            self.state = replace(self.state, consented_at=self.tools.now.isoformat())
        return self.ended() or self.go_on()

    def ended(self) -> Taken | None:
        """The end, if an answer that counts closes the dialogue."""
        facts = self.standing().facts
        for step in self.dialogue.steps:
            choice = step.choice(facts.get(step.key, "")) if step.kind is Kind.CHOICE else None
            if choice and choice.ends:
                return Taken(None, outcome=Outcome.DECLINED)
        return None
