"""Faults planted in the bundled handoff agreement: what finds each, `sla check` or `sla verify`, and with which row. And what is proven of
agreements, attacked with random rows.

The table stands in `docs/verify.md`.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.rules.branches import of_choice, of_route
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.compiler import Compilation, compile_text
from sladsl.engines.rows import Frame
from sladsl.lowering import meaning, scopes
from sladsl.model.traversal import walk
from sladsl.source import NOWHERE
from sladsl.testing.cases import Case, set_up
from sladsl.testing.given import Unfit
from sladsl.testing.running import run_tests

pytest.importorskip("cvc5", reason="the extra `verify` is not installed")

from sladsl.proving.answers import Answers
from sladsl.proving.questions import Answer, Finding, Kind, Limits, verify

ROOT = Path(__file__).parents[2]
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"
LIMITS = Limits(5, 60)
KNOWN = Answers()
SLOW = bool(os.environ.get("SLADSL_SLOW"))
ROWS = 10_000 if SLOW else 60


@dataclass(frozen=True)
class Planted:
    """One edit of the agreement. `check` is the code of `sla check` that finds it, `kind` the question of `sla verify`, `row` what its row
    says in any case."""

    fault: str
    old: str
    new: str
    check: str | None
    kind: Kind | None
    row: str = ""


FAULTS = [
    Planted(
        "a gap that ranges show: the pool takes no small companies",
        '  to "inbound pool" otherwise',
        '  to "inbound pool" when company_size < 150',
        "SLA406",
        None,
    ),
    Planted(
        "a gap that points show: 55 of them take no size, and go nowhere",
        '  to "inbound pool" otherwise',
        '  to "inbound pool" when fit < 55',
        "SLA406",
        None,
    ),
    Planted(
        "a gap that texts show: a small company in France goes nowhere",
        '  to "inbound pool" otherwise',
        '  to "inbound pool" when domain(email) matches "\\.(com|io|dev)$"',
        None,
        Kind.GAP,
        '"chloe@acme.fr"',
    ),
    Planted(
        "an overlap: big and American is one desk's or the other's",
        '  to "mid-market" when company_size >= 200\n',
        '  to "domestic" when country = "US"\n  to "mid-market" when company_size >= 200\n',
        None,
        Kind.OVERLAP,
        'country "US"',
    ),
    Planted(
        "a shadowed tier: what asks for more stands below what asks for less",
        "within 1 business hour when fit >= 80,\n",
        "within 2 business hours when fit >= 60,\n                within 1 business hour when fit >= 80,\n",
        "SLA405",
        None,
    ),
    Planted(
        "a shadowed tier by points: 80 of them take a company of 200",
        "within 1 business hour when fit >= 80,\n",
        "within 2 business hours when company_size between 200 and 5_000,\n"
        "                within 1 business hour when fit >= 80,\n",
        "SLA405",
        None,
    ),
    Planted(
        "a shadowed tier by texts: what has a domain has an @",
        "within 1 business hour when fit >= 80,\n",
        'within 2 business hours when email contains "@",\n'
        '                within 1 business hour when domain(email) = "acme.com",\n',
        None,
        Kind.BRANCH,
        "@acme.com",
    ),
    Planted(
        "a lifecycle that does not imply: a customer need not have been accepted",
        "define Customer:\n  SAL when won_at is known",
        "define Customer:\n  MQL when won_at is known",
        "SLA410",
        None,
    ),
    Planted(
        "two definitions that are one, in other words",
        "event first_touch",
        "define Reachable:\n  MQL when not (email is missing)\n  since mql_at\n\nevent first_touch",
        "SLA404",
        None,
    ),
    Planted(
        "two definitions that are one, by what a domain is",
        "event first_touch",
        "define Reachable:\n  MQL when domain(email) is known\n  since mql_at\n\n"
        'define Mailable:\n  MQL when email contains "@"\n  since mql_at\n\nevent first_touch',
        None,
        Kind.SAME,
    ),
    Planted(
        "a route that starves: the lines above have taken all",
        '  to "inbound pool" otherwise',
        '  to "readers" when at least 3 activity where type = "page_view"\n  to "inbound pool" otherwise',
        None,
        Kind.BRANCH,
    ),
    Planted(
        "a route that starves: it asks for what a line above takes",
        '  to "mid-market" when company_size >= 200\n',
        '  to "mid-market" when company_size >= 200\n  to "largest" when company_size >= 5_000\n',
        "SLA405",
        None,
    ),
]


def read(text: str) -> Compilation:
    folder = HANDOFF.parent
    return compile_text(
        text, "handoff.sla", read=lambda name: (folder / name).read_text(encoding="utf-8"), root="."
    )


@pytest.fixture(scope="module")
def plain() -> tuple[Compilation, list[Finding]]:
    made = read(HANDOFF.read_text(encoding="utf-8"))
    return made, list(verify(made, LIMITS, monotonic, answers=KNOWN).findings)


@pytest.mark.parametrize("planted", FAULTS, ids=lambda x: x.fault.partition(":")[0])
def test_a_planted_fault_is_found(planted: Planted, plain: tuple[Compilation, list[Finding]]) -> None:
    text = HANDOFF.read_text(encoding="utf-8")
    assert text.count(planted.old) == 1
    made = read(text.replace(planted.old, planted.new))
    before = {d.code for d in plain[0].diagnostics}
    codes = {d.code for d in made.diagnostics} - before
    if planted.check is not None:
        assert planted.check in codes
        return
    assert made.plan is not None, made.diagnostics
    assert not codes - {"SLA901"}, made.diagnostics
    known = {x.text for x in plain[1]}
    found = [x for x in verify(made, LIMITS, monotonic, answers=KNOWN).findings if x.text not in known]
    mine = next((x for x in found if x.kind is planted.kind and x.answer is not Answer.UNDECIDED), None)
    assert mine is not None, found
    if mine.kind is not Kind.SAME:
        assert planted.row in mine.test
        _believe(read(f"{made.source.text}\n{mine.test}\n"))


def _believe(made: Compilation) -> None:
    """That the row passes as a test of the agreement."""
    assert made.plan is not None, made.diagnostics
    label = made.model.tests[-1].label
    assert [x.passed for x in run_tests(made, lambda x: x.label == label).tests] == [True]


# --- what is proven, attacked


def attacked() -> list[Compilation]:
    """The agreement of the page on `sla verify`; in the slow run every bundled one as well, and those with a fault."""
    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    block = re.search(r"^```sla agreement.sla\n(.*?)^```$", page, re.M | re.S)
    assert block is not None
    made = [compile_text(block[1], "agreement.sla")]
    if SLOW:
        folders = [ROOT / "tests" / "golden" / "verdicts", ROOT / "examples", ROOT / "gallery"]
        files = sorted(path for folder in folders for path in folder.rglob("*.sla"))
        made += [
            compile_text(
                path.read_text(encoding="utf-8"),
                str(path),
                read=lambda name: Path(name).read_text(encoding="utf-8"),
                root=str(ROOT),
            )
            for path in files
        ]
        text = HANDOFF.read_text(encoding="utf-8")
        made += [read(text.replace(x.old, x.new)) for x in FAULTS if x.kind is not None]
    return [x for x in made if x.plan is not None]


def test_no_row_is_against_what_is_proven() -> None:
    claims = rows = met = 0
    for made in attacked():
        proven = [
            x for x in verify(made, LIMITS, monotonic, answers=KNOWN).findings if x.answer is Answer.PROVEN
        ]
        if not proven:
            continue
        model = made.model
        asked = [(m.ScoreUse(x.name, t.NUMBER, NOWHERE), x.record) for x in model.scores.values()]
        means = meaning(model, made.source.name, asked)
        for finding in proven:
            record, is_against = claim(made, means, finding)
            writer = Rows(made, record, random.Random(len(finding.text)))
            claims += 1
            for test in writer.tests(ROWS):
                try:
                    case = set_up(made, means, test)
                except Unfit:
                    continue
                if case.frame is not None:
                    rows += 1
                    inside, against = is_against(case)
                    met += inside
                    assert not against, (finding.text, test.given)
    print(f"{claims} claims, {rows:,} rows, of which {met:,} are of those that a claim is about")
    assert rows > claims * ROWS * 0.9
    assert met > rows / 100


def _frame(case: Case) -> Frame:
    assert case.frame is not None
    return case.frame


Judged = Callable[[Case], tuple[bool, bool]]
"""Whether a row is one that a claim is about, and whether it is against it."""


def claim(made: Compilation, means: Any, x: Finding) -> tuple[str, Judged]:
    """What a finding says, by the interpreter alone."""
    model, names = means.model, re.findall(r"`(\w+)`", x.text)

    def is_in(case: Case, name: str) -> bool:
        return case.reader.column(means.columns.definitions[name].member, _frame(case)) == 1

    match x.kind:
        case Kind.NEVER:
            never = next(n for n in model.nevers if n.origin.name_span == x.span)
            scope = scopes.never(means.builder, never)

            def of_never(case: Case) -> tuple[bool, bool]:
                inside = never.definition is None or is_in(case, never.definition)
                return inside, inside and case.reader.value(never.when, _frame(case), scope) is True

            return never.record, of_never
        case Kind.EMPTY:
            return model.definitions[names[0]].record, lambda case: (True, is_in(case, names[0]))
        case Kind.SAME:
            one, other = names
            return model.definitions[one].record, lambda case: (
                is_in(case, one),
                is_in(case, one) != is_in(case, other),
            )
        case Kind.INSIDE:
            inner, outer = names
            return model.definitions[inner].record, lambda case: (
                is_in(case, inner),
                is_in(case, inner) and not is_in(case, outer),
            )
        case Kind.REACH:
            use = m.ScoreUse(names[0], t.NUMBER, NOWHERE)
            low, high = (Decimal(x) for x in re.findall(r"-?\d+(?:\.\d+)?", x.text.rpartition("`")[2]))
            record = model.scores[names[0]].record

            def of_score(case: Case) -> tuple[bool, bool]:
                value = case.reader.value(use, _frame(case), scopes.now(record))
                return value is not None, isinstance(value, Decimal) and not low <= value <= high

            return record, of_score
        case Kind.BRANCH:
            return of_branch(made, means, x, is_in)
        case _:
            raise AssertionError(x)


def of_branch(
    made: Compilation, means: Any, x: Finding, is_in: Callable[[Case, str], bool]
) -> tuple[str, Judged]:
    model, knowledge = means.model, Knowledge(means.model)
    found = [
        (of_route(knowledge, r), scopes.route(means.builder, r), model.definitions[r.definition].record)
        for r in model.routes
    ]
    found += [
        (
            of_choice(knowledge, c, c.target.choices),
            scopes.branches(means.builder, c),
            model.kpis[c.kpi].record,
        )
        for c in model.commitments
        if isinstance(c.target, m.Within)
    ]
    branching, scope, record = next(b for b in found if x.span in [y.span for y in b[0].branches])
    number = [y.span for y in branching.branches].index(x.span)

    def judged(case: Case) -> tuple[bool, bool]:
        inside = branching.rows not in model.definitions or is_in(case, branching.rows)
        if not inside:
            return False, False
        values = [
            y.when is None or case.reader.value(y.when, _frame(case), scope) is True
            for y in branching.branches[: number + 1]
        ]
        return True, values[-1] and True not in values[:-1]

    return record, judged


class Rows:
    """Random rows of any record, with those above and below it: each field has a value that the agreement holds something of its type
    against, one beside it, or none."""

    def __init__(self, made: Compilation, record: str, chance: random.Random) -> None:
        self.model, self.record, self.random = made.model, record, chance
        written = [
            e for expression in self._expressions() for e in walk(expression) if isinstance(e, m.Literal)
        ]
        self.texts = [e.value for e in written if isinstance(e.value, str)] + ["a", "ana@acme.com"]
        self.texts += [f"ana@{x.lstrip('@.')}" for x in self.texts] + [f"x{x}" for x in self.texts]
        numbers = [e.value for e in written if isinstance(e.value, Decimal)] + [Decimal(10)]
        self.numbers = [x + y for x in numbers for y in (-1, 0, 0, 1)]

    def _expressions(self) -> Iterator[m.Expression]:
        yield from (d.when for d in self.model.definitions.values() if d.when is not None)
        yield from (c.when for s in self.model.scores.values() for c in s.clauses)
        yield from (c.when for r in self.model.routes for c in r.cases if c.when is not None)
        yield from (n.when for n in self.model.nevers)
        for c in self.model.commitments:
            if isinstance(c.target, m.Within):
                yield from (x.when for x in c.target.choices if x.when is not None)

    def tests(self, number: int) -> Iterator[m.Test]:
        for _ in range(number):
            above = [r for r in self.model.records if r in self._above(self.record)]
            below = [
                r.name
                for r in self.model.records.values()
                if r.link is not None and r.link.parent == self.record and r.spell is None
                for _ in range(self.random.choice([0, 0, 1, 3, 4]))
            ]
            given = tuple(self._given(name) for name in [self.record, *above, *below])
            yield m.Test("", self.record, given, None, (), m.Origin("", NOWHERE, NOWHERE))

    def _above(self, record: str) -> list[str]:
        link = self.model.records[record].link
        return [] if link is None else [link.parent, *self._above(link.parent)]

    def _given(self, record: str) -> m.Given:
        values = []
        for field in self.model.records[record].fields.values():
            if field.implied or field.key or (field.optional and self.random.random() < 0.25):
                continue
            value = self._value(field.type)
            if value is not None:
                values.append((field.name, m.Literal(value, field.type, NOWHERE)))
        return m.Given(record, tuple(values), NOWHERE)

    def _value(self, type: t.Type) -> Any:
        r = self.random
        match type:
            case t.OneOf(values=values):
                return r.choice(list(values))
            case t.Text():
                return r.choice(self.texts)
            case t.Boolean():
                return r.choice([True, False])
            case t.Number() | t.Percent():
                return r.choice(self.numbers)
            case t.Time():
                return dt.datetime(2026, 1, 5, 10) + dt.timedelta(hours=r.randrange(0, 2400))
            case t.Date():
                return dt.date(2026, 1, 5) + dt.timedelta(days=r.randrange(0, 100))
            case _:
                return None
