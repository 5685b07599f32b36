"""Names of form fields, for those who read what was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from bot.content.files import read_yaml
from bot.content.guided import GUIDED_FOLDER
from bot.errors import SetupError
from bot.guided import reading


def load_field_names(folder: Path = GUIDED_FOLDER) -> Mapping[str, Mapping[str, str]]:
    """The labels of all forms by field and language.

    Raises:
        SetupError: the file of forms cannot be read, or something in it is wrong.
    """
    path = folder / "forms.yml"
    try:
        forms = reading.forms(read_yaml(path))
    except (OSError, yaml.YAMLError):
        raise SetupError(f"{path.name} cannot be read") from None
    return {
        step.key: {"id": step.label.id, "en": step.label.en}
        for form in forms.values()
        for step in form.steps
    }
