"""`sla reconcile --format csv`: a row for each difference, with the values of the JSON document."""

from __future__ import annotations

import csv
import io

from sladsl.data.writing import cell_text
from sladsl.reconciling import Reconciliation
from sladsl.reports.reconcile.json import difference

HERE = ("outcome", "started", "stopped", "due", "elapsed")
THERE = ("text", "verdict", "due", "elapsed")


def csv_text(x: Reconciliation) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    named = (*(f"here_{name}" for name in HERE), *(f"there_{name}" for name in THERE))
    writer.writerow(("key", "owner", *named, "cause", "others", "not_counted"))
    for d in (difference(x.read, y) for y in x.differences):
        here = [None if d.here is None else getattr(d.here, name) for name in HERE]
        there = [getattr(d.there, name) for name in THERE]
        values = (d.key, d.owner, *here, *there, d.cause, "; ".join(d.others), d.not_counted)
        writer.writerow(cell_text(v) if isinstance(v, str) else v for v in values)
    return out.getvalue()
