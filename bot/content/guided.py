"""Loads the guided dialogues from `data/guided`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.content.files import read_yaml
from bot.content.words import country_name, partial_date
from bot.errors import SetupError
from bot.guided import reading
from bot.guided.dialogue import Kind
from bot.guided.guide import Guide
from bot.project import PROJECT

GUIDED_FOLDER = PROJECT / "data" / "guided"


def load_guide(folder: Path = GUIDED_FOLDER) -> Guide:
    """Everything that guided dialogues need.

    Raises:
        SetupError: a file cannot be read, or something in it is wrong.
    """
    return Guide(
        checklists=reading.checklists(_read(folder / "checklists.yml")),
        forms=reading.forms(_read(folder / "forms.yml")),
        bookings=reading.bookings(_read(folder / "appointments.yml")),
        phrases=reading.phrases(_read(folder / "phrases.yml")),
        tables=reading.tables(_read(folder / "apostille.yml")),
        shown={Kind.DATE: partial_date, Kind.COUNTRY: country_name},
    )


def _read(path: Path) -> Any:
    try:
        return read_yaml(path)
    except (OSError, yaml.YAMLError):
        raise SetupError(f"{path.name} is not a readable file of guided dialogues") from None
