"""A test in the language from a row of real data: what is given, as of when, and what became of the row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import SECOND, Zone, day_date
from sladsl.clauses import exclusions_of
from sladsl.compiler import Compilation
from sladsl.engines.rows import Evaluation, Frame
from sladsl.explaining import Reader
from sladsl.model.traversal import walk
from sladsl.outcomes import AsOf
from sladsl.plan import Ref, State, Status
from sladsl.source import as_text
from sladsl.testing.cases import meaning_of
from sladsl.testing.given import Unfit, key_name
from sladsl.testing.verdicts import VERDICTS, outcome

Rows = Mapping[str, Sequence[Mapping[str, Any]]]

_WIDTH = 110


def write(compilation: Compilation, data: Rows, record: str, key: str, at: AsOf) -> str:
    """The text of a `test` block about the row of `record` with this key, as of an instant.

    `data` are the rows of its family, as the interpreter takes them. What the language cannot say becomes a comment. `Unfit` when there
    is no such row, or not yet.
    """
    means = meaning_of(compilation)
    evaluation = Evaluation(means.plan, data, at)
    frame = evaluation.by_key.get((record, key))
    if frame is None:
        there = any(row[key_name(means.model.records[record])] == key for row in data[record])
        raise Unfit(
            f"the `{record}` `{key}` is not there yet at that moment: all its times come later"
            if there
            else f"there is no `{record}` with the key `{key}` in the data"
        )
    writer = _Writer(Reader(compilation, means, evaluation), data, frame)
    return "\n".join(writer.block())


@dataclass(frozen=True)
class _Writer:
    reader: Reader
    data: Rows
    frame: Frame

    @property
    def model(self) -> m.Model:
        return self.reader.model

    @property
    def zone(self) -> Zone:
        return self.reader.meaning.builder.zone

    def block(self) -> Iterator[str]:
        at = self.reader.evaluation.as_of.instant
        label = _text(f"{self.frame.record} {self.frame.key}") or f'"a {self.frame.record}"'
        yield f"test {label}:"
        yield from self.given(self.frame)
        for row in (*self.below(), *self.named()):
            yield from self.given(row)
        moment, exact = _clock(at, self.zone, up=True)
        yield f"  as of {moment}"
        if not exact:
            yield "  # the as-of is not a reading of the clock to the second: this is the next one"
        yield from self.expectations()

    def below(self) -> list[Frame]:
        """The rows that belong to it and that the agreement reads, or rows below them, in the order of time."""
        wanted = {record for record, _ in reads(self.model)}
        frames = [
            row
            for r in self.model.given
            if r.name in wanted and self._is_below(r)
            for row in self.reader.evaluation.evaluator.below(r.name, self.frame)
        ]
        return sorted(frames, key=lambda f: (self.reader.moment(f) or 0, f.record, f.key))

    def named(self) -> list[Frame]:
        """The rows that these name by a key which the agreement reads, and those that they name in turn; in the order of their keys."""
        wanted = reads(self.model)
        seen: dict[tuple[str, str], Frame] = {}
        given = [self.frame, *self.below()]
        known = {(row.record, row.key) for row in given}
        while given:
            row = given.pop()
            for f in self.model.records[row.record].fields.values():
                if not isinstance(f.type, t.Text) or not f.type.key_of or (row.record, f.name) not in wanted:
                    continue
                other = self.reader.evaluation.families.named(f.type.key_of, self.value(row, f))
                if other is not None and (other.record, other.key) not in {*known, *seen}:
                    seen[other.record, other.key] = other
                    given.append(other)
        return [seen[place] for place in sorted(seen)]

    def _is_below(self, r: m.Record) -> bool:
        link = r.link
        while link is not None:
            if link.parent == self.frame.record:
                return True
            link = self.model.records[link.parent].link
        return False

    # ---------------------------------------------------------------------------------------------------------- given

    def given(self, row: Frame) -> Iterator[str]:
        """The row's known fields that matter, and a comment for each that cannot be written."""
        record = self.model.records[row.record]
        said: list[str] = []
        lost: list[str] = []
        for f in record.fields.values():
            value = self.value(row, f)
            if value is None or not self.matters(record, f, row):
                continue
            written = self.literal(value, f.type)
            if written is None:
                lost.append(f"  # `{f.name}` cannot be written in a test: {_shown(value, f.type)}")
                continue
            said.append(f"{f.name} {written[0]}")
            if not written[1]:
                lost.append(f"  # `{f.name}` is {_shown(value, f.type)}: {_LESS}")
        yield from _folded(f"  given {record.name}", said)
        yield from lost

    def value(self, row: Frame, f: m.Field) -> Any:
        """The value in the data, one that lies later than the as-of included: `not yet` is something else than missing."""
        if f.name not in row.hidden:
            return row.values[f.name]
        key = key_name(self.model.records[row.record])
        later = [r[f.name] for r in self.data[row.record] if r[key] == row.key and r[f.name] is not None]
        return min(later, default=None)

    def matters(self, record: m.Record, f: m.Field, row: Frame) -> bool:
        """Fields that are read, those that join rows where it is not clear which, and all of a record without a key: alike rows are one."""
        if f.key and record.name in {other.record for other in self.named()}:
            return True
        if f.key or (record.link is not None and f.name == record.link.own):
            return self.joins(record, f.name, row)
        return (
            record.key is None
            or (record.name, f.name) in reads(self.model)
            or self.joins(record, f.name, row)
        )

    def joins(self, record: m.Record, name: str, row: Frame) -> bool:
        """Whether the field says which rows belong together, and something has to."""
        own = record.link
        if own is not None and name == own.own and row is not self.frame:
            return own.parent != self.frame.record or not self._is_key(own)
        children = [r for r in self.below() if r.record != row.record]
        links = [self.model.records[c.record].link for c in children]
        below = [x for x in links if x is not None and x.parent == record.name and x.theirs == name]
        return any(row is not self.frame or not self._is_key(x) for x in below)

    def _is_key(self, link: m.Link) -> bool:
        return link.theirs == key_name(self.model.records[link.parent])

    def literal(self, value: Any, type: t.Type) -> tuple[str, bool] | None:
        """The value as the language writes it, and whether it says all of it; None where it cannot be written."""
        match value, type:
            case bool(), _:
                return ("true" if value else "false"), True
            case str(), _:
                text = _text(value)
                return None if text is None else (text, True)
            case Decimal(), _:
                return f"{value.normalize():f}", True
            case int(), t.Date():
                return day_date(value).isoformat(), True
            case int(), t.Time():
                return _clock(value, self.zone)
            case int(), t.Duration() if value >= 0 and value % SECOND == 0:
                return f"{value // SECOND} seconds", True
            case _:
                return None

    # --------------------------------------------------------------------------------------------------- expectations

    def expectations(self) -> Iterator[str]:
        for d in self.model.definitions.values():
            if d.record == self.frame.record:
                yield self.definition(d)
        for c in self.model.commitments:
            yield from self.verdict(c)
        for r in self.reader.meaning.plan.routes:
            if (
                r.record == self.frame.record
                and self.reader.column(Ref(r.record, r.member), self.frame) is True
            ):
                code = self.reader.column(Ref(r.record, r.column), self.frame)
                if code is not None and code >= 0:
                    yield f"  expect {r.definition} routed to {_text(r.destinations[code])}"

    def definition(self, d: m.Definition) -> str:
        status = self.reader.column(self.reader.meaning.columns.definitions[d.name].status, self.frame)
        match status:
            case Status.IN:
                return f"  expect {d.name}"
            case Status.UNCLASSIFIABLE | Status.PENDING | Status.UNDATED:
                return f"  # whether it is in {d.name} is unknown"
            case _:
                return f"  expect not {d.name}"

    def verdict(self, c: m.Commitment) -> Iterator[str]:
        kpi = self.model.kpis[c.kpi]
        row_by_row = isinstance(kpi.measure, m.TimeBetween) or (
            isinstance(kpi.measure, m.Become) and kpi.measure.within is not None
        )
        if not row_by_row or kpi.record != self.frame.record or not _on_rows(c, kpi):
            return
        outcome_of_row = outcome(self.reader, c, self.frame)
        words = c.kpi if c.population is None else f"{c.kpi} of {c.population}"
        if outcome_of_row.state is State.UNDECIDED:
            yield f"  # {words} is undecided: it has not started, stopped before its start, or runs in hours that are not known"
        elif outcome_of_row.state is State.NO_DEADLINE:
            yield f"  # {words} does not judge it: it has no deadline to be held to"
        elif outcome_of_row.state is not None:
            due = "" if outcome_of_row.due is None else f", due {self.due(outcome_of_row.due)}"
            yield f"  expect {words} {VERDICTS[outcome_of_row.state]}{due}"

    def due(self, at: int) -> str:
        """The clock's reading where it says exactly this instant, else its day."""
        text, exact = _clock(at, self.zone)
        return text if exact else day_date(self.zone.date_of(at)).isoformat()


_LESS = "a test has whole seconds, and of an hour that occurs twice the first"


def _on_rows(c: m.Commitment, kpi: m.Kpi) -> bool:
    """Whether single rows are judged: a limit on a time KPI's median is not about one."""
    return isinstance(c.target, m.Within) or isinstance(kpi.measure, m.Become)


def _clock(at: int, zone: Zone, up: bool = False) -> tuple[str, bool]:
    """An instant as a clock reading to the second (the next one with `up`), and whether it is read back as the same instant."""
    whole = -(-at // SECOND) if up else at // SECOND
    local = zone.local(whole * SECOND)
    day, rest = divmod(local // SECOND, 86_400)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")
    return f"{day_date(day).isoformat()} {clock}", zone.to_instant(local)[0] == at


def _text(value: str) -> str | None:
    """The text in quotes; None for one that does not fit on a line."""
    if not value.isprintable():
        return None
    return as_text(value)


def _shown(value: Any, type: t.Type) -> str:
    if isinstance(type, t.Time):
        from sladsl.calendars import iso

        return iso(value)
    return ascii(value)


def _folded(head: str, said: Sequence[str]) -> Iterator[str]:
    """`given lead: a 1, b 2`, on several lines where one would be too long."""
    line = head + (":" if said else "")
    for n, part in enumerate(said):
        piece = f" {part}" + ("," if n + 1 < len(said) else "")
        if len(line) + len(piece) > _WIDTH and n:
            yield line
            line = "   "
        line += piece
    yield line


# --------------------------------------------------------------------------------------------- what the agreement reads


Read = tuple[str, str]


def reads(model: m.Model) -> set[Read]:
    """The fields that conditions, clocks and the cuts in time between them read, as (record, field)."""
    fields_read = {(u.record, u.field) for e in _expressions(model) for u in _fields(e)}
    fields_read |= {x for moment in _moments(model) for x in _of_moment(moment)}
    fields_read |= {(r.name, r.moment.name) for r in model.given if r.moment is not None}
    # A deadline that the row holds itself: `by target`.
    dues = (c.due for c in _choices(model) if not isinstance(c.due, m.Budget))
    return fields_read | {(use.record, use.field) for due in dues for use in _fields(due)}


def _choices(model: m.Model) -> Iterator[m.Choice]:
    for c in model.commitments:
        if isinstance(c.target, m.Within):
            yield from c.target.choices


def _expressions(model: m.Model) -> Iterator[m.Expression]:
    yield from (c.when for s in model.scores.values() for c in s.clauses)
    yield from (d.when for d in model.definitions.values() if d.when is not None)
    yield from (c.when for c in _choices(model) if c.when is not None)
    yield from (x.when for c in model.commitments for x in exclusions_of(c))
    yield from (c.when for r in model.routes for c in r.cases if c.when is not None)
    for event in model.events.values():
        if isinstance(event.pick, m.NthRow) and event.pick.where is not None:
            yield event.pick.where
    for kpi in model.kpis.values():
        measure = kpi.measure
        if not isinstance(measure, m.TimeBetween) and measure.population.where is not None:
            yield measure.population.where
        if isinstance(measure, m.Whose):
            yield measure.condition


def _moments(model: m.Model) -> Iterator[m.Moment]:
    yield from (d.since for d in model.definitions.values() if d.since is not None)
    for kpi in model.kpis.values():
        if isinstance(kpi.measure, m.TimeBetween):
            yield from (kpi.measure.start, kpi.measure.end)
    for event in model.events.values():
        if isinstance(event.pick, m.NthRow):
            by = model.records[event.pick.record].fields[event.pick.by]
            yield m.FieldUse(event.pick.record, by.name, by.type, by.span)
        else:
            yield from (x.moment if isinstance(x, m.MovedMoment) else x for x in event.pick.moments)


def _fields(e: m.Expression) -> Iterator[m.AnyField]:
    return (x for x in walk(e) if isinstance(x, m.AnyField))


def _of_moment(moment: m.Moment) -> Iterator[Read]:
    yield from ((use.record, use.field) for use in _fields(moment))
