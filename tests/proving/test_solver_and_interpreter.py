"""The solver's reading of a condition beside the reference interpreter's, on random conditions and rows."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Zone, zone
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.words import identity
from sladsl.compiler import Compilation, compile_text
from sladsl.lowering import scopes
from sladsl.plan.columns import Status
from sladsl.source import NOWHERE
from sladsl.testing.cases import meaning_of, set_up

smt = pytest.importorskip("cvc5.pythonic", reason="the extra `verify` is not installed")

from sladsl.proving.translation import MILLION, Term, Translation  # noqa: E402

HEAD = """agreement "A":
  between marketing and sales
  zone "America/New_York"

record lead:
  id        key text
  email     optional text
  name      optional text
  size      optional number
  budget    optional number
  tier      optional one of "gold", "silver", "new"
  keen      optional boolean
  signed    optional date
  ends      optional date
  called    optional time
  created   time

record call of lead:
  id       key text
  outcome  one of "yes", "no"
  minutes  optional number
  at       time

score fit of lead:
  add 40 when size >= 200
  add 25.5 when tier in {"gold", "silver"}
  subtract 40 when domain(email) in {"gmail.com", "x.de"}
  add 10 when any call where outcome = "yes"

record touch of lead:
  id  key text
  on  time

let spend of lead = (budget else size) + 1
let address of lead = lower(email)

event answer: first touch

kpi response = time from created to answer

score luck of lead:
  add 10 when response within 4 hours
  add 5 when size >= 200

"""
PATTERNS = [
    r"^[a-z]+@",
    r"\.(com|de)$",
    "a",
    r"^\w{2,3}$",
    "[^a-z@. ]",
    r"^(ana|bo)@.*\.\w+$",
    "n.? m",
    "(^a|o$)",
    "",
    "x+|^A",
]
TEXTS = ["ana@gmail.com", "bo@x.de", "Ana", "acme", "a@b@gmail.com", "é𝒳\\u{41}", "no mark", "@"]
NUMBERS = ["0", "1", "200", "199.5", "0.000001", "1_000_000"]
CREATED = dt.datetime(2027, 3, 1, 10)
DAYS = ["2026-03-01", "2026-03-02", "2026-12-31"]
CHILDREN = ['outcome = "yes"', 'outcome = "no"', "minutes >= 10", 'outcome = "yes" and minutes < 10']


class Writer:
    """Random conditions in the words of the language."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def condition(self, depth: int) -> str:
        r = self.random
        if depth and r.random() < 0.6:
            inner = [self.condition(depth - 1) for _ in range(2)]
            return r.choice(
                [f"({inner[0]} and {inner[1]})", f"({inner[0]} or {inner[1]})", f"not ({inner[0]})"]
            )
        kinds = [
            self.number,
            self.text,
            self.listed,
            self.known,
            self.day,
            self.rows,
            self.truth,
            self.pattern,
        ]
        return r.choice([*kinds, self.clock])()

    def number(self) -> str:
        r = self.random
        op = r.choice(["=", "!=", "<", "<=", ">", ">="])
        return f"{self.amount()} {op} {self.amount()}"

    def amount(self) -> str:
        r = self.random
        plain = [*NUMBERS, "size", "budget", "size", "fit", "spend", "length(name)", "(count of call)"]
        return r.choice(
            [
                r.choice(plain),
                f"({r.choice(plain)} + {r.choice(plain)})",
                f"({r.choice(plain)} - {r.choice(NUMBERS)})",
                f"(size * {r.choice(['2', '0.5', '1.000001'])})",
                f"(budget / {r.choice(['3', '0.7', '2'])})",
                f"(size else {r.choice(NUMBERS)})",
                f"least(size, {r.choice(NUMBERS)})",
                "greatest(size, budget)",
            ]
        )

    def text(self) -> str:
        r = self.random
        value = '"' + r.choice(TEXTS).replace("\\", "\\\\") + '"'
        left = r.choice(
            [
                "email",
                "name",
                "domain(email)",
                '(name else "Ana")',
                "lower(name)",
                "address",
                "lower(domain(email))",
            ]
        )
        op = r.choice(["=", "!=", "contains", "starts with", "ends with"])
        return f"{left} {op} {value}"

    def pattern(self) -> str:
        r = self.random
        field = r.choice(["email", "name", "lower(email)"])
        pattern = r.choice(PATTERNS).replace("\\", "\\\\")
        return f'{field} matches "{pattern}"'

    def clock(self) -> str:
        """What a clock decides: it has no formula, and may be open."""
        r = self.random
        within = f"response within {r.choice(['1 hour', '4 hours', '2 days'])}"
        return r.choice([within, f"(not ({within}))", f"luck >= {r.choice(['0', '10'])}"])

    def listed(self) -> str:
        return self.random.choice(
            ['tier = "gold"', 'tier in {"gold", "new"}', 'tier != "new"', '(tier else "new") = "new"']
        )

    def known(self) -> str:
        field = self.random.choice(["email", "size", "tier", "keen", "signed", "(size + budget)"])
        return f"{field} is {self.random.choice(['known', 'missing'])}"

    def day(self) -> str:
        r = self.random
        return r.choice(
            [
                f"signed {r.choice(['<', '<=', '=', '>'])} {r.choice([*DAYS, 'ends'])}",
                "called is known",
                "called is missing",
                f"called {r.choice(['<', '>='])} {r.choice(['2026-06-01 00:00', 'created'])}",
            ]
        )

    def rows(self) -> str:
        r = self.random
        where = r.choice(["", *(f" where {x}" for x in CHILDREN)])
        some = r.choice(CHILDREN)
        few = ["any", "no", "at least 2", "at most 1"]
        return r.choice([*(f"({x} call where {some})" for x in few), f"(count of call{where}) >= 1"])

    def truth(self) -> str:
        return self.random.choice(["keen = true", "keen = false", "fit >= 40", "fit < 0"])

    # --- rows

    def lead(self) -> dict[str, Any]:
        r = self.random
        values: dict[str, Any] = {
            "email": r.choice([None, *TEXTS]),
            "name": r.choice([None, *TEXTS]),
            "size": r.choice([None, *(Decimal(x.replace("_", "")) for x in NUMBERS)]),
            "budget": r.choice([None, *(Decimal(x.replace("_", "")) for x in NUMBERS)]),
            "tier": r.choice([None, "gold", "silver", "new"]),
            "keen": r.choice([None, True, False]),
            "signed": r.choice([None, *map(dt.date.fromisoformat, DAYS)]),
            "ends": r.choice([None, *map(dt.date.fromisoformat, DAYS)]),
        }
        called = r.choice([None, *(dt.datetime(year, 3, 1, 10) for year in (2026, 2027, 2028))])
        return {**values, "created": CREATED, "called": called}

    def calls(self) -> list[dict[str, Any]]:
        r = self.random
        return [
            {
                "outcome": r.choice(["yes", "no"]),
                "minutes": r.choice([None, Decimal(5), Decimal(10)]),
                "at": dt.datetime(2026, 2, 1, 10, n),
            }
            for n in range(r.randint(0, 3))
        ]


def touches(r: random.Random) -> list[dict[str, Any]]:
    """What stops the clock, some in time; no condition counts them."""
    hours = r.choice([[], [2], [30], [100], [2, 30]])
    return [{"on": CREATED + dt.timedelta(hours=each)} for each in hours]


def meets(call: dict[str, Any], where: str) -> bool:
    """What `CHILDREN` ask, once more."""
    minutes = call["minutes"]
    match where:
        case "":
            return True
        case 'outcome = "yes"' | 'outcome = "no"':
            return bool(call["outcome"] == where.split('"')[1])
        case "minutes >= 10":
            return minutes is not None and minutes >= 10
        case _:
            return call["outcome"] == "yes" and minutes is not None and minutes < 10


def given(record: str, fields: Mapping[str, m.Field], values: dict[str, Any]) -> m.Given:
    known = (
        (name, m.Literal(value, fields[name].type, NOWHERE))
        for name, value in values.items()
        if value is not None
    )
    return m.Given(record, tuple(known), NOWHERE)


def solved(value: Any, type: t.Type) -> Any:
    match value:
        case bool():
            return smt.BoolVal(value)
        case str():
            return smt.StringVal(value)
        case Decimal():
            return smt.IntVal(int(value * MILLION))
        case dt.datetime():
            return smt.IntVal(zone("America/New_York").to_instant(value)[0])
        case _:
            return smt.IntVal((value - dt.date(1970, 1, 1)).days)


def fixed(about: Translation, lead: dict[str, Any], calls: list[dict[str, Any]]) -> list[Any]:
    """That the row is this one."""
    facts = []
    for (_, name), asked in about.fields.items():
        value = lead[name]
        facts.append(asked.term.known == smt.BoolVal(value is not None))
        if value is not None:
            facts.append(asked.term.value == solved(value, asked.field.type))
    for counted in about.counted():
        where = (
            "" if counted.where is None else next(x for x in CHILDREN if WHERE[x] == identity(counted.where))
        )
        facts.append(counted.number == sum(meets(call, where) for call in calls))
    return facts


WHERE: dict[str, str] = {}


def read_children() -> None:
    text = HEAD + "".join(f"define C{n}: lead when any call where {x}\n" for n, x in enumerate(CHILDREN))
    for n, x in enumerate(CHILDREN):
        test = compile_text(text).model.definitions[f"C{n}"].when
        assert isinstance(test, m.RowsTest)
        assert test.rows.where is not None
        WHERE[x] = identity(test.rows.where)


def could_be(about: Translation, *conditions: Any) -> bool:
    answer = about.solver(5000, *conditions).check()
    assert answer != smt.unknown
    return bool(answer == smt.sat)


SLOW = bool(os.environ.get("SLADSL_SLOW"))
ROUNDS = 204 if SLOW else 5
ROWS = 50 if SLOW else 6
"""Of each of ten conditions, but for those that no row can meet: 100,900 pairs in the slow run."""
ATTACKS = 400 if SLOW else 2


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_condition_is_worth_the_same(seed: int) -> None:
    """What the interpreter says of a row is the one value that the solver allows."""
    if not WHERE:
        read_children()
    writer = Writer(seed)
    made, texts = agreement_of([writer.condition(2) for _ in range(10)])
    means = meaning_of(made)
    knowledge = Knowledge(means.model)
    conditions = []
    for name, text in texts.items():
        d = means.model.definitions[name]
        assert d.when is not None
        about = Translation(knowledge, means.builder.zone)
        conditions.append((d, d.when, text, about, about.term(d.when, knowledge.view(d.name))))
    for _ in range(ROWS):
        lead, calls = writer.lead(), writer.calls()
        case = set_up(made, means, row_of(means.model, writer, lead, calls))
        assert case.frame is not None
        for d, when, text, about, term in conditions:
            value = case.reader.value(when, case.frame, scopes.definition(d))
            # A date is known once it has come, which is left open, as what has no formula is.
            is_exact = not about.unsaid and not {"signed", "ends", "called"} & set(re.findall(r"\w+", text))
            _hold(about, term, fixed(about, lead, calls), value, is_exact, text)


def _rests_on_more(about: Translation) -> bool:
    """Whether the formula asks for more than the row's own values: what is rounded, or follows an `@`."""
    return any(word in x.sexpr() for x in about.facts for word in ("rounded", "before", "after"))


def _hold(about: Translation, term: Term, facts: list[Any], value: Any, is_exact: bool, text: str) -> None:
    """That the solver allows what the interpreter says, and where all has a formula nothing else."""
    whats = {True: term.true, False: term.false, None: smt.Not(term.known)}
    if is_exact and not _rests_on_more(about):
        # With every field written out the formula is a constant.
        alike = [(f.arg(0), f.arg(1)) for f in facts]
        known = {what: smt.simplify(smt.substitute(x, *alike)) for what, x in whats.items()}
        allowed = [what for what, x in known.items() if smt.is_true(x)]
        if len(allowed) + sum(smt.is_false(x) for x in known.values()) == len(whats):
            assert allowed == [value], f"{text}: {value}, and the solver allows {allowed}"
            return
    assert could_be(about, *facts, whats[value]), f"{text}: {value}, which the solver does not allow"
    if is_exact:
        assert not could_be(about, *facts, smt.Not(whats[value])), (
            f"{text}: {value}, and the solver allows more"
        )


def _is_proven(about: Translation, apart: Any) -> bool:
    return bool(about.solver(300, apart).check() == smt.unsat)


@pytest.mark.parametrize("seed", range(ATTACKS))
def test_no_row_is_what_none_can_be(seed: int) -> None:
    """Of what is proven the interpreter knows no row, among many that are made without the solver."""
    writer = Writer(1000 + seed)
    # Few conditions, so that some are inside others.
    made, texts = agreement_of([writer.condition(seed % 2) for _ in range(9)])
    means = meaning_of(made)
    knowledge = Knowledge(means.model)
    proven = [
        (one, other)
        for one in texts
        for other in texts
        if one != other and _is_proven(*_apart(knowledge, means.builder.zone, one, other))
    ]
    assert proven or seed  # among few conditions of another seed none may be inside another
    for _ in range(400 if SLOW else 60):
        case = set_up(made, means, row_of(means.model, writer, writer.lead(), writer.calls()))
        assert case.frame is not None
        inside = {
            name
            for name in texts
            if case.reader.column(means.columns.definitions[name].member, case.frame) == 1
        }
        # On the day of its entry a condition with dates is pending, and then nobody says that a row is outside.
        pending = {
            name
            for name in texts
            if case.reader.column(means.columns.definitions[name].status, case.frame) == Status.PENDING
        }
        for one, other in proven:
            assert one not in inside or other in inside | pending, f"{texts[one]}, and not {texts[other]}"


def agreement_of(conditions: list[str]) -> tuple[Compilation, dict[str, str]]:
    """An agreement with a definition for each condition. Those that `sla check` says no row can meet are left out, and the solver says so
    of them too."""
    texts = {f"D{n}": x for n, x in enumerate(conditions)}
    whole = compile_text(HEAD + "".join(f"define {name}: lead when {x}\n" for name, x in texts.items()))
    wrong = [d for d in whole.diagnostics if d.severity == "error"]
    assert {d.code for d in wrong} <= {"SLA401"}, wrong
    knowledge = Knowledge(whole.model)
    for d in wrong:
        name = next(
            n
            for n, x in whole.model.definitions.items()
            if x.origin.span.start <= d.span.start < x.origin.span.end
        )
        about = Translation(knowledge, zone("America/New_York"))
        assert not could_be(about, about.inside(name)), texts.pop(name)
        texts.pop(name, None)
    made = compile_text(HEAD + "".join(f"define {name}: lead when {x}\n" for name, x in texts.items()))
    assert made.plan is not None
    assert len(texts) > len(conditions) // 2
    return made, texts


def row_of(model: m.Model, writer: Writer, lead: dict[str, Any], calls: list[dict[str, Any]]) -> m.Test:
    fields = {name: record.fields for name, record in model.records.items()}
    below = {"call": calls, "touch": touches(writer.random)}
    rows = (
        given("lead", fields["lead"], lead),
        *(given(name, fields[name], x) for name, each in below.items() for x in each),
    )
    when = writer.random.choice([None, None, CREATED + dt.timedelta(hours=3)])  # clocks may still run
    return m.Test("", "lead", rows, when, (), m.Origin("", NOWHERE, NOWHERE))


def _apart(knowledge: Knowledge, where: Zone, one: str, other: str) -> tuple[Translation, Any]:
    """That a row is in one definition and not in the other."""
    about = Translation(knowledge, where)
    return about, about.apart(one, other)
