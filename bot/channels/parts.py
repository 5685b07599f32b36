"""One message in several parts: another try goes on where the last one stopped."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence

from bot.channels import failures
from bot.errors import SendFailed
from bot.messages import Sent

_REMEMBERED = 1_000


class PartDelivery:
    """Sends the parts of a message in order and remembers, in this process, which have gone."""

    def __init__(self) -> None:
        self._gone: OrderedDict[str, list[str]] = OrderedDict()

    async def send(self, reference: str, parts: Sequence[Callable[[], Awaitable[str]]]) -> Sent:
        """Sends what has not gone yet.

        Args:
            reference: the outbound id, the same at each try.
            parts: each delivers one part and returns the platform's id of it.

        Raises:
            SendFailed: a part was not taken; those before it are not sent again.
        """
        if not parts:
            raise failures.EMPTY.error()
        gone = self._gone.pop(reference, [])
        try:
            for part in parts[len(gone) :]:
                gone.append(await part())
        except SendFailed as failed:
            if failed.retry and gone:
                self._remember(reference, gone)
            raise
        return Sent(tuple(gone))

    def _remember(self, reference: str, gone: list[str]) -> None:
        self._gone[reference] = gone
        if len(self._gone) > _REMEMBERED:
            self._gone.popitem(last=False)
