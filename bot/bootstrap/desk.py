"""The web desk put together."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.engine import Engine

from bot.bootstrap.casework import case_services
from bot.clock import Clock
from bot.content.canned import load_canned
from bot.content.catalogue import Catalogue
from bot.content.field_names import load_field_names
from bot.conversation.language import LANGUAGES
from bot.desk.app import Desk, make_desk
from bot.desk.tools import DeskTools
from bot.privacy import Privacy
from bot.services.desk_ports import Files, Keep
from bot.services.ports import ConsularFacts
from bot.services.set_duty import SetDuty
from bot.services.windows import WindowLook
from bot.storage.desk_looks import SqlDeskLooks

_MEANING = "utter_meaning_"


def desk(
    engine: Engine,
    privacy: Privacy,
    facts: ConsularFacts,
    *,
    clock: Clock,
    public_url: str | None,
    files: Files,
    keep: Keep,
    window: WindowLook,
) -> Desk:
    """The pages over the same services that chats use.

    Raises:
        SetupError: a file of the desk, of `data/casework` or of `data/responses` is wrong.
    """
    services = case_services(engine, privacy, facts, clock=clock)
    tools = DeskTools(
        enter=services.enter_desk,
        see=services.see,
        claim=services.claim,
        decline=services.decline,
        release=services.release,
        transfer=services.transfer,
        close=services.close,
        reopen=services.reopen,
        note=services.note,
        reply=services.from_officer,
        export=services.export,
        recipients=services.recipients,
        add_officer=services.add_officer,
        revoke=services.revoke,
        duty=SetDuty(services.officers, services.audit),
        cases=services.cases,
        officers=services.officers,
        transcripts=services.transcripts,
        looks=SqlDeskLooks(engine, privacy),
        files=files,
        keep=keep,
        window=window,
        audit=services.audit,
        facts=facts,
        canned=load_canned(),
        subjects=_subjects(Catalogue.load()),
        field_names=load_field_names(),
        privacy=privacy,
        clock=clock,
    )
    return make_desk(tools, public_url=public_url)


def _subjects(catalogue: Catalogue) -> Mapping[str, Mapping[str, str]]:
    meanings = [key for key in catalogue.keys() if key.startswith(_MEANING)]  # noqa: SIM118
    return {
        key.removeprefix(_MEANING): {each: catalogue.text(key, each) for each in LANGUAGES}
        for key in meanings
    }
