"""One file of waiting messages on disk: lines, each on the disk before its writer goes on.

Writers that come together share one fsync. A file belongs to the process that holds its lock;
what a dead process leaves behind can be taken over.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

_SUFFIX = ".spool"
_MODE = 0o600


class SpoolFullError(OSError):
    """The quota is used up."""


class SpoolFile:
    """A locked file.

    Args:
        path: made if it is not there.
        quota_bytes: it never grows beyond.

    Raises:
        OSError: it cannot be opened, or another process has it.
    """

    def __init__(self, path: Path, *, quota_bytes: int) -> None:
        self.path = path
        self._quota_bytes = quota_bytes
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, _MODE)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise
        self.size = os.fstat(self._descriptor).st_size

    def append(self, lines: Sequence[bytes]) -> None:
        """Adds lines, all or none, and returns when they are on the disk.

        Raises:
            SpoolFullError: the quota does not allow it.
            OSError: the disk does not take it.
        """
        body = b"".join(line + b"\n" for line in lines)
        if self.size + len(body) > self._quota_bytes:
            raise SpoolFullError("quota")
        try:
            if os.write(self._descriptor, body) != len(body):
                raise SpoolFullError("short write")
            os.fsync(self._descriptor)
        except OSError:
            # Half a line would spoil the next one.
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(body)

    def lines(self) -> list[bytes]:
        """What is in it; a last line that was not written to its end is left out."""
        return self.path.read_bytes().split(b"\n")[:-1]

    def empty(self) -> None:
        """Forgets everything."""
        os.ftruncate(self._descriptor, 0)
        self.size = 0

    def remove(self) -> None:
        """Takes the file away."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Gives the lock back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def new_file(folder: Path, name: str, *, quota_bytes: int) -> SpoolFile:
    """A file of one's own.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return SpoolFile(folder / f"{name}{_SUFFIX}", quota_bytes=quota_bytes)


def orphans(folder: Path, *, quota_bytes: int) -> Iterator[SpoolFile]:
    """The files that no living process holds, oldest first, locked by us from now on."""
    for path in sorted(folder.glob(f"*{_SUFFIX}"), key=_age):
        try:
            yield SpoolFile(path, quota_bytes=quota_bytes)
        except OSError:
            continue


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
