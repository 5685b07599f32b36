"""How fast one citizen is answered, and how fast the webhooks are, also while Rasa stands still."""

from __future__ import annotations

import os
import signal
import statistics
import time
import uuid
from collections.abc import Callable
from typing import Any

from bot.bench.crowd import Crowd, at_rate
from bot.bench.figures import Figures
from bot.bench.ledger import percentile
from bot.bench.stage import Stage
from bot.bench.wording import Wording

_WEBHOOKS_A_SECOND = 50
_PATIENCE_SECONDS = 30
_EARLY = slice(5, 25)
_LATE = 20
_WORDING = Wording(3)


async def web(stage: Stage, *, messages: int) -> Figures:
    """One citizen at the web chat, one message after the other."""
    figures = Figures("web")
    seconds = await converse(stage, messages)
    figures.milliseconds("reply p50", percentile(seconds, 0.5), at_most=150)
    figures.milliseconds("reply p95", percentile(seconds, 0.95), at_most=300)
    return figures


async def growth(stage: Stage, *, messages: int) -> Figures:
    """What the last message of a long conversation costs against the tenth."""
    figures = Figures("growth")
    seconds = await converse(stage, messages)
    early = statistics.median(seconds[_EARLY])
    late = statistics.median(seconds[-_LATE:])
    figures.milliseconds("10th message", early)
    figures.milliseconds(f"{messages}th message", late)
    figures.add(f"{messages}th against 10th", late / early, "times", at_most=1.5)
    return figures


async def webhook(stage: Stage, *, seconds: float) -> Figures:
    """Fifty webhooks a second, each from another citizen."""
    figures = Figures("webhook")
    crowd = stage.crowd()
    await _fifty_a_second(crowd, seconds)
    await crowd.settle(_PATIENCE_SECONDS + seconds * 3)
    _taken(figures, crowd)
    return figures


async def webhook_without_rasa(stage: Stage, *, seconds: float) -> Figures:
    """The same while Rasa stands still; what came meanwhile is answered afterwards."""
    figures = Figures("webhook, Rasa stopped")
    crowd = stage.crowd()
    pid = stage.pids()["rasa"]
    os.kill(pid, signal.SIGSTOP)
    try:
        await _fifty_a_second(crowd, seconds)
    finally:
        os.kill(pid, signal.SIGCONT)
    waited = await crowd.settle(_PATIENCE_SECONDS + seconds * 4)
    _taken(figures, crowd)
    figures.add("all answered after", waited, "s")
    return figures


async def _fifty_a_second(crowd: Crowd, seconds: float) -> None:
    await at_rate(_WEBHOOKS_A_SECOND, seconds, lambda: crowd.say_signed(crowd.citizen()))


def _taken(figures: Figures, crowd: Crowd) -> None:
    posts = crowd.ledger.posts()
    taken = [post.taken_seconds for post in posts if post.taken_seconds is not None]
    figures.milliseconds("answer p50", percentile(taken, 0.5))
    figures.milliseconds("answer p95", percentile(taken, 0.95), at_most=30)
    figures.milliseconds("answer p99", percentile(taken, 0.99))
    accounts(figures, crowd)


def accounts(figures: Figures, crowd: Crowd) -> None:
    """Adds what was lost, doubled or out of order."""
    ledger = crowd.ledger
    figures.add("messages", len(ledger.posts()))
    figures.add("lost", len(ledger.lost), at_most=0)
    figures.add("doubled", ledger.doubled_turns + ledger.doubled_deliveries, at_most=0)
    figures.add("out of order", ledger.out_of_order, at_most=0)
    figures.add("refused at first", sum(crowd.refusals.by_status.values()))


async def converse(
    stage: Stage,
    messages: int,
    *,
    warm_up: int = 2,
    says: Callable[[int], str] | None = None,
) -> list[float]:
    """The reply times of one web conversation, in seconds.

    Args:
        says: the words of each message by its number; questions as people ask them if None.
    """
    says = says or _everyday
    async with stage.session.post(f"{stage.url}/webchat/sessions") as opened:
        token = (await opened.json())["token"]
    headers = {"Authorization": f"Bearer {token}"}
    spent: list[float] = []
    after = 0
    for number in range(messages + warm_up):
        text = says(number)
        started = time.perf_counter()
        body = {"message_id": uuid.uuid4().hex, "text": text}
        async with stage.session.post(
            f"{stage.url}/webchat/messages", json=body, headers=headers
        ) as taken:
            taken.raise_for_status()
        letters = await _poll(stage, headers, after)
        spent.append(time.perf_counter() - started)
        after = max([after, *(int(letter["seq"]) for letter in letters)])
    return spent[warm_up:]


def _everyday(number: int) -> str:
    return _WORDING.signed()[0] if number % 2 else _WORDING.question()


async def _poll(stage: Stage, headers: dict[str, str], after: int) -> list[dict[str, Any]]:
    params = {"after": str(after), "wait": str(_PATIENCE_SECONDS)}
    async with stage.session.get(
        f"{stage.url}/webchat/messages", params=params, headers=headers
    ) as answer:
        answer.raise_for_status()
        letters: list[dict[str, Any]] = (await answer.json())["messages"]
        return letters
