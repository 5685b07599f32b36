"""Reads `data/retention.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from bot.content.files import read_yaml
from bot.content.words import span
from bot.conversation.retention import Kind, Retention
from bot.errors import SetupError
from bot.project import PROJECT

FILE = PROJECT / "data" / "retention.yml"
NEVER = "never"


def load_retention(overrules: Iterable[tuple[str, str]] = (), path: Path = FILE) -> Retention:
    """How long each kind of data is kept.

    Args:
        overrules: pairs of kind and days, or `never`, that win over the file (`RETENTION_DAYS`).

    Raises:
        SetupError: the file or an overrule is wrong.
    """
    try:
        written = read_yaml(path)
        given = {str(kind): str(days) for kind, days in written.items()}
        Retention(_days(given))
    except (OSError, yaml.YAMLError, AttributeError, ValueError) as error:
        raise SetupError(f"{path.name}: {error}") from None
    try:
        return Retention(_days({**given, **dict(overrules)}))
    except ValueError as error:
        raise SetupError(f"RETENTION_DAYS: {error}") from None


def spans(retention: Retention, language: str) -> dict[str, str]:
    """How long each kind is kept, in words: `chat_kept`, …; what is kept for good is left out."""
    return {
        f"{kind.value}_kept": span(days, language)
        for kind, days in retention.days.items()
        if days is not None
    }


def _days(given: Mapping[str, str]) -> dict[Kind, int | None]:
    return {Kind(kind): None if days == NEVER else int(days) for kind, days in given.items()}
