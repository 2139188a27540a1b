"""A run as sheets: the numbers of the JSON document in rows and columns, for a workbook or a CSV file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sladsl.calendars import Zone, instant, zone
from sladsl.reports.figure_words import in_full, is_share
from sladsl.reports.run_json import document
from sladsl.reports.words import as_of_doubts
from sladsl.runner import Run

Value = str | int | float | bool | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction that is shown as a percentage."""

    value: float | int


Cell = Value | Share


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under titles; times are the local clock of the agreement's zone, lengths of time seconds, shares fractions."""

    name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets(run: Run) -> list[Sheet]:
    """All sheets of a run, those without a row left out but for the first two."""
    found = document(run)
    where = zone(run.plan.zone)
    made = [
        _summary(run, found),
        _commitments(run, found),
        _kpis(run, found),
        _breaches(found, where),
        _actions(found, where),
        _definitions(found),
        _leads(found, where),
        _problems(found),
    ]
    return [*made[:2], *(s for s in made[2:] if s.rows)]


PERIOD = (
    "period",
    "start",
    "verdict",
    "final",
    "warning",
    "in doubt",
    "value",
    "unit",
    "numerator",
    "denominator",
    "rows",
    "open",
    "undecided",
    "no deadline",
    "unknown",
    "interval low",
    "interval high",
    "can end at low",
    "can end at high",
)


def commitments(run: Run) -> Sheet:
    """A row for each commitment and period."""
    return _commitments(run, document(run))


def _commitments(run: Run, found: Mapping[str, Any]) -> Sheet:
    rows, where = [], zone(run.plan.zone)
    for c, result in zip(found["commitments"], run.commitments, strict=True):
        share = is_share(result.figure)
        head = (c["owner"], c["counterparty"], c["id"], c["kpi"], c["target"])
        rows += [(*head, *_period(p, c["unit"], share, where)) for p in c["periods"]]
    titles = ("owner", "counterparty", "commitment", "kpi", "target", *PERIOD)
    return Sheet("Commitments", titles, tuple(rows))


def _period(p: Mapping[str, Any], unit: str, share: bool, where: Zone) -> tuple[Cell, ...]:
    def amount(value: float | int | None) -> Cell:
        return Share(value) if share and value is not None else value

    low, high = p["interval"] or (None, None)
    ends = p.get("range") or (None, None)
    return (
        p["period"],
        _local(p["start"], where),
        p.get("verdict"),
        p.get("final"),
        p.get("warning"),
        _doubt(p),
        amount(p["value"]),
        "" if share else unit,
        *(
            p[name]
            for name in ("numerator", "denominator", "rows", "open", "undecided", "no_deadline", "unknown")
        ),
        *(None if x is None else Share(x) for x in (low, high)),
        *(amount(x) for x in ends),
    )


def _doubt(p: Mapping[str, Any]) -> Cell:
    """How many rows, that could not be read, leave the verdict or its figure in doubt."""
    return None if p["doubt"] is None else p["doubt"]["rows"]


def _summary(run: Run, found: Mapping[str, Any]) -> Sheet:
    agreement = found["agreement"]
    facts: list[tuple[Cell, ...]] = [
        ("agreement", agreement["name"]),
        ("between", " and ".join(agreement["parties"])),
        ("as of", _local(found["as_of"], zone(run.plan.zone))),
        *(("", text) for text in as_of_doubts(run.outcomes.as_of, zone(run.plan.zone))),
        ("zone", agreement["zone"]),
    ]
    facts += [(f"rows of {name}", n) for name, n in found["rows"].items()]
    facts += [(f"rows of {name}, not yet", n) for name, n in found["not_yet"].items() if n]
    for c, result in zip(found["commitments"], run.commitments, strict=True):
        over = [p for p in c["periods"] if p["complete"]]
        if over:
            last = over[-1]
            value, m = last["value"], [j.measured for j in result.periods if j.measured.over][-1]
            shown: Cell = Share(value) if is_share(result.figure) and value is not None else value
            if m.now is not None and m.now.point is None:
                shown = in_full(run.plan, result.figure, m, (result.commitment.bound, result.commitment.warn))
            facts.append((f"{c['id']}, {c['target']}", shown, last["verdict"], last["period"], _doubt(last)))
    facts += [
        ("late rows", len(found["breaches"])),
        ("data problems", sum(p["count"] for p in found["data_problems"])),
    ]
    return Sheet(
        "Summary",
        ("what", "value", "verdict", "period", "in doubt"),
        tuple((*f, *[None] * (5 - len(f))) for f in facts),
    )


def _kpis(run: Run, found: Mapping[str, Any]) -> Sheet:
    where = zone(run.plan.zone)
    shares = {r.figure.kpi: is_share(r.figure) for r in run.figures}
    titles = (
        "kpi",
        "by",
        "period",
        "start",
        "value",
        "unit",
        "numerator",
        "denominator",
        "rows",
        "open",
        "in doubt",
    )
    rows = [
        (
            k["name"],
            ", ".join(x if x is not None else "missing" for x in p["by"]),
            *_tracked(k, p, shares, where),
        )
        for k in found["kpis"]
        for p in k["periods"]
    ]
    return Sheet("KPIs", titles, tuple(rows))


def _tracked(
    k: Mapping[str, Any], p: Mapping[str, Any], shares: Mapping[str, bool], where: Zone
) -> Iterator[Cell]:
    share, value = shares[k["name"]], p["value"]
    yield from (p["period"], _local(p["start"], where))
    yield Share(value) if share and value is not None else value
    yield "" if share else k["unit"]
    yield from (p[name] for name in ("numerator", "denominator", "rows", "open"))
    yield _doubt(p)


def _breaches(found: Mapping[str, Any], where: Zone) -> Sheet:
    names = ("commitment", "record", "key", "owner", "entered", "started", "due", "stopped")
    return _of(names, "Breaches", found["breaches"], {"entered", "started", "due", "stopped"}, where)


def _actions(found: Mapping[str, Any], where: Zone) -> Sheet:
    names = ("commitment", "cause", "action", "to", "record", "key", "period", "owner", "at")
    return _of(names, "Actions", found["actions"], {"at"}, where)


def _definitions(found: Mapping[str, Any]) -> Sheet:
    names = ("name", "label", "record", "members", "undated", "mislabelled", "unclassifiable")
    return _of(names, "Definitions", found["definitions"], set(), None)


def _problems(found: Mapping[str, Any]) -> Sheet:
    """A row an example, since each has its place."""
    rows: list[tuple[Cell, ...]] = []
    for p in found["data_problems"]:
        head = (p["record"], p["field"], p["kind"], p["subject"], p["change"], p["count"])
        places = p["places"] or [
            {"file": p["file"], "line": None, "key": key, "value": None} for key in p["examples"]
        ]
        rows += [
            (*head, x["file"], x["line"], x["key"], x["value"]) for x in places or [dict.fromkeys(_PLACE)]
        ]
    titles = ("record", "field", "what", "in", "changes", "rows", *_PLACE)
    return Sheet("Data problems", titles, tuple(rows))


_PLACE = ("file", "line", "key", "value")


def _leads(found: Mapping[str, Any], where: Zone) -> Sheet:
    names = (
        "commitment",
        "kpi",
        "record",
        "key",
        "owner",
        "period",
        "outcome",
        "value",
        "entered",
        "started",
        "due",
    )
    return _of((*names, "stopped", "elapsed", "branch"), "Leads", found.get("leads", ()), _TIMES, where)


_TIMES = {"entered", "started", "due", "stopped"}


def _of(
    names: Sequence[str], title: str, rows: Iterable[Mapping[str, Any]], times: set[str], where: Zone | None
) -> Sheet:
    made = tuple(
        tuple(_local(row[n], where) if n in times and where is not None else row[n] for n in names)
        for row in rows
    )
    return Sheet(title, tuple(names), made)


def _local(text: str | None, where: Zone) -> dt.datetime | None:
    """An instant of the document as the zone's clock shows it."""
    if text is None:
        return None
    at = where.local(instant(dt.datetime.fromisoformat(text)))
    return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=at)
