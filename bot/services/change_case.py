"""What every officer's use-case does around its rule: retry, record refusals, log."""

from __future__ import annotations

from collections.abc import Callable

from bot.casework.errors import CaseError, NotAllowed, StaleCase, UnknownCase
from bot.casework.events import by_officer
from bot.casework.reference import parse_reference
from bot.casework.transitions import Change, File
from bot.logs import Log
from bot.services.case_ports import Audit, Cases, Changed

_log = Log(__name__)
_TRIES = 3
_SUBJECT = 64


class ChangeCase:
    """Applies one rule for one officer."""

    def __init__(self, cases: Cases, audit: Audit) -> None:
        self._cases = cases
        self._audit = audit

    def __call__(
        self,
        reference: str,
        decide: Callable[[File], Change],
        *,
        action: str,
        officer_id: int,
        version: int | None = None,
    ) -> Changed:
        """Changes the case, or records that it was refused.

        Args:
            reference: as somebody typed it.
            action: a word for log and audit.
            version: the version that the officer looked at, if that matters.

        Raises:
            CaseError: what the rule says.
        """
        known = parse_reference(reference)
        try:
            if known is None:
                raise UnknownCase("not a reference")
            changed = self._change(known, decide, officer_id=officer_id, version=version)
        except (UnknownCase, NotAllowed) as refusal:
            self.refused(action, refusal, officer_id=officer_id, reference=reference)
            raise
        if changed.events:
            _log.info(f"case.{action}", case=changed.case.reference, officer=officer_id)
        return changed

    def refused(self, action: str, refusal: CaseError, *, officer_id: int, reference: str) -> None:
        """Puts a refusal on record."""
        subject = parse_reference(reference) or "not a reference"
        result = "unknown" if isinstance(refusal, UnknownCase) else "not_allowed"
        self._audit.record(
            by_officer(officer_id), action, subject=subject[:_SUBJECT], result=result
        )
        _log.warning(f"case.{action}_refused", officer=officer_id, reason=result)

    def _change(
        self,
        reference: str,
        decide: Callable[[File], Change],
        *,
        officer_id: int,
        version: int | None,
    ) -> Changed:
        for attempt in range(_TRIES):
            try:
                return self._cases.change(reference, decide, officer_id=officer_id, version=version)
            except StaleCase:
                if version is not None or attempt == _TRIES - 1:
                    raise
        raise StaleCase(reference)
