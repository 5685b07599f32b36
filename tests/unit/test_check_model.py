"""A broken model file is named at once."""

from __future__ import annotations

import os
import tarfile
from pathlib import Path

import pytest

from bot.commands.run import check_model
from bot.errors import SetupError


def test_a_truncated_or_foreign_file_is_refused(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.write_bytes(os.urandom(50_000))
    model = tmp_path / "model.tar.gz"
    with tarfile.open(model, "w:gz") as archive:
        archive.add(content, "content")
    check_model(model)
    whole = model.read_bytes()
    for broken in (whole[:20_000], b"", b"no model"):
        model.write_bytes(broken)
        with pytest.raises(SetupError, match="broken"):
            check_model(model)
