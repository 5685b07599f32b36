"""A case has one topic a group, and a topic in which something failed is found."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from bot.messages import Author, OutboundMessage
from bot.services.chat_ports import Topic, TopicState
from bot.services.deliver import LOOP
from bot.storage.topics import SqlTopics
from tests.storage.desk import Desk


def test_topics_are_kept_found_turned_and_lost(engine: Engine) -> None:
    desk, topics = Desk(engine), SqlTopics(engine)
    case = desk.asks(desk.citizen())
    first, second = desk.citizen("-1001/2"), desk.citizen("-1001/3")
    topic = Topic(first, case.reference, chat="-1001", address="-1001/2")
    assert topics.keep(topic) == topic
    # Opened twice, by a crash in between: the first one stays.
    assert topics.keep(Topic(second, case.reference, "-1001", "-1001/3")) == topic
    assert topics.find(first) == topic
    assert topics.find(second) is None
    assert topics.of_case(case.reference) == (topic,)
    assert topics.broken() == ()
    for code, found in ((LOOP, 0), ("bad_request", 1)):
        message = OutboundMessage(code)
        desk.outbox.write(first, in_reply_to=code, messages=[message], author=Author.SYSTEM)
        desk.outbox.mark_failed(desk.outbox.queued(first)[-1].id, code)
        assert len(topics.broken()) == found
    topics.mark(first, TopicState.CLOSED)
    assert topics.broken()[0].state is TopicState.CLOSED
    for state in (TopicState.LOST, TopicState.OPEN):
        topics.mark(first, state)
        assert topics.of_case(case.reference)[0].state is TopicState.LOST
    assert topics.broken() == ()
