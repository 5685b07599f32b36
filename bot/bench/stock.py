"""Stock Rasa beside ours: `rasa init`'s pipeline, its own Telegram channel, the same training data.

It gets one plain sentence an intent to answer with, by a rule, and stories of two intents each so
that its other policies have something to learn from: no database, no action server, nothing
sealed, nothing kept. So the comparison flatters it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bot.bench.crowd import Crowd
from bot.bench.ledger import Ledger
from bot.bench.platform import BOT_TOKEN, FakePlatform
from bot.bench.training import QUIET, rasa_train
from bot.bench.wording import Wording
from bot.errors import SetupError
from bot.project import PROJECT
from bot.supervisor.children import python
from bot.supervisor.processes import free_port

_BUILD = PROJECT / "build" / "stock"
_WEBHOOK = "/webhooks/telegram/webhook"
_START_SECONDS = 240.0
_LOOK_SECONDS = 0.2
# What `rasa init` runs with: it names no pipeline and takes these.
_DEFAULTS = ("engine", "recipes", "config_files", "default_config.yml")
_SPARSE = ("Tokenizer", "Featurizer")
# The Telegram client of Rasa 3.6 knows no other server than Telegram's: told before it is asked.
# And Rasa sets the webhook in a loop that it closes, then goes on with that loop's HTTP session,
# which fails at every message: each loop gets a session of its own.
_LAUNCH = """
import asyncio
import sys
from aiogram.bot import api
from aiogram.bot.base import BaseBot
server = api.TelegramAPIServer.from_base(sys.argv.pop(1))
begin = BaseBot.__init__
def init(self, *given, **named):
    begin(self, *given, **{**named, "server": server})
BaseBot.__init__ = init
def session(bot):
    loop = asyncio.get_running_loop()
    if getattr(bot, "session_loop", None) is not loop:
        bot.session_loop, bot._session = loop, bot.get_new_session()
    return bot._session
BaseBot.session = property(session)
from rasa.__main__ import main
main()
"""


@dataclass(frozen=True)
class StockModel:
    """A trained model and what its training took, on this machine, when it was done.

    Args:
        path: the archive.
        folder: everything it was trained from.
        seconds: from the start of `rasa train` to its end.
        cpu_seconds: of all cores together.
    """

    path: Path
    folder: Path
    seconds: float
    cpu_seconds: float


def trained(*, is_sparse: bool = False) -> StockModel:
    """Trains stock Rasa on our data, unless that was done before.

    Args:
        is_sparse: understanding only, by its sparse features and logistic regression.

    Raises:
        SetupError: it could not be trained.
    """
    project = _project(_config(is_sparse), _examples())
    folder = _BUILD / _fingerprint(project)
    model = folder / "models" / "stock.tar.gz"
    spent = folder / "spent.yml"
    if not (model.exists() and spent.exists()):
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "data").mkdir(parents=True)
        for name, content in project.items():
            _dump(folder / name, content)
        more = ["nlu"] if is_sparse else []
        watch = rasa_train(folder, model=model, cache=folder / "cache", more=more)
        shutil.rmtree(folder / "cache", ignore_errors=True)
        _dump(spent, {"seconds": watch.seconds, "cpu_seconds": watch.cpu_seconds})
    return StockModel(model, folder, **yaml.safe_load(spent.read_text()))


@dataclass(frozen=True)
class StockStage:
    """Stock Rasa, running. `start_seconds` is from its start to its first answer."""

    process: asyncio.subprocess.Process
    start_seconds: float
    session: aiohttp.ClientSession
    platform: FakePlatform
    url: str

    def crowd(self) -> Crowd:
        """New citizens."""
        return _crowd(self.session, self.platform, self.url)


@contextlib.asynccontextmanager
async def on_stock_stage(model: StockModel, *, log: Path) -> AsyncIterator[StockStage]:
    """Starts stock Rasa with its Telegram channel and waits for its first answer.

    Raises:
        SetupError: none came.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    async with FakePlatform() as platform:
        credentials = {
            "telegram": {
                "access_token": BOT_TOKEN,
                "verify": "bench_bot",
                "webhook_url": url + _WEBHOOK,
            }
        }
        (model.folder / "credentials.yml").write_text(yaml.safe_dump(credentials))
        started = time.perf_counter()
        with log.open("w") as output:
            process = await asyncio.create_subprocess_exec(
                *python("-c", _LAUNCH, platform.url, "run", "--model", str(model.path)),
                *("--port", str(port), "--interface", "127.0.0.1"),
                *("--credentials", "credentials.yml", "--quiet"),
                cwd=model.folder,
                env={**os.environ, **QUIET},
                stdout=output,
                stderr=output,
            )
        try:
            async with aiohttp.ClientSession() as session:
                await _first_answer(session, platform, url, process=process)
                spent = time.perf_counter() - started
                yield StockStage(process, spent, session, platform=platform, url=url)
        finally:
            process.terminate()
            await process.wait()


def _crowd(session: aiohttp.ClientSession, platform: FakePlatform, url: str) -> Crowd:
    crowd = Crowd(session, [url], ledger=Ledger(), wording=Wording(), telegram_path=_WEBHOOK)
    platform.on_delivered = crowd.delivered
    return crowd


async def _first_answer(
    session: aiohttp.ClientSession,
    platform: FakePlatform,
    url: str,
    *,
    process: asyncio.subprocess.Process,
) -> None:
    crowd = _crowd(session, platform, url)
    post = crowd.say(crowd.citizen())
    until = time.perf_counter() + _START_SECONDS
    while post.answered_at is None:
        if process.returncode is not None or time.perf_counter() > until:
            raise SetupError("stock Rasa gave no answer")
        await asyncio.sleep(_LOOK_SECONDS)


def _config(is_sparse: bool) -> dict[str, Any]:
    found = find_spec("rasa")
    if found is None or found.origin is None:
        raise SetupError("Rasa is not installed")
    path = Path(found.origin).parent.joinpath(*_DEFAULTS)
    config: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    config |= {"assistant_id": "stock", "language": "id"}
    if is_sparse:
        sparse = [each for each in config["pipeline"] if each["name"].endswith(_SPARSE)]
        config["pipeline"] = [*sparse, {"name": "LogisticRegressionClassifier"}]
    return config


def _examples() -> dict[str, list[str]]:
    """Our training examples by intent, with their entities."""
    found: dict[str, list[str]] = {}
    for path in sorted((PROJECT / "data" / "nlu").glob("*/*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu", []):
            if "intent" in block:
                found.setdefault(block["intent"], []).append(str(block["examples"]).strip("\n"))
    return found


def _project(config: dict[str, Any], examples: dict[str, list[str]]) -> dict[str, Any]:
    """The files to train from. A rule for each intent: every message gets an answer, unsure too."""
    intents = sorted(examples)
    answers = {"nlu_fallback": "utter_default"} | {name: f"utter_{name}" for name in intents}
    domain = {
        "version": "3.1",
        "intents": intents,
        "responses": {action: [{"text": f"{name}."}] for name, action in answers.items()},
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }
    nlu = [{"intent": name, "examples": "\n".join(examples[name]) + "\n"} for name in intents]
    rules = [{"rule": name, "steps": _steps(name, action)} for name, action in answers.items()]
    stories = [
        {
            "story": f"{first} {second}",
            "steps": [*_steps(first, answers[first]), *_steps(second, answers[second])],
        }
        for first, second in zip(intents, intents[1:] + intents[:1], strict=True)
    ]
    return {
        "config.yml": config,
        "domain.yml": domain,
        "data/nlu.yml": {"version": "3.1", "nlu": nlu},
        "data/dialogue.yml": {"version": "3.1", "rules": rules, "stories": stories},
    }


def _steps(intent: str, action: str) -> list[dict[str, str]]:
    return [{"intent": intent}, {"action": action}]


def _dump(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _fingerprint(project: dict[str, Any]) -> str:
    return hashlib.sha256(yaml.safe_dump(project, allow_unicode=True).encode()).hexdigest()[:12]
