"""Whatever `sla check` accepts has a plan that runs: random agreements on the interpreter, in explanations, as statements and as models."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from proofs.agreements import agreement
from proofs.compare import differences
from proofs.histories import history
from sladsl.compiler import compile_text
from sladsl.engines.rows import Evaluation
from sladsl.engines.tables.models import models
from sladsl.engines.tables.statements import sql
from sladsl.explaining import Reader, tell
from sladsl.lowering import meaning
from sladsl.outcomes import AsOf
from sladsl.plan import Lookup
from sladsl.plan.traversal import walk

CHANCES = st.integers(0, 10**9).map(str)
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]


@example("89")  # a population that asks for `+ 1 month`
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(CHANCES)
def test_it_runs_and_every_row_has_a_story(seed: str) -> None:
    chance = Random(f"accepted {seed}")
    made = agreement(chance)
    found = history(chance, made.plan, made.place, 2)
    compilation = compile_text(made.text, "random.sla")
    mean = meaning(compilation.model, compilation.source.name)
    evaluation = Evaluation(mean.plan, found.rows, AsOf(found.as_of), examples=1_000_000)
    evaluation.outcomes()
    reader = Reader(compilation, mean, evaluation)
    for record in (*mean.plan.given, *mean.plan.made):
        for frame in evaluation.frames(record.name):
            tell(reader, frame)


@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(CHANCES)
def test_it_has_statements_and_models(seed: str) -> None:
    chance = Random(f"accepted {seed}")
    made = agreement(chance)
    dialect = chance.choice(("duckdb", "postgres", "snowflake", "bigquery", "spark"))
    if any(isinstance(x, Lookup) and x.zone is not None for c in made.plan.columns for x in walk(c.value)):
        with pytest.raises(ValueError, match="is in the zone of each row"):
            sql(made.plan, dialect)
        return
    assert sql(made.plan, dialect)
    assert models(made.plan, chance.choice(("duckdb", "postgres", "snowflake", "spark"))).models


RECORDS = """agreement "A":
  between a and b
  zone "UTC"

record lead:
  id    key text
  born  optional time

record call of lead:
  id  key text
  at  time

record deal of lead:
  id  key text
  at  optional time

score s of lead:
  add 10 when any call

define Busy:
  lead when any call

"""


@pytest.mark.parametrize(
    "said",
    [
        "kpi k = count of call where call.at + 1 month > lead.born",
        "kpi k = share of call whose Busy",
        "kpi k = share of call whose s > 3",
        "define X:\n  lead when any deal where Busy\n  since born\n\nkpi k = count of X",
        "event e:\n  first call where Busy\n\nkpi k = time from lead.born to e",
        "event e:\n  next call\n\nkpi k = time from deal.at to e",
        "event e:\n  next call\n\nkpi k = time from lead.born to e",
        "event e:\n  last call\n\nkpi k = share of call whose e is known",
        "event e:\n  last call\n\ndefine X:\n  lead when (count of call within 2 hours after e) > 0\n  since born\n\nkpi k = count of X",
        "event e:\n  next call\n\ndefine X:\n  call\n\ndefine Y:\n  X when id is known\n  since lead.e\n\nkpi k = count of Y",
        "event e:\n  next call\n\nkpi k = time from call to lead.e",
        "event e:\n  last deal by at\n\nkpi k = share of call whose lead.e < at",
        "event e:\n  first call\n\nkpi k = time from lead.born to e\n\nb owes a:\n  k within 2 days for 90% of Busy per month",
        "event e:\n  first call\n\nkpi k = share of call whose (any deal within 2 days after e)",
    ],
)
def test_what_rows_below_ask_runs_or_is_refused(said: str) -> None:
    made = compile_text(RECORDS + said + "\n")
    if made.plan is not None:
        day = 86_400_000_000
        rows: dict[str, list[dict[str, Any]]] = {
            "lead": [{"id": "l", "born": day}, {"id": "m", "born": None}],
            "call": [{"id": str(n), "lead": "lm"[n % 2], "at": n * day} for n in range(1, 6)],
            "deal": [{"id": str(n), "lead": "lm"[n % 2], "at": n * day} for n in range(1, 6)],
        }
        assert differences(made.plan, rows, 4 * day) == []
        assert sql(made.plan, "postgres")
