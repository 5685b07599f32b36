"""The action server process: `python -m actions PORT`, on loopback only.

`rasa_sdk`'s own command listens on every address of the machine.
"""

from __future__ import annotations

import sys

from rasa_sdk.endpoint import create_app
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from actions.wiring import services
from bot import logs, settings
from bot.dialogue.protocol import ABOUT_HEADER
from bot.errors import SetupError
from bot.logs import Log
from bot.storage.engine import DATABASE_DOWN

_log = Log("actions")


def main() -> None:
    """Serves until it is told to stop."""
    logs.configure(settings.load().log_level)
    services()
    app = create_app("actions")
    app.on_request(_tell_what_about)
    app.on_response(_note)
    app.exception(*DATABASE_DOWN)(_database_down)
    app.run(host="127.0.0.1", port=int(sys.argv[1]), workers=1, access_log=False)


async def _tell_what_about(request: Request) -> None:
    about = request.headers.get(ABOUT_HEADER)
    if about:
        logs.be_about(about)


async def _note(request: Request, answer: HTTPResponse) -> None:
    if request.method == "POST":
        name = (request.json or {}).get("next_action")
        _log.info("action.done", action=name, status=answer.status)


async def _database_down(_request: Request, error: Exception) -> HTTPResponse:
    """Tells Rasa that it is not the action's fault: the turn waits for the database."""
    _log.warning("action.waits", error=type(error).__name__)
    return response.json({"error": "database"}, status=503)


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"actions: {error}")
