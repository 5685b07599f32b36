"""Citizens who write by each channel, for tests that talk to the whole assistant."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.fakes.telegram import FakeTelegram, location_update, tap_update, text_update
from tests.fakes.twilio import FakeTwilio, encode_form, message_form, sign

PATIENCE_SECONDS = 20.0
# An answer may be several messages: after this long without one it is whole.
QUIET_SECONDS = 0.15
_counter = itertools.count(1)


@dataclass
class Reply:
    """What a citizen reads: words and choices; at the web chat also single messages and files."""

    text: str
    buttons: list[dict[str, str]] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """What stands on the buttons."""
        return [button["title"] for button in self.buttons]


class WebCitizen:
    """A citizen at the web chat."""

    def __init__(self, base_url: str) -> None:
        self._client = httpx.Client(base_url=base_url, timeout=40)
        session = self._client.post("/webchat/sessions").json()
        self.conversation = session["conversation"]
        self._client.headers["Authorization"] = f"Bearer {session['token']}"
        self._after = 0

    def post(self, **content: Any) -> httpx.Response:
        """Sends one message."""
        message = {"message_id": uuid.uuid4().hex, **content}
        return self._client.post("/webchat/messages", json=message)

    def says(self, text: str, **more: Any) -> Reply:
        """Sends words and reads what comes back."""
        assert self.post(text=text, **more).status_code == 202
        return self.reads()

    def taps(self, payload: str) -> Reply:
        """Sends a button and reads what comes back."""
        assert self.post(payload=payload).status_code == 202
        return self.reads()

    def shares(self, latitude: float, longitude: float) -> Reply:
        """Sends a position and reads what comes back."""
        location = {"latitude": latitude, "longitude": longitude}
        assert self.post(location=location).status_code == 202
        return self.reads()

    def reads(self, wait: float = PATIENCE_SECONDS) -> Reply:
        """The next messages, as one."""
        found = self.poll(wait)
        assert found, "no answer came"
        while more := self.poll(QUIET_SECONDS):
            found += more
        texts = [message["text"] for message in found]
        buttons = [button for message in found for button in message["buttons"]]
        files = [file for message in found for file in message.get("files", ())]
        return Reply("\n\n".join(texts), buttons, texts, files)

    def poll(self, wait: float) -> list[dict[str, Any]]:
        """What has come since the last time."""
        params: dict[str, Any] = {"after": self._after, "wait": wait}
        messages: list[dict[str, Any]] = self._client.get(
            "/webchat/messages", params=params
        ).json()["messages"]
        self._after = max([self._after, *(message["seq"] for message in messages)])
        return messages


class TelegramCitizen:
    """A citizen in a private chat with the bot, by webhook."""

    def __init__(self, base_url: str, platform: FakeTelegram, *, secret: str) -> None:
        self.chat_id = 700_000 + next(_counter)
        self._platform = platform
        self._client = httpx.Client(base_url=base_url, timeout=10)
        self._client.headers["X-Telegram-Bot-Api-Secret-Token"] = secret

    def update(self, text: str) -> dict[str, Any]:
        """An update with words."""
        return text_update(next(_counter), self.chat_id, text)

    def post(self, update: dict[str, Any]) -> httpx.Response:
        """What Telegram posts."""
        return self._client.post("/webhooks/telegram", json=update)

    def says(self, text: str) -> Reply:
        """Writes and reads what comes back."""
        return self._sends(self.update(text))

    def shares(self, latitude: float, longitude: float) -> Reply:
        """Sends a position and reads what comes back."""
        update = location_update(
            next(_counter), self.chat_id, latitude=latitude, longitude=longitude
        )
        return self._sends(update)

    def taps(self, data: str) -> Reply:
        """Taps a button with this callback data."""
        return self._sends(tap_update(next(_counter), self.chat_id, data))

    def files(self) -> list[bytes]:
        """The content of the files that were uploaded to this chat."""
        return [m.content for m in self._platform.sent_to(self.chat_id) if m.content is not None]

    def waits_for_file(self) -> None:
        """Until a file has come."""
        _wait(self.files)

    def _sends(self, update: dict[str, Any]) -> Reply:
        before = len(self._platform.sent_to(self.chat_id))
        assert self.post(update).status_code == 200
        _wait(lambda: len(self._platform.sent_to(self.chat_id)) > before)
        time.sleep(0.1)
        found = self._platform.sent_to(self.chat_id)[before:]
        buttons = [{"title": t, "payload": d} for m in found for t, d in m.buttons]
        return Reply("\n\n".join(m.text for m in found), buttons)


class WhatsAppCitizen:
    """A citizen on WhatsApp by Twilio."""

    def __init__(self, base_url: str, platform: FakeTwilio, *, public_url: str) -> None:
        self.address = f"whatsapp:+60123{next(_counter):06d}"
        self._platform = platform
        self._public_url = public_url
        self._client = httpx.Client(base_url=base_url, timeout=10)

    def form(self, text: str, **fields: str) -> Any:
        """Twilio's post for a message."""
        return message_form(f"SM{uuid.uuid4().hex}", self.address, text, **fields)

    def post(self, form: Any, *, signature: str | None = None) -> httpx.Response:
        """What Twilio posts, signed."""
        signed = signature or sign(f"{self._public_url}/webhooks/whatsapp", form)
        return self._client.post(
            "/webhooks/whatsapp",
            content=encode_form(form),
            headers={
                "X-Twilio-Signature": signed,
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )

    def says(self, text: str, **fields: str) -> Reply:
        """Writes and reads what comes back."""
        before = len(self._platform.sent_to(self.address))
        assert self.post(self.form(text, **fields)).status_code == 200
        _wait(lambda: len(self._platform.sent_to(self.address)) > before)
        time.sleep(0.1)
        return Reply("\n\n".join(m.body for m in self._platform.sent_to(self.address)[before:]))

    def waits_for(self, words: str) -> str:
        """The message that holds these words, as soon as it has come."""

        def found() -> list[str]:
            return [m.body for m in self._platform.sent_to(self.address) if words in m.body]

        _wait(found)
        return found()[0]


def _wait(is_so: Any) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, "no answer came"
        time.sleep(0.02)


def payload(intent: str, **entities: str) -> str:
    """A button's payload."""
    return f"/{intent}{json.dumps(entities)}" if entities else f"/{intent}"
