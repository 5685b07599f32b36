"""What is known of a service for one person: papers, fee here, time, place."""

from __future__ import annotations

from dataclasses import dataclass

from bot.consular.facts import Fee, Service
from bot.consular.place import Place
from bot.services.find_mission import FindMission, FoundMission
from bot.services.ports import ConsularFacts


@dataclass(frozen=True)
class ServiceAnswer:
    """Facts of a service at a place.

    Args:
        fees: the mission's own, else the national ones.
        is_charged: whether anyone is known to charge for it; else a fee is not worth a word.
    """

    service: Service
    related: tuple[Service, ...]
    found: FoundMission
    fees: tuple[Fee, ...]
    is_charged: bool


class AnswerService:
    """The use-case behind every question on a service."""

    def __init__(self, facts: ConsularFacts, find_mission: FindMission) -> None:
        self._facts = facts
        self._find_mission = find_mission

    def __call__(self, intent: str, place: Place, *, service_code: str | None) -> ServiceAnswer:
        """Answers a question.

        Args:
            intent: what was asked; it names the main service.
            place: where the citizen is.
            service_code: a related service that was chosen instead of the main one.

        Raises:
            LookupError: no service answers this intent.
        """
        services = self._facts.services_for_intent(intent)
        if not services:
            raise LookupError(intent)
        chosen = next((s for s in services if s.code == service_code), services[0])
        found = self._find_mission(place)
        return ServiceAnswer(
            service=chosen,
            related=tuple(s for s in services if s.code != chosen.code),
            found=found,
            fees=self.fees(chosen.code, found),
            is_charged=bool(self._facts.missions_with_fees(chosen.code)),
        )

    def fees(self, service_code: str, found: FoundMission) -> tuple[Fee, ...]:
        """What a service costs there: the mission's own tariff, else the national one."""
        own = self._facts.fees(service_code, found.mission.id) if found.mission else ()
        return own or self._facts.fees(service_code, None)
