"""`nlu parse`: JSON lines in, what the assistant understands as JSON lines out.

Loads a trained model through Rasa's own processor, so that what is measured here is what the
assistant does; with logging set so that no text is ever printed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import SetupError

if TYPE_CHECKING:
    from rasa.core.processor import MessageProcessor

_RANKED = 3
_NAMED_ENTITY = "mission"


@dataclass(frozen=True)
class FoundEntity:
    """Something named in a text, with its value in our own terms."""

    entity: str
    value: str


@dataclass(frozen=True)
class Understanding:
    """What the pipeline made of one text."""

    language: str | None
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[FoundEntity, ...]
    urgent: bool
    milliseconds: float

    def as_json(self) -> dict[str, Any]:
        """As `nlu parse` prints it."""
        row = asdict(self)
        row["ranking"] = [{"intent": name, "confidence": share} for name, share in self.ranking]
        return row


def newest_model(models: Path) -> Path:
    """The model file trained last.

    Raises:
        SetupError: there is none.
    """
    files = sorted(models.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime)
    if not files:
        raise SetupError("no trained model found; run `make train`")
    return files[-1]


class Parser:
    """A trained pipeline.

    Raises:
        SetupError: the model file does not load.
    """

    def __init__(self, model: Path) -> None:
        self._processor = _processor(model)
        gc.collect()
        gc.freeze()
        self._loop = asyncio.new_event_loop()

    def understand(
        self, text: str, *, language: str | None = None, today: date | None = None
    ) -> Understanding:
        """Parses one text.

        Args:
            text: the citizen's words.
            language: the language the conversation has kept so far.
            today: the day that "tomorrow" is counted from; the clock's when None.
        """
        from rasa.core.channels.channel import UserMessage

        metadata: dict[str, Any] = {"language": language} if language else {}
        if today:
            metadata["today"] = today.isoformat()
        message = UserMessage(text=text, metadata=metadata)
        started = time.perf_counter()
        parsed = self._loop.run_until_complete(self._processor.parse_message(message))
        return _understanding(parsed, milliseconds=(time.perf_counter() - started) * 1000)

    def resolve(self, entity: str, value: str) -> str:
        """A labelled value in our own terms: a mission given by its name becomes its id."""
        if entity != _NAMED_ENTITY:
            return value
        named = [one.value for one in self.understand(value).entities if one.entity == entity]
        return named[0] if named else value

    def close(self) -> None:
        """Gives back the event loop."""
        self._loop.close()


def _understanding(parsed: dict[str, Any], *, milliseconds: float) -> Understanding:
    ranking = parsed.get("intent_ranking") or [parsed["intent"]]
    named = [(r["name"], r["confidence"]) for r in ranking if r["name"] != "nlu_fallback"]
    intent = parsed["intent"]
    if parsed.get("fragment") and named:
        intent = {"name": named[0][0], "confidence": named[0][1]}
    entities = {(e["entity"], str(e["value"])): None for e in parsed.get("entities") or ()}
    return Understanding(
        language=parsed.get("language"),
        intent=intent["name"] or "",
        confidence=round(float(intent["confidence"]), 4),
        ranking=tuple((name or "", round(float(share), 4)) for name, share in named[:_RANKED]),
        entities=tuple(FoundEntity(entity, value) for entity, value in entities),
        urgent=bool(parsed.get("urgent")),
        milliseconds=round(milliseconds, 2),
    )


def _processor(model: Path) -> MessageProcessor:
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    logging.getLogger("rasa").setLevel(logging.ERROR)
    configure_structlog(logging.ERROR)
    try:
        agent = Agent.load(str(model))
    except Exception as cause:
        raise SetupError(f"the model {model.name} does not load: {type(cause).__name__}") from None
    if agent.processor is None:
        raise SetupError(f"the model {model.name} does not load")
    processor: MessageProcessor = agent.processor
    return processor


def parse_lines(lines: Iterable[str], parser: Parser) -> Iterator[str]:
    """For each JSON line with `text` one JSON line with what was understood.

    Raises:
        SetupError: a line is not JSON, or has no `text`.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            text = json.loads(line)["text"]
        except (ValueError, KeyError, TypeError):
            raise SetupError(f"line {number} is not JSON with a text") from None
        yield json.dumps(parser.understand(str(text)).as_json(), ensure_ascii=False)
