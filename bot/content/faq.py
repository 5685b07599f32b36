"""Reads the approved answers to common questions from `data/faq/faq.yml`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.consular.approved import ApprovedText, TextKind
from bot.consular.facts import Bilingual, Confidence, Provenance
from bot.content.files import read_yaml
from bot.errors import SetupError
from bot.project import PROJECT

FAQ_FILE = PROJECT / "data" / "faq" / "faq.yml"
_KEYS = {"id", "title", "text", "questions", "source", "date", "confidence"}


def load_faq(path: Path = FAQ_FILE) -> tuple[ApprovedText, ...]:
    """The answers, in the order of the file.

    Raises:
        SetupError: the file cannot be read, or an entry lacks a language, its source or its date.
    """
    try:
        entries = read_yaml(path)["faq"]
        texts = tuple(_text(entry) for entry in entries)
    except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise SetupError(f"{path.name}: not a file of answers: {error}") from None
    names = [text.id for text in texts]
    if len(set(names)) != len(names):
        raise SetupError(f"{path.name}: an id stands twice")
    return texts


def _text(entry: dict[str, Any]) -> ApprovedText:
    if set(entry) != _KEYS:
        raise ValueError(f"{entry.get('id')}: an entry has {', '.join(sorted(_KEYS))}")
    known = str(entry["date"])
    date.fromisoformat(known + "0000-01-01"[len(known) :])
    return ApprovedText(
        id=f"faq:{entry['id']}",
        kind=TextKind.FAQ,
        title=_both(entry["title"]),
        text=_both(entry["text"]),
        provenance=Provenance(str(entry["source"]), known, Confidence(entry["confidence"])),
        questions=tuple(str(question) for question in entry["questions"]),
    )


def _both(sides: dict[str, str]) -> Bilingual:
    if set(sides) != {"id", "en"} or not all(str(text).strip() for text in sides.values()):
        raise ValueError("a text has both languages, id and en")
    return Bilingual(id=str(sides["id"]).strip(), en=str(sides["en"]).strip())
