"""What agreements mean, case by case: every line of every `expected.txt`, on every engine.

`tests/golden/verdicts/<case>/` holds an agreement, its data and `expected.txt`, which was worked out by hand from the rules. It has
blocks that begin with `as of …` (a date or a local time in the agreement's zone, an instant, or `the data`), and claims, one a line; see
`verdict_claims`. What an evaluation lists, finds wrong with the data or wants done must be claimed, too: nothing is listed by mistake.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import postgres_server
import pytest
import spark_session
from outcome_rows import agree
from verdict_claims import Facts, Rows, Seen, Value, facts, must_be_told

from sladsl.compiler import compile_text
from sladsl.data import Loaded, load
from sladsl.dst_alternatives import changes
from sladsl.freshness import Rows as TakesRows
from sladsl.freshness import ends_of_sources, evaluated
from sladsl.outcomes import AsOf, OutcomeRow, Outcomes
from sladsl.plan import Plan
from sladsl.runner import of_outcomes, parse_as_of

CASES = Path(__file__).parent / "golden" / "verdicts"
NAMES = sorted(p.name for p in CASES.iterdir() if p.is_dir())


def tables(
    plan: Plan, loaded: Loaded, as_of: AsOf | None, became: list[OutcomeRow] | None = None
) -> tuple[Outcomes, Rows]:
    """The engine over tables; to `became` it adds what became of each row."""
    from sladsl.engines.tables import columns, default_as_of, evaluate, rows_of
    from sladsl.engines.tables.connections import store_of

    at = as_of or default_as_of(plan, loaded.tables)
    assert at is not None
    # Where a record has one source, its table says when its data end: in whichever engine it is.
    ends = ends_of_sources(plan, replace(loaded, parts={}), as_of) if as_of else ()
    known = replace(at, ends=ends)

    @cache
    def rows(record: str) -> dict[str, dict[str, Value]]:
        key = plan.record(record).key
        found = store_of(next(iter(loaded.tables.values())).get_backend()).arrow(
            columns(plan, loaded.tables, known, record)
        )
        return {row[key]: row for row in found.to_pylist()}

    def asked(at: AsOf, take: TakesRows | None) -> Outcomes:
        return evaluate(plan, loaded.tables, at, examples=50, rows_to=take)

    rows_to = None if became is None else lambda rows: became.extend(rows_of(plan, rows.all()))
    return evaluated(plan, known, asked, rows_to), rows


def postgres(plan: Plan, loaded: Loaded, as_of: AsOf | None) -> tuple[Outcomes, Rows]:
    """The same engine, where the tables are in Postgres."""
    return tables(plan, replace(loaded, tables=postgres_server.copied(loaded)), as_of)


def postgres_read_only(plan: Plan, loaded: Loaded, as_of: AsOf | None) -> tuple[Outcomes, Rows]:
    """Postgres again, as somebody who may make no table."""
    return tables(plan, replace(loaded, tables=postgres_server.seen_by_a_reader(loaded)), as_of)


def spark(plan: Plan, loaded: Loaded, as_of: AsOf | None) -> tuple[Outcomes, Rows]:
    """The same engine, where the tables are in Spark."""
    if not spark_session.IS_THERE:
        pytest.skip("SLADSL_SPARK=1 runs this where pyspark and Java are installed")
    return tables(plan, replace(loaded, tables=spark_session.copied(loaded)), as_of)


def rows(plan: Plan, loaded: Loaded, as_of: AsOf | None) -> tuple[Outcomes, Rows]:
    """The reference interpreter."""
    from sladsl.engines.rows import Evaluation, default_as_of

    data = loaded.rows()
    at = as_of or default_as_of(plan, data)
    assert at is not None
    at = at if as_of is None else replace(at, ends=ends_of_sources(plan, loaded, at))
    evaluation = Evaluation(plan, data, at, examples=50)

    @cache
    def columns(record: str) -> dict[str, dict[str, Value]]:
        return {row[plan.record(record).key]: row for row in evaluation.columns(record)}

    return evaluated(plan, at, lambda at, _: Evaluation(plan, data, at, examples=50).outcomes()), columns


LARGE = frozenset(
    (
        "hours_of_a_row", "ladders", "ladders_beside_pauses", "pauses", "pauses_by_close_and_in_a_choice", "pauses_during_spells",
        "spells_of_a_condition", "spells_that_ask_for_rows", "stages_of_a_history", "turns_of_a_lead",
    )
)  # fmt: skip
"""Cases whose queries take many seconds where no table may be made of a part, and as models in a second database."""


LARGEST = frozenset({"pauses_by_close_and_in_a_choice", "spells_that_ask_for_rows", "stages_of_a_history"})
"""Cases whose models take some ten seconds to write."""

EVERY_THIRD = frozenset(NAMES[::3])
"""Cases that are run, unless all are asked for, where no table may be made (the queries are those of `postgres`, one within another), and
as models in a second database."""


def skip_if_another_stands(case: str) -> None:
    """Skips a case that is large, or for which another one stands."""
    if os.environ.get("SLADSL_SLOW"):
        return
    if case in LARGE:
        pytest.skip("SLADSL_SLOW=1 runs this: its queries take long")
    if case not in EVERY_THIRD:
        pytest.skip("SLADSL_SLOW=1 runs this: elsewhere one case in three stands for all")


Engine = Callable[[Plan, Loaded, AsOf | None], tuple[Outcomes, Rows]]
ENGINES: list[Engine] = [tables, postgres, postgres_read_only, spark, rows]


# ---------------------------------------------------------------------------------------------------- expected.txt


@dataclass(frozen=True, slots=True)
class Claim:
    line: int
    subject: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    as_of: str
    claims: list[Claim] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """The blocks of an `expected.txt`; a `#` begins a comment."""
    found: list[Block] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = re.sub(r"(^|\s)#.*", "", line).strip()
        if words.startswith("as of "):
            found.append(Block(words.removeprefix("as of ")))
        elif words:
            subject, mark, said = words.partition(": ")
            assert mark, f"line {number} is no claim: {words}"
            assert found, f"line {number} stands before the first `as of`"
            whole = subject.startswith(("lists ", "problem "))
            parts = [said] if whole else re.findall(r'(?:"[^"]*"|[^,"])+', said)
            found[-1].claims.append(Claim(number, subject, tuple(x.strip() for x in parts)))
    return found


def wrong(block: Block, so: Facts) -> Iterator[str]:
    """What of a block's claims is not so."""
    for claim in block.claims:
        known = so.get(claim.subject)
        if known is None:
            yield f"line {claim.line}: nothing is known of `{claim.subject}`, only of: {', '.join(sorted(so))}"
            continue
        for fact in claim.said:
            if fact not in known:
                there = "; ".join(sorted(known))
                yield f"line {claim.line}: `{claim.subject}` is not `{fact}`. It is: {there}"


def untold(block: Block, seen: Seen) -> Iterator[str]:
    """What must be told and is not."""
    told = {claim.subject for claim in block.claims}
    for subject, said in must_be_told(seen.run):
        if subject not in told:
            yield f"as of {block.as_of}: not claimed: {subject}: {said}"
    for x in seen.run.due():
        where = x.key if x.key is not None else x.period.label if x.period else ""
        if f"{x.cause} {x.commitment} {where}" not in told:
            yield f"as of {block.as_of}: not claimed: {x.cause} {x.commitment} {where}: {x.verb} {x.to}"


# ------------------------------------------------------------------------------------------------------------ cases


def compiled(case: Path) -> Plan:
    path = case / "agreement.sla"
    found = compile_text(path.read_text(encoding="utf-8"), str(path))
    assert found.plan is not None, [f"{d.code} {d.message}" for d in found.diagnostics]
    return found.plan


@pytest.mark.parametrize("engine", ENGINES, ids=lambda e: e.__name__)
@pytest.mark.parametrize("case", NAMES)
def test_every_claim_holds(case: str, engine: Engine) -> None:
    if engine is postgres_read_only:
        skip_if_another_stands(case)
    plan = compiled(CASES / case)
    loaded = load(plan, [], base=CASES / case)
    expected = blocks((CASES / case / "expected.txt").read_text(encoding="utf-8"))
    assert all(block.claims for block in expected), "a block without claims"
    faults: list[str] = []
    seen_by_tables: list[tuple[Outcomes, list[OutcomeRow]]] = []
    for block in expected:
        at = None if block.as_of == "the data" else AsOf(parse_as_of(block.as_of, plan.zone))
        became: list[OutcomeRow] = []
        outcomes, rows = tables(plan, loaded, at, became) if engine is tables else engine(plan, loaded, at)
        seen_by_tables += [(outcomes, became)] if engine is tables else []
        found = (*loaded.problems, *changes(plan, loaded, outcomes.as_of))
        seen = Seen(of_outcomes(plan, outcomes, found), rows)
        so = facts(seen, records_claimed(plan, block))
        faults += [*wrong(block, so), *untold(block, seen)]
    assert not faults, "\n" + "\n".join(faults)
    for outcomes, became in seen_by_tables:
        agree(plan, loaded, outcomes, became)


def records_claimed(plan: Plan, block: Block) -> set[str]:
    """The records whose rows a block speaks of."""
    clocks = {c.id: c.clock.record for c in plan.commitments if c.clock is not None}
    found = set()
    for claim in block.claims:
        first, _, rest = claim.subject.partition(" ")
        if first in {r.name for r in plan.records}:
            found.add(first)
        if first in clocks and not re.match(r"(FY)?\d{4}", rest):
            found.add(clocks[first])
    return found


# ------------------------------------------------------------------------------------------------- the test of the test


def test_a_false_claim_is_found() -> None:
    so = {
        "MQL": frozenset({"1 in", "0 undated"}),
        "sales.response a": frozenset({"met", 'notify "boss, and pool"'}),
    }
    text = 'as of 2026-04-01 # then\nMQL: 1 in, 0 undated  # why\nsales.response a: met, notify "boss, and pool"\n'
    (block,) = blocks(text)
    assert block.as_of == "2026-04-01"
    assert list(wrong(block, so)) == []
    (block,) = blocks("as of 2026-04-01\nMQL: 2 in, 0 undated\nSAL: 1 in\n")
    assert [x.split(":")[0] for x in wrong(block, so)] == ["line 2", "line 3"]


def test_a_line_that_is_no_claim_is_an_error() -> None:
    with pytest.raises(AssertionError, match="line 2 is no claim: MQL has 1"):
        blocks("as of 2026-04-01\nMQL has 1\n")
    with pytest.raises(AssertionError, match="before the first `as of`"):
        blocks("MQL: 1 in\n")
