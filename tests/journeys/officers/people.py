"""Citizens and officers as each platform has them: they write, tap and read what has come."""

from __future__ import annotations

import itertools
import re
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.fakes.telegram import (
    in_topic,
    location_update,
    message_update,
    tap_update,
    text_update,
)
from tests.fakes.twilio import encode_form, message_form, sign
from tests.journeys.conftest import SECRET, Assistant

PATIENCE_SECONDS = 30.0
TELEGRAM, WHATSAPP, WEB, DESK = "telegram", "whatsapp", "web", "desk"
JPEG = b"\xff\xd8\xff\xe0"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Read:
    """A message as its reader sees it."""

    text: str
    choices: dict[str, str] = field(default_factory=dict)
    file: str | None = None
    sender: str | None = None
    platform_id: str | None = None


class Person(ABC):
    """Somebody with one account."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._seen = 0

    @abstractmethod
    def says(self, text: str) -> None:
        """Writes."""

    @abstractmethod
    def sends_photo(self, reference: str) -> None:
        """Sends a photo."""

    @abstractmethod
    def chooses(self, message: Read, title: str) -> None:
        """Taps a button, or answers a menu."""

    @abstractmethod
    def everything(self) -> list[Read]:
        """All that has come."""

    def reads(self, part: str) -> Read:
        """Waits for a message that was not read yet and has this in it."""
        return self._await(lambda message: part in message.text, part)

    def sees(self, file: str) -> Read:
        """Waits for a file."""
        return self._await(lambda message: message.file == file, file)

    def gets_file(self) -> str:
        """Waits for any file, and says where it is."""
        return self._await(lambda message: message.file is not None, "a file").file or ""

    def taps(self, title: str) -> None:
        """Taps the latest button with this title."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for message in reversed(self.everything()):
                if title in message.choices:
                    return self.chooses(message, title)
            time.sleep(0.05)
        raise AssertionError(f"no button {title}")

    def has_got(self, part: str) -> bool:
        """Whether a message with this in it ever came."""
        return any(part in message.text for message in self.everything())

    def _known(self, message: Read) -> str:
        """The platform's id of a message, once the program has it: no person is faster."""
        platform_id = message.platform_id or ""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._assistant.has_noted(platform_id):
            assert time.monotonic() < deadline, f"{platform_id} was not written down"
            time.sleep(0.02)
        return platform_id

    def _await(self, is_it: Callable[[Read], bool], what: str) -> Read:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            messages = self.everything()
            for number in range(self._seen, len(messages)):
                if is_it(messages[number]):
                    self._seen = number + 1
                    return messages[number]
            time.sleep(0.05)
        got = [message.text[:200] for message in self.everything()[self._seen :]]
        raise AssertionError(f"{what!r} did not come; {got}")


class OnTelegram(Person):
    """In a private chat with the bot."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(assistant)
        self._platform = assistant.telegram
        self.chat_id = 800_000 + next(_numbers)
        self._client = httpx.Client(base_url=assistant.url, timeout=10)
        self._client.headers["X-Telegram-Bot-Api-Secret-Token"] = SECRET

    def says(self, text: str) -> None:
        self._post(text_update(self._next(), self.chat_id, text))

    def sends_photo(self, reference: str) -> None:
        photo = [{"file_id": reference, "width": 90, "height": 90}]
        self._post(message_update(self._next(), self.chat_id, photo=photo))

    def sends_place(self, latitude: float, longitude: float) -> None:
        """Sends a position."""
        self._post(
            location_update(self._next(), self.chat_id, latitude=latitude, longitude=longitude)
        )

    def replies(self, message: Read, text: str) -> None:
        """Quotes a message."""
        quoted = {"message_id": int(self._known(message))}
        update = message_update(self._next(), self.chat_id, text=text, reply_to_message=quoted)
        self._post(update)

    def chooses(self, message: Read, title: str) -> None:
        self.sends_callback(message.choices[title])

    def sends_callback(self, data: str, *, update_id: int | None = None) -> int:
        """A tapped button; the same `update_id` is the same callback again."""
        number = update_id or self._next()
        self._post(tap_update(number, self.chat_id, data))
        return number

    def forwards(self, text: str) -> None:
        """Forwards what somebody else wrote."""
        origin = {"type": "user", "sender_user": {"id": 1, "is_bot": False, "first_name": "Rina"}}
        self._post(message_update(self._next(), self.chat_id, text=text, forward_origin=origin))

    def uploads(self) -> list[bytes]:
        """The content of the files that the bot has uploaded to this chat."""
        return [m.content for m in self._platform.sent_to(self.chat_id) if m.content is not None]

    def in_topic(self, reference: str, group: str) -> InTopic:
        """The same person in the topic of a case in a group, once there is one."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for thread, topic in list(self._platform.topics.items()):
                if reference in topic.name and topic.chat_id == group:
                    return InTopic(self._assistant, self.chat_id, group, thread)
            time.sleep(0.05)
        raise AssertionError(f"no topic for {reference}")

    def everything(self) -> list[Read]:
        return [
            Read(m.text, dict(m.buttons), file=m.file, platform_id=str(m.message_id))
            for m in self._platform.sent_to(self.chat_id)
        ]

    def _next(self) -> int:
        return 5_000_000 + next(_numbers)

    def _post(self, update: dict[str, Any]) -> None:
        assert self._client.post("/webhooks/telegram", json=update).status_code == 200


class InTopic(OnTelegram):
    """In a topic of a forum, where everybody reads everything."""

    def __init__(self, assistant: Assistant, chat_id: int, group: str, thread: str) -> None:
        super().__init__(assistant)
        self.chat_id = chat_id
        self.group = group
        self.thread = thread

    @property
    def is_open(self) -> bool:
        """Whether the topic can be written in."""
        return self._platform.topics[self.thread].is_open

    def everything(self) -> list[Read]:
        return [
            Read(m.text, dict(m.buttons), file=m.file, platform_id=str(m.message_id))
            for m in self._platform.sent_to(self.group)
            if m.thread == self.thread
        ]

    def _post(self, update: dict[str, Any]) -> None:
        super()._post(in_topic(update, self.group, self.thread))


class OnWhatsApp(Person):
    """On WhatsApp by Twilio, where a choice is a number in a quoting answer."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(assistant)
        self._platform = assistant.twilio
        self._url = assistant.url
        self.address = f"whatsapp:+65{next(_numbers):08d}"
        self._client = httpx.Client(base_url=assistant.url, timeout=10)

    def says(self, text: str) -> None:
        self._post(text)

    def sends_photo(self, reference: str) -> None:
        self._post("", NumMedia="1", MediaUrl0=reference, MediaContentType0="image/jpeg")

    def chooses(self, message: Read, title: str) -> None:
        self._post(message.choices[title], OriginalRepliedMessageSid=self._known(message))

    def everything(self) -> list[Read]:
        return [
            Read(
                m.body,
                {title: number for number, title in re.findall(r"^(\d+)\. (.+)$", m.body, re.M)},
                file=m.media,
                platform_id=m.sid,
            )
            for m in self._platform.sent_to(self.address)
        ]

    def _post(self, text: str, **fields: str) -> None:
        form = message_form(f"SM{uuid.uuid4().hex}", self.address, text, **fields)
        answer = self._client.post(
            "/webhooks/whatsapp",
            content=encode_form(form),
            headers={
                "X-Twilio-Signature": sign(f"{self._url}/webhooks/whatsapp", form),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        assert answer.status_code == 200


class OnWeb(Person):
    """At the web chat."""

    def __init__(self, assistant: Assistant) -> None:
        super().__init__(assistant)
        self._client = httpx.Client(base_url=assistant.url, timeout=20)
        session = self._client.post("/webchat/sessions").json()
        self._client.headers["Authorization"] = f"Bearer {session['token']}"

    def says(self, text: str) -> None:
        self._post(text=text)

    def sends_photo(self, reference: str) -> None:
        answer = self._client.post(
            "/webchat/files",
            params={"message_id": uuid.uuid4().hex},
            content=JPEG + reference.encode(),
        )
        assert answer.status_code == 202

    def chooses(self, message: Read, title: str) -> None:
        self._post(payload=message.choices[title])

    def everything(self) -> list[Read]:
        found = self._client.get("/webchat/messages", params={"after": 0, "wait": 0}).json()
        return [
            Read(
                m["text"],
                {b["title"]: b["payload"] for b in m["buttons"]},
                file=next((each["path"] for each in m.get("files", ())), None),
                sender=m["from"],
            )
            for m in found["messages"]
        ]

    def _post(self, **content: object) -> None:
        message = {"message_id": uuid.uuid4().hex, **content}
        assert self._client.post("/webchat/messages", json=message).status_code == 202


KINDS: dict[str, Callable[[Assistant], Person]] = {
    TELEGRAM: OnTelegram,
    WHATSAPP: OnWhatsApp,
    WEB: OnWeb,
}


def case_in(text: str) -> str:
    """The first case that a text names."""
    match = re.search(r"KSL-\d{6}-\w{4}", text)
    assert match, text
    return match[0]
