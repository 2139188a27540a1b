"""Dates that go together, the first no later than the last; and hours of a day as they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sladsl.calendars import Spans
from sladsl.checker.scope import Scope
from sladsl.diagnostics import Edit, Fix, Safety
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
        _report_odd_hours(scope, span)
        hours.append(Hours(opens, closes if closes > opens else closes + A_DAY, span.span))
    return tuple(hours)


def spans_of(hours: Sequence[Hours]) -> Spans:
    return tuple(sorted((each.opens * _SECOND, each.closes * _SECOND) for each in hours))


def _report_odd_hours(scope: Scope, span: ast.ClockSpan) -> None:
    """`09:00 to 05:00`, which is nine to five to many, and `00:00 to 23:59`, which is a whole day to most."""
    opens, closes = span.start.seconds, span.end.seconds
    words = scope.source.slice(span.span)
    if closes < opens < closes + A_DAY // 2 and closes:
        evening = f"{closes // 3600 + 12:02}:{closes // 60 % 60:02}"
        length = (closes + A_DAY - opens) // 3600
        scope.report(
            "SLA542",
            span.span,
            f"`{words}` runs through the night until the next morning, some {length} hours",
            help=f"five in the afternoon is 17:00: write `{scope.source.slice(span.start.span)} to {evening}`"
            if evening == "17:00"
            else f"if the afternoon is meant, write `{scope.source.slice(span.start.span)} to {evening}`",
            fixes=(Fix(f"write `{evening}`", (Edit(span.end.span, evening),), Safety.NEEDS_A_LOOK),),
        )
    elif closes in {A_DAY - 60, A_DAY - 1}:
        scope.report(
            "SLA543",
            span.end.span,
            f"`{words}` closes before the day is over: what is left of it is closed time",
            help="the end of a day is `24:00`",
            fixes=(Fix("write `24:00`", (Edit(span.end.span, "24:00"),), Safety.NEEDS_A_LOOK),),
        )
