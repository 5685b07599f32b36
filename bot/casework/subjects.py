"""Which desk and which priority a subject has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.casework.case import Function, Priority, Reason


@dataclass(frozen=True)
class Routing:
    """Where a subject goes."""

    function: Function
    priority: Priority
    reason: Reason


@dataclass(frozen=True)
class Subjects:
    """The table; what it does not name takes the default."""

    default: Routing
    by_subject: Mapping[str, Routing]

    def routing(self, subject: str) -> Routing:
        """Where a case about this intent goes."""
        return self.by_subject.get(subject, self.default)
