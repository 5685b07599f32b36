"""Reads the YAML files of `data` and of the desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

# The same safe reader in C: about ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> Any:
    """What a file holds: only plain values, never objects.

    Raises:
        OSError: it cannot be read.
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
