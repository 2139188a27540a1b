"""Both sides of a commitment in words: what a terminal and Markdown have in common."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.calendars import DAY, MINUTE, SECOND, zone
from sladsl.reconciling import (
    NOT_ASKED,
    SPOILING,
    UNEXPLAINED,
    Cause,
    Difference,
    Kind,
    Reconciliation,
    Said,
)
from sladsl.reports.explain.words import exact_span
from sladsl.reports.words import as_of_doubts, as_of_words, local, rows_of

RIVALS = 2
"""Other explanations that are told of a cause."""
_PRECISION = {SECOND: "the second", MINUTE: "the minute", 60 * MINUTE: "the hour", DAY: "the day"}


def title(x: Reconciliation) -> str:
    return f'{x.commitment} beside {x.column.record}."{x.column.name}"'


def when(x: Reconciliation) -> str:
    return f"as of {as_of_words(x.run.outcomes.as_of, zone(x.run.plan.zone))}"


def notes(x: Reconciliation) -> list[str]:
    return as_of_doubts(x.run.outcomes.as_of, zone(x.run.plan.zone))


def how_read(x: Reconciliation) -> str:
    """How the column was read, so that its reader can object."""
    read = x.read
    if read.kind is Kind.OUTCOME:
        means = ", ".join(
            text if text == str(verdict) else f"“{text}” = {verdict}" for text, verdict in read.means
        )
        return f"read as verdicts: {means}; blank: no verdict"
    to = _PRECISION.get(read.whole) or exact_span(read.whole)
    written = f' "{read.written}"' if read.written is not None else ""
    if read.kind is Kind.DUE:
        return f"read as due dates{written}, of clocks in {read.zone}; compared to {to}"
    return f"read as lengths of time{f' in {read.written}' if read.written else ''}, {read.rounding}; compared to {to}"


def summary(x: Reconciliation) -> str:
    """`1,234 rows: 1,200 agree, 20 have no verdict on either side, 14 differ`."""
    nothing = "no verdict" if x.read.kind is Kind.OUTCOME else "none"
    told = [f"{x.agree:,} agree"]
    if x.neither:
        told.append(f"{x.neither:,} have {nothing} on either side")
    told.append(f"{x.differ:,} differ{'s' if x.differ == 1 else ''}")
    return f"{rows_of(x.rows, 'row')}: {', '.join(told)}"


def about_causes(x: Reconciliation) -> str:
    """How the causes were found, and what of it is an estimate."""
    readable = sum(d.cause != "its value cannot be read" for d in x.differences)
    some = f"{x.asked:,} of {readable:,} differences" if x.asked < readable else "every difference"
    beside = f" and {x.agreeing_asked:,} of {x.agree:,} rows that agree" if x.agree else ""
    return (
        f"{x.tried:,} hypotheses were asked of {some}{beside}. A row that several explain is given to the one that explains most of those "
        "that are left, and spoils fewest that agree; it need not be the true one."
    )


def cause(x: Cause) -> str:
    """A cause as a sentence's beginning: what the other side does, or what is there."""
    return {UNEXPLAINED: "unexplained", NOT_ASKED: "not asked (--ask asks more)"}.get(x.words, x.words)


def beside(x: Cause, r: Reconciliation) -> str:
    """What else is to be known of a cause."""
    told = []
    if x.rivals and (x.is_hypothesis or x.words == SPOILING):
        shared, more = x.explains - x.alone, len(x.rivals) - RIVALS
        of_them = (
            ""
            if x.words == SPOILING
            else f"{shared:,} of them could as well be: "
            if x.alone
            else "it could as well be: "
        )
        told.append(f"{of_them}{'; '.join(x.rivals[:RIVALS])}{f'; and {more:,} others' if more > 0 else ''}")
    if x.also:
        told.append(f"would explain {x.also:,} more that are given to another")
    if x.breaks:
        told.append(f"{x.breaks:,} of {r.agreeing_asked:,} that agree would differ")
    return ". ".join(told)


def here(x: Difference, r: Reconciliation) -> str:
    row = x.here
    if row is None:
        return x.why or "not counted"
    match r.read.kind:
        case Kind.OUTCOME:
            return str(row.outcome)
        case Kind.DUE:
            return str(row.outcome) if row.due is None else local(row.due, zone(r.run.plan.zone))
        case Kind.DURATION:
            return (
                str(row.outcome)
                if row.elapsed is None or row.stopped is None
                else exact_span(int(row.elapsed.scaleb(6)))
            )


def there(x: Difference, r: Reconciliation) -> str:
    said = x.there
    if said.text is None:
        return "blank"
    value = said.value
    if value is None or isinstance(value, Said) or (r.read.written is None and r.read.kind is Kind.DURATION):
        return said.text
    if r.read.kind is Kind.DURATION:
        return exact_span(value)
    at = zone(r.read.zone).to_instant(value)[0] if said.local else value
    return said.text if r.read.whole == DAY else local(at, zone(r.run.plan.zone))


def facts(x: Difference, r: Reconciliation) -> Iterator[str]:
    """What happened to the row, as we read it."""
    row, where = x.here, zone(r.run.plan.zone)
    if row is None:
        return
    if row.started is not None:
        yield f"started {local(row.started, where)}"
    if row.due is not None and r.read.kind is not Kind.DUE:
        yield f"due {local(row.due, where)}"
    if row.stopped is not None:
        yield f"stopped {local(row.stopped, where)}"


def pairs(x: Reconciliation) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """A table of verdicts: the other side's words across, and by each of ours how many rows there are."""
    across = sorted({there for _, there in x.pairs}, key=lambda word: (word == "blank", word))
    down = sorted({here for here, _ in x.pairs}, key=lambda word: (word == "not counted", word))
    return across, [(here, [x.pairs.get((here, there), 0) for there in across]) for here in down]
