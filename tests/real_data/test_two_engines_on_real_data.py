"""Both engines on the bundled examples and on real data, in every database: the same columns of every row, the same counts and verdicts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import ibis
import postgres_server
import pytest
import spark_session
from judged import HERE, ROOT, shared_data

from proofs.compare import compared
from sladsl.compiler import compile_text
from sladsl.data import Binding, Loaded, load
from sladsl.engines import rows, tables
from sladsl.outcomes import AsOf
from sladsl.runner import parse_as_of

Where = Callable[[Loaded], dict[str, ibis.Table]]


def duckdb(loaded: Loaded) -> dict[str, ibis.Table]:
    """Where the rows were read."""
    return loaded.tables


def postgres(loaded: Loaded) -> dict[str, ibis.Table]:
    """Copied to a server of the tests' own."""
    return postgres_server.copied(loaded)


def spark(loaded: Loaded) -> dict[str, ibis.Table]:
    """Copied to a local Spark."""
    if not spark_session.IS_THERE:
        pytest.skip("SLADSL_SPARK=1 runs this where pyspark and Java are installed")
    return spark_session.copied(loaded)


everywhere = pytest.mark.parametrize("where", [duckdb, postgres, spark], ids=lambda f: f.__name__)


def agree(path: Path, where: Where, as_of: str | None = None, **data: Path) -> None:
    """The engines agree on the agreement, with each record's rows taken from a file where one is given."""
    compiled = compile_text(
        path.read_text(encoding="utf-8"), str(path), read=lambda p: Path(p).read_text(encoding="utf-8")
    )
    plan = compiled.plan
    assert plan is not None
    loaded = load(plan, [Binding(record, str(file)) for record, file in data.items()], base=path.parent)
    memory = loaded.rows()
    latest = rows.default_as_of(plan, memory)
    assert latest is not None
    assert latest == tables.default_as_of(plan, loaded.tables)
    at = latest if as_of is None else AsOf(parse_as_of(as_of, plan.zone))
    assert compared(plan, memory, where(loaded), at)[:5] == []


@everywhere
@pytest.mark.parametrize("as_of", [None, "2026-05-15"])
@pytest.mark.parametrize("name", ["handoff", "uptime", "service_desk"])
def test_examples(name: str, as_of: str | None, where: Where) -> None:
    agree(ROOT / "examples" / name / f"{name}.sla", where, as_of)


@everywhere
def test_boston(where: Where) -> None:
    agree(HERE / "boston.sla", where, request=shared_data("boston311") / "cases.csv")


@everywhere
def test_olist(where: Where) -> None:
    folder = shared_data("olist")
    agree(
        HERE / "olist.sla",
        where,
        "2019-01-01",
        lead=folder / "olist_marketing_qualified_leads_dataset.csv",
        deal=folder / "olist_closed_deals_dataset.csv",
    )
