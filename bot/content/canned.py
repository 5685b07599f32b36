"""Loads the canned replies of `data/casework/canned.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.casework.canned import Canned
from bot.casework.case import Function
from bot.consular.facts import Bilingual
from bot.content.files import read_yaml
from bot.errors import SetupError
from bot.project import PROJECT

FILE = PROJECT / "data" / "casework" / "canned.yml"
_ID = re.compile(r"^[a-z][a-z0-9_]{1,23}$")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_KNOWN = {"reference", "officer"}
_LONGEST = 900


def load_canned(path: Path = FILE) -> tuple[Canned, ...]:
    """Reads the replies, in the order of the file.

    Raises:
        SetupError: the file is missing or wrong; the message names the reply.
    """
    try:
        rows = read_yaml(path)["replies"]
        replies = tuple(map(_reply, rows))
    except (OSError, yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise SetupError(f"{path.name}: {type(error).__name__}: {error}") from None
    ids = [reply.id for reply in replies]
    twice = {each for each in ids if ids.count(each) > 1}
    if twice:
        raise SetupError(f"{path.name}: {', '.join(sorted(twice))} stands twice")
    return replies


def _reply(row: Mapping[str, Any]) -> Canned:
    name = str(row["id"])
    if not _ID.match(name):
        raise ValueError(f"{name} is not a short word")
    text = _both(row["text"])
    for side in (text.id, text.en):
        unknown = set(_PLACEHOLDER.findall(side)) - _KNOWN
        if unknown or len(side) > _LONGEST:
            raise ValueError(f"{name}: longer than {_LONGEST} characters, or {sorted(unknown)}")
    return Canned(
        name,
        title=_both(row["title"]),
        text=text,
        missions=tuple(row.get("missions", ())),
        functions=tuple(map(Function, row.get("functions", ()))),
    )


def _both(row: Mapping[str, str]) -> Bilingual:
    sides = Bilingual(str(row["id"]).strip(), en=str(row["en"]).strip())
    if not sides.id or not sides.en:
        raise ValueError("a language is empty")
    return sides
