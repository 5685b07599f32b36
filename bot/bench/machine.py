"""What the machine says: how much memory a process holds, how busy all of it is."""

from __future__ import annotations

import os
import resource
import time
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import Self

_MEGABYTE_IN_KB = 1024


@dataclass(frozen=True)
class Memory:
    """In megabytes. `pss` shares what several processes use; the sum over processes is true."""

    rss: float
    pss: float


def memory_of(pid: int) -> Memory:
    """The memory of a process and of nothing it has started.

    Raises:
        OSError: the process is gone.
    """
    found = {"Rss:": 0.0, "Pss:": 0.0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, *value = line.split()
        if name in found:
            found[name] = int(value[0]) / _MEGABYTE_IN_KB
    return Memory(rss=round(found["Rss:"], 1), pss=round(found["Pss:"], 1))


def load_average() -> float:
    """How busy the machine was in the last minute."""
    return round(os.getloadavg()[0], 2)


def cpu_seconds(pid: int) -> float:
    """The time that a process has had on a core.

    Raises:
        OSError: the process is gone.
    """
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Stopwatch:
    """Measures what is started and ended within it: its time, and its time on all cores."""

    seconds = 0.0
    cpu_seconds = 0.0

    def __enter__(self) -> Self:
        self._began, self._cpu = time.perf_counter(), _cpu_of_ended()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = round(time.perf_counter() - self._began, 1)
        self.cpu_seconds = round(_cpu_of_ended() - self._cpu, 1)


def _cpu_of_ended() -> float:
    """Seconds on a core of all processes that this one has started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
