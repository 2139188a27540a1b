"""Figures counted again from what became of each row: `sladsl.plan.rows` says that this gives every counter back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sladsl.data import Loaded
from sladsl.engines import rows, tables
from sladsl.outcomes import AsOf, OutcomeRow, Outcomes, PeriodCounts
from sladsl.plan import LEFT, Counter, Figure, Plan, RowOutcome, ValueType
from sladsl.plan.rows import subjects, value_type

Number = int | Decimal | None


def both_agree(plan: Plan, loaded: Loaded, at: AsOf) -> list[OutcomeRow]:
    """The rows, once it is sure that both engines have the same and that they add up to the figures of each."""
    found: list[OutcomeRow] = []
    counted: Outcomes = tables.evaluate(
        plan, loaded.tables, at, rows_to=lambda asked: found.extend(tables.rows_of(plan, asked.all()))
    )
    agree(plan, loaded, counted, found)
    return found


def agree(plan: Plan, loaded: Loaded, counted: Outcomes, found: Sequence[OutcomeRow]) -> None:
    """That the rows of the engine over tables are the interpreter's, and add up to the figures of each; each figure's as of what is known
    of it."""
    data = loaded.rows()
    untils = {counted.known_until(f.id) for f in plan.figures} | {counted.as_of.instant}
    by_instant = {at: rows.Evaluation(plan, data, replace(counted.as_of, instant=at)) for at in untils}
    assert found == list(_known(plan, counted, by_instant))
    assert differences(plan, counted, found) == []
    reference = {at: evaluation.outcomes() for at, evaluation in by_instant.items()}
    figures = {f.id: reference[counted.known_until(f.id)].figures[f.id] for f in plan.figures}
    assert differences(plan, replace(counted, figures=figures), found) == []


def _known(plan: Plan, counted: Outcomes, by_instant: Mapping[int, rows.Evaluation]) -> Iterator[OutcomeRow]:
    """The interpreter's rows, in the order of what they are of."""
    made = {at: list(evaluation.outcome_rows()) for at, evaluation in by_instant.items()}
    if len(made) == 1:
        yield from made[counted.as_of.instant]
        return
    for s in subjects(plan):
        for row in made[counted.known_until(s.figure.id)]:
            if (row.commitment, row.kpi) == (s.commitment, s.kpi):
                yield row


WORDS = {
    "hit": RowOutcome.MET,
    "maybe": RowOutcome.MAY_COUNT,
    "no_deadline": RowOutcome.NO_DEADLINE,
    "excluded": RowOutcome.EXCLUDED,
}


def recounted(
    plan: Plan, rows: Iterable[OutcomeRow], outcomes: Outcomes
) -> dict[str, tuple[PeriodCounts, ...]]:
    """The counters of every figure from its rows, in the order an engine gives them."""
    by_subject: dict[tuple[str | None, str], list[OutcomeRow]] = {}
    for row in rows:
        by_subject.setdefault((row.commitment, row.kpi), []).append(row)
    found = {}
    for s in subjects(plan):
        span = value_type(plan, s.figure) is ValueType.SPAN
        until = outcomes.known_until(s.figure.id)
        found[s.figure.id] = _figure(s.figure, by_subject.get((s.commitment, s.kpi), []), until, span)
    return found


def _figure(f: Figure, rows: Sequence[OutcomeRow], as_of: int, span: bool) -> tuple[PeriodCounts, ...]:
    groups: dict[tuple[int, tuple[str | None, ...]], list[OutcomeRow]] = {}
    for row in rows:
        for by in dict.fromkeys(((), row.by)):
            groups.setdefault((row.period_start, by), []).append(row)
    made = [
        PeriodCounts(
            start, {c.name: _counter(c, group, as_of, span) for c in f.counters if c.name != LEFT}, by
        )
        for (start, by), group in groups.items()
    ]
    return tuple(sorted(made, key=lambda r: (len(r.by), r.start, [(v is None, v or "") for v in r.by])))


def _counter(c: Counter, rows: Sequence[OutcomeRow], as_of: int, span: bool) -> Number:
    words = [row.outcome for row in rows]
    if c.of is not None:
        return _of_values(c, rows, span)
    match c.name:
        case "rows":
            return sum(w not in {WORDS[name] for name in ("maybe", "no_deadline", "excluded")} for w in words)
        case "open":
            return sum(w in {RowOutcome.OPEN, RowOutcome.PAUSED} for w in words)
        case "hit" | "maybe" | "no_deadline" | "excluded":
            return words.count(WORDS[c.name])
        case "known":
            return sum(
                r.outcome in {RowOutcome.COUNTED, RowOutcome.OPEN} and r.value is not None for r in rows
            )
        case "waiting":
            return sum(r.outcome is RowOutcome.OPEN and r.value is None for r in rows)
        case "matured" | "matured_hit":
            judged = {RowOutcome.MET} if c.name == "matured_hit" else {RowOutcome.MET, RowOutcome.MISSED}
            return sum(r.outcome in judged and r.due is not None and r.due < as_of for r in rows)
        case name:
            return words.count(RowOutcome(name))


def _of_values(c: Counter, rows: Sequence[OutcomeRow], span: bool) -> Number:
    """A sum or a nearest rank over the values; in the high end of a percentile open and undecided rows stand last, in the low one undecided
    ones first."""
    known = [r.value for r in rows if r.value is not None]
    if c.aggregate == "rank":
        undecided = [Decimal(0) for r in rows if r.outcome is RowOutcome.UNDECIDED]
        ends = (
            [*undecided, *known]
            if c.name == "low"
            else [r.value for r in rows if r.value is not None and r.outcome is RowOutcome.COUNTED]
        )
        place = -(-len([*undecided, *known]) * c.percent // 100)
        found = sorted(ends)[place - 1] if 0 < place <= len(ends) else None
    elif c.aggregate == "sum":
        found = sum(known, Decimal(0))
    else:
        found = {"least": min, "greatest": max}[c.aggregate](known) if known else None
    return int(found.scaleb(6)) if span and found is not None else found


def differences(plan: Plan, outcomes: Outcomes, rows: Iterable[OutcomeRow]) -> list[str]:
    """Where the rows do not add up to the figures."""
    again: Mapping[str, Sequence[PeriodCounts]] = recounted(plan, rows, outcomes)
    counted = {f.id: list(_of_rows(outcomes.figures[f.id])) for f in plan.figures}
    return [
        f"{id}: counted {told}, the rows give {list(again[id])}"
        for id, told in counted.items()
        if told != list(again[id])
    ]


def _of_rows(counts: Iterable[PeriodCounts]) -> Iterator[PeriodCounts]:
    """Without the rows that turned out not to belong: nothing became of these."""
    for x in counts:
        counters = {name: n for name, n in x.counters.items() if name != LEFT}
        if any(counters.values()):
            yield replace(x, counters=counters)
