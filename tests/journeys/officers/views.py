"""What an officer does with a case, in a chat or at the web desk: the same words for both."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod

from tests.journeys.officers.people import OnTelegram, Person
from tests.journeys.officers.screens import Screen

_FILE = '#lines a[href*="/files/"]'


class View(ABC):
    """An officer where they work."""

    @abstractmethod
    def finds(self, reference: str) -> None:
        """Sees that a case waits, and what can be done with it."""

    @abstractmethod
    def claims(self, reference: str) -> str:
        """Takes a case; returns what is shown of it then."""

    @abstractmethod
    def comes_late(self, reference: str, winner: str) -> None:
        """Wants a case that somebody else has taken."""

    @abstractmethod
    def says(self, text: str) -> None:
        """Writes to the citizen."""

    @abstractmethod
    def hears(self, text: str) -> None:
        """Reads what the citizen wrote."""

    @abstractmethod
    def opens_file(self) -> bytes:
        """Opens what the citizen sent, as soon as it has come."""

    @abstractmethod
    def notes(self, text: str) -> None:
        """Notes something for colleagues."""

    @abstractmethod
    def hands_to_immigration(self) -> None:
        """Transfers the case to another desk."""

    @abstractmethod
    def finds_again(self, reference: str) -> None:
        """Sees that a case was transferred."""

    @abstractmethod
    def closes(self) -> None:
        """Closes the case: resolved."""

    @abstractmethod
    def is_rated(self, stars: int) -> None:
        """Learns how the citizen rated it."""

    @abstractmethod
    def sees_reopened(self, reference: str) -> None:
        """Learns that the citizen came back."""


class InChat(View):
    """By messages, on Telegram or WhatsApp."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def finds(self, reference: str) -> None:
        card = self._person.reads(f"{reference}: kasus baru")
        assert {"Ambil", "Bukan bagian saya", "Alihkan"} <= set(card.choices)

    def claims(self, reference: str) -> str:
        self._person.taps("Ambil")
        return self._person.reads(f"Anda memegang {reference}").text

    def comes_late(self, reference: str, winner: str) -> None:
        self._person.taps("Ambil")
        self._person.reads(f"{reference} sudah diambil {winner} pukul")

    def says(self, text: str) -> None:
        self._person.says(text)

    def hears(self, text: str) -> None:
        self._person.reads(text)

    def opens_file(self) -> bytes:
        assert isinstance(self._person, OnTelegram)
        self._person.gets_file()
        return self._person.uploads()[-1]

    def notes(self, text: str) -> None:
        self._person.says(f"/catat {text}")
        self._person.reads("catatan disimpan")

    def hands_to_immigration(self) -> None:
        self._person.says("/alih Keimigrasian")
        self._person.reads("sudah dialihkan")

    def finds_again(self, reference: str) -> None:
        self._person.reads("dialihkan ke bagian Anda")

    def closes(self) -> None:
        self._person.taps("Tutup")
        self._person.reads("bagaimana berakhirnya?")
        self._person.taps("Selesai")
        self._person.reads("sudah ditutup: Selesai")

    def is_rated(self, stars: int) -> None:
        self._person.reads(f"{stars} dari 5")

    def sees_reopened(self, reference: str) -> None:
        self._person.reads(f"{reference} dibuka lagi")


class AtDesk(View):
    """In a browser; the link to it comes to the officer's chat.

    Args:
        phone: the enrolled account.
        url: where the desk is served.
    """

    def __init__(self, phone: Person, screen: Screen, url: str) -> None:
        self._screen = screen
        self._url = url
        phone.says("/meja")
        link = re.search(r"http\S+/desk/enter\S+", phone.reads("/desk/enter").text)
        assert link
        screen.goes(link[0])
        screen.sends("/desk/enter")
        screen.until("location.pathname === '/desk'")

    def finds(self, reference: str) -> None:
        self._screen.shows(reference)
        self._opens(reference)
        for action in ("claim", "decline"):
            assert self._screen.run(f"!!document.querySelector('form[action$=\"/{action}\"]')")

    def claims(self, reference: str) -> str:
        self._screen.sends("/claim")
        self._screen.shows("Kasus ini sekarang Anda yang tangani")
        return str(self._screen.run("document.querySelector('main').textContent"))

    def comes_late(self, reference: str, winner: str) -> None:
        # Nothing was loaded again: the page says it by itself, and takes its button away.
        self._screen.shows(f"Ditangani: {winner}")
        self._screen.until("!document.querySelector('form[action$=\"/claim\"]')")

    def says(self, text: str) -> None:
        self._screen.sends("/reply", _written(text))

    def sends_file(self, content: bytes) -> None:
        """Sends a file without words."""
        self._screen.sends(
            "/reply",
            f"""const files = new DataTransfer();
            files.items.add(new File([new Uint8Array({list(content)})], "berkas"));
            form.elements.file.files = files.files""",
        )

    def hears(self, text: str) -> None:
        self._screen.until(
            f"document.getElementById('lines').textContent.includes({json.dumps(text)})"
        )

    def opens_file(self) -> bytes:
        self._screen.until(f"document.querySelector('{_FILE}')")
        self._screen.run(
            f"""fetch(document.querySelector('{_FILE}').href)
            .then(found => found.arrayBuffer())
            .then(found => {{ window.opened = new Uint8Array(found).join(); }})"""
        )
        self._screen.until("window.opened")
        return bytes(map(int, str(self._screen.run("window.opened")).split(",")))

    def notes(self, text: str) -> None:
        self._screen.sends("/note", _written(text))
        self._screen.shows("Catatan disimpan")

    def hands_to_immigration(self) -> None:
        self._screen.sends("/transfer", "form.elements['function'].value = 'immigration'")
        self._screen.shows("Kasus sudah dialihkan")

    def finds_again(self, reference: str) -> None:
        self._screen.goes(f"{self._url}/desk")
        self.finds(reference)

    def closes(self) -> None:
        self._screen.sends("/close", "form.elements.outcome.value = 'resolved'")
        self._screen.shows("Kasus sudah ditutup")

    def is_rated(self, stars: int) -> None:
        self._screen.shows(f"Warga memberi nilai {stars} dari 5")

    def sees_reopened(self, reference: str) -> None:
        self._screen.shows("Dibuka lagi oleh warga")
        assert self._screen.run("window.troubles.join()") == ""

    def _opens(self, reference: str) -> None:
        self._screen.goes(f"{self._url}/desk/cases/{reference}")


def _written(text: str) -> str:
    return f"form.elements.text.value = {json.dumps(text)}"
