"""A PostgreSQL server of one's own, out of the `pgserver` wheel, to be killed and paused."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import pgserver
import psutil  # type: ignore[import-untyped]
from sqlalchemy import create_engine, text
from typing_extensions import Self

_NAME = "consular"


class PostgresServer:
    """Use it with `with`.

    Args:
        folder: where it keeps its files.
    """

    def __init__(self, folder: Path) -> None:
        self._server = pgserver.get_server(folder, cleanup_mode="stop")
        self.url = str(self._server.get_uri(database=_NAME))
        admin = create_engine(self._server.get_uri(), isolation_level="AUTOCOMMIT", future=True)
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {_NAME}"))
        admin.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._server.cleanup()

    def kill(self) -> None:
        """Ends it and everything it has started, without a warning."""
        processes = self._processes()
        for process in processes:
            process.send_signal(signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)

    def start(self) -> None:
        """Starts it again after `kill`, on the same address."""
        self._server.ensure_postgres_running()

    def pause(self) -> None:
        """Lets it stand still: connected, but without an answer."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets it go on."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        for process in self._processes():
            os.kill(process.pid, number)

    def _processes(self) -> list[psutil.Process]:
        main = psutil.Process(self._server.get_pid())
        children: Iterable[psutil.Process] = main.children(recursive=True)
        return [main, *children]
