"""What the desk's buttons carry: a command, as JSON after `/desk`. Pure."""

from __future__ import annotations

import json

from bot.desk_chat.commands import Command, Do
from bot.messages import Button
from bot.services.serve_waiting import DESK


def button(title: str, do: Do, reference: str | None = None, *, argument: str = "") -> Button:
    """A button that asks for something.

    Args:
        title: from `data/responses`.
        reference: the case.
        argument: what else the command needs.
    """
    fields = {"do": do.value, "case": reference, "with": argument}
    carried = {name: value for name, value in fields.items() if value}
    return Button(title, payload=DESK + json.dumps(carried, separators=(",", ":")))


def read_choice(payload: str) -> Command | None:
    """The command of one of our buttons; None for any other payload."""
    if not payload.startswith(DESK + "{"):
        return None
    try:
        fields = json.loads(payload.removeprefix(DESK))
        return Command(Do(fields["do"]), fields.get("case"), argument=fields.get("with", ""))
    except (ValueError, KeyError, TypeError):
        return None
