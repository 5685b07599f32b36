"""The web chat's page: three small files and their texts, read once, served compressed."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import re
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import SetupError

FOLDER = Path(__file__).parent / "static"
LANGUAGES = ("id", "en")
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
_FOREVER = "public, max-age=31536000, immutable"
# Browsers still say `in` for Indonesian; a Malay reader is better served by Indonesian.
_INDONESIAN = {"id", "in", "ms", "jv", "su", "min"}


@dataclass(frozen=True)
class _File:
    body: bytes
    packed: bytes
    media_type: str
    etag: str


class Page:
    """`GET /` and what it loads.

    Args:
        folder: `chat.html`, `chat.css`, `chat.js`, `texts.json` and pictures.

    Raises:
        SetupError: a file is missing, or a text lacks a language.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        try:
            texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
            template = (folder / "chat.html").read_text(encoding="utf-8")
            files = sorted(path for path in folder.iterdir() if path.suffix in _TYPES)
            self._files = {each.name: _file(each.read_bytes(), each.suffix) for each in files}
        except (OSError, ValueError) as error:
            raise SetupError(
                f"the web chat's files cannot be read: {type(error).__name__}"
            ) from None
        version = hashlib.sha256("".join(f.etag for f in self._files.values()).encode())
        self._version = version.hexdigest()[:12]
        self._pages = {each: self._fill(template, texts, each) for each in LANGUAGES}

    def routes(self) -> list[Route]:
        """The paths of the page."""
        return [Route("/", self._page), Route("/static/{name}", self._static)]

    def html(self, language: str) -> bytes:
        """The page in one language."""
        return self._pages[language].body

    def _fill(self, template: str, texts: dict[str, dict[str, str]], language: str) -> _File:
        # `<` never stands in the data block, so that no text can end it.
        block = json.dumps(texts, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")

        def value(match: re.Match[str]) -> str:
            name = match[1]
            if name == "language":
                return language
            if name == "version":
                return self._version
            return block if name == "texts" else html.escape(texts[name][language])

        try:
            filled = _PLACEHOLDER.sub(value, template)
        except KeyError as error:
            raise SetupError(f"texts.json lacks {error}") from None
        return _file(filled.encode(), ".html")

    async def _page(self, request: Request) -> Response:
        asked = request.query_params.get("lang")
        accepted = request.headers.get("accept-language", "")
        language = asked if asked in LANGUAGES else preferred_language(accepted)
        return _serve(
            request,
            self._pages[language],
            caching="no-cache",
            vary="Accept-Language, Accept-Encoding",
        )

    async def _static(self, request: Request) -> Response:
        file = self._files.get(request.path_params["name"])
        if file is None:
            raise HTTPException(404)
        is_current = request.query_params.get("v") == self._version
        return _serve(
            request, file, caching=_FOREVER if is_current else "no-cache", vary="Accept-Encoding"
        )


def preferred_language(accepted: str) -> str:
    """The page's language for an `Accept-Language` header; Indonesian when it names neither."""
    weighed = []
    for position, part in enumerate(accepted.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        weighed.append((-weight, position, tag.split("-")[0].strip().lower()))
    for _, _, tag in sorted(weighed):
        if tag in _INDONESIAN:
            return "id"
        if tag == "en":
            return "en"
    return "id"


def _file(body: bytes, suffix: str) -> _File:
    return _File(
        body=body,
        packed=gzip.compress(body, mtime=0),
        media_type=_TYPES.get(suffix, "text/html; charset=utf-8"),
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
    )


def _serve(request: Request, file: _File, *, caching: str, vary: str) -> Response:
    headers = {"Cache-Control": caching, "ETag": file.etag, "Vary": vary}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    if is_packed:
        headers["Content-Encoding"] = "gzip"
    return Response(
        file.packed if is_packed else file.body, media_type=file.media_type, headers=headers
    )
