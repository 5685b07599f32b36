"""Who answers a citizen: people or the bot, never both, and nobody is left alone."""

from __future__ import annotations

from bot.casework.case import CaseState, Outcome
from bot.conversation.session import Owner
from bot.messages import Channel, DeliveryState
from tests.services.desk_chat.world import IN_DANGER, WANTS_PERSON, World


async def test_whoever_asks_for_a_person_waits_and_the_bot_is_silent(world: World) -> None:
    citizen = world.person(Channel.WEB)
    assert await citizen.writes(WANTS_PERSON) == ["bot: petugas"]
    assert world.desk.owner(citizen.conversation) is Owner.QUEUE
    await citizen.writes("paspor saya hilang")
    assert world.assistant.asked == [WANTS_PERSON]


async def test_a_citizen_who_waits_is_told_once_that_words_arrive(world: World) -> None:
    citizen, case = await world.waiting(Channel.WEB)
    (told,) = await citizen.writes("paspor saya hilang")
    assert case.reference in told
    assert "batal" in told
    assert await citizen.writes("halo?") == []
    assert await citizen.writes("ada orang?") == []
    entries = world.desk.services.transcripts.entries(case.reference)
    heard = [e.message.text for e in entries if e.author == "citizen"]  # type: ignore[union-attr]
    assert heard == [WANTS_PERSON, "paspor saya hilang", "halo?", "ada orang?"]


async def test_a_citizen_gives_up_waiting_and_has_the_bot_back(world: World) -> None:
    for words in ("Batal", "kembali ke bot", "back to the bot!"):
        citizen, case = await world.waiting(Channel.WEB)
        (told,) = await citizen.writes(words)
        assert case.reference in told
        closed = world.case_of(citizen)
        assert (closed.state, closed.outcome) == (CaseState.CLOSED, Outcome.WITHDRAWN)
        assert await citizen.writes("berapa biayanya?") == ["bot: berapa biayanya?"]
        assert await citizen.writes("/keluhan") == ["bot: /service_complaint"]


async def test_words_about_a_cancellation_are_no_giving_up(world: World) -> None:
    citizen, _ = await world.waiting(Channel.WEB)
    await citizen.writes("visa saya batal gara-gara KBRI")
    assert world.case_of(citizen).state is CaseState.QUEUED


async def test_in_an_unclaimed_emergency_the_bot_answers_and_people_read_along(
    world: World,
) -> None:
    citizen = world.person(Channel.WEB)
    await citizen.writes(IN_DANGER)
    assert await citizen.writes("di mana KBRI?") == ["bot: di mana KBRI?"]
    case = world.case_of(citizen)
    entries = world.desk.services.transcripts.entries(case.reference)
    heard = [e.message.text for e in entries if e.author == "citizen"]  # type: ignore[union-attr]
    assert heard == [IN_DANGER, "di mana KBRI?"]


async def test_an_emergency_in_officers_hands_cannot_be_called_off_by_whoever_holds_the_phone(
    world: World,
) -> None:
    rina = await world.officer()
    citizen = world.person(Channel.TELEGRAM)
    await citizen.writes(IN_DANGER)
    await rina.taps("Ambil")
    await rina.writes("/lepas")
    await citizen.writes("batal")
    assert world.case_of(citizen).state is CaseState.QUEUED


async def test_an_answer_that_an_officer_overtook_is_recorded_as_not_sent(world: World) -> None:
    rina = await world.officer()
    citizen = world.person(Channel.TELEGRAM)
    await citizen.writes(IN_DANGER)
    case = world.case_of(citizen)
    real = world.assistant.answer

    async def slow(*args: object, **kwargs: object) -> object:
        answer = await real(*args, **kwargs)  # type: ignore[arg-type]
        world.desk.services.claim(case.reference, rina.officer_id)
        return answer

    world.assistant.answer = slow  # type: ignore[method-assign,assignment]
    told = await citizen.writes("di mana KBRI?")
    assert not any("bot: di mana" in text for text in told)
    entries = world.desk.services.transcripts.entries(case.reference)
    unsent = [e for e in entries if e.state is DeliveryState.DROPPED]
    assert [e.message.text for e in unsent] == ["bot: di mana KBRI?"]  # type: ignore[union-attr]
    shown = await rina.writes(f"/kasus {case.reference}")
    assert "bot: di mana KBRI? (tidak terkirim)" in shown[0]


async def test_a_message_soon_after_the_end_opens_the_case_again(world: World) -> None:
    rina = await world.officer()
    citizen, case = await world.waiting()
    await rina.taps("Ambil")
    await rina.writes("/tutup selesai")
    citizen.reads()
    told = await citizen.writes("masih belum selesai bu")
    assert any(case.reference in text and "dibuka lagi" in text for text in told)
    assert world.desk.owner(citizen.conversation) is Owner.QUEUE
    assert any("dibuka lagi" in text for text in rina.reads())
    assert await citizen.writes("halo") != []
    assert await citizen.writes("halo lagi") == []


async def test_thanks_after_the_end_open_nothing(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    await rina.taps("Ambil")
    await rina.writes("/tutup selesai")
    for words in ("Terima kasih banyak!", "🙏", "ok"):
        assert await citizen.writes(words) == [f"bot: {words}"]
    assert world.case_of(citizen).state is CaseState.CLOSED


async def test_after_three_days_a_message_is_the_bots(world: World) -> None:
    rina = await world.officer()
    citizen, _ = await world.waiting()
    await rina.taps("Ambil")
    await rina.writes("/tutup selesai")
    await world.passes(hours=72.1)
    citizen.reads()
    assert await citizen.writes("mau tanya paspor") == ["bot: mau tanya paspor"]
