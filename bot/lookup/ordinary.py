"""Ordinary questions of citizens: a sample of the examples that the assistant is trained on."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.errors import SetupError

EXAMPLES_FOLDER = Path(__file__).resolve().parents[2] / "data" / "nlu"
SAMPLE = 600
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


def ordinary_questions(folder: Path = EXAMPLES_FOLDER) -> tuple[str, ...]:
    """Some 600 examples, spread evenly over topics and languages, the same at every call.

    Raises:
        SetupError: there are no examples.
    """
    texts = [
        _MARKED.sub(r"\1", line.strip().removeprefix("- "))
        for path in sorted(folder.glob("*/*.yml"))
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", ())
        if "intent" in block
        for line in block["examples"].splitlines()
        if line.strip()
    ]
    if not texts:
        raise SetupError(f"{folder.name}: no examples to learn ordinary questions from")
    return tuple(texts[:: max(1, len(texts) // SAMPLE)])
