"""Keeps inbound messages on disk while Redis is away, and brings them in when it is back.

While anything waits, what comes later waits behind it: so a citizen's messages keep their order.
A message may be both in Redis and here (an answer that got lost); the dedupe key sorts it out.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections import deque
from contextlib import suppress
from pathlib import Path

from bot.errors import ConsularError, NotStored, SetupError
from bot.logs import Log
from bot.messages import InboundMessage
from bot.privacy import Privacy
from bot.services.ports import InboundStream
from bot.storage.redis_client import end
from bot.storage.serialise import inbound_from_json, inbound_to_json
from bot.storage.spool_file import SpoolFile, new_file, orphans

_log = Log(__name__)

# A stream that takes longer is taken for away; a platform should have its answer by then.
_PATIENCE_SECONDS = 2.0
_TRY_AGAIN_SECONDS = 0.25
_LOOK_FOR_ORPHANS_SECONDS = 5.0
_ORPHAN_LIMIT_BYTES = 2**40


class SpooledStream:
    """An `InboundStream` that takes messages also while the real one does not.

    Args:
        stream: the real one.
        privacy: seals what lies on the disk.
        folder: where; shared by all gateways of this machine.
        quota_bytes: how much this gateway may keep there.

    Raises:
        SetupError: the folder cannot be written.
    """

    def __init__(
        self, stream: InboundStream, privacy: Privacy, *, folder: Path, quota_bytes: int
    ) -> None:
        self._stream = stream
        self._privacy = privacy
        self._folder = folder
        name = f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            self._file = new_file(folder, name, quota_bytes=quota_bytes)
            self._file.append([b""])
            self._file.empty()
        except OSError as error:
            raise SetupError(
                f"DATA_DIR: {folder} cannot be written: {error.strerror or error}"
            ) from None
        self._orphans: deque[SpoolFile] = deque()
        self._waiting: deque[InboundMessage] = deque()
        self._batch: list[tuple[InboundMessage, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._draining: asyncio.Task[None] | None = None
        self._has_arrived = asyncio.Event()

    @property
    def size(self) -> int:
        """How many messages wait here."""
        return len(self._waiting)

    @property
    def bytes_used(self) -> int:
        """How much they take on the disk, with what dead gateways left behind."""
        return self._file.size + sum(orphan.size for orphan in self._orphans)

    async def start(self) -> None:
        """Begins to bring in what waits, also what dead gateways left behind."""
        self._adopt()
        self._draining = asyncio.create_task(self._drain())

    async def close(self) -> None:
        """Stops; what still waits stays on the disk for the next gateway."""
        await end(self._draining)
        if self._writing is not None:
            await self._writing
        if self._waiting:
            self._file.close()
        else:
            self._file.remove()
        for orphan in self._orphans:
            orphan.close()

    async def append(self, message: InboundMessage) -> bool:
        """Stores a message; False if it is known to have been there before.

        Raises:
            NotStored: neither Redis nor the disk takes it; the platform must try again.
        """
        if not (self._waiting or self._batch or self._orphans):
            with suppress(NotStored, asyncio.TimeoutError):
                return await asyncio.wait_for(self._stream.append(message), _PATIENCE_SECONDS)
        return await self._spool(message)

    async def _spool(self, message: InboundMessage) -> bool:
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._batch.append((message, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await written
        return True

    async def _write(self) -> None:
        """Writes what has gathered, again and again, each time with one fsync."""
        while self._batch:
            batch = list(self._batch)
            lines = [self._privacy.seal(inbound_to_json(each)).encode() for each, _ in batch]
            failed: OSError | None = None
            try:
                await asyncio.to_thread(self._file.append, lines)
            except OSError as error:
                failed = error
                _log.error("spool.refused", error=type(error).__name__, messages=len(batch))
            # Only now: as long as it is in the batch nothing newer goes past it.
            del self._batch[: len(batch)]
            for message, written in batch:
                if failed is None:
                    self._waiting.append(message)
                if written.cancelled():
                    continue
                if failed is None:
                    written.set_result(None)
                else:
                    written.set_exception(NotStored("spool"))
            if failed is None:
                _log.warning("spool.kept", messages=len(batch), waiting=len(self._waiting))
                self._has_arrived.set()

    async def _drain(self) -> None:
        while True:
            if not (self._waiting or self._orphans):
                self._has_arrived.clear()
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._has_arrived.wait(), _LOOK_FOR_ORPHANS_SECONDS)
                self._adopt()
                continue
            try:
                await self._bring_in()
            except (NotStored, asyncio.TimeoutError):
                await asyncio.sleep(_TRY_AGAIN_SECONDS)
            except Exception:
                _log.exception("spool.stuck")
                await asyncio.sleep(_LOOK_FOR_ORPHANS_SECONDS)

    async def _bring_in(self) -> None:
        # What dead gateways left is older than what waits here.
        while self._orphans:
            orphan = self._orphans[0]
            for line in await asyncio.to_thread(orphan.lines):
                message = self._opened(line)
                if message:
                    await self._bring(message)
            orphan.remove()
            self._orphans.popleft()
        brought = 0
        while self._waiting:
            await self._bring(self._waiting[0])
            self._waiting.popleft()
            brought += 1
        if not (self._batch or self._waiting):
            self._file.empty()
            _log.warning("spool.drained", messages=brought)

    async def _bring(self, message: InboundMessage) -> None:
        await asyncio.wait_for(self._stream.append(message), _PATIENCE_SECONDS)

    def _opened(self, line: bytes) -> InboundMessage | None:
        try:
            return inbound_from_json(self._privacy.unseal(line.decode()))
        except (ConsularError, KeyError, UnicodeError):
            _log.error("spool.unreadable")
            return None

    def _adopt(self) -> None:
        known = {self._file.path, *(orphan.path for orphan in self._orphans)}
        for orphan in orphans(self._folder, quota_bytes=_ORPHAN_LIMIT_BYTES):
            if orphan.path in known:
                orphan.close()
            elif orphan.size == 0:
                orphan.remove()
            else:
                self._orphans.append(orphan)
