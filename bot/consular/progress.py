"""An application's history as a timeline, and what its citizen has to do next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.consular.facts import Application

READY, COLLECTED = "ready", "collected"
_UNDER_WAY = {
    "received",
    "needs_document",
    "document_received",
    "interviewed",
    "verified",
    "printed",
}


class Need(str, Enum):
    """What is needed of the citizen now."""

    WAIT = "wait"
    BRING_DOCUMENT = "bring_document"
    COLLECT = "collect"
    ASK = "ask"
    NOTHING = "nothing"


_NEEDS = {
    "needs_document": Need.BRING_DOCUMENT,
    READY: Need.COLLECT,
    "rejected": Need.ASK,
    "cancelled": Need.ASK,
    COLLECTED: Need.NOTHING,
    "sent": Need.NOTHING,
}


@dataclass(frozen=True)
class Stage:
    """One line of a timeline. `at` is an ISO 8601 date; None is still to come."""

    status: str
    at: str | None


def timeline(application: Application) -> tuple[Stage, ...]:
    """What has happened, then what is sure to follow: nobody promises more than that."""
    done = tuple(Stage(step.status, step.at) for step in application.steps)
    if application.status in _UNDER_WAY:
        return (*done, Stage(READY, None), Stage(COLLECTED, None))
    if application.status == READY:
        return (*done, Stage(COLLECTED, None))
    return done


def need(application: Application) -> Need:
    """What the citizen has to do next."""
    return _NEEDS.get(application.status, Need.WAIT)
