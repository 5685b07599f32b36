"""Every setting, read once from the environment and checked at start."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import SetupError

TELEGRAM_MODES = ("webhook", "polling")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
CITIZEN_TEMPLATE = "citizen"
OFFICER_TEMPLATE = "officer"
_CONTENT_SID = re.compile(r"HX[0-9a-f]{32}", re.IGNORECASE)
_DESK_GROUP = re.compile(r"([a-z0-9-]+(?:/[a-z]+)?)\s*=\s*(-100\d{4,})")
_KIND_AND_DAYS = re.compile(r"([a-z]+)\s*=\s*(\d{1,5}|never)")
_SECRET_FILE = "secret.key"  # noqa: S105 - a file name


@dataclass(frozen=True)
class TelegramSettings:
    """How Telegram reaches us; present only with a token.

    Args:
        desk_groups: officers' forums: a mission (`kbri-vientiane`) or one desk of it
            (`kbri-vientiane/labour`), and the id of the supergroup.
    """

    token: str
    mode: str
    webhook_secret: str
    api_url: str
    messages_per_second: float = 30.0
    desk_groups: tuple[tuple[str, str], ...] = ()

    @property
    def desk_chats(self) -> frozenset[str]:
        """The ids of the forums."""
        return frozenset(chat for _, chat in self.desk_groups)


@dataclass(frozen=True)
class TwilioSettings:
    """How WhatsApp by Twilio reaches us; present only with an account.

    Args:
        citizen_template, officer_template: content sids of the approved texts that ask a citizen
            or an officer to write, once their 24 hours are over; None where there is none.
    """

    account_sid: str
    auth_token: str
    whatsapp_from: str
    api_url: str
    messages_per_second: float = 80.0
    citizen_template: str | None = None
    officer_template: str | None = None

    @property
    def approved_texts(self) -> dict[str, str]:
        """Content sids by the names that `OutboundMessage.template` takes."""
        named = {CITIZEN_TEMPLATE: self.citizen_template, OFFICER_TEMPLATE: self.officer_template}
        return {name: sid for name, sid in named.items() if sid}


@dataclass(frozen=True)
class Settings:
    """What the processes need to know. `redis_url` None means the embedded server.

    Args:
        spool_megabytes: how much a gateway keeps on disk while Redis is away.
        retention_days: kinds of data and days, or `never`, that overrule `data/retention.yml`.
        kept_files_megabytes: how much Redis keeps of files that came by the web, sealed.
    """

    data_dir: Path
    database_url: str
    redis_url: str | None
    public_url: str | None
    telegram: TelegramSettings | None
    twilio: TwilioSettings | None
    secret_key: str
    log_level: str
    internal: InternalUrls
    spool_megabytes: float = 256.0
    retention_days: tuple[tuple[str, str], ...] = ()
    kept_files_megabytes: float = 512.0


@dataclass(frozen=True)
class InternalUrls:
    """Where the supervisor's children find one another, and the model that Rasa runs."""

    rasa: str
    actions: str
    model: Path | None = None


def load(environment: Mapping[str, str] | None = None, *, data_dir: str | None = None) -> Settings:
    """Reads the settings.

    Args:
        environment: variables; the process's own by default.
        data_dir: wins over `DATA_DIR`.

    Raises:
        SetupError: a variable is missing or wrong; the message names it.
    """
    env = {k: v.strip() for k, v in (os.environ if environment is None else environment).items()}
    folder = Path(data_dir or env.get("DATA_DIR") or "var").resolve()
    return Settings(
        data_dir=folder,
        database_url=_database_url(env, folder),
        redis_url=_url(env, "REDIS_URL", None, ("redis", "rediss", "unix")),
        public_url=_url(env, "PUBLIC_URL", None, ("http", "https")),
        telegram=_telegram(env),
        twilio=_twilio(env),
        secret_key=_secret_key(env, folder),
        log_level=_choice(env, "LOG_LEVEL", "INFO", LOG_LEVELS),
        internal=InternalUrls(
            rasa=env.get("CONSULAR_RASA_URL") or "http://127.0.0.1:5005",
            actions=env.get("CONSULAR_ACTIONS_URL") or "http://127.0.0.1:5055",
            model=Path(env["CONSULAR_MODEL"]) if env.get("CONSULAR_MODEL") else None,
        ),
        spool_megabytes=_positive(env, "SPOOL_MEGABYTES", 256.0),
        retention_days=retention_days(env),
        kept_files_megabytes=_positive(env, "KEPT_FILES_MEGABYTES", 512.0),
    )


def retention_days(
    environment: Mapping[str, str] | None = None,
) -> tuple[tuple[str, str], ...]:
    """`Settings.retention_days` alone, for a process that needs no more.

    Raises:
        SetupError: the variable is wrong.
    """
    given = (os.environ if environment is None else environment).get("RETENTION_DAYS", "")
    found = {}
    for each in filter(None, (part.strip() for part in given.split(","))):
        match = _KIND_AND_DAYS.fullmatch(each)
        if match is None or match[1] in found:
            raise SetupError(
                "RETENTION_DAYS must look like chat=60,cases=never: kinds of data/retention.yml, "
                "each once, with days or `never`"
            )
        found[match[1]] = match[2]
    return tuple(found.items())


def child_environment(settings: Settings, redis_url: str, urls: InternalUrls) -> dict[str, str]:
    """The environment of a child process: ours, with what the supervisor has decided."""
    given: dict[str, str | None] = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": redis_url,
        "PUBLIC_URL": settings.public_url,
        "SECRET_KEY": settings.secret_key,
        "LOG_LEVEL": settings.log_level,
        "SPOOL_MEGABYTES": str(settings.spool_megabytes),
        "RETENTION_DAYS": ",".join(map("=".join, settings.retention_days)),
        "KEPT_FILES_MEGABYTES": str(settings.kept_files_megabytes),
        "CONSULAR_RASA_URL": urls.rasa,
        "CONSULAR_ACTIONS_URL": urls.actions,
        "CONSULAR_MODEL": str(urls.model or ""),
    }
    if settings.telegram:
        given |= {
            "TELEGRAM_BOT_TOKEN": settings.telegram.token,
            "TELEGRAM_MODE": settings.telegram.mode,
            "TELEGRAM_WEBHOOK_SECRET": settings.telegram.webhook_secret,
            "TELEGRAM_API_URL": settings.telegram.api_url,
            "TELEGRAM_MESSAGES_PER_SECOND": str(settings.telegram.messages_per_second),
            "TELEGRAM_DESK_GROUPS": ",".join(map("=".join, settings.telegram.desk_groups)),
        }
    if settings.twilio:
        given |= {
            "TWILIO_ACCOUNT_SID": settings.twilio.account_sid,
            "TWILIO_AUTH_TOKEN": settings.twilio.auth_token,
            "TWILIO_WHATSAPP_FROM": settings.twilio.whatsapp_from,
            "TWILIO_API_URL": settings.twilio.api_url,
            "TWILIO_MESSAGES_PER_SECOND": str(settings.twilio.messages_per_second),
            "TWILIO_CITIZEN_TEMPLATE": settings.twilio.citizen_template,
            "TWILIO_OFFICER_TEMPLATE": settings.twilio.officer_template,
        }
    return {**os.environ, **{name: value for name, value in given.items() if value is not None}}


def _database_url(env: Mapping[str, str], folder: Path) -> str:
    default = f"sqlite:///{folder / 'consular.db'}"
    url = _url(env, "DATABASE_URL", default, ("sqlite", "postgres", "postgresql"))
    return url or default


def _telegram(env: Mapping[str, str]) -> TelegramSettings | None:
    token = env.get("TELEGRAM_BOT_TOKEN")
    if not token:
        return None
    secret = env.get("TELEGRAM_WEBHOOK_SECRET", "")
    mode = _choice(env, "TELEGRAM_MODE", "webhook" if secret else "polling", TELEGRAM_MODES)
    if mode == "webhook":
        _required(env, "TELEGRAM_WEBHOOK_SECRET", "TELEGRAM_MODE is webhook")
    api_url = _url(env, "TELEGRAM_API_URL", "https://api.telegram.org", ("http", "https"))
    return TelegramSettings(
        token,
        mode,
        webhook_secret=secret,
        api_url=(api_url or "").rstrip("/"),
        messages_per_second=_positive(env, "TELEGRAM_MESSAGES_PER_SECOND", 30.0),
        desk_groups=_desk_groups(env.get("TELEGRAM_DESK_GROUPS", "")),
    )


def _desk_groups(given: str) -> tuple[tuple[str, str], ...]:
    found = {}
    for each in filter(None, (part.strip() for part in given.split(","))):
        match = _DESK_GROUP.fullmatch(each)
        if match is None or match[1] in found:
            raise SetupError(
                "TELEGRAM_DESK_GROUPS must look like kbri-vientiane=-1001234567890 or "
                "kbri-vientiane/labour=-1001234567890, each desk once, with commas in between"
            )
        found[match[1]] = match[2]
    return tuple(found.items())


def _twilio(env: Mapping[str, str]) -> TwilioSettings | None:
    if not env.get("TWILIO_ACCOUNT_SID"):
        return None
    because = "TWILIO_ACCOUNT_SID is set"
    _required(env, "PUBLIC_URL", because)
    sender = _required(env, "TWILIO_WHATSAPP_FROM", because)
    if not sender.removeprefix("whatsapp:").startswith("+"):
        raise SetupError("TWILIO_WHATSAPP_FROM must be a number such as whatsapp:+14155238886")
    api_url = _url(env, "TWILIO_API_URL", "https://api.twilio.com", ("http", "https"))
    return TwilioSettings(
        account_sid=env["TWILIO_ACCOUNT_SID"],
        auth_token=_required(env, "TWILIO_AUTH_TOKEN", because),
        whatsapp_from="whatsapp:" + sender.removeprefix("whatsapp:"),
        api_url=(api_url or "").rstrip("/"),
        messages_per_second=_positive(env, "TWILIO_MESSAGES_PER_SECOND", 80.0),
        citizen_template=_content_sid(env, "TWILIO_CITIZEN_TEMPLATE"),
        officer_template=_content_sid(env, "TWILIO_OFFICER_TEMPLATE"),
    )


def _content_sid(env: Mapping[str, str], name: str) -> str | None:
    sid = env.get(name) or None
    if sid is not None and not _CONTENT_SID.fullmatch(sid):
        raise SetupError(f"{name} must be a content sid: HX and 32 hexadecimal digits")
    return sid


def _required(env: Mapping[str, str], name: str, because: str) -> str:
    value = env.get(name)
    if not value:
        raise SetupError(f"{name} is missing; it is needed because {because}")
    return value


def _positive(env: Mapping[str, str], name: str, default: float) -> float:
    given = env.get(name)
    try:
        value = float(given) if given else default
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise SetupError(f"{name} must be a number above 0")
    return value


def _choice(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = env.get(name) or default
    for choice in choices:
        if value.casefold() == choice.casefold():
            return choice
    raise SetupError(f"{name} must be one of {', '.join(choices)}")


def _url(
    env: Mapping[str, str], name: str, default: str | None, schemes: tuple[str, ...]
) -> str | None:
    value = env.get(name) or default
    if value is None:
        return None
    scheme = urlsplit(value).scheme.split("+")[0]
    if scheme not in schemes:
        raise SetupError(f"{name} must be a URL that begins with {' or '.join(schemes)}://")
    return value


def _secret_key(env: Mapping[str, str], folder: Path) -> str:
    given = env.get("SECRET_KEY")
    if given:
        if len(given) < 16:
            raise SetupError("SECRET_KEY must have at least 16 characters")
        return given
    path = folder / _SECRET_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written aside and linked into place: of two processes that start at once, one wins.
            draft = folder / f".{_SECRET_FILE}.{os.getpid()}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(48))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise SetupError(f"DATA_DIR {folder} cannot be written: {error.strerror}") from None
