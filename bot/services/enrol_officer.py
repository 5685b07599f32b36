"""An officer links the account they write from, with a one-time code."""

from __future__ import annotations

from dataclasses import dataclass

from bot.casework.codes import FAILURES_A_DAY
from bot.casework.officers import Officer
from bot.logs import Log
from bot.messages import Channel
from bot.services.case_ports import Enrolments, Officers

_log = Log(__name__)


@dataclass(frozen=True)
class NotEnrolled:
    """Why not: `unknown`, `expired`, `used`, `locked`, `taken`. Never shown to the sender."""

    reason: str


class EnrolOfficer:
    """The use-case; to a stranger a wrong code must look like any other text."""

    def __init__(self, enrolments: Enrolments, officers: Officers) -> None:
        self._enrolments = enrolments
        self._officers = officers

    def __call__(self, code: str, *, channel: Channel, address: str) -> Officer | NotEnrolled:
        """Tries a code; either way it is audited.

        Args:
            address: as in `InboundMessage.address`.
        """
        result = self._enrolments.redeem(
            code, channel=channel, address=address, most_failures=FAILURES_A_DAY
        )
        officer = self._officers.get(result) if isinstance(result, int) else None
        if officer is None:
            _log.warning("officer.enrol_refused", reason=result)
            return NotEnrolled(str(result))
        _log.info("officer.enrolled", officer=officer.id, channel=channel.value)
        return officer
