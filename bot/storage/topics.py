"""Which topic of a forum a case has."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.engine.row import Row
from sqlalchemy.exc import IntegrityError

from bot.messages import DeliveryState
from bot.services.chat_ports import Topic, TopicState
from bot.services.deliver import LOOP
from bot.storage.engine import read_only
from bot.storage.tables.conversations import outbound
from bot.storage.tables.topics import case_topics as table


class SqlTopics:
    """The `Topics` port on the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = read_only(engine)

    def find(self, conversation_id: str) -> Topic | None:
        """The topic with this conversation."""
        query = select(table).where(table.c.conversation_id == conversation_id)
        with self._reading.connect() as connection:
            row = connection.execute(query).first()
        return _topic(row) if row else None

    def of_case(self, reference: str) -> tuple[Topic, ...]:
        """A case's topics, one a group."""
        query = select(table).where(table.c.case_reference == reference)
        with self._reading.connect() as connection:
            return tuple(map(_topic, connection.execute(query)))

    def keep(self, topic: Topic) -> Topic:
        """Keeps a new topic; the one that the case has there already wins."""
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(table).values(
                        conversation_id=topic.conversation_id,
                        case_reference=topic.reference,
                        chat=topic.chat,
                        address=topic.address,
                        state=topic.state.value,
                    )
                )
        except IntegrityError:
            kept = (each for each in self.of_case(topic.reference) if each.chat == topic.chat)
            found = next(kept, None)
            if found is None:
                raise
            return found
        return topic

    def mark(self, conversation_id: str, state: TopicState) -> None:
        """A topic stands differently; a lost one stays lost."""
        with self._engine.begin() as connection:
            connection.execute(
                update(table)
                .where(
                    table.c.conversation_id == conversation_id,
                    table.c.state != TopicState.LOST.value,
                )
                .values(state=state.value)
            )

    def broken(self) -> tuple[Topic, ...]:
        """Topics, not yet lost, in which something could not be said."""
        failed = select(outbound.c.conversation_id).where(
            outbound.c.state == DeliveryState.FAILED.value,
            outbound.c.code != LOOP,
            outbound.c.conversation_id == table.c.conversation_id,
        )
        query = select(table).where(table.c.state != TopicState.LOST.value, failed.exists())
        with self._reading.connect() as connection:
            return tuple(map(_topic, connection.execute(query)))


def _topic(row: Row) -> Topic:
    return Topic(
        row.conversation_id,
        reference=row.case_reference,
        chat=row.chat,
        address=row.address,
        state=TopicState(row.state),
    )
