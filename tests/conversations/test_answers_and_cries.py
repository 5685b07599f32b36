"""While something is asked, an ordinary answer opens no case, and a cry for help does at once."""

from __future__ import annotations

import asyncio
import itertools
import uuid
from pathlib import Path

import pytest
import yaml

from bot.clock import utc_now
from bot.consular.place import Place
from bot.content.guided import load_guide
from bot.conversation.session import Session
from bot.emergency.course import next_step
from bot.emergency.rules import load_rules
from bot.guided.state import State
from bot.messages import Channel
from bot.nlu.quick_reading import load_quick_reading
from bot.services.emergency_ports import Known
from bot.services.hear_cry import HearCry
from bot.services.understand_input import Input
from tests.conversations.dialogue import Assistant, Citizen

TABLE = yaml.safe_load(Path(__file__).with_name("answers.yml").read_text(encoding="utf-8"))
ANSWERS = [(question, text) for question, texts in TABLE["answers"].items() for text in texts]
ASKED_BEFORE_CRIES = ("death/place", "lapor_diri_form/name", "worker_contract/employer")
CRIES = list(zip(itertools.cycle(ASKED_BEFORE_CRIES), TABLE["cries"], strict=False))
RULES = load_rules()


@pytest.fixture(scope="module")
def hear(assistant: Assistant, model: Path) -> HearCry:
    """The worker's ear, with the trained urgency check; the assistant is the real one."""
    reading = load_quick_reading(RULES, model, place=lambda _: Place(), outside=str.split)
    return HearCry(RULES, reading, understanding=assistant, is_somewhere=lambda _: True)


async def alarms(assistant: Assistant, hear: HearCry, question: str, text: str) -> bool:
    """Whether a case would be opened, by the worker or by the assistant."""
    citizen = Citizen(assistant)
    dialogue, _, step = question.partition("/")
    assert load_guide().dialogues[dialogue].step(step), question
    state = State(dialogue=dialogue, asking=step, asked_at=utc_now().isoformat())
    await assistant.asks(citizen.id, state)
    if hear.is_cry(text):
        heard = await hear(
            Input(text),
            message_id=uuid.uuid4().hex,
            known=Known(Session(citizen.id, Channel.WEB), offers=(), is_answered=False),
            emergency=None,
            alarm=None,
        )
        if next_step(None, heard, rules=RULES, now=utc_now(), is_officers=False):
            return True
    metadata = {"channel": "web", "language": None, "language_chosen": False}
    return bool((await assistant.turn(citizen.id, text, metadata)).alarm)


@pytest.mark.parametrize(("question", "text"), ANSWERS)
def test_an_answer_is_no_emergency(
    assistant: Assistant,
    loop: asyncio.AbstractEventLoop,
    hear: HearCry,
    question: str,
    text: str,
) -> None:
    assert not loop.run_until_complete(alarms(assistant, hear, question, text))


@pytest.mark.parametrize(("question", "text"), CRIES)
def test_a_cry_is_heard_whatever_was_asked(
    assistant: Assistant,
    loop: asyncio.AbstractEventLoop,
    hear: HearCry,
    question: str,
    text: str,
) -> None:
    assert loop.run_until_complete(alarms(assistant, hear, question, text))
