"""The digest on the signed page: it changes when a promise does, and at nothing else."""

from __future__ import annotations

import pytest

from sladsl.digest import promised
from sladsl.source import Source

PROMISE = """agreement "A":
  between marketing and sales
  zone "UTC"

record lead:
  id  key text
  at  time

kpi volume = count of lead

marketing owes sales:
  volume at least 5 per month
"""
SOURCE = """
source file for lead from "leads.csv":
  id = "Id"
"""


def of(*texts: str) -> str:
    return promised(Source(f"{n}.sla", text) for n, text in enumerate(texts))


@pytest.mark.parametrize(
    "texts",
    [
        (f"# signed\n{PROMISE}",),
        (PROMISE.replace("  zone", "  reviewed 2026-03-04, 2026-04-01\n  zone"),),
        (PROMISE.replace("\n\n", "\n\n\n").replace("  at  time", "  at      time # when"),),
        (PROMISE + SOURCE,),
        (f'import "records.sla"\n{PROMISE[: PROMISE.index("record")]}{PROMISE[PROMISE.index("kpi") :]}',
         PROMISE[PROMISE.index("record") : PROMISE.index("kpi")]),
    ],
    ids=["a comment", "reviews", "layout", "a source", "in two files"],
)  # fmt: skip
def test_what_promises_nothing_changes_nothing(texts: tuple[str, ...]) -> None:
    assert of(*texts) == of(PROMISE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at least 5", "at least 6"),
        ('zone "UTC"', 'zone "Europe/Berlin"'),
        ("count of lead", "count of lead where id != ''"),
    ],
)
def test_a_promise_changes_it(old: str, new: str) -> None:
    assert of(PROMISE.replace(old, new)) != of(PROMISE)
