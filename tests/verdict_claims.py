"""What came out of an evaluation, as short facts in the words of `expected.txt`, so that a claim is compared and never interpreted.

A claim is a line `subject: fact, fact`. Subjects, and the facts that can be claimed of them:

| subject | facts |
|---|---|
| `as of` | the instant, and `lead.at of L-1` where it came from the data |
| `rows lead` | how many there are: `12`, `3 not yet` |
| `MQL` (a definition) | `3 in`, `1 undated`, `0 mislabelled`, `0 unclassifiable`, `2 not yet`, `1 pending`, `4 out` |
| `sales.response 2026-03` | the verdict, `final`, `warning`, a share's `met/all`, `2 rows`, `1 open`, `value 2`, `range from 1 to 2` |
| `kpi volume 2026-03` | the same of a tracked KPI, without a verdict; `kpi volume 2026-03 "software"` of one value of its breakdown |
| `sales.response L-1` | `met`, `missed`, `open`, `paused`, `undecided`, `no deadline`, `excluded`, `not judged`; `due …`, `branch 1` |
| `lead L-1` | `MQL in`, and every column of the plan with its value: `fit@MQL 65` |
| `route MQL` | `enterprise 1` |
| `late sales.response L-1` | an action that follows (also `missed`, `below 0.99`): `notify "boss"`, `at …`, `owner ana` |
| `lists undecided sales.response` | the rows that are listed |
| `problem key used twice lead` | how many, and which rows |
| `other reading mail.at M-1` | what the other reading of its local time would change: `sales.response met → missed` |

Times are local in the agreement's zone, or instants with a `Z`. Lengths of time are `4:00:00`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sladsl.calendars import iso, zone
from sladsl.outcomes import Listed, Problem
from sladsl.plan import Clock, Definition, FieldType, Figure, Plan, State, Status, ValueType
from sladsl.reports.figure_words import is_share, is_span
from sladsl.runner import Run
from sladsl.verdicts import Due, Judged, Measured, Range

Value = str | bool | int | Decimal | None
Rows = Callable[[str], Mapping[str, Mapping[str, Value]]]
"""By record: each row's columns, by its key."""

Facts = dict[str, frozenset[str]]
"""What is so, by subject."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One evaluation: what it counted, and the rows it counted them from."""

    run: Run
    rows: Rows


def facts(seen: Seen, records: Iterable[str]) -> Facts:
    """Everything that can be claimed; rows only of `records`, since looking at rows costs a pass over them."""
    found: dict[str, set[str]] = {}
    for subject, fact in _facts(seen, frozenset(records)):
        found.setdefault(subject, set()).add(fact)
    return {subject: frozenset(said) for subject, said in found.items()}


def _facts(seen: Seen, records: frozenset[str]) -> Iterator[tuple[str, str]]:
    run, plan = seen.run, seen.run.plan
    at = run.outcomes.as_of
    yield from (("as of", said) for said in (*times(plan, at.instant), f"{at.record}.{at.field} of {at.key}"))
    for record, count in run.outcomes.rows.items():
        yield from (
            (f"rows {record}", said) for said in (str(count), f"{run.outcomes.not_yet[record]} not yet")
        )
    for d in plan.definitions:
        for status in Status:
            count = run.outcomes.statuses[d.name].get(status, 0)
            yield d.name, f"{count} {status_word(status)}"
    for definition, destinations in run.outcomes.routes.items():
        yield from ((f"route {definition}", f"{name} {rows}") for name, rows in destinations.items())
    for result in run.commitments:
        for judged in result.periods:
            subject = f"{result.commitment.id} {judged.measured.period.label}"
            said = (*_verdict(judged), *_measured(plan, result.figure, judged.measured))
            yield from ((subject, fact) for fact in said)
    for tracked in run.figures:
        for m in (*tracked.periods, *tracked.breakdown):
            by = "".join(f' "{value}"' if value is not None else " missing" for value in m.by)
            subject = f"kpi {tracked.figure.id} {m.period.label}{by}"
            yield from ((subject, fact) for fact in _measured(plan, tracked.figure, m))
    for x in run.due():
        yield from ((f"{x.cause} {x.commitment} {_about(x)}", fact) for fact in _action(plan, x))
    yield from _of_rows(seen, records)
    yield from must_be_told(run)


def must_be_told(run: Run) -> Iterator[tuple[str, str]]:
    """What a reader must be shown: a case that does not claim one of these is wrong."""
    for listed in _known(run.outcomes.listings):
        yield f"lists {listed.kind} {listed.subject}", ", ".join(listed.examples)
    problems: dict[str, list[Problem]] = {}
    for p in run.problems:
        if p.change:
            others = (
                (f"other reading {p.record}.{p.field} {e.key}", f"{p.subject} {p.change}") for e in p.examples
            )
            yield from others
            continue
        field = f".{p.field}" if p.field is not None and p.kind not in _OF_ROWS else ""
        problems.setdefault(f"problem {p.kind} {p.record}{field}", []).append(p)
    for subject, found in problems.items():
        keys = dict.fromkeys(e.key for p in found for e in p.examples if e.key is not None)
        count = sum(p.count for p in found)
        yield subject, str(count)
        if keys:
            yield subject, f"{count} ({', '.join(sorted(keys))})"


_OF_ROWS = {
    "key used twice",
    "other state",
    "equal rows",
    "no key",
    "parent not found",
    "no parent named",
    "skipped row",
}


def _known(listings: Iterable[Listed]) -> Iterator[Listed]:
    return (x for x in listings if x.count)


def status_word(status: Status) -> str:
    return status.name.lower().replace("_", " ")


# ------------------------------------------------------------------------------------------------------------ periods


def _verdict(judged: Judged) -> Iterator[str]:
    yield "not judged" if judged.verdict is None else str(judged.verdict)
    yield "final" if judged.final else "not final"
    yield "warning" if judged.warning else "no warning"


def _measured(plan: Plan, figure: Figure, m: Measured) -> Iterator[str]:
    yield f"{m.rows} rows"
    for name in ("open", "paused", "undecided", "no_deadline", "excluded", "unknown", "maybe", "matured"):
        if name in m.counters or name in {"open", "undecided", "unknown"}:
            yield f"{m.counters.get(name) or 0} {name.replace('_', ' ')}"
    if m.numerator is not None:
        yield f"{m.numerator}/{m.denominator}"
    told = _teller(plan, figure)
    yield f"value {'none' if m.value is None else told(m.value)}"
    yield f"estimate {'none' if m.estimate is None else told(m.estimate)}"
    yield f"range {_range(m.range, told)}"
    yield "over" if m.over else "running"


def _teller(plan: Plan, figure: Figure) -> Callable[[Fraction], str]:
    if is_share(figure):
        return str
    return (lambda x: length(round(x))) if is_span(plan, figure) else plain


def _range(r: Range | None, told: Callable[[Fraction], str]) -> str:
    if r is None:
        return "none"
    if r.point is not None:
        return told(r.point)
    low = "" if r.low is None else f"{'above' if r.low_open else 'from'} {told(r.low)}"
    high = "" if r.high is None else f"{'below' if r.high_open else 'to'} {told(r.high)}"
    return f"{low} {high}".strip() or "any"


def plain(x: Fraction | Decimal) -> str:
    """A number in decimals when they end, else as a fraction."""
    x = Fraction(x)
    scaled = x * 10**12
    if scaled.denominator != 1:
        return str(x)
    return f"{(Decimal(scaled.numerator) / 10**12).normalize():f}"


def length(span: int) -> str:
    """A length of time as `26:03:00`, with microseconds where there are any."""
    sign, span = ("-", -span) if span < 0 else ("", span)
    seconds, micro = divmod(span, 1_000_000)
    rest = f".{micro:06d}" if micro else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{rest}"


# --------------------------------------------------------------------------------------------------------------- rows


def _of_rows(seen: Seen, records: frozenset[str]) -> Iterator[tuple[str, str]]:
    plan = seen.run.plan
    for record in sorted(records):
        for key, row in seen.rows(record).items():
            yield from ((f"{record} {key}", fact) for fact in _row(plan, record, row))
            for c in plan.commitments:
                if c.clock is not None and c.clock.record == record:
                    subject = f"{c.id} {key}"
                    yield from ((subject, fact) for fact in _instance(plan, c.clock, row))


def _row(plan: Plan, record: str, row: Mapping[str, Value]) -> Iterator[str]:
    of_record: list[Definition] = [d for d in plan.definitions if d.record == record]
    for d in of_record:
        yield f"{d.name} {status_word(Status(int(row[d.status] or 0)))}"
    types = {f.name: ValueType.INSTANT for f in plan.record(record).fields if f.type is FieldType.TIME}
    types |= {c.name: c.type for c in plan.columns if c.record == record}
    for name, value in row.items():
        type = types.get(name, ValueType.TEXT)
        yield from (f"{name} {said}" for said in _value(plan, type, value))


def _value(plan: Plan, type: ValueType, value: Value) -> tuple[str, ...]:
    if value is None:
        return ("missing",)
    if isinstance(value, bool):
        return ("true" if value else "false",)
    if isinstance(value, Decimal):
        return (plain(value),)
    if isinstance(value, int) and type is ValueType.INSTANT:
        return times(plan, value)
    if isinstance(value, int) and type is ValueType.SPAN:
        return (length(value),)
    return (str(value),)


def _instance(plan: Plan, clock: Clock, row: Mapping[str, Value]) -> Iterator[str]:
    if row[clock.member] is not True:
        yield "not judged"
        return
    yield State(int(row[clock.state] or 0)).name.lower().replace("_", " ")
    for word, column in (("due", clock.due), ("started", clock.start), ("stopped", clock.stop)):
        yield from (f"{word} {said}" for said in _value(plan, ValueType.INSTANT, row[column]))
    if clock.tier is not None:
        yield f"branch {int(row[clock.tier] or 0) + 1}"
    if clock.accountable is not None:
        yield f"owner {row[clock.accountable]}"


def times(plan: Plan, at: int) -> tuple[str, str]:
    """An instant on the local clock and as UTC; without seconds where there are none."""
    universal = iso(at)
    local = iso(zone(plan.zone).local(at)).replace("T", " ").removesuffix("Z")
    return (local.removesuffix(":00") if local.count(":") == 2 else local), universal


# ------------------------------------------------------------------------------------------------------------ actions


def _about(x: Due) -> str:
    return x.key if x.key is not None else x.period.label if x.period is not None else ""


def _action(plan: Plan, x: Due) -> Iterator[str]:
    yield f'{x.verb} "{x.to}"'
    yield f"owner {x.owner}"
    yield from (f"at {said}" for said in times(plan, x.at))
