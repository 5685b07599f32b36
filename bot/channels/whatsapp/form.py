"""A form post as Twilio sends it: blank fields kept, repeated fields kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl

from bot.channels.text import clean
from bot.errors import InvalidWebhook

_MOST_FIELDS = 250


class Form(Mapping[str, str]):
    """The fields of a post. As a mapping it gives a field's first value, exactly as it came.

    Args:
        pairs: names and values, decoded.
    """

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getlist(self, name: str) -> list[str]:
        """Every value of a field; Twilio's validator looks for this name."""
        return list(self._values.get(name, ()))

    def text(self, name: str) -> str:
        """A field's value, cleaned and cut; empty if it is absent or blank."""
        return clean(self._values.get(name, [""])[0])


def read_form(body: bytes) -> Form:
    """Reads the body of a webhook post (`application/x-www-form-urlencoded`).

    Raises:
        InvalidWebhook: not a form in UTF-8, or far more fields than Twilio sends.
    """
    try:
        pairs = parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise InvalidWebhook("whatsapp: not a form") from None
    return Form(pairs)
