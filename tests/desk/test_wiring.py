"""Does the gateway serve the desk, and does the command line let the first admin in?"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from bot import settings
from bot.bootstrap.gateway import gateway_parts
from bot.commands import officer
from bot.errors import SetupError
from bot.storage import schema
from bot.storage.engine import make_engine
from tests.desk.browser import words


async def test_the_gateway_serves_the_desk(tmp_path: Path) -> None:
    found = settings.load(
        {
            "DATA_DIR": str(tmp_path),
            "SECRET_KEY": "a-secret-of-the-wiring-test",
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
    )
    schema.upgrade(make_engine(found.database_url))
    parts = gateway_parts(found)
    transport = httpx.ASGITransport(app=parts.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        page = await client.get("/desk", headers={"Accept-Language": "en"})

    assert page.status_code == 401
    assert "for enrolled officers only" in words(page)
    assert len(parts.waiting) == 2


def test_the_command_line_makes_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a-secret-of-the-wiring-test")
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    folder = str(tmp_path)
    added = officer.add(folder, name="Ani", mission="kemlu", role="admin", languages="id,en")

    made = officer.link(folder, added["officer"])
    assert made["link"].startswith("http://127.0.0.1:8080/desk/enter?key=")
    elsewhere = officer.link(folder, added["officer"], url="https://desk.example.org/")
    assert elsewhere["link"].startswith("https://desk.example.org/desk/enter?key=")
    with pytest.raises(SetupError, match="no such officer"):
        officer.link(folder, 99)
