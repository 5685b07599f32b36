"""Random walks: nothing a citizen does breaks a guided dialogue or traps them in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.guided.state import Stage, Talk
from bot.guided.tokens import Token
from bot.guided.turn import Outcome, Utterance
from tests.unit.guided.talking import TOOLS, guide

NAMES = sorted(guide().dialogues)
TOKENS = [
    *(
        str(Token(d.name, s.key, c.value))
        for d in guide().dialogues.values()
        for s in d.steps
        for c in s.choices
    ),
    *(
        str(Token(name, "_", value))
        for name in NAMES
        for value in ("continue", "leave", "confirm", "change", "cancel", "skip", "back", "what")
    ),
    *(str(Token(d.name, "_field", s.key)) for d in guide().dialogues.values() for s in d.steps),
    "passport/situation/nothing",
    "/",
    "",
]
TITLES = sorted(
    {
        c.title.text(language)
        for d in guide().dialogues.values()
        for s in d.steps
        for c in s.choices
        for language in ("id", "en")
    }
)
SENTENCES = [
    *("ya", "tidak", "iya betul", "bukan", "no", "1", "2", "3", "7", "hilang", "rusak", "ada"),
    *("bukan, rusak", "eh salah, hilang", "sorry, I meant lost", "kembali", "back", "lanjut"),
    *("continue", "english", "bahasa indonesia", "ubah", "ubah nama", "ubah 3", "ganti paspor"),
    *("change phone", "ubah telepon 012-345 6789", "lewati", "skip", "setuju", "tidak setuju"),
    *("berapa biaya paspor?", "jam buka kbri singapur", "what does it cost?", "tolong", "halo"),
    *("Budi Santoso", "Siti", "3 Mei 1990", "3201010305900001", "B1234567", "05400", "Malaysia"),
    *("012-345 6789", "budi@example.com", "Jl. Ampang 12, KL", "Penang, Malaysia", "Jepang"),
    *("Nama: Budi\nNIK: 3201010305900001", "Telepon: x", "telepon salah", "\n", "?", "/restart"),
    *("sudah benar", "1 November 2026", "saya sendiri", "anak saya", "ibu", "ga tau", "belum"),
]

texts = st.one_of(st.sampled_from(SENTENCES), st.sampled_from(TITLES), st.text(max_size=60))
messages = st.builds(
    Utterance,
    text=texts,
    token=st.one_of(st.none(), st.none(), st.sampled_from(TOKENS)),
    language=st.sampled_from([None, None, "id", "en"]),
    place=st.sampled_from([None, None, None, "MY"]),
    country=st.sampled_from([None, None, None, "JP", "XX"]),
    is_question=st.sampled_from([False, False, False, True]),
)
buttons = st.integers(min_value=0, max_value=30)
begins = st.tuples(st.sampled_from(NAMES), texts, st.sampled_from(["id", "en"]))
waits = st.sampled_from([timedelta(minutes=1), timedelta(days=4)])
fits = st.just("fits")
moves = st.lists(
    st.one_of(messages, messages, buttons, fits, fits, fits, fits, begins, waits), max_size=50
)
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


def restarted(talk):
    again = Talk.from_slot(json.loads(json.dumps(talk.as_slot())))
    assert again == talk
    return again


def check_whole(turn):
    for state in (turn.talk.open, *turn.talk.aside):
        if state:
            keys = {step.key for step in guide().dialogues[state.dialogue].steps}
            assert set(state.answers) <= keys
            assert set(state.known) <= keys
            assert state.asking is None or state.asking in keys
    for message in turn.messages:
        assert message.text.strip()
        assert len(message.text) <= 900
        assert "{" not in message.text
        for button in message.buttons:
            assert 0 < len(button.title) <= 20
    if turn.outcome is Outcome.ASK:
        assert turn.messages
    if turn.record:
        form = guide().forms[turn.record.form]
        required = {s.key for s in form.steps if s.section == "about" and not s.when}
        optional = {s.key for s in form.steps if s.is_optional or s.is_consent}
        assert required - optional <= set(turn.record.about)
        assert turn.record.consented_at


@settings(
    max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(start=begins, walk=moves)
def test_no_walk_breaks_a_dialogue_or_cannot_be_left(start, walk):
    tools = TOOLS
    name, text, language = start
    turn = guide().begin(Talk(), name, language=language, tools=tools, text=text)
    for move in walk:
        talk = restarted(turn.talk)
        if isinstance(move, timedelta):
            tools = replace(tools, now=tools.now + move)
            continue
        if isinstance(move, tuple):
            name, text, language = move
            turn = guide().begin(talk, name, language=language, tools=tools, text=text)
        else:
            said = pressed(turn, move) if isinstance(move, int) else move
            said = fitting(turn) if move == "fits" else said
            turn = guide().take(talk, said, tools=tools)
        check_whole(turn)
    was_open = turn.talk.open is not None
    turn = guide().take(restarted(turn.talk), Utterance(text="batal"), tools=tools)
    check_whole(turn)
    assert turn.talk.open is None
    assert turn.outcome is Outcome.CANCELLED or not was_open


def pressed(turn, number):
    """One of the buttons that the last messages offered."""
    offered = [b.payload for m in turn.messages for b in m.buttons if "guided" in b.payload]
    if not offered:
        return Utterance(text=SENTENCES[number % len(SENTENCES)])
    payload = offered[number % len(offered)]
    return Utterance(token=json.loads(payload.removeprefix("/guided"))["answer"])


def fitting(turn):
    """An answer that fits: the walk comes far."""
    state = turn.talk.open
    step = guide().dialogues[state.dialogue].step(state.asking) if state else None
    if state is None or step is None:
        return Utterance(text="sudah benar")
    if state.stage is Stage.PAUSED:
        return Utterance(text="lanjut")
    if step.choices:
        return Utterance(text=step.choices[0].title.text(state.language))
    return Utterance(text=BY_CHECK.get(step.check, "Malaysia"))
