"""Seals the positions in cases; in clear they are gone."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from alembic import context, op

from bot.errors import SetupError
from bot.messages import Location
from bot.storage.serialise import location_to_json

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_AT_ONCE = 500
_CLEAR = ("latitude", "longitude")
_cases = sa.table(
    "cases",
    sa.column("reference", sa.String),
    sa.column("position_sealed", sa.Text),
    *(sa.column(name, sa.Float) for name in _CLEAR),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("position_sealed", sa.Text()))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("PRAGMA secure_delete = ON")  # else the old values stay readable in the file
    _seal_what_is_there(context.config.attributes.get("seal"))
    for name in _CLEAR:
        op.drop_column("cases", name)


def _seal_what_is_there(seal: Callable[[str], str] | None) -> None:
    connection = op.get_bind()
    placed = (
        sa.select(_cases)
        .where(_cases.c.latitude.is_not(None), _cases.c.longitude.is_not(None))
        .limit(_AT_ONCE)
    )
    while rows := connection.execute(placed).all():
        if seal is None:
            raise SetupError("positions must be sealed: run `python -m bot db upgrade`")
        for row in rows:
            position = Location(row.latitude, longitude=row.longitude)
            connection.execute(
                sa.update(_cases)
                .where(_cases.c.reference == row.reference)
                .values(
                    position_sealed=seal(location_to_json(position)), latitude=None, longitude=None
                )
            )


def downgrade() -> None:
    # The way back does not open what is sealed: a position is then unknown.
    op.drop_column("cases", "position_sealed")
    for name in _CLEAR:
        op.add_column("cases", sa.Column(name, sa.Float()))
