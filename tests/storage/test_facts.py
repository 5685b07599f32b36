"""Does the read side say what the seeds say, at once, and keep up with changes?"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pycountry
import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.consular.facts import Bilingual, Confidence, ContactKind, Mission
from bot.errors import ConsularError
from bot.services.check_official import CheckOfficial, Verdict
from bot.storage import schema, seeding
from bot.storage.engine import make_engine
from bot.storage.facts import CHECK_SECONDS, SqlConsularFacts
from bot.storage.tables.facts import emergency_numbers, facts_state, official_contacts

TODAY = datetime(2026, 11, 24, 9, 0, tzinfo=timezone.utc)
WITHOUT_MISSION = {"AQ", "EH", "SS"}


class StandingClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = TODAY) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def facts(seeded: Engine, clock: StandingClock) -> SqlConsularFacts:
    return SqlConsularFacts(seeded, clock)


def mission_of(facts: SqlConsularFacts, mission_id: str) -> Mission:
    mission = facts.mission(mission_id)
    assert mission is not None
    return mission


def contacts(mission: Mission, kind: ContactKind) -> list[tuple[str, str, str]]:
    return [
        (point.value, point.provenance.date, point.provenance.confidence.value)
        for point in mission.contacts
        if point.kind == kind
    ]


def test_there_are_134_missions_in_order(facts: SqlConsularFacts) -> None:
    missions = facts.missions()
    ids = [mission.id for mission in missions]
    assert ids == sorted(ids)
    kinds = [mission.kind for mission in missions]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "KBRI": 96,
        "KJRI": 30,
        "KRI": 4,
        "PTRI": 3,
        "KDEI": 1,
    }


def test_the_embassy_in_singapore_is_as_researched(facts: SqlConsularFacts) -> None:
    mission = mission_of(facts, "kbri-singapore")
    assert mission.name == Bilingual(
        "KBRI Singapura", "Embassy of the Republic of Indonesia in Singapore"
    )
    assert mission.address == "7 Chatsworth Road Singapore 249761"
    assert mission.timezone == "Asia/Singapore"
    assert mission.working_hours is None
    assert contacts(mission, ContactKind.PHONE) == [("+6567377422", "2025-10-17", "high")]
    assert contacts(mission, ContactKind.HOTLINE) == [("+6592953964", "2020-03-22", "low")]
    assert contacts(mission, ContactKind.WHATSAPP) == [("+6591860058", "2022-05-24", "low")]


def test_the_consulate_in_penang_is_as_researched(facts: SqlConsularFacts) -> None:
    mission = mission_of(facts, "kjri-penang")
    assert contacts(mission, ContactKind.HOTLINE) == [
        ("+60109491859", "2026-08-15", "medium"),
        ("+601112460970", "2026-08-15", "medium"),
    ]
    purposes = [point.note for point in mission.contacts if point.kind is ContactKind.HOTLINE]
    assert purposes == [
        Bilingual("pelindungan WNI", "protection of citizens"),
        Bilingual("layanan", "services"),
    ]
    regions = [
        (row.region, row.iso3166_2)
        for row in facts.jurisdictions("MY")
        if row.mission_id == "kjri-penang"
    ]
    assert sorted(regions, key=str) == [
        ("Kedah", "MY-02"),
        ("Penang", "MY-07"),
        ("Perlis", "MY-09"),
    ]


def test_as_many_missions_as_researched_have_a_hotline(facts: SqlConsularFacts) -> None:
    urgent = (ContactKind.HOTLINE, ContactKind.WHATSAPP)
    reachable = [m for m in facts.missions() if any(p.kind in urgent for p in m.contacts)]
    shown = [
        m
        for m in reachable
        if any(p.kind in urgent and p.provenance.confidence != Confidence.LOW for p in m.contacts)
    ]
    assert (len(reachable), len(shown)) == (77, 65)


def test_every_country_has_its_mission_or_is_known_to_have_none(facts: SqlConsularFacts) -> None:
    codes = {country.alpha_2 for country in pycountry.countries} - {"ID"}
    without = {code for code in codes if not facts.jurisdictions(code)}
    assert without == WITHOUT_MISSION
    known = {mission.id for mission in facts.missions()}
    for code in codes:
        assert {row.mission_id for row in facts.jurisdictions(code)} <= known


def test_whole_country_rows_come_first_and_the_embassy_leads(facts: SqlConsularFacts) -> None:
    for country in ("MY", "US", "AU", "JP", "SA", "DE", "HK", "TW"):
        rows = facts.jurisdictions(country)
        assert rows[0].region is None
        assert [row.region is not None for row in rows] == sorted(
            row.region is not None for row in rows
        )
    assert facts.jurisdictions("MY")[0].mission_id == "kbri-kuala-lumpur"
    assert facts.jurisdictions("HK")[0].mission_id == "kjri-hong-kong"


def test_a_country_without_an_embassy_says_why_another_one_serves_it(
    facts: SqlConsularFacts,
) -> None:
    basis = {code: facts.jurisdictions(code)[0] for code in ("SG", "NP", "GI", "IL")}
    assert {code: (row.mission_id, row.basis) for code, row in basis.items()} == {
        "SG": ("kbri-singapore", "resident"),
        "NP": ("kbri-dhaka", "accredited"),
        "GI": ("kbri-london", "suggested"),
        "IL": ("kbri-amman", "no_relations"),
    }


@pytest.mark.parametrize(
    ("service", "mission", "expected"),
    [
        (
            "PASSPORT_REPLACE",
            None,
            {"5y": 350000, "10y": 650000, "e5y": 650000, "e10y": 950000, "same_day": 1000000},
        ),
        ("PASSPORT_LOST", None, {"charge": 1000000, "force_majeure": 0}),
        ("SPLP", None, {"standard": 100000}),
        ("PASSPORT_REPLACE", "kbri-kuala-lumpur", {"5y": 85, "e5y": 155, "expedited": 325}),
        ("PASSPORT_LOST", "kbri-kuala-lumpur", {"total_5y": 325, "total_e5y": 395}),
        ("PASSPORT_LOST", "kri-tawau", {"charge": 240}),
        (
            "SEAFARER",
            "kbri-kuala-lumpur",
            {"extension": 5, "new_book": 30, "sea_service": 5},
        ),
        ("PASSPORT_REPLACE", "kbri-tokyo", {}),
        ("LEGALIZATION", None, {}),
    ],
)
def test_fees_are_as_researched(
    facts: SqlConsularFacts, service: str, mission: str | None, expected: dict[str, int]
) -> None:
    fees = facts.fees(service, mission)
    assert {fee.variant_code: fee.amount for fee in fees} == {
        code: Decimal(amount) for code, amount in expected.items()
    }
    assert {fee.currency for fee in fees} <= {"IDR" if mission is None else "MYR"}


@pytest.mark.parametrize(
    ("nationality", "requirement", "days", "fee"),
    [
        ("MY", "visa_free", 30, Decimal(0)),
        ("AU", "visa_on_arrival", 30, Decimal(500000)),
        ("BD", "evisa", 60, Decimal(1000000)),
        ("NG", "calling_visa", None, None),
    ],
)
def test_visas_to_indonesia_are_as_researched(
    facts: SqlConsularFacts,
    nationality: str,
    requirement: str,
    days: int | None,
    fee: Decimal | None,
) -> None:
    rule = facts.visa_to_indonesia(nationality)
    assert rule is not None
    assert (rule.requirement, rule.days, rule.fee_idr) == (requirement, days, fee)


@pytest.mark.parametrize(
    ("destination", "requirement"),
    [("AL", "visa_free"), ("AE", "evisa"), ("AM", "visa_on_arrival"), ("US", "visa_required")],
)
def test_visas_for_indonesians_are_as_researched(
    facts: SqlConsularFacts, destination: str, requirement: str
) -> None:
    rule = facts.visa_for_indonesians(destination)
    assert rule is not None
    assert rule.requirement == requirement
    assert rule.provenance.date == "2026-02-17"


def test_emergency_numbers_are_as_researched(facts: SqlConsularFacts) -> None:
    numbers = facts.emergency_numbers("MY")
    assert numbers is not None
    assert (numbers.police, numbers.ambulance, numbers.fire) == ("999", "999", "994")
    assert facts.emergency_numbers("AQ") is None


def test_the_line_of_kemlu_is_there_and_look_alikes_are_marked(facts: SqlConsularFacts) -> None:
    line = facts.official_contact("PWNI_HOTLINE")
    assert line is not None
    assert (line.kind, line.value, line.is_look_alike) == ("phone", "+6281290070027", False)
    false_ones = [contact.value for contact in facts.official_contacts() if contact.is_look_alike]
    assert false_ones == ["peduliwni.com", "indonesiaseoul.org"]


def test_the_population_of_a_country_and_of_the_world_is_known(facts: SqlConsularFacts) -> None:
    citizens = {code: facts.population(code) for code in ("MY", None, "FR")}
    assert {code: found and found.citizens for code, found in citizens.items()} == {
        "MY": 2540450,
        None: 2276722,
        "FR": None,
    }


def test_an_application_tells_its_steps_oldest_first(facts: SqlConsularFacts) -> None:
    application = facts.application("PGS-2610-0442")
    assert application is not None
    assert (application.service, application.mission_id) == ("PASSPORT_REPLACE", "kjri-penang")
    assert [step.status for step in application.steps] == [
        "received",
        "interviewed",
        "printed",
        "ready",
    ]
    assert application.status == "ready"
    assert application.steps[0].at == "2026-10-28"


@pytest.mark.parametrize("reference", ["PGS-0000-0000", "", "pgs-2610-0442", "' OR 1=1 --"])
def test_an_unknown_reference_has_no_application(facts: SqlConsularFacts, reference: str) -> None:
    assert facts.application(reference) is None


def test_what_is_not_known_is_nothing_not_an_error(facts: SqlConsularFacts) -> None:
    assert facts.mission("kbri-atlantis") is None
    assert facts.jurisdictions("XX") == ()
    assert facts.service("SOUP") is None
    assert facts.services_for_intent("greet") == ()
    assert facts.visa_for_indonesians("XX") is None
    assert facts.visa_to_indonesia("XX") is None
    assert facts.guidance("SOUP") is None
    assert facts.official_contact("SOUP") is None


def test_a_lookup_costs_well_under_a_millisecond(seeded: Engine) -> None:
    facts = SqlConsularFacts(seeded)
    facts.missions()
    costs = []
    for _ in range(500):
        start = time.process_time()
        facts.mission("kbri-singapore")
        facts.fees("PASSPORT_REPLACE", "kbri-kuala-lumpur")
        facts.jurisdictions("US")
        costs.append((time.process_time() - start) / 3)
    assert sorted(costs)[475] < 0.0005


def test_many_first_questions_at_once_are_all_answered(
    seeded: Engine, clock: StandingClock
) -> None:
    facts = SqlConsularFacts(seeded, clock)
    start = threading.Barrier(8)
    counts: list[int] = []

    def ask() -> None:
        start.wait()
        counts.append(len(facts.missions()))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [134] * 8


def test_a_fee_counts_from_its_day(engine: Engine, clock: StandingClock, tmp_path: Path) -> None:
    seeding.seed(engine)
    path = tmp_path / "fees.csv"
    path.write_text(
        "service_code,mission_id,variant,position,label_id,label_en,amount,currency,valid_from,"
        "source,source_date,confidence\n"
        "SPLP,,standard,1,SPLP,SPLP,150000,IDR,2027-01-01,a decree,2026-11,high\n",
        encoding="utf-8",
    )
    seeding.import_file(engine, path)
    facts = SqlConsularFacts(engine, clock)
    assert [fee.amount for fee in facts.fees("SPLP", None)] == [100000]
    clock.now = datetime(2027, 1, 1, tzinfo=timezone.utc)
    assert [fee.amount for fee in facts.fees("SPLP", None)] == [150000]


def change_police_number(engine: Engine, number: str) -> None:
    with engine.begin() as connection:
        connection.execute(
            update(emergency_numbers)
            .where(emergency_numbers.c.country == "SG")
            .values(police=number)
        )
        connection.execute(update(facts_state).values(version=facts_state.c.version + 1))


def police_number(facts: SqlConsularFacts) -> str | None:
    numbers = facts.emergency_numbers("SG")
    return numbers and numbers.police


def test_a_change_is_seen_by_the_first_question_after_a_few_seconds(
    engine: Engine, clock: StandingClock
) -> None:
    seeding.seed(engine)
    facts = SqlConsularFacts(engine, clock)
    assert police_number(facts) == "999"
    change_police_number(engine, "998")
    assert police_number(facts) == "999"
    clock.move(CHECK_SECONDS)
    assert police_number(facts) == "998"


def test_the_last_facts_go_on_serving_when_the_database_is_gone(
    new_database: Callable[[str, Path], Any], clock: StandingClock, tmp_path: Path
) -> None:
    with new_database("postgresql", tmp_path) as url:
        engine = seeding_engine(url)
        facts = SqlConsularFacts(engine, clock)
        assert police_number(facts) == "999"
    clock.move(CHECK_SECONDS)
    assert police_number(facts) == "999"
    with pytest.raises(ConsularError, match="does not answer"):
        SqlConsularFacts(engine, clock).missions()
    engine.dispose()


def seeding_engine(url: str) -> Engine:
    engine = make_engine(url)
    schema.upgrade(engine)
    seeding.seed(engine)
    return engine


def test_a_contact_is_official_from_the_change_of_the_list_on(
    facts: SqlConsularFacts, seeded: Engine, clock: StandingClock
) -> None:
    check = CheckOfficial(facts)
    asked = "is +62 899 1000 0001 official?"
    (before,) = check(asked, country=None)
    assert before.verdict is Verdict.NOT_LISTED
    with seeded.begin() as connection:
        connection.execute(
            update(official_contacts)
            .where(official_contacts.c.code == "PWNI_HOTLINE")
            .values(value="+6289910000001")
        )
        connection.execute(update(facts_state).values(version=facts_state.c.version + 1))
    clock.move(CHECK_SECONDS)
    (after,) = check(asked, country=None)
    assert after.verdict is not Verdict.NOT_LISTED
