"""Every sentence a citizen reads, from `data/responses`: chosen by language, filled with facts.

One reader serves Rasa (through our NLG), the worker and the gateway, so that a sentence stands
once. The files keep Rasa's own format: the first variation is Indonesian, the one with the
condition `language: en` English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.content.files import read_yaml
from bot.conversation.language import DEFAULT_LANGUAGE, LANGUAGES
from bot.errors import SetupError
from bot.messages import Button
from bot.project import PROJECT

RESPONSES_FOLDER = PROJECT / "data" / "responses"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Sentence:
    """One response in one language, before its facts are filled in."""

    text: str
    buttons: tuple[Button, ...]
    asks_location: bool
    clears_keyboard: bool = False


@dataclass(frozen=True)
class Rendered:
    """A response that can be sent."""

    text: str
    buttons: tuple[Button, ...]
    asks_location: bool
    clears_keyboard: bool = False


class Catalogue:
    """All responses by key and language.

    Args:
        sentences: `sentences[key][language]`.
    """

    def __init__(self, sentences: Mapping[str, Mapping[str, Sentence]]) -> None:
        self._sentences = sentences

    @classmethod
    def load(cls, folder: Path = RESPONSES_FOLDER) -> Catalogue:
        """Reads every file of a folder.

        Raises:
            SetupError: a file cannot be read, a key stands twice or lacks a language.
        """
        sentences: dict[str, dict[str, Sentence]] = {}
        for path in sorted(folder.glob("*.yml")):
            try:
                responses = read_yaml(path)["responses"]
            except (OSError, yaml.YAMLError, KeyError, TypeError):
                raise SetupError(f"{path.name} is not a readable file of responses") from None
            for key, variations in responses.items():
                if key in sentences:
                    raise SetupError(f"{path.name}: {key} stands in another file as well")
                sentences[key] = {_language(v): _sentence(v) for v in variations}
                if set(sentences[key]) != set(LANGUAGES):
                    raise SetupError(f"{path.name}: {key} must have both languages, once each")
        return cls(sentences)

    def keys(self) -> tuple[str, ...]:
        """Every response's key."""
        return tuple(self._sentences)

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def render(self, key: str, language: str, values: Mapping[str, Any] | None = None) -> Rendered:
        """Fills a response.

        A line that names a value which is absent, None or empty is left out: a card shows what
        is known. A list stands as one line an item.

        Raises:
            KeyError: no such response.
        """
        by_language = self._sentences[key]
        sentence = by_language.get(language) or by_language[DEFAULT_LANGUAGE]
        text = fill(sentence.text, values or {})
        return Rendered(
            text,
            buttons=sentence.buttons,
            asks_location=sentence.asks_location,
            clears_keyboard=sentence.clears_keyboard,
        )

    def text(self, key: str, language: str, **values: Any) -> str:
        """Only the words of `render`."""
        return self.render(key, language, values).text


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Fills `{name}` in every line; drops the lines whose value is not known."""
    lines = (_fill_line(line, values) for line in template.strip().split("\n"))
    text = "\n".join(line for line in lines if line is not None)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _fill_line(line: str, values: Mapping[str, Any]) -> str | None:
    names = _PLACEHOLDER.findall(line)
    if any(values.get(name) in (None, "", [], ()) for name in names):
        return None
    return _PLACEHOLDER.sub(lambda match: _words(values[match[1]]), line)


def _words(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(f"\n• {item}" for item in value)
    return str(value)


def _language(variation: Mapping[str, Any]) -> str:
    for condition in variation.get("condition", ()):
        if condition.get("name") == "language":
            return str(condition["value"])
    return DEFAULT_LANGUAGE


def _sentence(variation: Mapping[str, Any]) -> Sentence:
    buttons = tuple(
        Button(title=b["title"], payload=b["payload"]) for b in variation.get("buttons", ())
    )
    custom = variation.get("custom") or {}
    return Sentence(
        text=str(variation.get("text", "")),
        buttons=buttons,
        asks_location=bool(custom.get("asks_location")),
        clears_keyboard=bool(custom.get("clears_keyboard")),
    )
