"""`registrations`: confirmed forms as CSV for the Portal Peduli WNI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot import settings
from bot.clock import utc_now
from bot.guided.export import portal_csv
from bot.privacy import Privacy
from bot.storage import schema
from bot.storage.engine import make_engine
from bot.storage.registrations import SqlRegistrations


def export(data_dir: str | None, path: Path) -> dict[str, Any]:
    """Writes every confirmed registration; only the owner may read the file.

    From then on they are kept as long as `data/retention.yml` says.
    """
    found = settings.load(data_dir=data_dir)
    engine = make_engine(found.database_url)
    schema.check(engine)
    kept = SqlRegistrations(engine, Privacy(found.secret_key))
    records = kept.all()
    path.touch(mode=0o600)
    path.write_text(portal_csv(records.values()), encoding="utf-8")
    kept.mark_exported(records, utc_now())
    return {"file": str(path), "registrations": len(records)}
