"""From an agreement, data and a key to the row's story: only the rows that belong to it are brought into memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sladsl import model as m
from sladsl.compiler import Compilation
from sladsl.engines.rows import Evaluation
from sladsl.explaining.build_explanation import Known, Origin, tell
from sladsl.explaining.phrases import Reader
from sladsl.explaining.story import Place, Story
from sladsl.freshness import ends_of_figures
from sladsl.lowering import meaning
from sladsl.outcomes import AsOf, Problem
from sladsl.plan import Plan, Record
from sladsl.prepared import answering
from sladsl.runner import Progress, RunError, loaded_at, working

if TYPE_CHECKING:
    from sladsl.data import Loaded

EVERY = 1_000_000
"""Examples of a problem that are kept: all of them, since only one row's are told."""


def explain(  # noqa: PLR0913 - the arguments of a run, and which row
    compilation: Compilation,
    key: str,
    bindings: Iterable[tuple[str, object]] = (),
    *,
    record: str | None = None,
    commitment: str | None = None,
    base: Path | None = None,
    as_of: str | None = None,
    now: int | None = None,
    progress: Progress | None = None,
) -> Story:
    """What became of the row with this key, in `record` or else in the one record that has it, under a compilation that has a plan.

    `commitment` is an id (`sales.response_time`), or its KPI where only one commitment has it: only this is told. The other arguments
    are those of `runner.run`. `RunError` for a record, a commitment or a key that is not there, and for a row that does not exist yet;
    `sladsl.data.DataError` for data that cannot be read.
    """
    plan = _checked(compilation, record, commitment)
    with answering(plan):
        loaded, at = loaded_at(plan, bindings, base=base, as_of=as_of, now=now, progress=progress)
        (progress or (lambda _: None))("looking the row up")
        return explain_loaded(compilation, loaded, at, key, record=record, commitment=commitment)


def explain_loaded(
    compilation: Compilation,
    loaded: Loaded,
    at: AsOf,
    key: str,
    *,
    record: str | None = None,
    commitment: str | None = None,
) -> Story:
    """The same of data that are loaded, and were made for the compilation's plan."""
    plan = _checked(compilation, record, commitment)
    only = None if commitment is None else _commitment(compilation.model, commitment)
    with working(loaded):
        own = _record_of(plan, loaded, key, record)
        if only is not None:
            _check_about(plan, only, own)
        return _story(compilation, loaded, at, own, key, only)


def _checked(compilation: Compilation, record: str | None, commitment: str | None) -> Plan:
    """What is asked for is there; said before data are loaded."""
    plan, model = compilation.plan, compilation.model
    assert plan is not None, "an agreement with errors has no plan"
    if commitment is not None:
        _commitment(model, commitment)
    if record is not None and record not in model.records:
        raise RunError(f"there is no record `{record}`: the agreement's records are {_listed(model.records)}")
    return plan


def _commitment(model: m.Model, name: str) -> m.Commitment:
    named = [c for c in model.commitments if name in {c.id, c.kpi}]
    ids = [c.id for c in named or model.commitments]
    if len(named) > 1:
        raise RunError(f"several commitments are about `{name}`: say which, {_listed(ids)}")
    if not named:
        raise RunError(f"there is no commitment `{name}`: the agreement's are {_listed(ids)}")
    return named[0]


def _check_about(plan: Plan, only: m.Commitment, own: Record) -> None:
    """A commitment tells of rows of its own record, and of those below them, which may answer it."""
    figure = next(c.figure for c in plan.commitments if c.id == only.id)
    about = plan.figure(figure).record
    at: Record | None = own
    while at is not None and at.name != about:
        at = None if at.link is None else plan.record(at.link.parent)
    if at is None:
        raise RunError(f"`{only.id}` is about rows of `{about}`, and this is a row of `{own.name}`")


def _record_of(plan: Plan, loaded: Loaded, key: str, record: str | None) -> Record:
    from sladsl.data.selection import has_key, records_with

    if record is not None:
        own, named = plan.source_row(record, key)
        if own.name != record and has_key(loaded.tables[own.name], own.key, named):
            return plan.record(record)
        if not has_key(loaded.tables[own.name], own.key, named):
            elsewhere = records_with(plan, loaded.tables, key)
            also = f"; it is a key of {_listed(elsewhere, ' and ')}" if elsewhere else ""
            raise RunError(
                _not_found(loaded, [own], key) if not also else f"no `{record}` has the key `{key}`{also}"
            )
        return own
    names = records_with(plan, loaded.tables, key)
    if len(names) > 1:
        which = " or ".join(f"`--record {name}`" for name in names)
        raise RunError(f"`{key}` is a key in {_listed(names, ' and ')}: say which is meant with {which}")
    if not names:
        names = _spells(plan, loaded, key)
        if len(names) > 1:
            which = " or ".join(f"`--record {name}`" for name in names)
            raise RunError(f"`{key}` may be a spell of several kinds: say which is meant with {which}")
    if not names:
        keyed = [r for r in plan.given if any(f.key for f in r.fields)]
        raise RunError(_not_found(loaded, keyed, key))
    return plan.record(names[0])


def _spells(plan: Plan, loaded: Loaded, key: str) -> list[str]:
    """The spells that may have a key, since the row that they are of is there. One that is made of a row has that row's key."""
    from sladsl.data.selection import has_key

    found = []
    for r in plan.made:
        own, named = plan.source_row(r.name, key)
        if named != key and has_key(loaded.tables[own.name], own.key, named):
            found.append(r.name)
    return found


def _not_found(loaded: Loaded, records: Sequence[Record], key: str) -> str:
    from sladsl.data.selection import alike_keys, first_keys, keys_by_text, mistyped_keys

    if not records:
        return "no record of the agreement declares a key: name one with `--record`; its rows go by their place in the data"
    said = f"no {' or '.join(f'`{r.name}`' for r in records)} has the key `{key}`"
    for r in records:
        if alike := alike_keys(loaded.tables[r.name], r.key, key):
            return f"{said}; did you mean {_listed(alike, ' or ')}?"
    for r in records:
        if by_text := keys_by_text(loaded.tables[r.name], r, key):
            field, rows = by_text
            return f"{said}; `{r.name}.{field}` has it in {', '.join(f'`{own}` ({value})' for own, value in rows)}"
    for r in records:
        if mistyped := mistyped_keys(loaded.tables[r.name], r.key, key):
            return f"{said}; did you mean {_listed(mistyped, ' or ')}?"
    examples = first_keys(loaded.tables[records[0].name], records[0].key)
    return (
        f"{said}: its keys are like {_listed(examples)}"
        if examples
        else f"{said}: the data have no rows of it"
    )


def _story(
    compilation: Compilation, loaded: Loaded, at: AsOf, own: Record, key: str, only: m.Commitment | None
) -> Story:
    mean = meaning(compilation.model, compilation.source.name)
    rows = loaded.families(mean.plan, own.name, [key])
    evaluation = Evaluation(mean.plan, rows, at, examples=EVERY)
    frame = evaluation.by_key.get((own.name, key))
    if frame is None and own.made is not None:
        keys = [f.key for f in evaluation.frames(own.name)][:5]
        there = f": there are {_listed(keys)}" if keys else " yet: none has begun"
        raise RunError(f"there is no `{own.name}` `{key}`{there}")
    if frame is None:
        raise RunError(
            f"`{own.name}` `{key}` is in the data and does not exist yet: all its times are later than the as-of; "
            "give a later one with `--as-of`"
        )
    reader = Reader(compilation, mean, evaluation)
    ends = ends_of_figures(mean.plan, at)
    until = {end.until: replace(at, instant=end.until) for end in ends.values()}
    then = {x: Reader(compilation, mean, Evaluation(mean.plan, rows, at)) for x, at in until.items()}
    known = {figure: Known(then[end.until], end) for figure, end in ends.items()}
    given, named = mean.plan.source_row(own.name, key)
    places = tuple(Place(p.file, p.line) for p in loaded.places(given.name, [named]).get(named, ()))
    same_key = [row for row in rows.get(own.name, ()) if row[own.key] == key]
    return tell(reader, frame, Origin(places, _problems(loaded, evaluation), same_key), only, known)


def _problems(loaded: Loaded, evaluation: Evaluation) -> tuple[Problem, ...]:
    """What reading the rows in memory found wrong."""
    keys: Mapping[str, list[str]] = {
        r.name: [row.values[r.key] for row in evaluation.settled[r.name].rows] for r in evaluation.plan.given
    }
    return tuple(p for name, own in keys.items() if own for p in loaded.problems_of(name, own))


def _listed(names: Iterable[str], between: str = ", ") -> str:
    return between.join(f"`{name}`" for name in names)
