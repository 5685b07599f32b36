"""The web chat's API: sessions, posting, long polling."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.channels.links import FileLinks
from bot.channels.web.mailbox import Letter
from bot.channels.web.payloads import parse
from bot.channels.web.tokens import SessionTokens, new_address
from bot.channels.web.watch import MailboxWatch
from bot.clock import Clock
from bot.errors import InvalidWebhook, NotStored
from bot.gateway.answers import Outcome, refusal, unauthorized
from bot.gateway.limits import BodyTooLargeError, Rate, RateLimiter, is_this_machine, read_body
from bot.gateway.metrics import Metrics
from bot.gateway.posted_file import PostedFiles, WrongTypeError
from bot.logs import Log, about, correlation_id
from bot.messages import Channel, InboundMessage
from bot.privacy import Privacy
from bot.services.ports import InboundStream
from bot.storage.redis_client import REDIS_DOWN

_log = Log(__name__)

MESSAGE_RATE = Rate(count=30, seconds=60)
FILE_RATE = Rate(count=10, seconds=600)
# Many citizens may share one address: a dormitory, a mission's own network, a phone company.
SESSION_RATE = Rate(count=60, seconds=600)
LONGEST_WAIT_SECONDS = 30.0
_LARGEST_SEQ = 10**12
_WEB = Channel.WEB.value


class Read(Protocol):
    """Reads a post."""

    async def __call__(
        self, request: Request, *, address: str, conversation_id: str, received_at: datetime
    ) -> InboundMessage:
        """The message; raises as `WebChat` answers."""


class WebChat:
    """The endpoints under `/webchat`.

    Args:
        stream: where messages go.
        watch: where answers are waited for.
        links: gives the page addresses of files.
        files: takes those that citizens send.
        privacy: pseudonyms and signatures.
        limiter: holds back who is too fast; nobody on this machine.
        metrics: counts.
        clock: the time.
    """

    def __init__(
        self,
        *,
        stream: InboundStream,
        watch: MailboxWatch,
        links: FileLinks,
        files: PostedFiles,
        privacy: Privacy,
        limiter: RateLimiter,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self.watch = watch
        self._stream = stream
        self._links = links
        self._files = files
        self._privacy = privacy
        self._limiter = limiter
        self._metrics = metrics
        self._clock = clock
        self._tokens = SessionTokens(privacy, clock)

    def routes(self) -> list[Route]:
        """The paths."""
        return [
            Route("/webchat/sessions", self._open, methods=["POST"]),
            Route("/webchat/messages", self._post, methods=["POST"]),
            Route("/webchat/files", self._post_file, methods=["POST"]),
            Route("/webchat/messages", self._poll, methods=["GET"]),
        ]

    async def _open(self, request: Request) -> Response:
        """A new session; or, with a token that is still good, a fresh one for the same session."""
        address = self._address(request)
        if address is None:
            host = request.client.host if request.client else ""
            who = self._privacy.sign("rate", host)[:24]
            wait = await self._wait(request, f"sessions:{who}", SESSION_RATE)
            if wait:
                return refusal(Outcome.TOO_MANY, {"Retry-After": str(wait)})
            address = new_address()
        conversation = self._privacy.conversation_id(_WEB, address)
        return JSONResponse({"token": self._tokens.issue(address), "conversation": conversation})

    async def _post(self, request: Request) -> Response:
        with self._metrics.seconds.labels(_WEB).time():
            return await self._posted(request, "messages", MESSAGE_RATE, read=_read_message)

    async def _post_file(self, request: Request) -> Response:
        # Not timed with the messages: how long it takes is the citizen's network.
        return await self._posted(request, "files", FILE_RATE, read=self._files.read)

    async def _posted(self, request: Request, what: str, rate: Rate, *, read: Read) -> Response:
        address = self._address(request)
        if address is None:
            return unauthorized()
        conversation = self._privacy.conversation_id(_WEB, address)
        wait = await self._wait(request, f"{what}:{conversation}", rate)
        if wait:
            outcome = Outcome.TOO_MANY
        else:
            outcome = await self._take(request, address, conversation, read=read)
        self._metrics.inbound.labels(_WEB, outcome.value).inc()
        if outcome in (Outcome.ACCEPTED, Outcome.REPEATED):
            return JSONResponse({"status": outcome.value}, status_code=202)
        _log.warning("inbound.refused", conversation=conversation, outcome=outcome.value)
        return refusal(outcome, {"Retry-After": str(wait)} if wait else None)

    async def _take(
        self, request: Request, address: str, conversation: str, *, read: Read
    ) -> Outcome:
        try:
            message = await read(
                request,
                address=address,
                conversation_id=conversation,
                received_at=self._clock(),
            )
            with about(correlation_id(_WEB, message.message_id)):
                is_new = await self._stream.append(message)
                outcome = Outcome.ACCEPTED if is_new else Outcome.REPEATED
                _log.info("inbound.received", channel=_WEB, outcome=outcome.value)
        except BodyTooLargeError:
            return Outcome.TOO_LARGE
        except WrongTypeError:
            return Outcome.WRONG_TYPE
        except InvalidWebhook:
            return Outcome.MALFORMED
        except NotStored:
            return Outcome.NOT_STORED
        return outcome

    async def _poll(self, request: Request) -> Response:
        address = self._address(request)
        if address is None:
            return unauthorized()
        try:
            after, seconds = _window(request)
        except ValueError:
            return refusal(Outcome.MALFORMED)
        conversation = self._privacy.conversation_id(_WEB, address)
        with self._metrics.polls.track_inprogress():
            try:
                letters = await self.watch.wait(conversation, after, seconds=seconds)
            except REDIS_DOWN:
                return refusal(Outcome.NOT_STORED)
        return JSONResponse({"messages": [self._letter(each) for each in letters]})

    def _letter(self, letter: Letter) -> dict[str, object]:
        message = letter.message
        shown: dict[str, object] = {
            "seq": letter.seq,
            "from": letter.sender,
            "text": message.text,
            "buttons": [{"title": each.title, "payload": each.payload} for each in message.buttons],
        }
        if message.attachments:
            shown["files"] = [
                {"kind": each.kind.value, "path": self._links.path_of(each)}
                for each in message.attachments
            ]
        if message.location:
            shown["location"] = {
                "latitude": message.location.latitude,
                "longitude": message.location.longitude,
            }
        if message.asks_location:
            shown["asks_location"] = True
        return shown

    def _address(self, request: Request) -> str | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return self._tokens.address_of(token.strip()) if scheme.lower() == "bearer" else None

    async def _wait(self, request: Request, name: str, rate: Rate) -> int:
        return 0 if is_this_machine(request) else await self._limiter.seconds_to_wait(name, rate)


async def _read_message(
    request: Request, *, address: str, conversation_id: str, received_at: datetime
) -> InboundMessage:
    return parse(
        await read_body(request),
        address=address,
        conversation_id=conversation_id,
        received_at=received_at,
    )


def _window(request: Request) -> tuple[int, float]:
    after = int(request.query_params.get("after", "0"))
    seconds = float(request.query_params.get("wait", "0"))
    if not 0 <= after <= _LARGEST_SEQ or not math.isfinite(seconds):
        raise ValueError
    return after, max(0.0, min(seconds, LONGEST_WAIT_SECONDS))
