"""The action server process: `python -m actions PORT`, on loopback only.

`rasa_sdk`'s own command listens on every address of the machine.
"""

from __future__ import annotations

import sys

from rasa_sdk.endpoint import create_app

from actions.wiring import services
from bot import logs, settings
from bot.errors import SetupError


def main() -> None:
    """Serves until it is told to stop."""
    logs.configure(settings.load().log_level)
    services()
    app = create_app("actions")
    app.run(host="127.0.0.1", port=int(sys.argv[1]), workers=1, access_log=False)


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"actions: {error}")
