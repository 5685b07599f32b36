"""Lapor diri records as CSV rows for the Portal Peduli WNI.

The portal publishes no import format; the columns are our own, one a field of the form, values as
text: a NIK, a postcode and a phone keep their zeros and plus.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from bot.guided.record import Record

_ABOUT = (
    "event",
    "subject",
    "name",
    "birth_date",
    "gender",
    "nik",
    "passport",
    "country",
    "left_country",
    "city",
    "address",
    "postcode",
    "arrival_date",
    "move_date",
    "return_date",
    "stay_purpose",
    "home_address",
    "phone",
    "email",
    "contact_name",
    "contact_phone",
)
_WRITER = ("writer_name", "writer_relation", "writer_phone")
COLUMNS = (*_ABOUT, *_WRITER, "consented_at", "submitted_at")
"""The first line of the file."""

# A spreadsheet runs a cell that opens with one of these; E.164 numbers are digits and stay.
_FORMULA = ("=", "+", "-", "@")
_NUMBERS = frozenset({"phone", "contact_phone", "writer_phone"})


def portal_csv(records: Iterable[Record]) -> str:
    """A header and one line a record, in the order given."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for record in records:
        writer.writerow(row_of(record))
    return out.getvalue()


def row_of(record: Record) -> tuple[str, ...]:
    """One record's cells, in the order of `COLUMNS`."""
    values = {
        **record.about,
        **record.writer,
        "consented_at": record.consented_at,
        "submitted_at": record.submitted_at,
    }
    return tuple(_cell(column, values.get(column, "")) for column in COLUMNS)


def _cell(column: str, value: str) -> str:
    if column not in _NUMBERS and value.startswith(_FORMULA):
        return f"'{value}"
    return value
