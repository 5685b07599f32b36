"""The use-cases that the desk in a chat offers."""

from __future__ import annotations

from typing import Protocol

from bot.services.add_note import AddNote
from bot.services.case_ports import Audit, Cases, Officers, Transcripts
from bot.services.claim_case import ClaimCase
from bot.services.close_case import CloseCase
from bot.services.decline_case import DeclineCase
from bot.services.enrol_officer import EnrolOfficer
from bot.services.find_recipients import FindRecipients
from bot.services.relay_from_officer import RelayFromOfficer
from bot.services.release_case import ReleaseCase
from bot.services.reopen_case import ReopenCase
from bot.services.see_case import SeeCase
from bot.services.transfer_case import TransferCase


class Desk(Protocol):
    """The use-cases; `bot.bootstrap.casework.CaseServices` has them all."""

    @property
    def claim(self) -> ClaimCase:
        """An officer takes a case."""

    @property
    def decline(self) -> DeclineCase:
        """An officer says that it is not theirs."""

    @property
    def release(self) -> ReleaseCase:
        """An officer puts a case back."""

    @property
    def transfer(self) -> TransferCase:
        """An officer hands a case on."""

    @property
    def close(self) -> CloseCase:
        """An officer ends a case."""

    @property
    def reopen(self) -> ReopenCase:
        """An officer opens a case again."""

    @property
    def note(self) -> AddNote:
        """An officer notes something."""

    @property
    def see(self) -> SeeCase:
        """What an officer may see."""

    @property
    def recipients(self) -> FindRecipients:
        """Who is told of a case."""

    @property
    def from_officer(self) -> RelayFromOfficer:
        """An officer's words go to the citizen."""

    @property
    def enrol(self) -> EnrolOfficer:
        """An officer links an account."""

    @property
    def cases(self) -> Cases:
        """Cases as they are kept."""

    @property
    def officers(self) -> Officers:
        """Officers, accounts, duty."""

    @property
    def transcripts(self) -> Transcripts:
        """What was said in cases."""

    @property
    def audit(self) -> Audit:
        """Who did what."""
