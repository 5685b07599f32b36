"""`bench` and `chaos`: the performance table, and what happens when things break."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.bench.figures import Figure, as_json, as_table
from bot.bench.plan import FULL, NAMES, QUICK, Extent, break_things, measure
from bot.commands.train import train
from bot.project import PROJECT

__all__ = ["NAMES", "bench", "chaos"]

_LOG = PROJECT / "build" / "bench.log"


def bench(
    *,
    only: Sequence[str] = (),
    quick: bool = False,
    full: bool = False,
    minutes: float | None = None,
    with_stock: bool = False,
    as_json_text: bool = False,
    model: Path | None = None,
) -> str:
    """Measures a real assistant, started in a folder of its own with a small server as Telegram.

    Args:
        only: names out of `NAMES`; the usual ones if empty.
        quick: shorter loads.
        full: the loads of the acceptance (ten minutes of the mixture, 2,000 conversations).
        minutes: how long the steady mixture lasts.
        with_stock: compares with stock Rasa too; training it takes minutes.
        model: another than the current one.

    Raises:
        SetupError: an unknown name, or the assistant does not start.
    """
    extent = QUICK if quick else FULL if full else Extent()
    if minutes is not None:
        extent = replace(extent, steady_seconds=minutes * 60)
    figures = measure(
        model or train(quiet=True),
        log=_log(),
        only=only,
        extent=extent,
        with_stock=with_stock,
    )
    return _text(figures, as_json_text)


def chaos(
    *,
    rounds: int = 3,
    minutes: float = 30.0,
    with_postgresql: bool = False,
    only: Sequence[str] = (),
    as_json_text: bool = False,
    model: Path | None = None,
) -> str:
    """Kills, pauses and starves each part of a real assistant under load.

    Args:
        rounds: how often each kind of fault.
        minutes: no further fault is begun after so long.
        with_postgresql: on a PostgreSQL server of its own, which is killed and paused as well.
        only: kinds of faults whose names contain one of these.
        model: another than the current one.
    """
    with tempfile.TemporaryDirectory(prefix="consular-chaos-") as folder:
        figures = break_things(
            model or train(quiet=True),
            log=_log(),
            rounds=rounds,
            seconds=minutes * 60,
            with_postgresql=with_postgresql,
            only=only,
            folder=Path(folder) / "postgresql",
        )
    return _text(figures, as_json_text)


def _log() -> Path:
    _LOG.parent.mkdir(exist_ok=True)
    return _LOG


def _text(figures: Sequence[Figure], as_json_text: bool) -> str:
    return json.dumps(as_json(figures), ensure_ascii=False) if as_json_text else as_table(figures)
