"""Another value for a constant, whatever it is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from sladsl.backtesting import Constant
from sladsl.backtesting.constants import Kind


def others(constant: Constant, texts: Iterable[str] = ()) -> Iterator[str]:
    """Some values of the same kind, near ones first; `texts` are those that a field may have."""
    written, leaf = constant.written, constant.leaf
    match constant.kind:
        case Kind.NUMBER:
            yield from (str(leaf.value + 1), str(leaf.value * 2 + 3), str(leaf.value / 2), "1")
        case Kind.PERCENT:
            yield from (f"{(leaf.value + x) % 100}%" for x in (Decimal("97.5"), 40, 3, Decimal("99.5")))
        case Kind.DURATION | Kind.BUSINESS:
            for amount in (leaf.amount + 1, leaf.amount * 2 + 1, 1):
                yield re.sub(r"^\S+", str(amount), written)
        case Kind.DATE:
            yield from ((leaf.value + dt.timedelta(days)).isoformat() for days in (1, -1, 31, -31))
            yield from (
                (leaf.value.replace(day=1) + dt.timedelta(x)).replace(day=1).isoformat()
                for x in (32, -1, 95, 370)
            )
        case Kind.DATETIME:
            yield from (f"{leaf.value + dt.timedelta(days):%Y-%m-%d %H:%M}" for days in (1, -1))
        case Kind.CLOCK:
            for minutes in (30, -30, 5, -5):
                at = leaf.seconds // 60 + minutes
                yield f"{at // 60:02}:{at % 60:02}"
        case Kind.PLACE:
            yield f"{int(written[:-2]) + 3}th"
        case Kind.TEXT:
            yield from ('"another"', *texts)
        case Kind.PERCENTILE:
            yield "p17"
