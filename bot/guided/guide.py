"""All guided dialogues of a conversation behind two functions: `begin` and `take`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.consular.facts import Bilingual
from bot.guided import engine, tokens
from bot.guided.checklist import Checklist, Result, result_of
from bot.guided.dialogue import UNKNOWN, Dialogue, Kind, Standing, Step, standing
from bot.guided.fields import fill_hints
from bot.guided.prompts import Prompts, Shown
from bot.guided.record import Record, record_of
from bot.guided.state import Stage, State, Talk
from bot.guided.turn import Outcome, Taken, Tools, Utterance
from bot.guided.words import Command, command
from bot.messages import OutboundMessage

_MOST_OFFERS = 2


@dataclass(frozen=True)
class Turn:
    """What came of a turn.

    Args:
        talk: what is to be kept.
        outcome: `NOT_MINE`: answer the message as if no dialogue were open, then say `messages`
            (an offer to go on, or nothing).
        messages: what to say. A finished checklist says nothing itself: show `result`.
        language: in which it was said; the citizen may have asked for another.
        dialogue: the dialogue that the turn was about.
        result: of a finished checklist.
        record: of a confirmed form: store it, then say `messages`.
        does: what is to be done with `facts`, of a dialogue that does something.
        facts: its answers; where something is missing, there was nothing to choose from.
    """

    talk: Talk
    outcome: Outcome
    messages: tuple[OutboundMessage, ...]
    language: str
    dialogue: str | None = None
    result: Result | None = None
    record: Record | None = None
    does: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class Guide:
    """The dialogues and what is said in them.

    Args:
        checklists: by name.
        forms: by name.
        bookings: by name; they end in something done.
        phrases: the sentences around the questions.
        tables: fact tables of our own; others are asked of `Tools.lookup`.
        shown: how dates and countries are shown in a summary.
    """

    def __init__(
        self,
        checklists: Mapping[str, Checklist],
        forms: Mapping[str, Dialogue],
        *,
        bookings: Mapping[str, Dialogue],
        phrases: Mapping[str, Bilingual],
        tables: Mapping[str, Mapping[str, str]],
        shown: Shown,
    ) -> None:
        self.checklists = checklists
        self.forms = forms
        self.bookings = bookings
        self.dialogues: Mapping[str, Dialogue] = {
            **{name: checklist.dialogue for name, checklist in checklists.items()},
            **forms,
            **bookings,
        }
        self._entries = {
            intent: name for name, dialogue in self.dialogues.items() for intent in dialogue.entries
        }
        self._tables = tables
        self._prompts = Prompts(phrases, shown)

    def for_intent(self, intent: str) -> str | None:
        """The dialogue that an intent begins."""
        return self._entries.get(intent)

    def begin(
        self,
        talk: Talk,
        name: str,
        *,
        language: str,
        tools: Tools,
        intent: str = "",
        known: Mapping[str, str] | None = None,
        country: str | None = None,
        text: str = "",
    ) -> Turn:
        """Begins a dialogue, or goes on with it where it is under way or a form was put aside.

        Args:
            talk: what is kept of this conversation.
            name: the dialogue.
            language: `id` or `en`.
            tools: time, readers and fact tables.
            intent: what was asked; it can answer the first questions (`passport_lost`).
            known: what else is known (`place`); keys without a step are left out.
            country: named in this message; answers a dialogue that opens with a country.
            text: the words it began with; unmistakable answers in them are taken.
        """
        tools = self._with_tables(tools)
        dialogue = replace(self.dialogues[name], options=tools.options)
        brought = dict(dialogue.entries.get(intent, {}))
        if country and dialogue.steps[0].kind is Kind.COUNTRY:
            brought[dialogue.steps[0].key] = country
        given = {**(known or {}), **brought}
        given = {key: value for key, value in given.items() if dialogue.step(key)}
        is_open = talk.open is not None and talk.open.dialogue == name
        if not is_open:
            talk = talk.put_aside()
            if dialogue.is_form:
                talk = talk.taken_up(name)
        talk = replace(talk, aside=tuple(s for s in talk.aside if s.dialogue != name))
        state = talk.open
        is_fresh = state is None or state.stage is Stage.DONE
        if state is None or is_fresh:
            state = State(dialogue=name, known=given)
        for key, value in brought.items():
            if state.answers.get(key, state.known.get(key)) != value:
                state = state.answered(key, value)
        state = replace(state, language=language)
        hinted = fill_hints(dialogue, state, text, tools=tools)
        state = replace(state, known={**state.known, **hinted.answers}) if is_fresh else hinted
        taken = engine.begin(dialogue, state, tools=tools)
        return self._told(talk, dialogue, taken, language=language, tools=tools)

    def take(self, talk: Talk, said: Utterance, *, tools: Tools) -> Turn:
        """Takes one message of a citizen.

        Args:
            talk: what is kept of this conversation.
            said: the message.
            tools: time, readers and fact tables.
        """
        tools = self._with_tables(tools)
        talk = self._known(talk)
        resumed = self._resumed(talk, said)
        if resumed:
            talk = resumed
            said = replace(said, text="", token=_continue(talk))
        state = talk.open
        if state is None:
            return self._nothing_open(talk, said)
        dialogue = replace(self.dialogues[state.dialogue], options=tools.options)
        # A name or an address is in no language: it must not turn the form into another one.
        kept = replace(said, language=state.language) if _is_field(dialogue, state) else said
        taken = engine.take(dialogue, state, kept, tools=tools)
        if taken.outcome is Outcome.NOT_MINE:
            kept, taken = said, engine.take(dialogue, state, said, tools=tools)
        language = kept.language or state.language
        return self._told(talk, dialogue, taken, language=language, tools=tools)

    def question(self, talk: Talk) -> tuple[Dialogue, Step] | None:
        """The question that is open, with its dialogue; None where nothing is asked."""
        state = self._known(talk).open
        if state is None or state.stage not in (Stage.ASKING, Stage.PAUSED):
            return None
        dialogue = self.dialogues[state.dialogue]
        step = dialogue.step(state.asking)
        return (dialogue, step) if step else None

    def _with_tables(self, tools: Tools) -> Tools:
        def lookup(table: str, value: str) -> str:
            if table in self._tables:
                return self._tables[table].get(value, UNKNOWN)
            return tools.lookup(table, value)

        return replace(tools, lookup=lookup)

    def _known(self, talk: Talk) -> Talk:
        """Without dialogues that our data no longer have."""
        is_known = talk.open is not None and talk.open.dialogue in self.dialogues
        return Talk(
            open=talk.open if is_known else None,
            aside=tuple(state for state in talk.aside if state.dialogue in self.dialogues),
        )

    def _resumed(self, talk: Talk, said: Utterance) -> Talk | None:
        """Takes up what was put aside, when the citizen says so."""
        token = tokens.read(said.token) if said.token else None
        waiting = {state.dialogue for state in talk.aside}
        if token and token.dialogue in waiting and token.value == tokens.CONTINUE:
            return talk.put_aside().taken_up(token.dialogue)
        is_free = talk.open is None or talk.open.stage is Stage.DONE
        meant = command(said.text) if is_free and said.token is None else None
        if waiting and meant and meant.command is Command.CONTINUE:
            return talk.put_aside().taken_up()
        return None

    def _nothing_open(self, talk: Talk, said: Utterance) -> Turn:
        language = said.language or (talk.aside[-1].language if talk.aside else "id")
        meant = command(said.text) if said.token is None else None
        if talk.aside and meant and meant.command is Command.CANCEL:
            messages = self._prompts.only("cancelled", language)
            return Turn(Talk(), Outcome.CANCELLED, messages=messages, language=language)
        return Turn(talk, Outcome.NOT_MINE, messages=(), language=language)

    def _told(
        self, talk: Talk, dialogue: Dialogue, taken: Taken, *, language: str, tools: Tools
    ) -> Turn:
        state, outcome = taken.state, taken.outcome
        language = state.language if state else language
        is_over = outcome in (Outcome.DONE, Outcome.STUCK) and dialogue.is_form
        kept = replace(talk, open=None if is_over else self._quiet(state))
        turn = Turn(kept, outcome, messages=(), language=language, dialogue=dialogue.name)
        if state is None:
            key = "declined" if outcome is Outcome.DECLINED else "cancelled"
            return self._with_waiting(
                replace(turn, messages=self._prompts.only(key, language, dialogue))
            )
        now = standing(dialogue, state.answers, state.known, lookup=tools.lookup)
        if dialogue.does and is_over:
            return self._with_waiting(replace(turn, does=dialogue.does, facts=now.facts))
        if outcome is not Outcome.DONE:
            return replace(turn, messages=self._messages(dialogue, taken, state, now))
        if dialogue.is_form:
            record = record_of(dialogue, state, submitted_at=tools.now.isoformat())
            turn = replace(turn, record=record, messages=self._prompts.only("saved", language))
        else:
            turn = replace(turn, result=result_of(self.checklists[dialogue.name], now.facts))
        return self._with_waiting(turn)

    def _quiet(self, state: State | None) -> State | None:
        """Offers to go on are not repeated for ever."""
        if state and state.offers > _MOST_OFFERS:
            return replace(state, is_offered=False)
        return state

    def _messages(
        self, dialogue: Dialogue, taken: Taken, state: State, now: Standing
    ) -> tuple[OutboundMessage, ...]:
        outcome, trouble, prompts = taken.outcome, taken.trouble, self._prompts
        if outcome is Outcome.LEFT:
            return prompts.only("left", state.language)
        if outcome is Outcome.NOT_MINE:
            is_offered = state.stage is Stage.PAUSED and state.offers <= _MOST_OFFERS
            return prompts.offer("go_on", dialogue, state) if is_offered else ()
        if state.stage is Stage.CHOOSING:
            return prompts.which_field(dialogue, state, now, trouble=trouble)
        if state.stage is Stage.CONFIRMING:
            return prompts.summary(dialogue, state, now, trouble=trouble)
        return prompts.question(dialogue, state, now, trouble=trouble)

    def _with_waiting(self, turn: Turn) -> Turn:
        """Reminds of a dialogue that was put aside."""
        if not turn.talk.aside:
            return turn
        waiting = replace(turn.talk.aside[-1], language=turn.language)
        offer = self._prompts.offer("waiting", self.dialogues[waiting.dialogue], waiting)
        return replace(turn, messages=(*turn.messages, *offer))


def _is_field(dialogue: Dialogue, state: State) -> bool:
    """Whether the open question is answered with a datum and not with a choice."""
    step = dialogue.step(state.asking) if state.stage is Stage.ASKING else None
    return step is not None and step.kind is not Kind.CHOICE


def _continue(talk: Talk) -> str | None:
    state = talk.open
    return str(tokens.Token(state.dialogue, tokens.CONTROL, tokens.CONTINUE)) if state else None
