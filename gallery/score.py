"""What of an agreement is as a policy asks: right, wrong, missing, invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from gallery.policies import NOT_JUDGED, Cell, Expected, Outcomes, Policy
from sladsl.compiler import Compilation, compile_text
from sladsl.data import Binding, DataError
from sladsl.diagnostics import Severity
from sladsl.engines.rows import Evaluation
from sladsl.freshness import ends_of_sources, evaluated
from sladsl.outcomes import AsOf
from sladsl.plan import Figure, Plan
from sladsl.reports.diagnostics import draw
from sladsl.reports.figure_words import is_span
from sladsl.runner import Reads, Run, RunError, of_outcomes, parse_as_of
from sladsl.syntax.printer import format_text
from sladsl.testing import run_tests
from sladsl.verdicts import Measured
from sladsl.workspace import reader, shown_root, workspace


class Standing(StrEnum):
    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that the policy asks, or that the candidate adds: what it is `about`, what is `expected` and what there `is`."""

    standing: Standing
    about: str
    expected: str | None
    is_: str | None


@dataclass(frozen=True, slots=True)
class Score:
    """`score` is the part of the facts that are right, from 0 to 100; `passed` says that all are. `notes` cost nothing: warnings of `sla
    check`, an unusual layout; or why there are no figures at all."""

    policy: str
    score: int
    passed: bool
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]


def score(policy: Policy, text: str, path: str, reads: Reads | None = None) -> Score:
    """How right an agreement is. `path` is where it stands: its imports start there. What is read once serves the next, with `reads`."""
    asked = policy.outcomes
    compilation = _compiled(_with_sources(policy, text, path), path)
    warnings = [d for d in compilation.diagnostics if d.severity is Severity.WARNING]
    notes = [f"{d.severity}[{d.code}]: {d.message}" for d in warnings]
    errors = [d for d in compilation.diagnostics if d.severity is Severity.ERROR]
    plan = compilation.plan
    if errors or plan is None:
        drawn = [draw(d, compilation.sources) for d in errors]
        return _scored(policy, _all_missing(asked), drawn or ["it has no `agreement`"])
    if format_text(compilation.source).text != compilation.source.text:
        notes.append("its layout is not that of `sla fmt`")
    try:
        run = _run(policy, plan, reads or Reads())
    except (DataError, RunError) as error:
        return _scored(policy, _all_missing(asked), [str(error)])
    notes += [f"{p.count} × {p.record}.{p.field}: {p.kind}" for p in run.problems]
    return _scored(policy, [*facts(asked, run), *_tests(compilation)], notes)


def _scored(policy: Policy, facts: list[Fact], notes: list[str]) -> Score:
    right = sum(fact.standing is Standing.RIGHT for fact in facts)
    return Score(
        policy.name, 100 * right // max(len(facts), 1), right == len(facts), tuple(facts), tuple(notes)
    )


# ------------------------------------------------------------------------------------------------------------ running


def _compiled(text: str, path: str) -> Compilation:
    return compile_text(text, path, read=reader(workspace(path)), root=shown_root(path))


def _with_sources(policy: Policy, text: str, path: str) -> str:
    """The text with a source for each record of the policy's data that it has none for: every column is called as its field is."""
    plan = _compiled(text, path).plan
    if plan is None:
        return text
    fed = {source.record for source in plan.sources}
    bare = [r.name for r in plan.given if r.name not in fed and (policy.folder / f"{r.name}.csv").is_file()]
    added = [
        f'\nsource {name}_rows for {name} from "{name}.csv":\n  times in "{policy.outcomes.zone}"\n'
        for name in bare
    ]
    return "".join([text, *added])


def _run(policy: Policy, plan: Plan, reads: Reads) -> Run:
    """On the policy's data, by the reference interpreter. `DataError` where a record is not among them."""
    bindings = [Binding(s.name, str(policy.folder / Path(s.where).name)) for s in plan.sources]
    here = sorted(each.stem for each in policy.folder.glob("*.csv"))
    for record in plan.given:
        if record.name not in {s.record for s in plan.sources}:
            raise DataError(
                f"there are no data for `{record.name}`: those of the policy are {', '.join(here)}"
            )
    loaded = reads.load(plan, bindings, policy.folder, {"progress": None, "memory": None})
    if loaded.refusals:
        raise DataError("\n".join(loaded.refusals))
    rows = loaded.rows()
    at = AsOf(parse_as_of(policy.outcomes.as_of, plan.zone))
    at = replace(at, ends=ends_of_sources(plan, loaded, at))
    counted = evaluated(plan, at, lambda known, _: Evaluation(plan, rows, known).outcomes())
    return of_outcomes(plan, counted, loaded.problems)


# ------------------------------------------------------------------------------------------------------------ comparing


def facts(asked: Outcomes, run: Run) -> Iterator[Fact]:
    """What of a run is as it is asked for, whichever engine made it."""
    owed = [each for each in asked.figures if not each.name.startswith("kpi ")]
    yield from _figures(owed, list(_commitments(run)), strict=True)
    measured = [each for each in asked.figures if each.name.startswith("kpi ")]
    yield from _figures(measured, list(_kpis(run)), strict=False)
    actions = frozenset(_action(run))
    yield from _sets("action", asked.actions, actions)
    routes = {to: n for each in run.outcomes.routes.values() for to, n in each.items() if n}
    for to in sorted({*asked.routes, *routes}):
        yield _fact(f"routed to {to}", asked.routes.get(to), routes.get(to))


def _fact(about: str, expected: object, is_: object) -> Fact:
    """What stands where; `None` for nothing."""
    if expected == is_:
        standing = Standing.RIGHT
    elif is_ is None:
        standing = Standing.MISSING
    else:
        standing = Standing.INVENTED if expected is None else Standing.WRONG
    return Fact(standing, about, *(None if each is None else str(each) for each in (expected, is_)))


def _sets(about: str, expected: frozenset[str], there: frozenset[str]) -> Iterator[Fact]:
    for each in sorted(expected | there):
        yield _fact(
            f"{about} {each}", "there" if each in expected else None, "there" if each in there else None
        )


def _figures(expected: list[Expected], there: list[Expected], strict: bool) -> Iterator[Fact]:
    """Each figure beside the one that is most like it; with `strict` those beside which none stands are invented."""
    partners = _partners(expected, there)
    for each in expected:
        partner = partners.get(each.name)
        if partner is None:
            yield from (
                Fact(Standing.MISSING, f"{each.name} {period}", str(c), None)
                for period, c in each.periods.items()
            )
        else:
            yield from _compared(each, partner)
    taken = {partner.name for partner in partners.values()}
    for extra in (each for each in there if strict and each.name not in taken):
        said = ", ".join(f"{period} {c}" for period, c in extra.periods.items())
        yield Fact(Standing.INVENTED, extra.name, None, said or "nothing to judge")


def _partners(expected: list[Expected], there: list[Expected]) -> dict[str, Expected]:
    """By the expected one's name: that with most in common, a name of its own counting as half."""
    pairs = [(_likeness(a, b) + (a.name == b.name) / 2, a.name, b) for a in expected for b in there]
    partners: dict[str, Expected] = {}
    taken: set[str] = set()
    for likeness, name, candidate in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2].name)):
        if likeness > 0 and name not in partners and candidate.name not in taken:
            partners[name] = candidate
            taken.add(candidate.name)
    return partners


def _likeness(a: Expected, b: Expected) -> float:
    same = [a.periods[period] == b.periods.get(period) for period in a.periods]
    same += [] if a.late is None else [a.late == b.late]
    return sum(same) / len(same) if same else 0


def _compared(expected: Expected, there: Expected) -> Iterator[Fact]:
    about = expected.name if expected.name == there.name else f"{expected.name} (`{there.name}`)"
    owing = [name.partition(".")[0] for name in (expected.name, there.name) if not name.startswith("kpi ")]
    if len(set(owing)) == 2:
        yield _fact(f"{about}, owed by", *owing)
    for period in dict.fromkeys((*expected.periods, *there.periods)):
        yield _fact(f"{about} {period}", expected.periods.get(period), there.periods.get(period))
    if expected.late is not None:
        yield _fact(f"{about}, late", *(_keys(each) for each in (expected.late, there.late)))


def _keys(late: Iterable[str] | None) -> str:
    return ", ".join(sorted(late or ())) or "none"


# ------------------------------------------------------------------------------------------------------------ what there is


def _commitments(run: Run) -> Iterator[Expected]:
    for result in run.commitments:
        id = result.commitment.id
        late = frozenset(row.key for row in run.outcomes.breaches.get(id, ()))
        cells = {
            j.measured.period.label: Cell(
                str(j.verdict or NOT_JUDGED), _value(run.plan, result.figure, j.measured), j.warning
            )
            for j in result.periods
            if j.measured.rows or j.measured.over
        }
        yield Expected(id, cells, late)


def _kpis(run: Run) -> Iterator[Expected]:
    for result in run.without_target():
        for by in dict.fromkeys(m.by for m in (*result.periods, *result.breakdown)):
            cells = {
                m.period.label: Cell(None, _value(run.plan, result.figure, m))
                for m in (*result.periods, *result.breakdown)
                if m.by == by and m.rows
            }
            name = " ".join(("kpi", result.figure.id, *(value or "missing" for value in by)))
            yield Expected(name, cells)


def _value(plan: Plan, figure: Figure, m: Measured) -> tuple[int, int] | Fraction | None:
    if m.numerator is not None and m.denominator is not None:
        return (m.numerator, m.denominator) if m.denominator else None
    if m.value is None:
        return None
    return m.value / 1_000_000 if is_span(plan, figure) else m.value


def _action(run: Run) -> Iterator[str]:
    for due in run.due():
        about = due.key if due.key is not None else due.period.label if due.period is not None else ""
        yield f"{due.verb} {due.to}: {about}"


def _tests(compilation: Compilation) -> Iterator[Fact]:
    for test in run_tests(compilation).tests:
        yield _fact(f"its test `{test.label}`", "passes", "passes" if test.passed else "fails")


def _all_missing(asked: Outcomes) -> list[Fact]:
    told: list[tuple[str, object]] = [
        (f"{each.name} {period}", c) for each in asked.figures for period, c in each.periods.items()
    ]
    told += [(f"action {each}", "there") for each in sorted(asked.actions)]
    told += [(f"routed to {to}", n) for to, n in asked.routes.items()]
    return [Fact(Standing.MISSING, about, str(said), None) for about, said in told]
