"""`nlu parse` and `nlu evaluate`: what the trained pipeline makes of words."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from bot.commands.train import train
from bot.errors import SetupError
from bot.nlu.evaluate import as_text, error_table, judge, measures, read_labelled
from bot.nlu.parse import Parser, parse_lines


def _parser() -> Parser:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return Parser(train(quiet=True))


def parse(lines: Iterable[str], output: TextIO) -> None:
    """Answers each JSON line with one.

    Raises:
        SetupError: a line is not JSON with a text, or there is no model.
    """
    for line in parse_lines(lines, _parser()):
        output.write(line + "\n")
        output.flush()


def evaluate(path: Path, *, errors: bool, as_json: bool) -> str:
    """Measures on a file of labelled utterances.

    Raises:
        SetupError: the file cannot be read, or there is no model.
    """
    if not path.is_file():
        raise SetupError(f"{path}: no such file")
    judged = judge(read_labelled(path), _parser())
    result = measures(judged)
    confused = error_table(judged) if errors else []
    if as_json:
        return json.dumps({**result, "errors": confused} if errors else result, ensure_ascii=False)
    return as_text(result, confused)
