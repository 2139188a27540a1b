"""Limits in what their KPI is measured in."""

from __future__ import annotations

from decimal import Decimal

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, describe
from sladsl.wording import names


def quantity(kpi: m.Kpi, limit: Decimal | Duration) -> str:
    """A limit in what the KPI is measured in."""
    if isinstance(limit, Duration):
        return describe(limit)
    match kpi.measure:
        case m.Become() | m.Whose() | m.TimeBetween():
            return names.share(limit)
        case m.Statistic(value=measured) if isinstance(measured.type, t.Number) and measured.type.unit:
            return f"{names.number(limit)} {measured.type.unit}"
        case _:
            return names.number(limit)
