"""A test set up: its rows settled at its as-of, and what can be asked of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.compiler import Compilation
from sladsl.engines.rows import Evaluation, Frame
from sladsl.explaining import Reader
from sladsl.lowering import Meaning, meaning
from sladsl.outcomes import AsOf
from sladsl.source import NOWHERE
from sladsl.testing.given import as_of, family


@dataclass(frozen=True)
class Case:
    """A test with its rows in place: `frame` is the row it is about, None where that does not exist at the as-of."""

    test: m.Test
    reader: Reader
    frame: Frame | None
    as_of: int
    notes: tuple[str, ...]

    def with_values(self, values: dict[str, m.Literal | None]) -> Case:
        """The same test, had these fields of its row been given so; None is not given."""
        record = self.test.record
        assert record is not None
        given = self.test.given or (m.Given(record, (), NOWHERE),)
        changed = tuple(_with(g, values) if g.record == record else g for g in given)
        return set_up(self.reader.compilation, self.reader.meaning, replace(self.test, given=changed))


def _with(given: m.Given, values: dict[str, m.Literal | None]) -> m.Given:
    kept = {name: value for name, value in given.values if name not in values}
    new = {name: value for name, value in values.items() if value is not None}
    return replace(given, values=tuple({**kept, **new}.items()))


def meaning_of(compilation: Compilation) -> Meaning:
    """The plan, with the columns that the tests' own conditions and the scores as they are now ask for."""
    model = compilation.model
    asked = [
        (e.condition, t.record)
        for t in model.tests
        if t.record is not None
        for e in t.expectations
        if isinstance(e, m.ExpectCondition)
    ]
    asked += [(c.when, s.record) for s in model.scores.values() for c in s.clauses]
    return meaning(model, compilation.source.name, asked)


def set_up(compilation: Compilation, means: Meaning, test: m.Test) -> Case:
    """The test's rows, settled at its as-of. `Unfit` when they cannot be made."""
    rows, at = family(means.builder, test), as_of(means.builder, test)
    evaluation = Evaluation(means.plan, rows.rows, AsOf(at))
    settled = evaluation.settled[rows.record].rows
    # Not `evaluation.frames`, which works every column out: a test asks for a few.
    row = next((r for r in settled if r.values[means.plan.record(rows.record).key] == rows.key), None)
    frame = None if row is None else evaluation.families.frame(rows.record, row)
    return Case(test, Reader(compilation, means, evaluation), frame, at, rows.notes)
