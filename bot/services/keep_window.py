"""Keeps to WhatsApp's 24 hours: what may not be said waits, and the person is asked to write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.errors import SendFailed
from bot.logs import Log
from bot.messages import Channel, OutboundMessage
from bot.services.ports import OutboundRow, Outbox, Transport
from bot.services.windows import Windows
from bot.settings import CITIZEN_TEMPLATE, OFFICER_TEMPLATE

_log = Log(__name__)
WINDOW_CLOSED = "window_closed"
_WAITS = timedelta(days=30)


class KeepWindow:
    """The use-case around every message to WhatsApp; nothing is given up because of a window.

    Args:
        transports: the one of WhatsApp sends the approved text.
        is_officers: whether a conversation is an officer's account.
    """

    def __init__(
        self,
        outbox: Outbox,
        windows: Windows,
        *,
        transports: Mapping[Channel, Transport],
        is_officers: Callable[[str], bool],
        clock: Clock,
    ) -> None:
        self._outbox = outbox
        self._windows = windows
        self._transports = transports
        self._is_officers = is_officers
        self._clock = clock

    async def allows(self, row: OutboundRow) -> bool:
        """Whether a message may be sent now; if not, it waits until the person writes."""
        if row.channel is not Channel.WHATSAPP or row.message.template:
            return True
        if await self._windows.is_open(row.conversation_id):
            return True
        await self._put_off(row)
        return False

    async def refused(self, row: OutboundRow) -> None:
        """The platform says that the window is closed, whatever we believed."""
        await self._windows.shut(row.conversation_id)
        await self._put_off(row)

    async def heard(self, conversation_id: str, at: datetime) -> None:
        """The person wrote: what has waited for that is due."""
        if await self._windows.heard(conversation_id, at):
            await asyncio.to_thread(self._outbox.release, conversation_id, code=WINDOW_CLOSED)

    async def _put_off(self, row: OutboundRow) -> None:
        due_at = self._clock() + _WAITS
        await asyncio.to_thread(
            self._outbox.mark_waiting, row.id, code=WINDOW_CLOSED, due_at=due_at
        )
        _log.warning("outbound.window_closed", outbound=row.id)
        await self._invite(row)

    async def _invite(self, row: OutboundRow) -> None:
        is_officers = self._is_officers(row.conversation_id)
        name = OFFICER_TEMPLATE if is_officers else CITIZEN_TEMPLATE
        transport = self._transports.get(row.channel)
        if transport is None or not await self._windows.may_invite(row.conversation_id):
            return
        invitation = OutboundMessage("", template=name)
        try:
            await transport.send(row.address, invitation, reference=f"invitation:{row.id}")
        except SendFailed as failure:
            _log.warning("window.not_invited", outbound=row.id, code=failure.code)
