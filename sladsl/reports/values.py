"""Values of an agreement in its own words: `65`, `"US"`, `2026-03-09 14:00`, `4 h 30 min`, `missing`."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from sladsl import types as t
from sladsl.calendars import Zone, day_date
from sladsl.reports.words import local, number, plain_span, share
from sladsl.source import as_text

if TYPE_CHECKING:
    from sladsl.engines.rows.values import Value


def shown(value: Value, type: t.Type, zone: Zone) -> str:
    """A value of the plan as the agreement would write it; instants are local in `zone`."""
    match value, type:
        case None, t.Boolean():
            return "unknown"
        case None, _:
            return "missing"
        case bool(), _:
            return "true" if value else "false"
        case str(), _:
            return as_text(value)
        case Decimal(), t.Percent():
            return share(Fraction(value))
        case Decimal(), t.Number(unit=unit):
            return number(Fraction(value)) + (f" {unit}" if unit else "")
        case int(), t.Date():
            return day_date(value).isoformat()
        case int(), t.Time():
            return local(value, zone)
        case int(), t.Duration():
            return plain_span(value)
        case _:
            return str(value)
