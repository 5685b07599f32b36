"""What only the web desk reads: who writes in a case, and whether anything has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Engine

from bot.messages import Channel
from bot.privacy import Privacy
from bot.services.desk_ports import Citizen, Marks
from bot.storage.engine import read_only
from bot.storage.tables.casework import case_events, case_messages
from bot.storage.tables.conversations import cases, conversations, outbound
from bot.storage.times import utc

_IN = "in"


class SqlDeskLooks:
    """The `DeskLooks` port on the database."""

    def __init__(self, engine: Engine, privacy: Privacy) -> None:
        self._reading = read_only(engine)
        self._privacy = privacy

    def citizen(self, conversation_id: str) -> Citizen | None:
        """Who writes in a conversation."""
        last = select(func.max(case_messages.c.at)).where(
            case_messages.c.conversation_id == conversation_id, case_messages.c.direction == _IN
        )
        query = select(conversations).where(conversations.c.id == conversation_id)
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
            last_words_at = connection.execute(last).scalar()
        if row is None:
            return None
        return Citizen(
            Channel(row.channel),
            address=self._privacy.unseal(row.address_sealed),
            last_words_at=utc(last_words_at) if last_words_at else None,
        )

    def marks(self, references: Collection[str]) -> Marks:
        """How things stand, in a few light queries."""
        with self._reading.connect() as connection:
            newest = connection.execute(select(func.max(case_events.c.id))).scalar()
            return Marks(str(newest or 0), cases=_of_cases(connection, sorted(references)))


def _of_cases(connection: Connection, references: list[str]) -> dict[str, str]:
    if not references:
        return {}
    found: defaultdict[str, list[str]] = defaultdict(list)
    events = (
        select(case_events.c.case_reference, func.max(case_events.c.id))
        .where(case_events.c.case_reference.in_(references))
        .group_by(case_events.c.case_reference)
    )
    words = (
        select(
            cases.c.reference,
            outbound.c.state,
            func.count(outbound.c.id),
            func.max(outbound.c.id),
        )
        .join(outbound, outbound.c.conversation_id == cases.c.conversation_id)
        .where(cases.c.reference.in_(references), outbound.c.written_at >= cases.c.opened_at)
        .group_by(cases.c.reference, outbound.c.state)
        .order_by(cases.c.reference, outbound.c.state)
    )
    for query in (events, words):
        for reference, *values in connection.execute(query):
            found[reference].append("-".join(map(str, values)))
    return {reference: ".".join(found[reference]) for reference in references}
