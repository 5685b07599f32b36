"""Structured logs: dotted events with ids, never a citizen's words, name or number."""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import sys
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from bot.clock import utc_now

_ABOUT: ContextVar[str | None] = ContextVar("about", default=None)
_ABOUT_CHARACTERS = 12


def correlation_id(channel: str, message_id: str) -> str:
    """The name of one inbound message in the logs of every process.

    A digest: the web page chooses its own message ids, and they could say anything.
    """
    digest = hashlib.blake2b(f"{channel}:{message_id}".encode("utf-8", "replace"))
    return digest.hexdigest()[:_ABOUT_CHARACTERS]


@contextlib.contextmanager
def about(correlation: str) -> Iterator[None]:
    """Whatever is logged inside, also by threads that are started there, carries the name."""
    token = _ABOUT.set(correlation)
    try:
        yield
    finally:
        _ABOUT.reset(token)


def about_now() -> str | None:
    """The name of the message that is being handled here; None outside of one."""
    return _ABOUT.get()


def be_about(correlation: str) -> None:
    """From here to the end of the task everything is about that message."""
    _ABOUT.set(correlation)


class _JsonLines(logging.Formatter):
    """One JSON object a line; of an exception only its kind and the places in our code."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": utc_now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "logger": record.name,
            **({"about": _ABOUT.get()} if _ABOUT.get() else {}),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            frames = traceback.extract_tb(record.exc_info[2])[-6:]
            line["error"] = record.exc_info[0].__name__
            line["where"] = [f"{frame.filename}:{frame.lineno}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


class Log:
    """A logger whose events carry fields: `log.info("case.opened", case=reference)`."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **fields: object) -> None:
        """Something that happened as it should."""
        self._logger.info(event, extra={"fields": fields})

    def warning(self, event: str, **fields: object) -> None:
        """Something that somebody may want to look at."""
        self._logger.warning(event, extra={"fields": fields})

    def error(self, event: str, **fields: object) -> None:
        """Something that failed."""
        self._logger.error(event, extra={"fields": fields})

    def exception(self, event: str, **fields: object) -> None:
        """Something that failed unexpectedly; the message of the exception is left out."""
        self._logger.error(event, extra={"fields": fields}, exc_info=True)


def configure(level: str) -> None:
    """Sends our logs to stderr as JSON lines and keeps chatty libraries quiet."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("bot").setLevel(level)
    logging.getLogger("actions").setLevel(level)
