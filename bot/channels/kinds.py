"""What a file is, by its first bytes: what a platform says of it counts nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FileKind:
    """A media type and the usual ending of its names."""

    media_type: str
    ending: str


UNKNOWN = FileKind("application/octet-stream", "bin")
JPEG = FileKind("image/jpeg", "jpg")
PNG = FileKind("image/png", "png")
GIF = FileKind("image/gif", "gif")
WEBP = FileKind("image/webp", "webp")
OGG = FileKind("audio/ogg", "ogg")
MP3 = FileKind("audio/mpeg", "mp3")
AMR = FileKind("audio/amr", "amr")
M4A = FileKind("audio/mp4", "m4a")
MP4 = FileKind("video/mp4", "mp4")
PDF = FileKind("application/pdf", "pdf")
CALENDAR = FileKind("text/calendar", "ics")
_BEGINNINGS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF8", GIF),
    (b"OggS", OGG),
    (b"ID3", MP3),
    (b"\xff\xfb", MP3),
    (b"#!AMR", AMR),
    (b"%PDF-", PDF),
    (b"BEGIN:VCALENDAR\r\n", CALENDAR),
)


def kind_of(content: bytes) -> FileKind:
    """The kind of a file; `UNKNOWN` for what is not of the closed list."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return WEBP
    if content[4:8] == b"ftyp":
        return M4A if content[8:11] == b"M4A" else MP4
    return UNKNOWN
