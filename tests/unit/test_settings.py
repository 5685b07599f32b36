"""Settings are read once and a wrong one is named."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot import settings
from bot.casework.desk_groups import DeskGroups
from bot.errors import SetupError

TELEGRAM = {"TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_WEBHOOK_SECRET": "s"}
TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "t",
    "TWILIO_WHATSAPP_FROM": "+14155238886",
    "PUBLIC_URL": "https://example.org",
}


def test_nothing_configured_means_the_embedded_default(tmp_path: Path) -> None:
    found = settings.load({}, data_dir=str(tmp_path))
    assert found.database_url == f"sqlite:///{tmp_path}/consular.db"
    assert (found.redis_url, found.telegram, found.twilio) == (None, None, None)


def test_the_secret_is_made_once_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    first = settings.load({}, data_dir=str(tmp_path)).secret_key
    second = settings.load({"DATA_DIR": str(tmp_path)}).secret_key
    assert first == second
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_webhook_secret_means_webhook_mode(tmp_path: Path) -> None:
    with_secret = settings.load(TELEGRAM, data_dir=str(tmp_path)).telegram
    without = settings.load({"TELEGRAM_BOT_TOKEN": "1:x"}, data_dir=str(tmp_path)).telegram
    assert with_secret and with_secret.mode == "webhook"
    assert without and without.mode == "polling"


def test_officers_groups_are_named_by_mission_or_desk(tmp_path: Path) -> None:
    given = "kbri-rome=-1001234567, kbri-rome/labour = -1007654321,"
    found = settings.load({**TELEGRAM, "TELEGRAM_DESK_GROUPS": given}, data_dir=str(tmp_path))
    assert found.telegram is not None
    assert dict(found.telegram.desk_groups) == {
        "kbri-rome": "-1001234567",
        "kbri-rome/labour": "-1007654321",
    }
    urls = settings.InternalUrls("http://rasa", "http://actions")
    child = settings.child_environment(found, "redis://x", urls)
    assert settings.load(child).telegram == found.telegram
    with pytest.raises(SetupError, match="visas"):
        DeskGroups([("kbri-rome/visas", "-1001234567")])


def test_days_of_keeping_are_given_by_kind_and_passed_on(tmp_path: Path) -> None:
    given = {"RETENTION_DAYS": "chat=60, cases = never,"}
    found = settings.load(given, data_dir=str(tmp_path))
    assert found.retention_days == (("chat", "60"), ("cases", "never"))
    urls = settings.InternalUrls("http://rasa", "http://actions")
    child = settings.child_environment(found, "redis://x", urls)
    assert settings.load(child).retention_days == found.retention_days


@pytest.mark.parametrize("given", ["chat", "chat=soon", "chat=-1", "chat=9,chat=9", "a=6 b=9"])
def test_wrong_days_of_keeping_are_named(given: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="RETENTION_DAYS"):
        settings.load({"RETENTION_DAYS": given}, data_dir=str(tmp_path))


def test_the_whatsapp_sender_may_be_given_with_or_without_its_prefix(tmp_path: Path) -> None:
    found = settings.load(TWILIO, data_dir=str(tmp_path)).twilio
    assert found and found.whatsapp_from == "whatsapp:+14155238886"


def test_approved_texts_are_named_by_their_content_sid(tmp_path: Path) -> None:
    sid = "HX" + "0a" * 16
    given = {**TWILIO, "TWILIO_OFFICER_TEMPLATE": sid}
    found = settings.load(given, data_dir=str(tmp_path)).twilio
    assert found and found.approved_texts == {settings.OFFICER_TEMPLATE: sid}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"REDIS_URL": "localhost"}, "REDIS_URL"),
        ({"PUBLIC_URL": "ftp://x"}, "PUBLIC_URL"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({**TWILIO, "TWILIO_CITIZEN_TEMPLATE": "hello"}, "TWILIO_CITIZEN_TEMPLATE"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({**TELEGRAM, "TELEGRAM_MODE": "pigeon"}, "TELEGRAM_MODE"),
        ({**TELEGRAM, "TELEGRAM_DESK_GROUPS": "kbri-rome"}, "TELEGRAM_DESK_GROUPS"),
        ({**TELEGRAM, "TELEGRAM_DESK_GROUPS": "kbri-rome=12"}, "TELEGRAM_DESK_GROUPS"),
        ({**TELEGRAM, "TELEGRAM_API_URL": "api.telegram.org"}, "TELEGRAM_API_URL"),
        (
            {"TELEGRAM_BOT_TOKEN": "1:x", "TELEGRAM_MODE": "webhook"},
            "TELEGRAM_WEBHOOK_SECRET",
        ),
        ({k: v for k, v in TWILIO.items() if k != "PUBLIC_URL"}, "PUBLIC_URL"),
        ({k: v for k, v in TWILIO.items() if k != "TWILIO_AUTH_TOKEN"}, "TWILIO_AUTH_TOKEN"),
        ({**TWILIO, "TWILIO_WHATSAPP_FROM": "my phone"}, "TWILIO_WHATSAPP_FROM"),
        ({"DATA_DIR": "/proc/nowhere"}, "DATA_DIR"),
    ],
)
def test_a_wrong_or_missing_variable_is_named(
    environment: dict[str, str], named: str, tmp_path: Path
) -> None:
    with pytest.raises(SetupError, match=named):
        settings.load({"DATA_DIR": str(tmp_path), **environment})
