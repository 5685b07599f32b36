"""The case desk put together: what actions, worker and desk share."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.engine import Engine

from bot.clock import Clock
from bot.content.case_words import OfficerVoice
from bot.content.casework import load_subjects, load_timetables
from bot.privacy import Privacy
from bot.services.add_note import AddNote
from bot.services.add_officer import AddOfficer
from bot.services.case_ports import Announcer
from bot.services.change_case import ChangeCase
from bot.services.claim_case import ClaimCase
from bot.services.close_case import CloseCase
from bot.services.decline_case import DeclineCase
from bot.services.enrol_officer import EnrolOfficer
from bot.services.enter_desk import EnterDesk
from bot.services.escalate import Escalate
from bot.services.export_case import ExportCase
from bot.services.find_recipients import FindRecipients
from bot.services.open_case import OpenCase
from bot.services.ports import ConsularFacts
from bot.services.rate_case import RateCase
from bot.services.relay_from_citizen import RelayFromCitizen
from bot.services.relay_from_officer import RelayFromOfficer
from bot.services.release_case import ReleaseCase
from bot.services.reopen_case import ReopenCase
from bot.services.revoke_officer import RevokeOfficer
from bot.services.run_timers import RunTimers
from bot.services.see_case import SeeCase
from bot.services.transfer_case import TransferCase
from bot.storage.audit import SqlAudit
from bot.storage.cases import SqlCases
from bot.storage.desk_door import SqlDeskDoor
from bot.storage.enrolments import SqlEnrolments
from bot.storage.officers import SqlOfficers
from bot.storage.timers import SqlTimers
from bot.storage.transcripts import SqlTranscripts


@dataclass(frozen=True)
class CaseServices:
    """Every use-case of the desk, and the stores that views read from."""

    open_case: OpenCase
    escalate: Escalate
    claim: ClaimCase
    decline: DeclineCase
    release: ReleaseCase
    transfer: TransferCase
    close: CloseCase
    reopen: ReopenCase
    note: AddNote
    rate: RateCase
    export: ExportCase
    see: SeeCase
    recipients: FindRecipients
    from_citizen: RelayFromCitizen
    from_officer: RelayFromOfficer
    add_officer: AddOfficer
    enrol: EnrolOfficer
    revoke: RevokeOfficer
    enter_desk: EnterDesk
    cases: SqlCases
    officers: SqlOfficers
    transcripts: SqlTranscripts
    audit: SqlAudit


def case_services(
    engine: Engine, privacy: Privacy, facts: ConsularFacts, *, clock: Clock
) -> CaseServices:
    """Puts the desk together.

    Raises:
        SetupError: a file of `data/casework` is wrong.
    """
    timetables = load_timetables(facts.mission)
    subjects = load_subjects()
    cases = SqlCases(engine, privacy, clock)
    officers = SqlOfficers(engine, clock)
    transcripts = SqlTranscripts(engine, privacy)
    audit = SqlAudit(engine, clock)
    enrolments = SqlEnrolments(engine, privacy, clock)
    change = ChangeCase(cases, audit)
    open_case = OpenCase(cases, clock, officers=officers, timetables=timetables, subjects=subjects)
    return CaseServices(
        open_case=open_case,
        escalate=Escalate(open_case, cases, timetables=timetables, subjects=subjects, clock=clock),
        claim=ClaimCase(change, timetables, clock),
        decline=DeclineCase(change, clock),
        release=ReleaseCase(change, timetables, clock),
        transfer=TransferCase(
            change, officers=officers, facts=facts, timetables=timetables, clock=clock
        ),
        close=CloseCase(change, cases, clock),
        reopen=ReopenCase(change, timetables, clock),
        note=AddNote(change, clock),
        rate=RateCase(cases, clock),
        export=ExportCase(change, cases, officers=officers, transcripts=transcripts, clock=clock),
        see=SeeCase(cases, officers, transcripts=transcripts, audit=audit, clock=clock),
        recipients=FindRecipients(officers, transcripts, timetables=timetables, clock=clock),
        from_citizen=RelayFromCitizen(cases, timetables, clock),
        from_officer=RelayFromOfficer(
            change, cases, officers=officers, clock=clock, voice=OfficerVoice(facts)
        ),
        add_officer=AddOfficer(officers, enrolments, facts=facts, audit=audit, clock=clock),
        enrol=EnrolOfficer(enrolments, officers),
        revoke=RevokeOfficer(officers, cases, timetables=timetables, audit=audit, clock=clock),
        enter_desk=EnterDesk(
            SqlDeskDoor(engine, clock), officers, privacy=privacy, audit=audit, clock=clock
        ),
        cases=cases,
        officers=officers,
        transcripts=transcripts,
        audit=audit,
    )


def timer_runner(
    engine: Engine,
    privacy: Privacy,
    facts: ConsularFacts,
    *,
    clock: Clock,
    announcer: Announcer,
    worker_id: str,
) -> RunTimers:
    """The worker's part: does what is due and tells people by `announcer`."""
    return RunTimers(
        cases=SqlCases(engine, privacy, clock),
        timers=SqlTimers(engine, clock),
        timetables=load_timetables(facts.mission),
        announcer=announcer,
        clock=clock,
        worker_id=worker_id,
    )
