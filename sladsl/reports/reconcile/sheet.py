"""`sla reconcile --format csv`: a row for each difference, with the values of the JSON document."""

from __future__ import annotations

import csv
import io
from typing import Any

from sladsl.data.writing import cell_text
from sladsl.reconciling import Reconciliation
from sladsl.reports.reconcile.json import difference

HERE = ("outcome", "started", "stopped", "due", "elapsed")
THERE = ("text", "verdict", "due", "elapsed")


def csv_text(x: Reconciliation) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    heads, *rows = table(x)
    writer.writerow(heads)
    writer.writerows([cell_text(v) if isinstance(v, str) else v for v in row] for row in rows)
    return out.getvalue()


def table(x: Reconciliation) -> list[tuple[Any, ...]]:
    """The heads, and a row for each difference."""
    named = (*(f"here_{name}" for name in HERE), *(f"there_{name}" for name in THERE))
    made: list[tuple[Any, ...]] = [("key", "owner", *named, "cause", "others", "not_counted")]
    for d in (difference(x.read, y) for y in x.differences):
        here = [None if d.here is None else getattr(d.here, name) for name in HERE]
        there = [getattr(d.there, name) for name in THERE]
        made.append((d.key, d.owner, *here, *there, d.cause, "; ".join(d.others), d.not_counted))
    return made
