"""Who kept a commitment: its rows of a period by whoever is accountable, and by fields of their record."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sladsl.calendars import DAY
from sladsl.data import row_table
from sladsl.plan import SHARES, Commitment, FieldType, RowOutcome
from sladsl.reviewing.pack import Breakdown, Headline, Share
from sladsl.runner import Run
from sladsl.verdicts import Judged

if TYPE_CHECKING:
    import ibis

Row = Mapping[str, Any]
_OVER = "over_"
_APART = [str(RowOutcome.MAY_COUNT), str(RowOutcome.NO_DEADLINE)]
"""Rows that are listed with a figure and are not in it."""
UNSHARED = frozenset({FieldType.TIME, FieldType.DURATION})
"""Fields that hardly two rows have the same value of."""


def rows_of(run: Run, rows: ibis.Table, headlines: Sequence[Headline], fields: Sequence[str]) -> list[Row]:
    """What became of each row in the periods of the headlines and in those before; with the record's own fields of these names, each in
    a column `over_…` of text."""
    found: list[Row] = []
    for h in headlines:
        starts = [j.measured.period.start for j in (h.now, h.before) if j is not None]
        own = rows.filter(
            rows["commitment"] == h.commitment.id,
            rows["period_start"].isin(starts),
            rows["outcome"].notin(_APART),
        )
        found += row_table(_with_fields(run, own, h.figure.record, fields)).to_pylist()
    return found


def _with_fields(run: Run, own: ibis.Table, record: str, fields: Sequence[str]) -> ibis.Table:
    declared = next(r for r in run.plan.records if r.name == record)
    asked = [f for f in declared.fields if f.name in fields and f.type not in UNSHARED]
    if not asked:
        return own
    assert run.loaded is not None, "a review is made of a run on data"
    table = run.loaded.tables[record]
    # Of two rows with one key, which is a data problem that is listed, either may speak for it.
    first = table.group_by(key=table[declared.key].cast("string")).agg(
        **{_OVER + f.name: _one_of(table[f.name], f.type) for f in asked}
    )
    return own.left_join(first, "key").drop("key_right")


def _one_of(column: ibis.Value, type: FieldType) -> ibis.Value:
    match type:
        case FieldType.BOOLEAN:
            return column.any()
        case FieldType.DATE:
            return column.min() * DAY
        case _:
            return column.min()


def rows_in(rows: Iterable[Row], commitment: Commitment, judged: Judged) -> list[Row]:
    label = judged.measured.period.label
    return [row for row in rows if (row["commitment"], row["period"]) == (commitment.id, label)]


def breakdowns(
    run: Run, headlines: Iterable[Headline], rows: Sequence[Row], fields: Sequence[str]
) -> Iterator[Breakdown]:
    """By the one who is accountable, by each field that the KPI is reported by and by those of the review; shares only, which add up."""
    for h in headlines:
        if h.figure.measure not in SHARES:
            continue
        own = rows_in(rows, h.commitment, h.now)
        earlier = rows_in(rows, h.commitment, h.before) if h.before is not None else []
        for by, column in _columns(run, h, fields):
            if any(row.get(column) is not None for row in own):
                then = {share.name: share for share in _shares(earlier, column)}
                now = (replace(s, before=then.get(s.name)) for s in _shares(own, column))
                yield Breakdown(h.commitment, by, tuple(now))


def _columns(run: Run, h: Headline, fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each once: what it is called, and its column."""
    record = next(r for r in run.plan.records if r.name == h.figure.record)
    yield record.accountable or "owner", "owner"
    reported = dict.fromkeys(h.figure.by_names)
    yield from ((name, f"by_{name}") for name in reported)
    yield from (
        (name, _OVER + name) for name in fields if name != record.accountable and name not in reported
    )


def _shares(rows: Sequence[Row], column: str) -> Iterator[Share]:
    counted: dict[str | None, Counter[str]] = {}
    for row in rows:
        name = _text(row[column])
        counted.setdefault(name, Counter())[row["outcome"]] += 1
    made = [
        Share(
            name,
            sum(n.values()),
            n[str(RowOutcome.MET)],
            n[str(RowOutcome.OPEN)] + n[str(RowOutcome.UNDECIDED)],
        )
        for name, n in counted.items()
    ]
    yield from sorted(made, key=lambda s: (-s.rows, s.name or ""))


def _text(value: object) -> str | None:
    """A value as a reader knows it; what the agreement itself breaks down by is text already."""
    match value:
        case None | str():
            return value
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return f"{value.normalize():f}"
        case dt.datetime():
            return value.date().isoformat()
        case _:
            return str(value)
