"""The service desk's figures, computed another way: plain loops over plain rows. Shares no code with the package under test."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from exports import Problems, Reader, Row, collapse
from open_hours import Hours, instant, label, months
from verdicts_by_hand import Share, at_least, of_share

BERLIN, NEW_YORK, LONDON = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Europe/London")


def days(*written: str) -> frozenset[dt.date]:
    return frozenset(dt.date.fromisoformat(d) for d in written)


LONG, SHORT, BOSTON = (
    ((dt.time(8), dt.time(18)),),
    ((dt.time(8), dt.time(15, 30)),),
    ((dt.time(8, 30), dt.time(17)),),
)
# Berlin's holidays, International Women's Day (a Sunday in 2026) among them, and the days between Christmas and New Year.
EMEA = Hours(
    BERLIN,
    {0: LONG, 1: LONG, 2: LONG, 3: LONG, 4: SHORT},
    days(
        "2026-01-01",
        "2026-03-08",
        "2026-04-03",
        "2026-04-06",
        "2026-05-01",
        "2026-05-14",
        "2026-05-25",
        "2026-10-03",
    ),
)
AMERICAS = Hours(
    NEW_YORK,
    dict.fromkeys(range(5), BOSTON),
    days(
        "2026-01-01",
        "2026-01-19",
        "2026-02-16",
        "2026-05-25",
        "2026-06-19",
        "2026-07-03",
        "2026-09-07",
        "2026-10-12",
    ),
)
TERM_START = dt.date(2026, 1, 1)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
PRIORITIES = {"1 - Critical": "1", "2 - High": "2", "3 - Moderate": "3", "4 - Low": "4"}
REGIONS = {"Berlin": "EMEA", "London": "EMEA", "Boston": "Americas", "Toronto": "Americas"}
TIMES = ("opened_at", "first_reply", "resolved_at", "target")


@dataclass
class Result:
    definitions: dict[str, int]
    commitments: dict[str, dict[str, tuple[str, Share]]] = field(default_factory=dict)
    breaches: dict[str, dict[str, tuple[dt.datetime, dt.datetime | None]]] = field(default_factory=dict)
    volume: dict[tuple[str, str | None], int] = field(default_factory=dict)
    typical_response: dict[str, dt.timedelta | None] = field(default_factory=dict)
    reopenings: dict[str, Fraction | None] = field(default_factory=dict)


def read(folder: Path) -> tuple[list[Row], Problems]:
    problems: Problems = Counter()
    read = Reader("incident", problems, ("", "(empty)"))
    clock = "%m/%d/%Y %I:%M %p"
    kinds = {"INC": "incident", "REQ": "request"}
    rows = []
    for raw in read.table(folder / "tickets.csv"):
        rows.append(
            {
                "id": read.text(raw["Number"]),
                "kind": read.one_of(raw["Type"], kinds, set(kinds.values()), "kind"),
                "priority": read.number(PRIORITIES.get(raw["Priority"], raw["Priority"]), "priority"),
                "region": read.one_of(raw["Location"], REGIONS, set(REGIONS.values()), "region"),
                "team": read.text(raw["Assignment group"]),
                "opened_at": read.time(raw["Opened"], clock, LONDON, "opened_at", required=True),
                "first_reply": read.time(raw["First reply"], clock, LONDON, "first_reply"),
                "resolved_at": read.time(raw["Resolved"], clock, LONDON, "resolved_at"),
                "target": read.time(raw["SLA due"], clock, LONDON, "target"),
                "reopened": read.number(raw["Reopen count"], "reopened"),
            }
        )
    return collapse(rows, "incident", problems, "id", TIMES), problems


def latest(rows: list[Row]) -> dt.datetime:
    """The last of the moments that the KPIs read; the target is not one of them."""
    found: dt.datetime = max(row[name] for row in rows for name in TIMES[:3] if row[name] is not None)
    return found


def evaluate(rows: list[Row], as_of: dt.datetime) -> Result:
    seen = [
        _as_seen(row, as_of) for row in rows if row["opened_at"] is not None and row["opened_at"] <= as_of
    ]
    incidents = [r for r in seen if r["kind"] == "incident"]
    requests = [r for r in seen if r["kind"] == "request"]
    urgent = [r for r in incidents if r["priority"] == 1]
    solved = [r for r in seen if r["resolved_at"] is not None]
    result = Result(
        {"Incident": len(incidents), "Request": len(requests), "P1": len(urgent), "Resolved": len(solved)}
    )
    for r in seen:
        r["answer"] = judge(r["opened_at"], r["first_reply"], response_due(r), as_of)
        r["urgent answer"] = judge(r["opened_at"], r["first_reply"], r["opened_at"] + 30 * MINUTE, as_of)
        r["on target"] = judge(r["opened_at"], r["resolved_at"], r["target"], as_of)
        r["delivered"] = judge(
            r["opened_at"], r["resolved_at"], EMEA.close_of_day(EMEA.next_opening(r["opened_at"]), 5), as_of
        )
    for start, end in months(TERM_START, as_of, BERLIN):
        name, over = label(start, BERLIN), as_of >= end
        response, delivery = (
            tally(_in(incidents, start, end), "answer"),
            tally(_in(requests, start, end), "delivered"),
        )
        resolution = tally(_in(seen, start, end), "on target")
        ended = [r for r in solved if start <= r["resolved_at"] < end]
        right = Share(len(ended), sum((r["reopened"] or 0) == 0 for r in ended))
        for id, counts, verdict in (
            ("desk.response", response, of_share(response, at_least("0.95"), over, empty="met")),
            ("desk.resolution", resolution, of_share(resolution, at_least("0.85"), over)),
            ("desk.delivery", delivery, of_share(delivery, at_least("0.85"), over, needs=10)),
            ("desk.first_time_right", right, of_share(right, at_least("0.92"), over)),
        ):
            result.commitments.setdefault(id, {})[name] = (verdict, counts)
    for start, end in months(TERM_START, as_of, BERLIN, 3):
        name = label(start, BERLIN, 3)
        counts = tally(_in(urgent, start, end), "urgent answer")
        verdict = of_share(counts, at_least("1"), as_of >= end)
        result.commitments.setdefault("desk.response.P1", {})[name] = (verdict, counts)
        _reported(result, name, _in(incidents, start, end), _in(seen, start, end), as_of)
    for id, of, what in (
        ("desk.response", incidents, "answer"),
        ("desk.response.P1", urgent, "urgent answer"),
        ("desk.resolution", seen, "on target"),
        ("desk.delivery", requests, "delivered"),
    ):
        result.breaches[id] = {r["id"]: r[what][1:] for r in of if r[what][0] == "missed"}
    return result


def _as_seen(row: Row, as_of: dt.datetime) -> Row:
    """The ticket without what had not happened yet. A target is no event: it is known from the day it was set."""
    return row | {name: None for name in TIMES[:3] if row[name] is not None and row[name] > as_of}


def _in(rows: list[Row], start: dt.datetime, end: dt.datetime) -> list[Row]:
    return [r for r in rows if start <= r["opened_at"] < end]


def response_due(row: Row) -> dt.datetime:
    opened: dt.datetime = row["opened_at"]
    priority, region = row["priority"], row["region"]
    if priority == 1:
        return opened + 15 * MINUTE
    if priority == 2:
        return (EMEA if region == "EMEA" else AMERICAS).after(opened, HOUR)
    if priority == 3:
        return (AMERICAS if region == "Americas" else EMEA).after(opened, 4 * HOUR)
    return EMEA.days_later(opened, 1)


def judge(
    start: dt.datetime, stop: dt.datetime | None, due: dt.datetime | None, as_of: dt.datetime
) -> tuple[str, dt.datetime | None, dt.datetime | None]:
    """The state, the deadline and the stop. Stopped before it started, it cannot be decided; without a deadline, nothing is owed."""
    if due is None:
        return "no deadline", due, stop
    if stop is not None and stop < start:
        return "undecided", due, stop
    if stop is not None and stop <= due:
        return "met", due, stop
    return ("open" if due > as_of else "missed"), due, stop


def tally(rows: list[Row], what: str) -> Share:
    states = Counter(r[what][0] for r in rows)
    return Share(len(rows) - states["no deadline"], states["met"], states["open"], states["undecided"])


def _reported(
    result: Result, period: str, incidents: list[Row], everything: list[Row], as_of: dt.datetime
) -> None:
    """What the review's cadence shows: volumes by region, the slowest tenth's first reply in EMEA, reopenings."""
    for region in {r["region"] for r in incidents}:
        result.volume[period, region] = sum(r["region"] == region for r in incidents)
    there = [r for r in incidents if r["region"] == "EMEA"]
    clocks = [r for r in there if r["answer"][0] != "undecided"]
    # What was answered before it was opened took nobody knows how long: nothing at least, and at most any time.
    undecided = [dt.timedelta(0)] * (len(there) - len(clocks))
    answered = [
        EMEA.elapsed(r["opened_at"], r["first_reply"]) for r in clocks if r["first_reply"] is not None
    ]
    waiting = [EMEA.elapsed(r["opened_at"], as_of) for r in clocks if r["first_reply"] is None]
    rank = -(-9 * len(there) // 10)
    least, most = sorted(undecided + answered + waiting)[rank - 1 : rank], sorted(answered)[rank - 1 : rank]
    result.typical_response[period] = most[0] if least == most != [] else None
    counts = [r["reopened"] for r in everything if r["reopened"] is not None]
    result.reopenings[period] = Fraction(sum(counts)) / len(counts) if counts else None


__all__ = ["Result", "evaluate", "instant", "latest", "read"]
