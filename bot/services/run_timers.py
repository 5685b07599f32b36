"""Does what is due: ladders, silent officers, missed targets, and telling people what happened."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.casework.errors import CaseError
from bot.casework.talking import timer_went_off
from bot.casework.timetable import TimerKind
from bot.casework.transitions import Change, File
from bot.clock import Clock
from bot.logs import Log
from bot.services.case_ports import Announcer, Cases, DueTimer, Timers, Timetables

_log = Log(__name__)
_AT_ONCE = 20
_LONGEST_WAIT_SECONDS = 300


class RunTimers:
    """The worker's use-case; safe in any number of workers, nothing is lost by a crash.

    Args:
        announcer: tells people; called in the order of events within a case.
        worker_id: unique among running workers.
    """

    def __init__(
        self,
        *,
        cases: Cases,
        timers: Timers,
        timetables: Timetables,
        announcer: Announcer,
        clock: Clock,
        worker_id: str,
    ) -> None:
        self._cases = cases
        self._timers = timers
        self._timetables = timetables
        self._announcer = announcer
        self._clock = clock
        self._worker_id = worker_id

    async def __call__(self) -> int:
        """Does what is due now, at most a handful; returns how many timers that were."""
        return await self._run(None)

    async def tell(self, reference: str) -> int:
        """Tells at once what has just happened to a case, without waiting for the next round."""
        return await self._run(reference)

    async def _run(self, reference: str | None) -> int:
        due = await asyncio.to_thread(
            self._timers.take,
            self._clock(),
            worker_id=self._worker_id,
            limit=_AT_ONCE,
            reference=reference,
        )
        by_case: dict[str, list[DueTimer]] = {}
        for timer in due:
            by_case.setdefault(timer.reference, []).append(timer)
        await asyncio.gather(*(self._work_off(timers) for timers in by_case.values()))
        return len(due)

    async def _work_off(self, timers: list[DueTimer]) -> None:
        for position, timer in enumerate(timers):
            try:
                await self._do(timer)
            except Exception:
                _log.exception("timer.failed", timer=timer.id, kind=timer.kind.value)
                wait = min(_LONGEST_WAIT_SECONDS, 2**timer.attempts)
                await asyncio.to_thread(
                    self._timers.postpone,
                    timers[position:],
                    until=self._clock() + timedelta(seconds=wait),
                )
                return

    async def _do(self, timer: DueTimer) -> None:
        if timer.kind is TimerKind.TELL:
            case = await asyncio.to_thread(self._cases.get, timer.reference)
            if timer.event is not None and case is not None:
                await self._announcer.announce(timer.event, case)
            await asyncio.to_thread(self._timers.done, timer.id)
            return
        await asyncio.to_thread(self._fire, timer)

    def _fire(self, timer: DueTimer) -> None:
        def decide(file: File) -> Change:
            return timer_went_off(
                file.case, timer.kind, now=self._clock(), times=self._timetables.of_case
            )

        try:
            changed = self._cases.change(timer.reference, decide, timer_id=timer.id)
        except CaseError as error:
            _log.error("timer.refused", timer=timer.id, reason=type(error).__name__)
            raise
        for event in changed.events:
            _log.info(f"case.{event.kind.value}", case=timer.reference, timer=timer.id)
