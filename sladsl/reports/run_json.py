"""`sla run --format json`: the document that `run.schema.json` describes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from typing import Any

from sladsl.calendars import SECOND, day_date, iso
from sladsl.outcomes import TOLD_APART, AsOf, Example, Instance, Listed, OutcomeRow, Problem
from sladsl.plan import Definition, Figure, Status
from sladsl.reports.figure_words import is_span
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Due, FigureResult, Judged, Measured

SCHEMA = "sladsl.run/1"


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = (resources.files("sladsl.reports") / "run.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def document_text(run: Run) -> str:
    """The document as text, ending with a line feed."""
    return json.dumps(document(run), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def document(run: Run) -> dict[str, Any]:
    """The document: only JSON values, in a stable order."""
    plan, outcomes = run.plan, run.outcomes
    periods_of = {r.figure.id: r for r in run.figures}
    return {
        "schema": SCHEMA,
        "agreement": {
            "name": plan.name,
            "file": plan.file,
            "parties": [p.name for p in plan.parties],
            "zone": plan.zone,
            "effective": {"first": _date(plan.term.first), "last": _date(plan.term.last)},
        },
        "as_of": iso(outcomes.as_of.instant),
        "as_of_from": as_of_row(outcomes.as_of),
        "period": run.period.label if run.period else None,
        **({} if run.sample is None else {"sample": {"one_in": run.sample}}),
        "rows": dict(outcomes.rows),
        "not_yet": dict(outcomes.not_yet),
        "definitions": [_definition(d, outcomes.statuses.get(d.name, {})) for d in plan.definitions],
        "kpis": [_kpi(run, periods_of[f.id]) for f in plan.figures if f.id == f.kpi],
        "commitments": [_commitment(run, c) for c in run.commitments],
        "breaches": [_breach(run, x) for c in plan.commitments for x in outcomes.breaches.get(c.id, ())],
        "actions": [_action(x) for x in run.due()],
        **_routes(outcomes.routes),
        "data_problems": [
            *(_problem(p) for p in run.problems),
            *(_listed(x) for x in outcomes.listings if x.count),
        ],
        **({} if run.rows is None else {"leads": [_row(x) for x in run.rows]}),
    }


def as_of_row(at: AsOf) -> dict[str, Any] | None:
    """Where the as-of is from; None where it was given. `otherwise` is there where it stands alone, `later_than_now` where a time was
    passed over."""
    if at.record is None:
        return None
    found: dict[str, Any] = {"record": at.record, "field": at.field, "key": at.key}
    for name, other in (("otherwise", at.otherwise), ("later_than_now", at.ahead)):
        if other is not None:
            found[name] = {"as_of": iso(other.instant), **(as_of_row(other) or {})}
    return found


def _definition(d: Definition, statuses: Mapping[Status, int]) -> dict[str, Any]:
    return {
        "name": d.name,
        "label": d.label,
        "record": d.record,
        "members": statuses.get(Status.IN, 0),
        "undated": statuses.get(Status.UNDATED, 0),
        "mislabelled": statuses.get(Status.MISLABELLED, 0),
        "unclassifiable": statuses.get(Status.UNCLASSIFIABLE, 0),
    }


def _kpi(run: Run, result: FigureResult) -> dict[str, Any]:
    figure = result.figure
    cells = sorted((*result.periods, *result.breakdown), key=lambda m: (m.period.start, bool(m.by)))
    return {
        "name": figure.kpi,
        "label": figure.label,
        **_figure(run, figure),
        "by": list(figure.by_names),
        "periods": [{**measured_cell(run, figure, m), "by": list(m.by)} for m in cells],
    }


def _commitment(run: Run, result: CommitmentResult) -> dict[str, Any]:
    c = result.commitment
    return {
        "id": c.id,
        "owner": c.owner,
        "counterparty": c.counterparty,
        "kpi": c.kpi,
        "target": c.target,
        **_figure(run, result.figure),
        "periods": [judged_cell(run, result.figure, j) for j in result.periods],
    }


def _figure(run: Run, figure: Figure) -> dict[str, Any]:
    unit = "seconds" if is_span(run.plan, figure) else figure.unit
    return {"measure": str(figure.measure), "unit": unit, "period_kind": str(figure.period)}


def judged_cell(run: Run, figure: Figure, judged: Judged) -> dict[str, Any]:
    """A commitment's period, as the document has it."""
    m = judged.measured
    measured = measured_cell(run, figure, m)
    return {
        **{name: measured.pop(name) for name in ("period", "start", "end")},
        "verdict": str(judged.verdict) if judged.verdict is not None else None,
        "final": judged.final,
        "warning": judged.warning,
        **measured,
        "doubt": _doubt(judged.in_doubt, judged.doubt),
        "range": None if m.range is None else [_value(run, figure, x) for x in (m.range.low, m.range.high)],
    }


def measured_cell(run: Run, figure: Figure, m: Measured) -> dict[str, Any]:
    """A figure's period, as the document has it."""
    return {
        "period": m.period.label,
        "start": iso(m.period.start),
        "end": iso(m.period.end),
        "complete": m.over,
        "cut": m.cut,
        "value": _value(run, figure, m.value),
        "estimate": _value(run, figure, m.estimate),
        "numerator": m.numerator,
        "denominator": m.denominator,
        "rows": m.rows,
        "open": m.open,
        "undecided": m.undecided,
        "no_deadline": m.no_deadline,
        "unknown": m.unknown,
        "interval": list(m.interval) if m.interval is not None else None,
        "doubt": _doubt(m.in_doubt, False),
    }


def _doubt(rows: int, verdict: bool) -> dict[str, Any] | None:
    """Rows that could not be read, and whether the verdict could be another one for them."""
    return {"rows": rows, "verdict": verdict} if rows else None


def _value(run: Run, figure: Figure, value: Fraction | None) -> int | float | None:
    if value is None:
        return None
    plain = value / SECOND if is_span(run.plan, figure) else value
    return plain.numerator if plain.denominator == 1 else float(plain)


def _breach(run: Run, x: Instance) -> dict[str, Any]:
    return {
        "commitment": x.commitment,
        "record": x.record,
        "key": x.key,
        "entered": iso(x.entered),
        "started": _instant(x.started),
        "due": _instant(x.due),
        "stopped": _instant(x.stopped),
        "owner": x.owner,
    }


def _row(x: OutcomeRow) -> dict[str, Any]:
    return {
        "commitment": x.commitment,
        "kpi": x.kpi,
        "record": x.record,
        "key": x.key,
        "owner": x.owner,
        "period": x.period,
        "period_start": iso(x.period_start),
        "by": list(x.by),
        "outcome": str(x.outcome),
        "value": _decimal(x.value),
        "entered": iso(x.entered),
        "started": _instant(x.started),
        "due": _instant(x.due),
        "stopped": _instant(x.stopped),
        "elapsed": _decimal(x.elapsed),
        "branch": x.branch,
    }


def _decimal(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _action(x: Due) -> dict[str, Any]:
    return {
        "commitment": x.commitment,
        "cause": x.cause,
        "record": x.record,
        "key": x.key,
        "period": x.period.label if x.period else None,
        "owner": x.owner,
        "action": x.verb,
        "to": x.to,
        "at": iso(x.at),
    }


def _routes(routes: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """`routes` has each destination's rows of all definitions together."""
    together: dict[str, int] = {}
    for destinations in routes.values():
        for name, rows in destinations.items():
            together[name] = together.get(name, 0) + rows
    return {"routes": together, "routes_by_definition": {name: dict(x) for name, x in routes.items()}}


def _problem(x: Problem) -> dict[str, Any]:
    keys = dict.fromkeys(e.key for e in x.examples if e.key is not None)
    return {
        "record": x.record,
        "kind": x.kind,
        "subject": x.subject,
        "change": x.change or None,
        "field": x.field,
        "file": x.file,
        "count": x.count,
        "examples": list(keys),
        "places": [_place(e) for e in x.examples],
        **({"hint": x.hint} if x.kind == TOLD_APART else {}),
    }


def _place(e: Example) -> dict[str, Any]:
    found = {"file": e.file, "line": e.line, "key": e.key, "field": e.field, "value": e.value}
    return found if e.kept is None else {**found, "kept": e.kept}


def _listed(x: Listed) -> dict[str, Any]:
    return {
        "record": x.record,
        "kind": x.kind,
        "subject": x.subject,
        "change": None,
        "field": None,
        "file": None,
        "count": x.count,
        "examples": list(x.examples),
        "places": [],
    }


def _date(day: int | None) -> str | None:
    return None if day is None else day_date(day).isoformat()


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)
