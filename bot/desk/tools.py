"""What the desk works with: the use-cases, by name; put together in `bot.bootstrap`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.casework.canned import Canned
from bot.clock import Clock
from bot.privacy import Privacy
from bot.services.add_note import AddNote
from bot.services.add_officer import AddOfficer
from bot.services.case_ports import Audit, Cases, Officers, Transcripts
from bot.services.claim_case import ClaimCase
from bot.services.close_case import CloseCase
from bot.services.decline_case import DeclineCase
from bot.services.desk_ports import DeskLooks, Files, Keep
from bot.services.enter_desk import EnterDesk
from bot.services.export_case import ExportCase
from bot.services.find_recipients import FindRecipients
from bot.services.ports import ConsularFacts
from bot.services.relay_from_officer import RelayFromOfficer
from bot.services.release_case import ReleaseCase
from bot.services.reopen_case import ReopenCase
from bot.services.revoke_officer import RevokeOfficer
from bot.services.see_case import SeeCase
from bot.services.set_duty import SetDuty
from bot.services.transfer_case import TransferCase
from bot.services.windows import WindowLook


@dataclass(frozen=True)
class DeskTools:
    """The services behind the pages; whatever an officer may not do, they refuse.

    Args:
        subjects: names of subjects by intent and language.
        field_names: names of form fields by key and language.
    """

    enter: EnterDesk
    see: SeeCase
    claim: ClaimCase
    decline: DeclineCase
    release: ReleaseCase
    transfer: TransferCase
    close: CloseCase
    reopen: ReopenCase
    note: AddNote
    reply: RelayFromOfficer
    export: ExportCase
    recipients: FindRecipients
    add_officer: AddOfficer
    revoke: RevokeOfficer
    duty: SetDuty
    cases: Cases
    officers: Officers
    transcripts: Transcripts
    looks: DeskLooks
    files: Files
    keep: Keep
    window: WindowLook
    audit: Audit
    facts: ConsularFacts
    canned: tuple[Canned, ...]
    subjects: Mapping[str, Mapping[str, str]]
    field_names: Mapping[str, Mapping[str, str]]
    privacy: Privacy
    clock: Clock
