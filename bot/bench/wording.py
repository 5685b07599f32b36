"""What the load says: as people type, in both languages. It is never shown to a citizen."""

from __future__ import annotations

import itertools
import random

_SIGNED = (
    "apakah nomor {number} resmi?",
    "nomor {number} resmi bukan?",
    "tolong cek nomor ini resmi atau tidak {number}",
    "is {number} an official number?",
    "is this number really the embassy's: {number}?",
)
_QUESTIONS = (
    "paspor saya hilang di Singapura",
    "berapa biaya ganti paspor di KJRI Penang?",
    "jam buka KBRI Tokyo",
    "syarat perpanjang paspor apa saja ya kak",
    "mau lapor diri di Malaysia gimana caranya",
    "apakah WNI perlu visa ke Jepang?",
    "anak saya lahir di Taiwan, urus aktanya di mana?",
    "cara legalisir ijazah",
    "alamat KJRI Hong Kong",
    "what do I need to renew my passport in London?",
    "do Australians need a visa to visit Indonesia?",
    "where is the nearest Indonesian consulate to Osaka",
    "how long does a new passport take",
    "is there a fee for a travel document to go home?",
    "menu",
    "terima kasih",
    "halo selamat siang",
    "bisa bahasa inggris?",
)
_URGENT = (
    "tolong saya dipukul majikan di Kuala Lumpur",
    "suami saya kecelakaan di Jeddah, parah, tolong",
    "saya ditahan polisi di Dubai",
    "help I was robbed and I am bleeding in Bangkok",
    "my friend is locked in by her employer and cannot leave, please help",
)
# A button that hands the citizen over to people would end the bot's part of the conversation.
_HANDS_OVER = (
    *("petugas", "darurat", "bahaya", "laporkan"),
    *("officer", "emergency", "danger", "report", "sos"),
)


class Wording:
    """Draws what is said, the same at each run.

    Args:
        seed: of the draw.
    """

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a load, not a secret
        self._numbers = itertools.count(10_000_000 + seed * 1_000_000)

    def signed(self) -> tuple[str, str]:
        """A question, and the sign that only its answer carries."""
        number = f"+62899{next(self._numbers)}"
        return self._random.choice(_SIGNED).format(number=number), number

    def question(self) -> str:
        """An everyday question."""
        return self._random.choice(_QUESTIONS)

    def urgent(self) -> str:
        """A cry for help."""
        return self._random.choice(_URGENT)

    def chance(self, share: float) -> bool:
        """True in so many of all cases."""
        return self._random.random() < share

    def pick(self, count: int) -> int:
        """One of `count`, from 0."""
        return self._random.randrange(count)


def keeps_to_the_bot(title: str) -> bool:
    """Whether a button leaves the conversation with the bot."""
    return not any(word in title.lower() for word in _HANDS_OVER)
