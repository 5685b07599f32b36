"""Fills the desk's templates; every page has the same strict headers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.desk.visit import Visit
from bot.desk.words import Texts, Words, load_texts
from bot.errors import SetupError

FOLDER = Path(__file__).parent
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "geolocation=(), camera=(), microphone=(), payment=()",
    # With `no-referrer` a browser says `Origin: null` of our own forms.
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
}


class Pages:
    """Templates, texts and static files, read once.

    Raises:
        SetupError: a file is missing or wrong.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self.texts: Texts = load_texts(folder / "texts.yml")
        self._templates = Environment(
            loader=FileSystemLoader(folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        try:
            for name in self._templates.list_templates():
                self._templates.get_template(name)
            self._files = {
                path.name: (path.read_bytes(), _TYPES[path.suffix])
                for path in sorted((folder / "static").iterdir())
            }
        except (OSError, KeyError, TemplateError) as error:
            raise SetupError(f"the desk's files cannot be read: {type(error).__name__}") from None
        content = b"".join(body for body, _ in self._files.values())
        self._version = hashlib.sha256(content).hexdigest()[:12]

    def render(
        self,
        name: str,
        words: Words,
        *,
        visit: Visit | None = None,
        status: int = 200,
        values: Mapping[str, Any] | None = None,
    ) -> HTMLResponse:
        """A page.

        Args:
            name: of the template.
            visit: whose; None outside.
        """
        html = self._templates.get_template(name).render(
            {**(values or {}), "w": words, "visit": visit, "version": self._version}
        )
        return HTMLResponse(html, status_code=status, headers=HEADERS)

    def door(
        self,
        words: Words,
        *,
        message: str | None = None,
        unsent: str = "",
        status: int = 200,
    ) -> HTMLResponse:
        """The page that says how to sign in.

        Args:
            message: the name of a text.
            unsent: what the officer wrote into a form that was not taken.
        """
        values = {"message": message, "unsent": unsent}
        return self.render("door.html", words, status=status, values=values)

    def gone(self, visit: Visit | None) -> HTMLResponse:
        """What does not exist, or not for this officer."""
        if visit is None:
            raise HTTPException(404)
        values = {"title": "gone_title", "text": "gone"}
        return self.render("stop.html", visit.words, visit=visit, status=404, values=values)

    def refused(self, words: Words) -> HTMLResponse:
        """A form that is not ours or too old."""
        values = {"title": "refused_title", "text": "refused"}
        return self.render("stop.html", words, status=403, values=values)

    def too_large(self, words: Words) -> HTMLResponse:
        """More than a form of ours may send."""
        values = {"title": "refused_title", "text": "too_large"}
        return self.render("stop.html", words, status=413, values=values)

    def busy(self, words: Words) -> HTMLResponse:
        """The database is away."""
        values = {"title": "busy_title", "text": "busy"}
        return self.render("stop.html", words, status=503, values=values)

    async def static(self, request: Request) -> Response:
        """Style, script and mark."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404)
        body, media_type = found
        is_current = request.query_params.get("v") == self._version
        caching = _FOREVER if is_current else "no-cache"
        return Response(body, media_type=media_type, headers={"Cache-Control": caching})
