"""Tells an officer that words of theirs have not reached the citizen; each thing once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.clock import Clock
from bot.desk_chat.cards import Cards
from bot.desk_chat.commands import Do
from bot.desk_chat.ports import Desk
from bot.messages import Author
from bot.services.chat_ports import NEWS, Lines, Memory, Trouble
from bot.services.keep_window import WINDOW_CLOSED
from bot.services.ports import Deliveries, Outbox

_LOOKED_BACK = timedelta(days=2)


class TellTroubles:
    """The use-case; finds what failed at once and what a platform reported later alike."""

    def __init__(
        self,
        desk: Desk,
        *,
        outbox: Outbox,
        lines: Lines,
        memory: Memory,
        cards: Cards,
        deliveries: Deliveries,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._outbox = outbox
        self._lines = lines
        self._memory = memory
        self._cards = cards
        self._deliveries = deliveries
        self._clock = clock
        self._told: frozenset[tuple[int, str]] = frozenset()

    async def __call__(self) -> int:
        """Tells what is new; returns how many troubles that were."""
        since = self._clock() - _LOOKED_BACK
        found = await asyncio.to_thread(self._lines.troubles, since)
        new = [each for each in found if _key(each) not in self._told]
        for trouble in new:
            await self._tell(trouble)
        self._told = frozenset(map(_key, found))
        return len(new)

    async def _tell(self, trouble: Trouble) -> None:
        accounts = await asyncio.to_thread(self._lines.reachable, trouble.officer_id)
        ids = [account.conversation_id for account in accounts]
        here = await self._memory.whereabouts(trouble.officer_id)
        for place in [here] if here in ids and here is not None else ids:
            await asyncio.to_thread(self._write, place, trouble)
            await self._deliveries.deliver(place)

    def _write(self, place: str, trouble: Trouble) -> None:
        officer = self._desk.officers.get(trouble.officer_id)
        if officer is None or not officer.is_active:
            return
        reference = trouble.case.reference
        key = "trouble_window" if trouble.code == WINDOW_CLOSED else "trouble_failed"
        see = self._cards.button(officer, Do.CASE, reference)
        message = self._cards.message(
            key, officer, see, case=reference, code=self._cards.reason(trouble.code, officer)
        )
        self._outbox.write(
            place,
            in_reply_to=f"{NEWS}trouble:{trouble.outbound}:{trouble.code}",
            messages=(message,),
            author=Author.SYSTEM,
        )


def _key(trouble: Trouble) -> tuple[int, str]:
    return trouble.outbound, trouble.code
