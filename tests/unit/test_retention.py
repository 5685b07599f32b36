"""Is what is over deleted after the days that were set, and never earlier than we need it?"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.content.catalogue import Catalogue
from bot.content.retention import FILE, load_retention, spans
from bot.conversation.retention import LEAST_DAYS, Kind, Retention
from bot.errors import SetupError
from bot.workers import retention

NOW = datetime(2026, 11, 24, tzinfo=timezone.utc)
DEFAULTS = {
    Kind.CASES: 730,
    Kind.CHAT: 90,
    Kind.REGISTRATIONS: 180,
    Kind.APPOINTMENTS: 365,
    Kind.ACCESS: 30,
    Kind.CONVERSATIONS: 365,
}


@pytest.mark.parametrize(("kind", "days"), DEFAULTS.items())
def test_each_kind_has_its_days(kind: Kind, days: int) -> None:
    assert load_retention().over_before(kind, NOW) == NOW - timedelta(days=days)


def test_the_settings_win_over_the_file_line_by_line() -> None:
    changed = load_retention([("chat", "7"), ("cases", "never")])
    assert changed.days == {**DEFAULTS, Kind.CHAT: 7, Kind.CASES: None}
    assert changed.over_before(Kind.CASES, NOW) is None


def test_citizens_are_told_the_days_that_are_set() -> None:
    retention = load_retention([("chat", "61"), ("registrations", "never")])
    said = [
        Catalogue.load().text("utter_data_privacy", language, **spans(retention, language))
        for language in ("id", "en")
    ]
    assert "setelah 61 hari" in said[0] and "after 61 days" in said[1]
    assert "2 tahun" in said[0] and "2 years" in said[1]
    assert "lapor diri" not in said[0] + said[1]


@pytest.mark.parametrize("kind", LEAST_DAYS)
def test_nothing_is_deleted_that_the_program_needs(kind: Kind) -> None:
    least = LEAST_DAYS[kind]
    Retention({**DEFAULTS, kind: least})
    with pytest.raises(ValueError, match=f"{kind.value} must be kept for {least} days"):
        Retention({**DEFAULTS, kind: least - 1})


@pytest.mark.parametrize("overrule", [("chat", "6"), ("words", "90")], ids=["too few", "no kind"])
def test_a_wrong_overrule_is_named(overrule: tuple[str, str]) -> None:
    with pytest.raises(SetupError, match="RETENTION_DAYS"):
        load_retention([overrule])


async def test_a_round_that_fails_is_not_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_FIRST_SECONDS", 0.0)
    monkeypatch.setattr(retention, "_EVERY_SECONDS", 0.0)
    rounds: asyncio.Queue[str] = asyncio.Queue()
    troubles = iter([OperationalError("", None, Exception()), RuntimeError("test"), None])

    async def clear() -> None:
        trouble = next(troubles)
        await rounds.put("round")
        if trouble is None:
            await asyncio.Event().wait()
        raise trouble

    task = asyncio.ensure_future(retention.keep_clearing(clear))
    for _ in range(3):
        await asyncio.wait_for(rounds.get(), 5)
    assert not task.done()
    task.cancel()


WRONG_FILES = {
    "no list": "90",
    "no days": "chat: soon",
    "a kind too few": FILE.read_text("utf-8").replace("chat: 90", ""),
    "not YAML": "chat: [",
}


@pytest.mark.parametrize("text", WRONG_FILES.values(), ids=WRONG_FILES.keys())
def test_a_wrong_file_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "retention.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(SetupError, match=r"retention\.yml"):
        load_retention(path=path)
