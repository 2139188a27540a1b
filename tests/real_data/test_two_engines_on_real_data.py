"""Both engines on the bundled examples and on real data: the same columns of every row, the same counts, the same verdicts."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import HERE, ROOT, shared_data

from proofs.compare import compared
from sladsl.compiler import compile_text
from sladsl.data import Binding, load
from sladsl.engines import rows, tables
from sladsl.outcomes import AsOf
from sladsl.runner import parse_as_of


def agree(path: Path, as_of: str | None = None, **data: Path) -> None:
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
    assert compared(plan, memory, loaded.tables, at)[:5] == []


@pytest.mark.parametrize("as_of", [None, "2026-05-15"])
@pytest.mark.parametrize("name", ["handoff", "uptime", "service_desk"])
def test_examples(name: str, as_of: str | None) -> None:
    agree(ROOT / "examples" / name / f"{name}.sla", as_of)


def test_boston() -> None:
    agree(HERE / "boston.sla", request=shared_data("boston311") / "cases.csv")


def test_olist() -> None:
    folder = shared_data("olist")
    agree(
        HERE / "olist.sla",
        "2019-01-01",
        lead=folder / "olist_marketing_qualified_leads_dataset.csv",
        deal=folder / "olist_closed_deals_dataset.csv",
    )
