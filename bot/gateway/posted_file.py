"""A file that a citizen sends from the web chat: kept with us, and a message that names it."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request

from bot.channels.sendable import LARGEST_BYTES, sent_kind
from bot.channels.web.payloads import identified
from bot.errors import ConsularError, NotStored, SendFailed
from bot.gateway.limits import BodyTooLargeError, let_pass, read_body
from bot.messages import Attachment, Channel, Home, InboundMessage
from bot.services.desk_ports import Keep

# A photo as phones take them is heard out, a film is not.
_PASSED_BYTES = 20 * 1024 * 1024


class WrongTypeError(ConsularError):
    """A file of a kind that is not taken (HTTP 415)."""


class PostedFiles:
    """Reads the posts to `/webchat/files`: the body is the file, `message_id` is in the query.

    The body is not written to disk on its way, as parts of a form would be.

    Args:
        keep: where files lie until they end.
    """

    def __init__(self, keep: Keep) -> None:
        self._keep = keep

    async def read(
        self, request: Request, *, address: str, conversation_id: str, received_at: datetime
    ) -> InboundMessage:
        """Reads one post and keeps its file; the same post again changes nothing.

        Raises:
            BodyTooLargeError: over `LARGEST_BYTES`.
            WrongTypeError: of a kind that is not taken, whatever its name or header says.
            InvalidWebhook: no `message_id`.
            NotStored: it cannot be kept now.
        """
        message_id = identified(request.query_params.get("message_id"), conversation_id)
        try:
            content = await read_body(request, LARGEST_BYTES)
        except BodyTooLargeError:
            await let_pass(request, _PASSED_BYTES)
            raise
        found = sent_kind(content)
        if found is None:
            raise WrongTypeError
        kind, media_type = found
        try:
            key = await self._keep.put(content, name=message_id)
        except SendFailed as failure:
            raise NotStored(failure.code) from None
        file = Attachment(kind, key, media_type, len(content), home=Home.WEB)
        return InboundMessage(
            channel=Channel.WEB,
            address=address,
            message_id=message_id,
            received_at=received_at,
            attachments=(file,),
        )
