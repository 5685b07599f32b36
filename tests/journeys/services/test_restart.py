"""Rasa dies in the middle of a checklist: the answer given meanwhile counts, and it goes on."""

from __future__ import annotations

import os
import signal
import time

from tests.journeys.citizens import WebCitizen
from tests.journeys.conftest import Assistant
from tests.journeys.services.talk import dialogue_of

_RESTART_SECONDS = 90.0


def test_a_checklist_goes_on_where_it_was_when_rasa_is_killed(assistant: Assistant) -> None:
    ask = {step.key: step.ask.id for step in dialogue_of("passport_renewal").steps}
    citizen = assistant.web()
    assert ask["permit"] in citizen.says("paspor saya mau habis").text
    os.kill(assistant.children()["rasa"], signal.SIGKILL)
    assert citizen.post(text="masih berlaku").status_code == 202
    assert ask["type"] in patiently(citizen)
    assert ask["place"] in citizen.says("paspor biasa").text
    assert "berhenti di sini" in citizen.says("batal").text


def patiently(citizen: WebCitizen) -> str:
    """What comes when everything is up again."""
    deadline = time.monotonic() + _RESTART_SECONDS
    while time.monotonic() < deadline:
        found = [message["text"] for message in citizen.poll(10)]
        if found:
            return "\n".join(found)
    raise AssertionError("no answer came")
