"""Twilio's message API for tests, and the posts that Twilio makes to us, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import BasicAuth, web

from tests.fakes.server import Call, FakePlatform, Trouble, read_fields

ACCOUNT_SID = "AC" + "0a" * 16
AUTH_TOKEN = "9f" * 16
SENDER = "whatsapp:+14155238886"
_BODY_UNITS = 1600


@dataclass(frozen=True)
class SentMessage:
    """A message that was created."""

    sid: str
    to: str
    from_: str
    body: str
    content_sid: str | None = None
    variables: Mapping[str, str] | None = None
    persistent_action: str | None = None
    status_callback: str | None = None
    media: str | None = None


class FakeTwilio(FakePlatform):
    """Answers as api.twilio.com does to `Messages.json`.

    `sent`: what was taken. `fail_next(400, code=63016)`, `fail_next(429, retry_after=2)`,
    `hang_next(2)`, `hang_up_next()`: trouble. `media`: what `media_url(name)` leads to.
    """

    def __init__(self, account_sid: str = ACCOUNT_SID, auth_token: str = AUTH_TOKEN) -> None:
        super().__init__()
        self.sent: list[SentMessage] = []
        self.media: dict[str, bytes] = {}
        self._account_sid = account_sid
        self._auth_token = auth_token

    def sent_to(self, address: str) -> list[SentMessage]:
        """What one citizen got (`whatsapp:+…`)."""
        return [message for message in list(self.sent) if message.to == address]

    async def wait_sent(
        self, count: int = 1, *, to: str | None = None, timeout: float = 10.0
    ) -> list[SentMessage]:
        """Waits until at least `count` messages (to one citizen, if named) have come."""

        def found() -> list[SentMessage]:
            return list(self.sent) if to is None else self.sent_to(to)

        await self.wait_until(lambda: len(found()) >= count, timeout)
        return found()

    def routes(self) -> list[web.RouteDef]:
        account = "/2010-04-01/Accounts/{sid}"
        return [
            web.post(f"{account}/Messages.json", self._create),
            web.get(f"{account}/Messages/MM1/Media/{{name}}", self._content),
        ]

    def media_url(self, name: str) -> str:
        """The address of a file that somebody sent."""
        return f"{self.url}/2010-04-01/Accounts/{self._account_sid}/Messages/MM1/Media/{name}"

    async def _content(self, request: web.Request) -> web.StreamResponse:
        expected = BasicAuth(self._account_sid, self._auth_token).encode()
        if request.headers.get("Authorization") != expected:
            raise web.HTTPUnauthorized
        return web.Response(body=self.media[request.match_info["name"]])

    def error(self, trouble: Trouble) -> web.Response:
        details = dict(trouble.details)
        wait = details.pop("retry_after", None)
        response = _refusal(trouble.status, details.get("code", 20000 + trouble.status))
        if wait is not None:
            response.headers["Retry-After"] = str(wait)
        return response

    async def _create(self, request: web.Request) -> web.StreamResponse:
        fields = await read_fields(request)
        call = Call("Messages", fields, dict(request.headers))

        async def answer() -> web.Response:
            expected = BasicAuth(self._account_sid, self._auth_token).encode()
            if request.headers.get("Authorization") != expected:
                return _refusal(401, 20003)
            return self._take(fields)

        return await self.answered(call, answer)

    def _take(self, fields: Mapping[str, Any]) -> web.Response:
        body = fields.get("Body", "")
        if not body and not {"ContentSid", "MediaUrl"} & set(fields):
            return _refusal(400, 21619)
        if len(body.encode("utf-16-le")) // 2 > _BODY_UNITS:
            return _refusal(400, 21617)
        message = SentMessage(
            sid=f"SM{len(self.sent):032x}",
            to=fields["To"],
            from_=fields["From"],
            body=body,
            content_sid=fields.get("ContentSid"),
            variables=json.loads(fields.get("ContentVariables", "null")),
            persistent_action=fields.get("PersistentAction"),
            status_callback=fields.get("StatusCallback"),
            media=fields.get("MediaUrl"),
        )
        self.sent.append(message)
        answer = {
            "sid": message.sid,
            "account_sid": self._account_sid,
            "status": "queued",
            "error_code": None,
            "date_created": "Thu, 01 Jan 2026 00:00:00 +0000",
        }
        return web.json_response(answer, status=201)


def message_form(sid: str, sender: str, body: str = "", **fields: str) -> dict[str, str]:
    """The fields of an inbound WhatsApp message, the blank ones included."""
    return {
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "ProfileName": "Siti",
        "MessageType": "text",
        "SmsSid": sid,
        "WaId": sender.rpartition("+")[2],
        "SmsStatus": "received",
        "Body": body,
        "To": SENDER,
        "NumSegments": "1",
        "ReferralNumMedia": "0",
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": sender,
        "ApiVersion": "2010-04-01",
        **fields,
    }


def status_form(sid: str, status: str, **fields: str) -> dict[str, str]:
    """The fields of a delivery report."""
    return {
        "SmsSid": sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "ChannelToAddress": "+6281200000XXXX",
        "To": "whatsapp:+628120000001",
        "ChannelPrefix": "whatsapp",
        "MessageSid": sid,
        "AccountSid": ACCOUNT_SID,
        "From": SENDER,
        "ApiVersion": "2010-04-01",
        **fields,
    }


def encode_form(fields: Mapping[str, str] | Iterable[tuple[str, str]]) -> bytes:
    """The body of the post."""
    pairs = fields.items() if isinstance(fields, Mapping) else fields
    return urlencode(list(pairs)).encode()


def sign(
    url: str,
    fields: Mapping[str, str] | Iterable[tuple[str, str]],
    auth_token: str = AUTH_TOKEN,
) -> str:
    """`X-Twilio-Signature` by the documented recipe: the URL, then every field's name and value in
    order of the names, HMAC-SHA1 with the auth token, base64.
    """
    pairs = sorted(set(fields.items() if isinstance(fields, Mapping) else fields))
    signed = url + "".join(name + value for name, value in pairs)
    digest = hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def _refusal(status: int, code: int) -> web.Response:
    body = {"code": code, "message": "refused", "more_info": "", "status": status}
    return web.json_response(body, status=status)
