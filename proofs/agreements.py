"""Random agreements: every form of the language that lowers to something, over the records of `records`.

What is said is meant to be right. What the checker refuses all the same (a condition that can never be true, a target its KPI cannot
reach) is left out, a declaration at a time, with whatever rests on it; `said` and `kept` of an `Agreement` tell how much that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from proofs.conditions import Declared, Speaker
from proofs.places import Place, calendar, head, place
from proofs.promises import DATED, Kpi, Promises
from proofs.records import CHILDREN, Schema
from sladsl.compiler import compile_text
from sladsl.diagnostics import Severity
from sladsl.plan import Plan

TIMES = {
    "lead": ("mql_at", "accepted_at", "won_at", "created_at", "born", "keeper.hired_at"),
    "call": ("at", "planned_on"),
    "deal": ("signed_at", "closed_on"),
    "note": ("said_at",),
}


@dataclass(frozen=True, slots=True)
class Agreement:
    """A text without errors, its plan, and where it takes place; `said` declarations were made and `kept` stayed."""

    text: str
    plan: Plan
    place: Place
    said: int
    kept: int


def agreement(chance: Random) -> Agreement:
    """One agreement; the same one for the same numbers drawn from `chance`."""
    while True:
        where = place(chance)
        said = list(_declarations(chance, where))
        kept = without_errors(said)
        plan = compile_text("\n".join(kept)).plan
        assert plan is not None
        if plan.figures:
            return Agreement("\n".join(kept), plan, where, len(said), len(kept))


def without_errors(declarations: list[str]) -> list[str]:
    """The declarations that stand when those with an error are taken away, and those that rest on them."""
    while True:
        text, starts, at = "\n".join(declarations), [], 0
        for d in declarations:
            starts.append(at)
            at += len(d) + 1
        errors = [d for d in compile_text(text).diagnostics if d.severity is Severity.ERROR]
        if not errors:
            return declarations
        wrong = {max(n for n, start in enumerate(starts) if start <= d.span.start) for d in errors}
        declarations = [d for n, d in enumerate(declarations) if n not in wrong]


def _declarations(chance: Random, where: Place) -> Iterator[str]:
    calendars = ["desk", "night"][: chance.randint(1, 2)]
    schema = Schema(chance)
    declared = Declared(schema, calendars, where.dates)
    yield head(chance, where, calendars)
    for name in calendars:
        yield calendar(chance, where, name)
    yield calendar(chance, where, "shift", "rep")
    yield from schema.texts()
    for name, (before, after) in DATED.items():
        yield f"let {name} = {before}, {after} from {chance.choice(where.dates)}\n"
    say = Speaker(chance, declared)
    yield from _meanings(chance, say, declared)
    yield from _of_spells(chance, say, declared)
    yield from _promises(chance, declared)
    for name in chance.sample(declared.definitions["lead"], min(2, len(declared.definitions["lead"]))):
        yield _route(say, name)


def _meanings(chance: Random, say: Speaker, declared: Declared) -> Iterator[str]:
    """Events, scores and definitions, each over the ones before, in an order of their own."""
    events = clocks = 0
    for n in range(chance.randint(5, 11)):
        match chance.choice(
            ("event", "score", "derived", "spell", "spell", "define", "define", "define", "clock", "clock")
        ):
            case "spell":
                record = chance.choice(("lead", "lead", "lead", "call"))
                yield f"spell w{n} of {record}:\n{_spell(chance, declared, record)}"
                declared.spells[record].append(f"w{n}")
            case "derived":
                record = chance.choice(("lead", "lead", "call", "note"))
                kind = chance.choice(("number", "number", "text"))
                yield f"let f{n} of {record} = {_derived(say, record, kind)}\n"
                declared.derived[record].append((f"f{n}", kind))
            case "event":
                events += 1
                record = chance.choice(("lead", "lead", "lead", "call"))
                yield f"event e{events}:\n  {_event(chance, say, record)}\n"
                declared.events[record].append(f"e{events}")
            case "score":
                record = chance.choice(("lead", "lead", "call"))
                yield f"score s{n} of {record}:\n{_points(chance, say, record)}"
                declared.scores[record].append(f"s{n}")
            case "clock":
                clocks += 1
                record = chance.choice(("lead", "lead", "lead", "call", "note"))
                made = Promises(chance, declared).clock(f"c{clocks}", record)
                yield f"kpi {made.name} = {made.text}\n"
                declared.clocks[record].append(made.name)
            case _:
                record = chance.choice(("lead", "lead", "lead", "lead", "call", "deal", "note"))
                yield from _definition(chance, say, declared, record, f"D{n}")
                declared.definitions[record].append(f"D{n}")


def _spell(chance: Random, declared: Declared, record: str) -> str:
    say = Speaker(chance, declared, ("deal",))  # which is there from a date on
    names = [name for name, _ in declared.derived[record]]
    names += [f.name for f in declared.schema.fields[record] if f.kind in {"text", "enumeration", "number"}]
    split = chance.sample(names, min(len(names), chance.randint(1, 2))) if chance.random() < 0.5 else []
    each = f"  for each {', '.join(split)}\n" if split else ""
    if say.looked_at(record) and chance.random() < 0.6:
        return f"  while {say.children(record, 1)}\n{each}"
    comes = {"lead": "mql_at", "call": "over_at"}[
        record
    ]  # what in time can change it, whatever else is asked
    return f"  while {comes} is {chance.choice(('known', 'missing'))} {chance.choice(('and', 'or'))} ({say.joined(record, 2)})\n{each}"


def _of_spells(chance: Random, say: Speaker, declared: Declared) -> Iterator[str]:
    """What is counted, measured and promised of spells."""
    for record, names in declared.spells.items():
        for w in names:
            yield f"define Q{w}: {w} when {say.joined(record, 1)}\n"
            yield f"kpi n{w} = count of {chance.choice((w, f'Q{w}'))}\n"
            unit = chance.choice(("", " in business hours", " in hours"))
            yield f"kpi t{w} = time from {w} to {w}.ended{unit}\n"
            span = chance.choice(("90 minutes", "4 hours", "4 business hours", "1 day"))
            clauses = Promises(chance, declared).stands(record, span, f"{record}.")
            kpis = f"  t{w} within {span} for 60% of {w} per month\n{clauses}  n{w} at most 3 per week\n"
            yield f"marketing owes sales:\n{kpis}"
            yield from _of_what_lasts(declared, record, w)
            for d in declared.definitions[record][:1]:
                yield f"kpi b{w} = share of {w} that become {d} within 2 days\n"


def _of_what_lasts(declared: Declared, record: str, w: str) -> Iterator[str]:
    """What is counted of the spells that last when a period ends; by their name, so that what else is said stays what it was."""
    chance = Random(f"{w} of {record} {sorted(declared.definitions[record])}")
    say = Speaker(chance, declared)
    yield f"kpi l{w} = count of {chance.choice((w, f'Q{w}'))} at period end\n"
    yield f"kpi h{w} = share of {chance.choice((w, f'Q{w}'))} at period end whose {say.joined(record, 1)}\n"
    few = f'  l{w} at most 2 per week\n  h{w} at least 50% per month\n    if missed notify "head"\n'
    yield f"sales owes marketing:\n{few}"


def _derived(say: Speaker, record: str, kind: str) -> str:
    other = say.number(record, 0) if kind == "number" else say.text(record)
    one = say.picked(record, kind, 1)
    return other if one is None else f"({one} else {other})"


def _event(chance: Random, say: Speaker, record: str) -> str:
    if chance.random() < 0.2:
        several = chance.sample(say.moments(record), min(2, len(say.moments(record))))
        return _of_several(Random(", ".join(several)), say, record, several)
    child = chance.choice([c for c in CHILDREN[record] if c != "note" or record == "call"] or ["note"])
    by = " by signed_at" if child == "deal" else ""
    where = f" where {say.joined(child, 1)}" if chance.random() < 0.6 else ""
    return f"{chance.choice(('first', 'first', 'first', 'last', 'next', '2nd', '3rd'))} {child}{by}{where}"


def _of_several(chance: Random, say: Speaker, record: str, several: list[str]) -> str:
    """The first of several moments; the last of them, or what is reckoned from one, where none of them is an event that may move."""
    settled = not set(several) & set(say.events(record))
    if not settled or chance.random() < 0.4:
        return f"first of {', '.join(several)}"
    first, *others = (_reckoned(chance, say, record, x) if chance.random() < 0.5 else x for x in several)
    alone = not others and " " in first
    return first if alone else f"{chance.choice(('first', 'last'))} of {', '.join((first, *others))}"


def _reckoned(chance: Random, say: Speaker, record: str, moment: str) -> str:
    """A moment that is so long after another, or before (after) one that is planned."""
    planned = say.plans(record)
    if planned and chance.random() < 0.3:
        return f"{chance.choice(('3 hours before', '90 minutes after'))} {chance.choice(planned)}"
    return f"{chance.choice(('2 hours', '1 business hour', '1 day', '1 business day'))} after {moment}"


def _points(chance: Random, say: Speaker, record: str) -> str:
    clauses = [
        (chance.choice(("add", "add", "subtract")), chance.choice(("1", "2", "2.5", "40")))
        for _ in range(chance.randint(1, 3))
    ]
    return "".join(f"  {verb} {points} when {say.condition(record, 1)}\n" for verb, points in clauses)


def _definition(chance: Random, say: Speaker, declared: Declared, record: str, name: str) -> Iterator[str]:
    """A definition, which may be given again from dates on."""
    bases = declared.definitions[record]
    base = chance.choice(bases) if bases and chance.random() < 0.6 else record
    when = f" when {say.condition(record)}" if chance.random() < 0.75 else ""
    moments = [*TIMES[record] * 2, *say.events(record), *declared.definitions[record]]
    since = f"  since {chance.choice(moments)}\n" if record == "deal" or chance.random() < 0.65 else ""
    yield f"define {name}:\n  {base}{when}\n{since}"
    apart = Random(f"{base}{when}{since}")
    for date in apart.sample(declared.dates, apart.choice((0, 0, 0, 0, 1, 2))):
        again = Speaker(apart, declared)
        when = f" when {again.condition(record)}" if apart.random() < 0.85 else ""
        yield f"define {name} from {date}:\n  {base}{when}\n{since}"


def _promises(chance: Random, declared: Declared) -> Iterator[str]:
    make = Promises(chance, declared)
    for record, clocks in declared.clocks.items():
        for clock in clocks:
            yield make.commitment(Kpi(clock, "clock", record, ""))
    for n in range(chance.randint(4, 8)):
        kpi = make.kpi(f"k{n}")
        yield f"kpi {kpi.name} = {kpi.text}\n"
        if chance.random() < 0.75:
            yield make.commitment(kpi)


def _route(say: Speaker, name: str) -> str:
    record = "lead"
    return f'route {name}:\n  to "one" when {say.joined(record, 1)}\n  to "two" when {say.joined(record, 1)}\n  to "one" otherwise\n'
