"""What an action is named by: a short text that is the same in every run, on every machine and while data grow."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sladsl.calendars import iso, zone
from sladsl.plan import FieldType, Plan, RecordField

DIGITS = 24
"""Hexadecimal digits: among ten million actions two alike by chance are one in 10^15."""


def digest(*parts: object) -> str:
    """Hexadecimal digits of SHA-256 over some texts, numbers and None; no two sequences of them are written alike."""
    written = json.dumps(parts, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()[:DIGITS]


def row_digest(plan: Plan, record: str, row: Sequence[object], at: int) -> str:
    """What stands for the key of a row that has none: what it says, as it was known before an instant. A time that comes then or later is
    left out, so that what is written into the row afterwards (when it was answered) makes no other row of it."""
    fields = plan.record(record).fields
    said = ((f.name, _said(plan, f, value, at)) for f, value in zip(fields, row, strict=True))
    return digest(*(list(x) for x in said if x[1] is not None))


def _said(plan: Plan, f: RecordField, value: Any, at: int) -> str | None:
    """A value as text; None where nothing was known of it before an instant."""
    if value is None:
        return None
    if f.comes:
        # A date may come until its day is over.
        there = value if f.type is FieldType.TIME else zone(plan.zone).midnight(value + 1)
        if there >= at:
            return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return iso(value) if f.type is FieldType.TIME else str(value)
