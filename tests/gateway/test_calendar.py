"""Calendar files are given to who holds their signed address, and to nobody else."""

from __future__ import annotations

import httpx
import pytest
from starlette.applications import Starlette

from bot.appointments.links import CalendarLinks
from bot.errors import SendFailed
from bot.gateway.calendar import CalendarFiles
from bot.privacy import Privacy

REFERENCE = "JT-261124-7Q4MX"
LINKS = CalendarLinks(Privacy("a key for tests, long enough"), "http://bot.example")


async def _named(reference):
    return f"the file {reference}".encode()


async def _get(address: str, file_of=_named):
    files = CalendarFiles(LINKS, file_of)
    transport = httpx.ASGITransport(app=Starlette(routes=files.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://bot.example") as client:
        return await client.get(address)


@pytest.mark.asyncio
async def test_the_address_that_was_given_leads_to_the_file():
    answer = await _get(LINKS.address(REFERENCE, "en"))
    assert answer.status_code == 200
    assert answer.text == f"the file en/{REFERENCE}"
    assert answer.headers["cache-control"] == "no-store"
    assert REFERENCE in answer.headers["content-disposition"]


@pytest.mark.asyncio
async def test_a_changed_or_foreign_address_leads_nowhere():
    ours = LINKS.address(REFERENCE, "en")
    other = CalendarLinks(Privacy("another key for tests, long enough"), "http://bot.example")
    for wrong in (
        ours.replace("/en/", "/id/"),
        ours.replace("7Q4MX", "7Q4MY"),
        other.address(REFERENCE, "en"),
    ):
        assert (await _get(wrong)).status_code == 404


@pytest.mark.asyncio
async def test_an_appointment_that_is_over_has_no_file_and_a_database_that_is_away_says_so():
    async def away(reference):
        raise SendFailed("network", retry=True)

    async def over(reference):
        return None

    address = LINKS.address(REFERENCE, "id")
    assert (await _get(address, over)).status_code == 404
    assert (await _get(address, away)).status_code == 503


def test_without_a_public_address_there_is_no_link():
    assert (
        CalendarLinks(Privacy("a key for tests, long enough"), None).address("JT-1", "id") is None
    )
