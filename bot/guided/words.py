"""How people say yes, no, stop, go on, back and change, in both languages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

_CHAT = {
    **dict.fromkeys(("ga", "gak", "gk", "g", "ngga", "nggak", "enggak", "engga", "kagak"), "tidak"),
    **dict.fromkeys(("tdk", "tak", "ndak", "gapunya"), "tidak"),
    **dict.fromkeys(("blm", "blom", "belom"), "belum"),
    **dict.fromkeys(("sdh", "udah", "udh", "dah", "sdah"), "sudah"),
    **dict.fromkeys(("tp", "tpi", "tetapi", "namun"), "tapi"),
    **dict.fromkeys(("bkn", "bukannya"), "bukan"),
    **dict.fromkeys(("sy", "aku", "ak", "gw", "gue"), "saya"),
    **dict.fromkeys(("pasport", "passpor", "pspr", "paspornya", "passport"), "paspor"),
    **dict.fromkeys(("org", "orng"), "orang"),
    **dict.fromkeys(("yg",), "yang"),
    **dict.fromkeys(("dont", "doesnt", "didnt", "isnt", "cant", "havent", "hasnt"), "not"),
}
NEGATIONS = frozenset({"tidak", "bukan", "belum", "tanpa", "not", "no", "never", "without"})
YES = frozenset(
    {"ya", "iya", "y", "yes", "yep", "yup", "yeah", "betul", "benar", "bener", "ok", "oke", "okay"}
    | {"sip", "boleh", "sure", "correct", "right", "setuju", "agree", "siap", "yoi", "iyaa", "yaa"}
)
NO = frozenset({"tidak", "no", "n", "nope", "bukan", "belum", "jangan", "nah", "ogah", "not"})
CONTRASTS = frozenset({"tapi", "but", "cuma", "maksudnya", "ralat", "eh", "actually"})
_COURTESY = frozenset(
    {"kak", "kakak", "pak", "bu", "ibu", "bapak", "min", "admin", "mas", "mbak", "dong", "deh"}
    | {"aja", "saja", "ya", "tolong", "please", "pls", "makasih", "terima", "kasih", "thanks"}
    | {"thank", "you", "mau", "saya", "dulu", "i", "want", "to", "the", "it", "this", "ini", "lah"}
)
_PLEAS = frozenset({"tolong", "please", "pls", "jangan", "help"})
_UNSURE = frozenset(
    {"tidak tahu", "tidak tau", "belum tahu", "belum tau", "entah", "entahlah", "lupa", "mungkin"}
    | {"tidak yakin", "tidak ingat", "not know", "do not know", "not sure", "no idea", "maybe"}
    | {"unsure", "forgot"}
)
_CANCEL = frozenset(
    {"batal", "batalkan", "batalin", "cancel", "stop", "berhenti", "keluar", "exit", "quit"}
    | {"tidak jadi", "ga jadi", "gajadi", "never mind", "nevermind", "hentikan", "sudahi"}
)
_CONTINUE = frozenset(
    {"lanjut", "lanjutkan", "lanjutin", "teruskan", "terus", "continue", "resume", "go on"}
    | {"carry on", "lanjut lagi", "kita lanjut", "kita lanjutkan", "next"}
)
_BACK = frozenset({"kembali", "balik", "back", "go back", "sebelumnya", "previous", "mundur"})
_SKIP = frozenset(
    {"lewati", "lewat", "lewatkan", "skip", "tidak ada", "tidak punya", "kosong", "none"}
    | {"kosongkan", "not have one", "no have", "belum ada", "belum punya", "nothing"}
)
_LANGUAGES = {
    "en": frozenset(
        {"english", "in english", "speak english", "bahasa inggris", "inggris", "english please"}
        | {"pakai bahasa inggris", "switch english", "use english", "change language english"}
    ),
    "id": frozenset(
        {"bahasa indonesia", "bahasa", "indonesian", "in indonesian", "pakai bahasa indonesia"}
        | {"use indonesian", "switch indonesian", "pakai bahasa"}
    ),
}
_CHANGE = re.compile(
    r"\s*(?:(?:mau|ingin|tolong|please|i want to|want to)\s+)?"
    r"(?:ubah|ganti|edit|change|koreksi|perbaiki|correct|fix)\b[\s:]*(?:my\b|the\b)?\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
# "bukan, rusak" corrects; "bukan rusak" says what it is not.
_CORRECTION = re.compile(
    r"\s*(?:(?:salah|ralat|eh|maaf|sorry|oops|maksud(?:nya)?(?: saya)?|koreksi|wait|wrong|"
    r"actually|i mean|i meant)(?:[\s,.:;!-]+|$)|(?:bukan|bkn|no|not that)\s*[,.:;!-]+\s*)+",
    re.IGNORECASE,
)
_ASKING_WORDS = frozenset(
    {"apa", "apakah", "berapa", "brp", "bagaimana", "gimana", "gmn", "kapan", "kpn", "dimana"}
    | {"dmn", "kenapa", "mengapa", "bisakah", "bolehkah", "siapa", "mana", "adakah", "haruskah"}
    | {"what", "how", "when", "where", "why", "who", "which", "can", "could", "does", "do", "is"}
    | {"are", "should", "must", "will", "whats", "hows"}
)
_LONGEST_COMMAND = 6


class Command(str, Enum):
    """What a citizen can say at any point of a dialogue."""

    CANCEL = "cancel"
    CONTINUE = "continue"
    BACK = "back"
    SKIP = "skip"
    CHANGE = "change"
    INDONESIAN = "id"
    ENGLISH = "en"


@dataclass(frozen=True)
class Said:
    """A command; `rest` is what follows "ubah" or "change"."""

    command: Command
    rest: str = ""


def tokens(text: str) -> tuple[str, ...]:
    """Words in lower case without accents and punctuation, chat spelling written out."""
    spread = unicodedata.normalize("NFKD", text).casefold().replace("'", "").replace("’", "")
    kept = "".join(
        character if character.isalnum() else " "
        for character in spread
        if unicodedata.category(character)[0] != "M"
    )
    return tuple(_CHAT.get(word, word) for word in kept.split())


def command(text: str) -> Said | None:
    """The command a message is; a longer story is none."""
    words = tokens(text)
    if not words:
        return None
    change = _CHANGE.fullmatch(text)
    if change:
        return Said(Command.CHANGE, change[1].strip())
    if len(words) > _LONGEST_COMMAND:
        return None
    forms = {" ".join(words), " ".join(w for w in words if w not in _COURTESY)}
    for meant, phrases in (
        (Command.CANCEL, _CANCEL),
        (Command.CONTINUE, _CONTINUE),
        (Command.BACK, _BACK),
        (Command.SKIP, _SKIP),
        (Command.ENGLISH, _LANGUAGES["en"]),
        (Command.INDONESIAN, _LANGUAGES["id"]),
    ):
        if forms & phrases:
            return Said(meant)
    return None


def reply(words: tuple[str, ...]) -> str:
    """`yes` or `no` if a message opens with one; else empty."""
    if not words:
        return ""
    if words[0] in YES:
        return "yes"
    return "no" if words[0] in NO else ""


def verdict(words: tuple[str, ...]) -> str:
    """`yes` or `no` to "is everything right?": "sudah benar semua", "belum benar"."""
    opening = set(words[:4])
    if opening & NO:
        return "no"
    return "yes" if opening & YES else ""


def is_bare_reply(words: tuple[str, ...]) -> bool:
    """Whether a message is a yes or no and nothing else."""
    return bool(words) and all(word in YES | NO | _COURTESY for word in words)


def is_unsure(words: tuple[str, ...]) -> bool:
    """Whether a message says that the answer is not known, and nothing else."""
    forms = (words, tuple(word for word in words if word not in _COURTESY))
    return any(" ".join(form) in _UNSURE for form in forms)


def is_plea(words: tuple[str, ...]) -> bool:
    """Whether a word of it may beg: politeness in a sentence, a cry in fear."""
    return not _PLEAS.isdisjoint(words)


def correction(text: str) -> str | None:
    """What follows "bukan, …" or "sorry, I meant …"; None if a message does not correct."""
    match = _CORRECTION.match(text)
    rest = text[match.end() :].strip() if match else ""
    return rest if len(rest) > 2 or rest.isdigit() else None


def looks_like_question(text: str, *, fewest: int = 3) -> bool:
    """Whether the words alone show that a citizen asks something.

    Args:
        text: the message.
        fewest: how many words a question without a question mark has.
    """
    words = tokens(text)
    opening = next((word for word in words if word not in _COURTESY), "")
    return "?" in text or (len(words) >= fewest and opening in _ASKING_WORDS)
