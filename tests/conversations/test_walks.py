"""Random walks through the real dialogue: nothing breaks it, and "batal" always leads out."""

from __future__ import annotations

import asyncio
import os
import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.content.guided import load_guide
from bot.guided import tokens, words
from bot.guided.dialogue import SKIPPED, Kind, Step
from bot.guided.recognise import hinted, named, recognise
from bot.guided.state import Stage, State, Talk
from bot.guided.tokens import Token
from tests.conversations.dialogue import Assistant, Citizen

WALKS = int(os.environ.get("WALKS", "1000"))
GUIDE = load_guide()
OPENINGS = [
    *("paspor saya mau habis", "my passport is damaged", "paspor sy hilang", "mau bikin splp"),
    *("mau lapor diri", "I want to register with the embassy, lapor diri", "mau legalisir dokumen"),
    *("I need a power of attorney", "mau urus surat nikah", "anak saya dua kewarganegaraan"),
    *("paspor bayi saya", "mau perpanjang kontrak kerja", "mau bikin surat keterangan"),
    *("visa on arrival buat orang jepang", "do Indonesians need a visa for Japan"),
    *("mau buat janji temu", "I want to book an appointment"),
]
SENTENCES = [
    *("ya", "tidak", "1", "2", "hilang", "rusak", "ada", "belum", "eh salah, hilang", "kembali"),
    *("lanjut", "continue", "english", "bahasa indonesia", "ubah", "ubah nama", "ubah 3", "lewati"),
    *("change phone", "ubah telepon 012-345 6789", "setuju", "tidak setuju", "sudah benar"),
    *("berapa biaya paspor?", "jam buka kbri singapura?", "what does it cost?", "halo", "?"),
    *("Budi Santoso", "3 Mei 1990", "3201010305900001", "B1234567", "05400", "Malaysia", "Penang"),
    *("budi@example.com", "Jl. Ampang 12, KL", "1 November 2026", "anak saya", "ga tau", "7719"),
    *("status paspor nomor PGS-2610-0442", "peduliwni.com asli?", "+62 899 1112 2233", "😀"),
    *("saya mau bicara petugas", "terima kasih", "kalau di Jepang?", "/restart", "batal", "cancel"),
]
TOKENS = [
    Token(dialogue.name, step.key, choice.value).payload
    for dialogue in GUIDE.dialogues.values()
    for step in dialogue.steps
    for choice in step.choices
]
FORM = ["/fill_form", "/personal_checklist"]
BY_CHECK = {
    "name": "Budi Santoso",
    "line": "Lebuh Pantai 5, George Town",
    "short": "George Town",
    "nik": "3201010305900001",
    "phone": "012-345 6789",
    "home_phone": "0812 3456 7890",
    "postcode": "05400",
    "email": "budi@example.com",
    "passport": "B1234567",
    "birth_date": "3 Mei 1990",
    "event_date": "1 November 2026",
}
# Known of a conversation before a dialogue begins.
FROM_OUTSIDE = ("place", "service")
FITS, RESTART = "fits", "restart"
moves = st.lists(
    st.one_of(
        st.just(FITS),
        st.just(FITS),
        st.integers(min_value=0, max_value=20),
        st.sampled_from([*SENTENCES, *OPENINGS]),
        st.sampled_from([*TOKENS, *FORM, RESTART, RESTART]),
    ),
    min_size=4,
    max_size=14,
)


@settings(
    max_examples=WALKS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(opening=st.sampled_from([*OPENINGS, "/fill_form"]), walk=moves)
def test_no_walk_breaks_the_dialogue_or_cannot_be_left(
    assistant: Assistant, loop: asyncio.AbstractEventLoop, opening: str, walk: list[str | int]
) -> None:
    loop.run_until_complete(go(assistant, opening, walk))


async def go(assistant: Assistant, opening: str, walk: list[str | int]) -> None:
    """One walk, to its end and out."""
    citizen = Citizen(assistant)
    talk = Talk()
    for move in (opening, *walk):
        if move == RESTART:
            assistant.restart()
            assert await assistant.talk(citizen.id) == talk
            continue
        said, before = await take(citizen, move, talk), talk
        talk = await assistant.talk(citizen.id)
        check(citizen, talk)
        check_provenance(before, talk, said)
    for _ in range(2):
        if talk:
            await citizen.says("batal")
            talk = await assistant.talk(citizen.id)
            check(citizen, talk)
            assert talk.open is None
    assert not talk


async def take(citizen: Citizen, move: str | int, talk: Talk) -> str:
    """One message: words, a button that was offered, one that was not, or what fits."""
    if isinstance(move, int):
        offered = citizen.buttons or FORM
        move = offered[move % len(offered)]
    elif move == FITS:
        move = fitting(talk)
    if move.startswith("/") and move != "/restart":
        await citizen.presses(move)
    else:
        await citizen.says(move)
    return move


def fitting(talk: Talk) -> str:
    """An answer that fits: the walk comes far."""
    state = talk.open
    if talk.aside and (state is None or state.stage is Stage.DONE):
        return "lanjut"
    step = GUIDE.dialogues[state.dialogue].step(state.asking) if state else None
    if state is None or step is None:
        return "sudah benar"
    if state.stage is Stage.PAUSED:
        return "lanjut"
    if step.choices:
        return step.choices[0].title.text(state.language)
    if step.options:
        return "1"
    return BY_CHECK.get(step.check, "Malaysia")


def check(citizen: Citizen, talk: Talk) -> None:
    """Something was said, it is whole, and every form holds only its own answers."""
    assert citizen.replies.messages
    for message in citizen.replies.messages:
        assert message["text"].strip()
        assert "{" not in message["text"] and "Traceback" not in message["text"]
    states = [state for state in (talk.open, *talk.aside) if state]
    assert len({state.dialogue for state in states}) == len(states)
    for state in states:
        dialogue = GUIDE.dialogues[state.dialogue]
        assert state.asking is None or dialogue.step(state.asking)
        for key, value in {**state.known, **state.answers}.items():
            step = dialogue.step(key)
            assert step, f"{key} is no question of {state.dialogue}"
            is_free = step.kind is not Kind.CHOICE or bool(step.options)
            assert is_free or step.choice(value)


def check_provenance(before: Talk, after: Talk, said: str) -> None:
    """What a dialogue holds came into it by itself; `said` is the message between the two."""
    had = {state.dialogue: state for state in (before.open, *before.aside) if state}
    token = token_of(said)
    for state in (after.open, *after.aside):
        if state is None:
            continue
        known = had.get(state.dialogue)
        if known is None:
            dialogue = GUIDE.dialogues[state.dialogue]
            brought = {key for values in dialogue.entries.values() for key in values}
            told = {step.key for step in dialogue.steps if means(step, said)}
            held = {*state.known, *state.answers}
            assert held <= {*FROM_OUTSIDE, dialogue.steps[0].key, *brought, *told}
        elif state is not after.open or (token and token.dialogue != state.dialogue):
            assert (state.answers, state.known) == (known.answers, known.known)
        else:
            check_answers(known, state, said, token)


def check_answers(known: State, state: State, said: str, token: Token | None) -> None:
    """An answer that changed is one that the message gives, in its words or by its intent."""
    dialogue = GUIDE.dialogues[state.dialogue]
    meant = words.command(said)
    for key, value in state.answers.items():
        step = dialogue.step(key)
        if known.answers.get(key) == value or value == SKIPPED or step is None or step.takes_only:
            continue
        if token:
            assert token == Token(state.dialogue, key, value)
        elif step.choices:
            asked_for = {brought.get(key) for brought in dialogue.entries.values()}
            assert value in means(step, said) | asked_for
        else:
            assert meant is None or meant.command is words.Command.CHANGE


def token_of(said: str) -> Token | None:
    """What a button of a checklist or form carries."""
    found = re.search(r'"answer": "([^"]+)"', said)
    return tokens.read(found[1]) if found else None


def means(step: Step, said: str) -> set[str]:
    """The values that words may mean in a step, read with good will."""
    readings = {recognise(step, said), hinted(step, said), named(step, said)}
    rest = words.correction(said)
    if rest:
        readings |= {recognise(step, rest), named(step, rest)}
    return {reading.value for reading in readings if reading.value is not None}
