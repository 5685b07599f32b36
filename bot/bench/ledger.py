"""Keeps account of what citizens sent and what they got: lost, doubled, out of order, how fast.

A signed message asks about a phone number that nobody else asks about, and its answer names the
number: so answer and question are brought together without a look inside the assistant. Of the
others a citizen has only one in the air at a time; an answer that names no number is theirs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.bench.platform import Delivered

_SIGN = re.compile(r"\+62899\d{8}")


@dataclass
class Post:
    """One message of a citizen. Instants are `time.perf_counter()`.

    Args:
        number: its place among the citizen's messages.
        kind: what it is, for the account.
        sign: what only its answer contains.
        due_at: when the citizen sent it.
        taken_seconds: how long the gateway took to take it.
    """

    address: str
    number: int
    kind: str
    sign: str | None
    due_at: float
    taken_seconds: float | None = None
    answered_at: float | None = None
    is_signed_for: bool = False

    @property
    def reply_seconds(self) -> float | None:
        """From the citizen's message to the answer."""
        return None if self.answered_at is None else self.answered_at - self.due_at


@dataclass
class _Account:
    posts: list[Post] = field(default_factory=list)
    last_answered: int = 0
    references: set[str] = field(default_factory=set)


class Ledger:
    """Give every post and every delivery to it."""

    def __init__(self) -> None:
        self._accounts: defaultdict[str, _Account] = defaultdict(_Account)
        self._signed: dict[str, Post] = {}
        self.doubled_turns = 0
        self.doubled_deliveries = 0
        self.out_of_order = 0

    def post(self, address: str, *, kind: str, sign: str | None, due_at: float) -> Post:
        """Notes that a citizen sends a message."""
        posts = self._accounts[address].posts
        post = Post(address, len(posts) + 1, kind=kind, sign=sign, due_at=due_at)
        posts.append(post)
        if sign:
            self._signed[sign] = post
        return post

    def delivered(self, message: Delivered) -> None:
        """Notes what a citizen got."""
        account = self._accounts[message.address]
        is_repeated = message.reference is not None and message.reference in account.references
        if message.reference:
            account.references.add(message.reference)
        if is_repeated:
            self.doubled_deliveries += 1
            return
        found = _SIGN.search(message.text)
        if found:
            self._signed_answer(account, self._signed.get(found[0]), message)
        else:
            self._answer(account, _first_open(account.posts), message)

    def _signed_answer(self, account: _Account, post: Post | None, message: Delivered) -> None:
        if post is None:
            return
        if post.answered_at is not None and not post.is_signed_for:
            # Something else came first, and was taken for the answer.
            post.is_signed_for = True
            return
        if post.answered_at is not None:
            # The same outbound message again, where no button names it, or a turn taken twice.
            if message.reference is None:
                self.doubled_deliveries += 1
            else:
                self.doubled_turns += 1
            return
        post.is_signed_for = True
        self._answer(account, post, message)

    def _answer(self, account: _Account, post: Post | None, message: Delivered) -> None:
        if post is None:
            return
        post.answered_at = message.at
        if post.number < account.last_answered:
            self.out_of_order += 1
        account.last_answered = max(account.last_answered, post.number)

    def posts(self, *kinds: str) -> list[Post]:
        """The posts of these kinds, or all."""
        every = (post for account in self._accounts.values() for post in account.posts)
        return [post for post in every if not kinds or post.kind in kinds]

    def has_open(self, address: str) -> bool:
        """Whether a citizen waits for an answer."""
        return any(post.answered_at is None for post in self._accounts[address].posts)

    @property
    def lost(self) -> list[Post]:
        """What is not answered yet."""
        return [post for post in self.posts() if post.answered_at is None]


def reply_seconds(posts: Iterable[Post]) -> list[float]:
    """How long each answered post waited."""
    return [seconds for post in posts if (seconds := post.reply_seconds) is not None]


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of the values do not exceed; 0 of none."""
    ordered = sorted(values)
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _first_open(posts: list[Post]) -> Post | None:
    """Whose answer a message without a sign is: an unsigned one's before a signed one's."""
    waiting = [post for post in posts if post.answered_at is None]
    return next((post for post in waiting if post.sign is None), waiting[0] if waiting else None)
