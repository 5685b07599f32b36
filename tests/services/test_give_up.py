"""A message that cannot be answered goes to people, and the citizen knows. On a real database."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from sqlalchemy import select

from bot.bootstrap.casework import case_services
from bot.clock import utc_now
from bot.content.catalogue import Catalogue
from bot.content.failure_words import CatalogueFailureWords
from bot.messages import Channel, InboundMessage
from bot.privacy import Privacy
from bot.services.give_up import GiveUp
from bot.services.ports import StreamEntry
from bot.storage import schema, seeding
from bot.storage.conversations import SqlConversations
from bot.storage.engine import make_engine
from bot.storage.facts import SqlConsularFacts
from bot.storage.outbox import SqlOutbox
from bot.storage.tables.conversations import cases

PRIVACY = Privacy("a secret of the tests")
CONVERSATION = "telegram:abc"


class Sent:
    """Notes which conversations were delivered to."""

    def __init__(self) -> None:
        self.conversations: list[str] = []

    async def deliver(self, conversation_id: str) -> None:
        self.conversations.append(conversation_id)


async def test_people_get_the_message_and_the_citizen_a_reference_once(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'test.db'}")
    schema.upgrade(engine)
    seeding.seed(engine)
    outbox, sent = SqlOutbox(engine, PRIVACY, utc_now), Sent()
    desk = case_services(engine, PRIVACY, SqlConsularFacts(engine), clock=utc_now)
    give_up = GiveUp(
        conversations=SqlConversations(engine, PRIVACY, utc_now),
        outbox=outbox,
        cases=desk.open_case,
        relay=desk.from_citizen,
        words=CatalogueFailureWords(Catalogue.load()),
        deliveries=sent,
    )
    message = InboundMessage(
        Channel.TELEGRAM, "77", "u1", datetime.now(timezone.utc), text="paspor saya hilang"
    )
    entry = StreamEntry("0:1-1", CONVERSATION, message=message, attempts=5)

    await give_up(entry)
    await give_up(entry)

    (row,) = outbox.queued(CONVERSATION)
    with engine.connect() as connection:
        (case,) = connection.execute(select(cases)).all()
    assert case.reference in row.message.text
    assert (case.subject, case.reason) == ("assistant_failed", "failure")
    assert not case.is_handed_over
    lines = desk.transcripts.entries(case.reference)
    assert any("paspor saya hilang" in str(line) for line in lines)
    assert sent.conversations == [CONVERSATION, CONVERSATION]
    engine.dispose()
