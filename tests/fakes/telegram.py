"""A Bot API server for tests: `async with FakeTelegram() as t: t.url, t.sent, t.fail_next(…)`."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.fakes.server import Call, FakePlatform, Trouble, read_fields

_TEXT_UNITS = 4096
_DATE = 1_767_225_600


@dataclass(frozen=True)
class SentMessage:
    """A message that the bot has sent. `buttons` are titles and callback data, row by row."""

    chat_id: str
    text: str
    message_id: int
    button_rows: tuple[tuple[tuple[str, str], ...], ...] = ()
    keyboard: tuple[str, ...] = ()
    asks_location: bool = False
    location: tuple[float, float] | None = None
    parse_mode: str | None = None
    removes_keyboard: bool = False
    file: str | None = None
    thread: str | None = None
    content: bytes | None = None
    """Of a file that was uploaded; `file` is then its name."""

    @property
    def buttons(self) -> tuple[tuple[str, str], ...]:
        """Titles and callback data, in order."""
        return tuple(button for row in self.button_rows for button in row)

    def data(self, title: str) -> str:
        """The callback data of the button with this title."""
        return dict(self.buttons)[title]


@dataclass
class Topic:
    """A topic of a forum."""

    chat_id: str
    name: str
    is_open: bool = True


class FakeTelegram(FakePlatform):
    """Answers as api.telegram.org does, as far as a bot of ours asks.

    `sent`: what citizens got. `acknowledged`: callback ids. `webhook`: what setWebhook set.
    `fail_next(429, retry_after=3)`, `fail_next(403)`, `hang_next(2)`, `hang_up_next()`: trouble.
    `forums`: groups in which the bot may manage topics. `topics`: by thread id.
    `push_update(text_update(…))`: something for getUpdates. `files`: what getFile leads to.
    """

    def __init__(self, token: str | None = None) -> None:
        super().__init__()
        self.sent: list[SentMessage] = []
        self._numbers = itertools.count(1000)
        self.acknowledged: list[str] = []
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.updates: list[dict[str, Any]] = []
        self.blocked: set[str] = set()
        self.forums: set[str] = set()
        self.topics: dict[str, Topic] = {}
        self._token = token

    def push_update(self, update: dict[str, Any]) -> None:
        """Puts an update where getUpdates finds it."""
        self.updates.append(update)

    def sent_to(self, chat_id: int | str) -> list[SentMessage]:
        """What one citizen got."""
        return [message for message in list(self.sent) if message.chat_id == str(chat_id)]

    async def wait_sent(
        self, count: int = 1, *, chat_id: int | str | None = None, timeout: float = 10.0
    ) -> list[SentMessage]:
        """Waits until at least `count` messages (to one chat, if named) have come."""

        def found() -> list[SentMessage]:
            return list(self.sent) if chat_id is None else self.sent_to(chat_id)

        await self.wait_until(lambda: len(found()) >= count, timeout)
        return found()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/file/bot{token}/{file_id}", self._content),
            web.route("*", "/bot{token}/{method}", self._method),
        ]

    def error(self, trouble: Trouble) -> web.Response:
        details = dict(trouble.details)
        description = details.pop("description", _DESCRIPTIONS.get(trouble.status, "Error"))
        return _refusal(trouble.status, description, details)

    async def _content(self, request: web.Request) -> web.StreamResponse:
        if self._token not in (None, request.match_info["token"]):
            raise web.HTTPNotFound
        return web.Response(body=self.files[request.match_info["file_id"]])

    def _getFile(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        file_id = fields["file_id"]
        if file_id not in self.files:
            return _refusal(400, "Bad Request: invalid file_id")
        return _result({"file_id": file_id, "file_unique_id": file_id, "file_path": file_id})

    async def _method(self, request: web.Request) -> web.StreamResponse:
        fields = await read_fields(request)
        call = Call(request.match_info["method"], fields, dict(request.headers))

        async def answer() -> web.Response:
            if self._token is not None and request.match_info["token"] != self._token:
                return _refusal(401, "Unauthorized")
            method = getattr(self, f"_{call.method}", None)
            if method is None:
                return _refusal(404, "Not Found")
            result: web.Response | Awaitable[web.Response] = method(fields)
            return result if isinstance(result, web.Response) else await result

        return await self.answered(call, answer)

    def _sendMessage(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        text = fields.get("text", "")
        if not text.strip():
            return _refusal(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > _TEXT_UNITS:
            return _refusal(400, "Bad Request: message is too long")
        return self._deliver(fields, text=text)

    def _sendLocation(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return self._deliver(
            fields, location=(float(fields["latitude"]), float(fields["longitude"]))
        )

    def _sendPhoto(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return self._deliver(fields, file=fields["photo"])

    def _sendDocument(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return self._deliver(fields, file=fields["document"])

    def _sendVoice(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return self._deliver(fields, file=fields["voice"])

    def _sendVideo(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return self._deliver(fields, file=fields["video"])

    def _answerCallbackQuery(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        self.acknowledged.append(fields["callback_query_id"])
        return _result(True)

    def _createForumTopic(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        chat_id, name = str(fields["chat_id"]), fields["name"]
        if chat_id not in self.forums:
            return _refusal(400, "Bad Request: not enough rights to create a topic")
        if not 1 <= len(name) <= 128:
            return _refusal(400, "Bad Request: TOPIC_TITLE_EMPTY")
        thread = str(500 + len(self.topics))
        self.topics[thread] = Topic(chat_id, name)
        return _result({"message_thread_id": int(thread), "name": name, "icon_color": 7322096})

    def _closeForumTopic(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return self._turn(fields, is_open=False)

    def _reopenForumTopic(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return self._turn(fields, is_open=True)

    def _turn(self, fields: Mapping[str, Any], *, is_open: bool) -> web.Response:
        topic = self._topic(fields)
        if topic is None:
            return _refusal(400, "Bad Request: message thread not found")
        if topic.is_open is is_open:
            return _refusal(400, "Bad Request: TOPIC_NOT_MODIFIED")
        topic.is_open = is_open
        return _result(True)

    def _topic(self, fields: Mapping[str, Any]) -> Topic | None:
        topic = self.topics.get(str(fields["message_thread_id"]))
        return topic if topic and topic.chat_id == str(fields["chat_id"]) else None

    def _setWebhook(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        self.webhook = dict(fields)
        return _result(True)

    def _deleteWebhook(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        self.webhook = {}
        return _result(True)

    def _getMe(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        return _result({"id": 42, "is_bot": True, "first_name": "Bot", "username": "a_bot"})

    async def _getUpdates(self, fields: Mapping[str, Any]) -> web.Response:  # noqa: N802
        if self.webhook.get("url"):
            return _refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        offset = int(fields.get("offset", 0))
        self.updates = [u for u in self.updates if u.get("update_id", offset) >= offset]
        end = self._loop.time() + float(fields.get("timeout", 0))
        while not self.updates and self._loop.time() < end and not self._is_stopping():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return _result(self.updates[: int(fields.get("limit", 100))])

    def _is_stopping(self) -> bool:
        return self._stop is not None and self._stop.is_set()

    def _deliver(
        self,
        fields: Mapping[str, Any],
        *,
        text: str = "",
        location: tuple[float, float] | None = None,
        file: str | web.FileField | None = None,
    ) -> web.Response:
        uploaded = file if isinstance(file, web.FileField) else None
        chat_id = str(fields["chat_id"])
        if chat_id in self.blocked:
            return _refusal(403, "Forbidden: bot was blocked by the user")
        thread = fields.get("message_thread_id")
        if thread is not None and self._topic(fields) is None:
            return _refusal(400, "Bad Request: message thread not found")
        markup = json.loads(fields.get("reply_markup") or "{}")
        rows = tuple(
            tuple((key["text"], key["callback_data"]) for key in row)
            for row in markup.get("inline_keyboard", [])
        )
        if any(not 1 <= len(data.encode()) <= 64 for row in rows for _, data in row):
            return _refusal(400, "Bad Request: BUTTON_DATA_INVALID")
        keys = [key for row in markup.get("keyboard", []) for key in row]
        message = SentMessage(
            chat_id,
            text,
            # A supergroup counts for itself; private chats share one count.
            message_id=1000 + len(self.sent_to(chat_id)) if thread else next(self._numbers),
            button_rows=rows,
            keyboard=tuple(key["text"] for key in keys),
            asks_location=any(key.get("request_location") for key in keys),
            location=location,
            parse_mode=fields.get("parse_mode"),
            removes_keyboard=bool(markup.get("remove_keyboard")),
            thread=str(thread) if thread is not None else None,
            file=uploaded.filename if uploaded else file,
            content=uploaded.file.read() if uploaded else None,
        )
        self.sent.append(message)
        chat = {"id": int(chat_id), "type": "supergroup" if thread else "private"}
        content = (
            {"location": {"latitude": location[0], "longitude": location[1]}}
            if location
            else {"text": text}
        )
        return _result({"message_id": message.message_id, "date": _DATE, "chat": chat, **content})


_DESCRIPTIONS = {
    400: "Bad Request: something is wrong",
    403: "Forbidden: bot was blocked by the user",
    429: "Too Many Requests: retry later",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


def message_update(update_id: int, chat_id: int, **content: Any) -> dict[str, Any]:
    """An update with a message of a private chat; `content` is the message's own fields."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Siti", "language_code": "id"}
    message = {
        "message_id": update_id % 100_000,
        "from": person,
        "chat": {"id": chat_id, "first_name": "Siti", "type": "private"},
        "date": _DATE,
        **content,
    }
    return {"update_id": update_id, "message": message}


def text_update(update_id: int, chat_id: int, text: str) -> dict[str, Any]:
    """A citizen writes."""
    return message_update(update_id, chat_id, text=text)


def location_update(
    update_id: int, chat_id: int, *, latitude: float, longitude: float
) -> dict[str, Any]:
    """A citizen sends a position."""
    return message_update(
        update_id, chat_id, location={"latitude": latitude, "longitude": longitude}
    )


def tap_update(
    update_id: int, chat_id: int, data: str, *, message_id: int = 1000
) -> dict[str, Any]:
    """A citizen taps a button under a message of the bot."""
    message = {
        "message_id": message_id,
        "from": {"id": 42, "is_bot": True, "first_name": "Bot", "username": "a_bot"},
        "chat": {"id": chat_id, "first_name": "Siti", "type": "private"},
        "date": _DATE,
        "text": "…",
    }
    return {
        "update_id": update_id,
        "callback_query": {
            "id": f"55{update_id}",
            "from": {"id": chat_id, "is_bot": False, "first_name": "Siti"},
            "chat_instance": "-77",
            "message": message,
            "data": data,
        },
    }


def in_topic(update: dict[str, Any], group: int | str, thread: int | str) -> dict[str, Any]:
    """The same message or tap, made by the same person in a topic of a forum."""
    query = update.get("callback_query", {})
    message = update.get("message") or query["message"]
    message["chat"] = {"id": int(group), "title": "Desk", "type": "supergroup", "is_forum": True}
    message["message_thread_id"] = int(thread)
    message["is_topic_message"] = True
    # Whatever quotes nothing quotes the message that made the topic.
    message.setdefault("reply_to_message", {"message_id": int(thread)})
    return update


def _result(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refusal(
    status: int, description: str, parameters: Mapping[str, Any] | None = None
) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = dict(parameters)
    return web.json_response(body, status=status)
