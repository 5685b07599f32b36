"""Our records of conversations; addresses are kept sealed."""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.clock import Clock
from bot.conversation.session import Owner, Session
from bot.messages import Channel
from bot.privacy import Privacy
from bot.storage.engine import read_only
from bot.storage.tables.conversations import conversations as table


class SqlConversations:
    """The `Conversations` port on the database."""

    def __init__(self, engine: Engine, privacy: Privacy, clock: Clock) -> None:
        self._engine = engine
        self._reading = read_only(engine)
        self._privacy = privacy
        self._clock = clock

    def open(self, conversation_id: str, *, channel: Channel, address: str) -> Session:
        """The conversation's record, made at its first message."""
        found = self.find(conversation_id)
        if found:
            return found
        row = {
            "id": conversation_id,
            "channel": channel.value,
            "address_sealed": self._privacy.seal(address),
            "is_language_chosen": False,
            "owner": Owner.BOT.value,
            "opened_at": self._clock(),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(table).values(row))
        except IntegrityError:
            found = self.find(conversation_id)
            if found:
                return found
            raise
        return Session(conversation_id, channel)

    def keep_language(self, conversation_id: str, *, language: str, is_chosen: bool) -> None:
        """Remembers what the citizen was answered in."""
        with self._engine.begin() as connection:
            connection.execute(
                update(table)
                .where(table.c.id == conversation_id)
                .values(language=language, is_language_chosen=is_chosen)
            )

    def find(self, conversation_id: str) -> Session | None:
        """The conversation's record, if there is one."""
        with self._reading.connect() as connection:
            row = connection.execute(select(table).where(table.c.id == conversation_id)).first()
        if row is None:
            return None
        return Session(
            conversation_id,
            channel=Channel(row.channel),
            language=row.language,
            is_language_chosen=row.is_language_chosen,
            owner=Owner(row.owner),
        )
