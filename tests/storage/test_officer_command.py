"""`officer …`: the code stands alone on the last line; what cannot be is one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.casework.codes import split_code
from bot.cli import main
from bot.commands import officer
from bot.errors import SetupError
from bot.storage import schema, seeding
from bot.storage.engine import make_engine


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A data directory with a seeded database."""
    for name in ("DATABASE_URL", "DATA_DIR", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    engine = make_engine(f"sqlite:///{tmp_path / 'consular.db'}")
    schema.upgrade(engine)
    seeding.seed(engine)
    engine.dispose()
    return str(tmp_path)


def test_the_code_stands_alone_on_the_last_line(
    data_dir: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "officer add --name Rina --mission kbri-singapore --role officer --languages id,en"
    assert main([*words.split(), "--data-dir", data_dir]) == 0
    assert split_code(capsys.readouterr().out.strip().splitlines()[-1])
    assert list(officer.list_all(data_dir)) == ["1"]


def test_a_revoked_officer_is_no_longer_listed(data_dir: str) -> None:
    officer.add(data_dir, name="Rina", mission="kemlu", role="admin")
    assert officer.revoke(data_dir, 1)["revoked"] is True
    assert officer.list_all(data_dir) == {}


@pytest.mark.parametrize(
    "changes",
    [{"mission": "nowhere"}, {"role": "king"}, {"functions": "cooking"}, {"languages": "Bahasa"}],
)
def test_what_cannot_be_is_refused_in_one_line(data_dir: str, changes: dict[str, str]) -> None:
    values = {"name": "Rina", "mission": "kbri-singapore", "role": "officer", **changes}
    with pytest.raises(SetupError) as refusal:
        officer.add(data_dir, **values)  # type: ignore[arg-type]
    assert "\n" not in str(refusal.value)


def test_nobody_who_does_not_exist_is_revoked(data_dir: str) -> None:
    with pytest.raises(SetupError):
        officer.revoke(data_dir, 99)
