"""`sla due --format csv`: a row for each clock, with the values of the JSON document; of several agreements, their names and files before
them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sladsl.data.writing import cell_text
from sladsl.open_clocks import OpenClock, OpenClocks
from sladsl.reports.due.document import Clock
from sladsl.reports.due.json import clock

NAMES = tuple(f.name for f in fields(Clock))
TIMES = ("started", "due", "known_until")
NUMBERS = ("left", "left_by_the_clock", "budget", "used", "share_used")


def columns(clocks: Sequence[OpenClock]) -> dict[str, list[Any]]:
    """The values of the document by column; those of `TIMES` are microseconds."""
    told = list(map(clock, clocks))
    columns = {name: [getattr(x, name) for x in told] for name in NAMES}
    return {**columns, **{name: [getattr(x, name) for x in clocks] for name in TIMES}}


def csv_text(each: Sequence[OpenClocks]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    several = len(each) > 1
    writer.writerow((*(("agreement", "file") if several else ()), *NAMES))
    for clocks in each:
        of = (clocks.run.plan.name, clocks.run.plan.file) if several else ()
        for x in map(clock, clocks.clocks):
            values = (*of, *(getattr(x, name) for name in NAMES))
            writer.writerow(cell_text(v) if isinstance(v, str) else v for v in values)
    return out.getvalue()
