"""Dates that go together, the first no later than the last; and hours of a day as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sladsl.calendars import Spans
from sladsl.checker.scope import Scope
from sladsl.source import Span
from sladsl.syntax import ast


def report_backwards(scope: Scope, first: ast.Date, last: ast.Date, what: str) -> bool:
    """Whether `what` ends before it begins, which is then reported."""
    if last.value >= first.value:
        return False
    scope.report(
        "SLA107",
        first.span.to(last.span),
        f"{what} ends before it begins",
        help=f"write the earlier date first: `{last.value}` to `{first.value}`",
    )
    return True


A_DAY = 86_400
"""In seconds."""
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Hours:
    """Seconds after midnight; what closes past 24:00 closes on the next date."""

    opens: int
    closes: int
    span: Span


def hours_of(scope: Scope, spans: Sequence[ast.ClockSpan]) -> tuple[Hours, ...]:
    """Hours that close before they open run past midnight; they belong to the day they start on."""
    hours: list[Hours] = []
    for span in spans:
        opens, closes = span.start.seconds, span.end.seconds
        words = scope.source.slice(span.span)
        if opens == closes or opens >= A_DAY:
            scope.report(
                "SLA504",
                span.span,
                f"`{words}` is no time at all: it closes when it opens"
                if opens == closes
                else f"`{words}` opens when the day is over",
                help="a whole day is `00:00 to 24:00`",
            )
            continue
        hours.append(Hours(opens, closes if closes > opens else closes + A_DAY, span.span))
    return tuple(hours)


def spans_of(hours: Sequence[Hours]) -> Spans:
    return tuple(sorted((each.opens * _SECOND, each.closes * _SECOND) for each in hours))
