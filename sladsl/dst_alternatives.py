"""What the other reading of a local time would change.

An hour that the clocks showed twice is taken as the first, one that they skipped is moved forward (`data.clocks`). For each row with such a
reading, the reference interpreter works out what became of the rows of its family as they were read, and once more with the other
instant in this one place. Whatever differs is listed: a team should know that a verdict hangs on an hour that nobody can tell.

The as-of stays as it is. Two readings of one family are tried one after the other, never both at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sladsl.calendars.instants import ClockReading
from sladsl.data import Loaded, OtherReading
from sladsl.engines.rows import Data, Evaluation
from sladsl.freshness import rows_as_known
from sladsl.outcomes import AsOf, Example, OutcomeRow, Problem
from sladsl.plan import Plan, Ref, RowOutcome, Status

MOST = 1_000
"""More readings than these are not tried, and a problem says so: they are a zone that is wrong, not an hour in doubt."""
MOST_OF_ONE = 50
"""Nor more than these of one family, whose every other reading is an evaluation of all its rows."""
KINDS = {
    ClockReading.AMBIGUOUS: "other reading of a repeated hour",
    ClockReading.NONEXISTENT: "other reading of a skipped hour",
}
ABSENT = "not there"

Rows: TypeAlias = dict[str, list[dict[str, Any]]]
Place: TypeAlias = tuple[str, str, str]
"""A record, a row's key, and what of the agreement has something to say about the row."""


def changes(plan: Plan, loaded: Loaded, as_of: AsOf) -> tuple[Problem, ...]:
    """What the other readings of ambiguous and nonexistent local times would change, a problem for each kind of change."""
    readings, beyond = loaded.other_readings(MOST)
    if not readings:
        return ()
    families = _Families(plan, _affected(plan, loaded, readings), readings)
    batches = families.batches(readings)
    beyond += sum(map(len, batches[MOST_OF_ONE:]))
    before = families.apart(_row_statuses(plan, families.rows(), as_of))
    keys_of: dict[tuple[str, str, ClockReading, str, str], list[str]] = {}
    for batch in batches[:MOST_OF_ONE]:
        after = families.apart(_row_statuses(plan, families.reread(batch), as_of))
        for reading in batch:
            family = families.of(reading)
            for subject, change in _differences(before.get(family, {}), after.get(family, {})):
                kind = (reading.record, reading.field, reading.kind, subject, change)
                keys_of.setdefault(kind, []).append(reading.key)
    listed = [_problem(*kind, keys) for kind, keys in keys_of.items()]
    if beyond:
        listed.append(Problem(readings[-1].record, "other readings not tried", beyond))
    return tuple(listed)


def _problem(
    record: str, field: str, reading: ClockReading, subject: str, change: str, keys: list[str]
) -> Problem:
    examples = tuple(Example(key=key, field=field) for key in keys[:_EXAMPLES])
    return Problem(record, KINDS[reading], len(keys), field, None, examples, subject=subject, change=change)


_EXAMPLES = 50


def _differences(
    before: Mapping[Place, RowStatus], after: Mapping[Place, RowStatus]
) -> Iterator[tuple[str, str]]:
    """What became otherwise of the rows of one family: each change once, however many of its rows it happens to."""
    told = ((p[2], _change(before.get(p), after.get(p))) for p in dict.fromkeys((*before, *after)))
    yield from dict.fromkeys((subject, change) for subject, change in told if change)


def _change(before: RowStatus | None, after: RowStatus | None) -> str:
    if before == after:
        return ""
    if before is None or after is None:
        return f"{before.words if before else ABSENT} → {after.words if after else ABSENT}"
    if before.words != after.words:
        return f"{before.words} → {after.words}"
    if before.period != after.period:
        return f"{before.words} in {before.period} → {after.words} in {after.period}"
    return "another deadline"


# --------------------------------------------------------------------------------------------------- what became of rows


@dataclass(frozen=True, slots=True)
class RowStatus:
    """What one part of the agreement says of a row. A deadline is among it where somebody acts on it: in a commitment on single rows,
    while it runs and when it was missed."""

    words: str
    period: str = ""
    due: int | None = None


def _row_statuses(plan: Plan, rows: Data, as_of: AsOf) -> dict[Place, RowStatus]:
    evaluation = Evaluation(plan, rows, as_of)
    ev = evaluation.evaluator
    clocked = {c.id for c in plan.commitments if c.clock is not None}
    statuses: dict[Place, RowStatus] = {}
    for d in plan.definitions:
        for frame in evaluation.frames(d.record):
            status = Status(int(ev.value(Ref(d.record, d.status), frame) or 0))
            statuses[d.record, frame.key, d.name] = RowStatus(status.name.lower().replace("_", " "))
    for r in plan.routes:
        for frame in evaluation.frames(r.record):
            code = ev.value(Ref(r.record, r.column), frame)
            taken = isinstance(code, int) and code >= 0 and ev.value(Ref(r.record, r.member), frame) is True
            words = r.destinations[code] if taken and isinstance(code, int) else ABSENT
            statuses[r.record, frame.key, f"route {r.definition}"] = RowStatus(words)
    for row in rows_as_known(plan, as_of, lambda at: _outcome_rows(evaluation, rows, at)):
        acted_on = row.commitment in clocked and row.outcome in {
            RowOutcome.MISSED,
            RowOutcome.OPEN,
            RowOutcome.PAUSED,
        }
        said = RowStatus(str(row.outcome), row.period, row.due if acted_on else None)
        statuses[row.record, row.key, row.commitment or row.kpi] = said
    return statuses


def _outcome_rows(now: Evaluation, rows: Data, at: AsOf) -> Iterable[OutcomeRow]:
    return (now if at == now.as_of else Evaluation(now.plan, rows, at)).outcome_rows()


# ------------------------------------------------------------------------------------------------------------- families


def _affected(plan: Plan, loaded: Loaded, readings: Iterable[OtherReading]) -> Rows:
    """Every row of the families that have such a reading or name a row that has, each once."""
    keys: dict[str, dict[str, None]] = {}
    for reading in readings:
        keys.setdefault(reading.record, {})[reading.key] = None
    rows_of: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {r.name: {} for r in plan.given}
    for record, own in list(keys.items()):
        for name, naming in loaded.naming(plan, record, own).items():
            keys.setdefault(name, {}).update(dict.fromkeys(sorted(naming)))
    for record, some in keys.items():
        for name, rows in loaded.families(plan, record, list(some)).items():
            rows_of[name].update((tuple(row.values()), row) for row in rows)
    return {name: list(rows.values()) for name, rows in rows_of.items()}


class _Families:
    """Rows by what they have to do with each other: by links, by keys that are used twice, and where one names another that may be
    read otherwise. What else is named is there for all of them."""

    def __init__(self, plan: Plan, data: Rows, readings: Iterable[OtherReading]) -> None:
        odd = {(r.record, r.key) for r in readings}
        self._others: set[str] = set()
        self._data = data
        self._keys = {r.name: r.key for r in plan.given}
        self._group: dict[tuple[str, str, Any], tuple[str, str, Any]] = {}
        for record in plan.given:
            for row in data[record.name]:
                own = self._named(record.name, row)
                if record.link is not None and row[record.link.own] is not None:
                    self._join(own, (record.link.parent, record.link.theirs, row[record.link.own]))
                for child in plan.given:
                    if child.link is not None and child.link.parent == record.name:
                        self._join(own, (record.name, child.link.theirs, row[child.link.theirs]))
                for f in (f for f in record.fields if f.key_of and row[f.name] is not None):
                    self._others.add(f.key_of)
                    if (f.key_of, row[f.name]) in odd:
                        self._join(own, (f.key_of, plan.record(f.key_of).key, row[f.name]))
        roots = {name: self._root(name) for name in self._group}
        self._numbers = {root: n for n, root in enumerate(dict.fromkeys(roots.values()))}

    def family(self, record: str, key: str) -> int:
        """The number of the family of the row with this key."""
        return self._numbers[self._root((record, self._keys[record], key))]

    def apart(self, statuses: Mapping[Place, RowStatus]) -> dict[int, dict[Place, RowStatus]]:
        """What is said of the rows of each family."""
        statuses_of: dict[int, dict[Place, RowStatus]] = {}
        for place, said in statuses.items():
            statuses_of.setdefault(self.family(place[0], place[1]), {})[place] = said
        return statuses_of

    def of(self, reading: OtherReading) -> int:
        return self.family(reading.record, reading.key)

    def rows(self) -> Data:
        return self._data

    def batches(self, readings: Sequence[OtherReading]) -> list[list[OtherReading]]:
        """Readings that can be tried together, since no two of them are of one family: the first of each, the second of each, …"""
        by_family: dict[int, list[OtherReading]] = {}
        for reading in readings:
            by_family.setdefault(self.of(reading), []).append(reading)
        most = max(map(len, by_family.values()))
        return [[some[n] for some in by_family.values() if n < len(some)] for n in range(most)]

    def reread(self, batch: Sequence[OtherReading]) -> Data:
        """The rows of these readings' families, where each reading has its other instant."""
        families = {self.of(reading) for reading in batch}
        other = {(r.record, r.key, r.field, r.taken): r.other for r in batch}
        fields = {(r.record, r.field) for r in batch}
        rows_of: Rows = {}
        for record, rows in self._data.items():
            key = self._keys[record]
            odd = [field for owner, field in fields if owner == record]
            rows_of[record] = [
                {**row, **{f: other.get((record, row[key], f, row[f]), row[f]) for f in odd}}
                for row in rows
                if record in self._others or self._numbers[self._root(self._named(record, row))] in families
            ]
        return rows_of

    def _named(self, record: str, row: Mapping[str, Any]) -> tuple[str, str, Any]:
        """What stands for a row: its record and key; a row without one stands for itself."""
        key = row[self._keys[record]]
        name = (record, self._keys[record], key if key is not None else id(row))
        self._group.setdefault(name, name)
        return name

    def _root(self, name: tuple[str, str, Any]) -> tuple[str, str, Any]:
        while self._group[name] != name:
            self._group[name] = self._group[self._group[name]]
            name = self._group[name]
        return name

    def _join(self, a: tuple[str, str, Any], b: tuple[str, str, Any]) -> None:
        self._group.setdefault(b, b)
        self._group[self._root(a)] = self._root(b)
