"""`sla explain --format json`: the document that `explain.schema.json` describes."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import resources
from typing import Any

from sladsl import types as t
from sladsl.calendars import SECOND, day_date, iso
from sladsl.engines.rows.values import Value
from sladsl.explaining import Phrase, RowSeen, ScoreSeen, Story
from sladsl.explaining.story import (
    BranchSeen,
    Candidate,
    DayCounted,
    DeadlineSeen,
    DefinitionSeen,
    FieldSeen,
    FigureSeen,
    Membership,
    MomentSeen,
    ProblemSeen,
    PromiseSeen,
    RouteSeen,
    Skip,
    Stretch,
)
from sladsl.reports.run_json import as_of_row

SCHEMA = "sladsl.explain/1"


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = (resources.files("sladsl.reports") / "explain.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def document_text(story: Story) -> str:
    """The document as text, ending with a line feed."""
    return json.dumps(document(story), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def document(story: Story) -> dict[str, Any]:
    """The document: only JSON values, in a stable order."""
    at = story.as_of
    return {
        "schema": SCHEMA,
        "agreement": {"name": story.agreement, "file": story.file, "zone": story.zone},
        "as_of": iso(at.instant),
        "as_of_from": as_of_row(at),
        "record": story.record,
        "key": story.key,
        "places": [{"file": p.file, "line": p.line} for p in story.places],
        "belongs_to": [{"record": a.record, "key": a.key, "found": a.there} for a in story.above],
        "has": dict(story.below),
        "accountable": None if story.accountable is None else _field(story.accountable),
        "fields": [_field(f) for f in story.fields],
        "not_kept": [[_field(f) for f in other] for other in story.others],
        "definitions": [_definition(d) for d in story.definitions],
        "routes": [_route(r) for r in story.routes],
        "clocks": [_clock(c) for c in story.clocks],
        "figures": [_figure(f) for f in story.figures],
        "answers": [
            {"record": x.record, "key": x.key, "clock": x.promise.id, "fate": str(x.event.fate)}
            for x in story.answers
        ],
        "in_doubt": [{"kind": x.kind, "subject": x.subject} for x in story.listings],
        "data_problems": [_problem(p) for p in story.problems],
    }


# ------------------------------------------------------------------------------------------------------------- values


def _value(value: Value, type: t.Type) -> Any:
    """A value as JSON has it: instants with `Z`, dates, durations in seconds, numbers, text, true and false."""
    match value, type:
        case ((None | bool() | str()), _):
            return value
        case Decimal(), _:
            return int(value) if value == value.to_integral_value() else float(value)
        case _, t.Time():
            return iso(value)
        case _, t.Date():
            return day_date(value).isoformat()
        case _:
            return _seconds(value)


def _seconds(span: int | None) -> int | float | None:
    if span is None:
        return None
    return span // SECOND if span % SECOND == 0 else span / SECOND


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _field(f: FieldSeen) -> dict[str, Any]:
    return {"name": f.name, "label": f.label, "value": _value(f.value, f.type), "hidden": f.hidden}


def _moment(x: MomentSeen) -> dict[str, Any]:
    return {"words": x.words, "at": _instant(x.at), "whole_day": x.whole_day, "hidden": x.hidden}


# ------------------------------------------------------------------------------------------------------------ phrases


def _phrase(p: Phrase | None) -> dict[str, Any] | None:
    if p is None:
        return None
    return {
        "text": p.text,
        "value": _value(p.value, p.type),
        "later": p.later,
        "parts": [_phrase(part) for part in p.parts if not part.constant],
        "rows": [_row(r) for r in p.rows],
        "score": None if p.score is None else _score(p.score),
    }


def _row(r: RowSeen) -> dict[str, Any]:
    return {
        "record": r.record,
        "key": r.key,
        "at": _instant(r.at),
        "fate": str(r.fate),
        "where": _phrase(r.where),
    }


def _score(s: ScoreSeen) -> dict[str, Any]:
    return {
        "name": s.name,
        "label": s.label,
        "total": _value(s.total, t.Number()),
        "clauses": [
            {"points": _value(c.points, t.Number()), "added": c.added, "condition": _phrase(c.condition)}
            for c in s.clauses
        ],
    }


# ------------------------------------------------------------------------------------------- definitions and routes


def _definition(d: DefinitionSeen) -> dict[str, Any]:
    return {
        "name": d.name,
        "label": d.label,
        "builds_on": d.base,
        "status": d.status.name.lower().replace("_", " "),
        "in_term": d.in_term,
        "since": None if d.since is None else _moment(d.since),
        "entered": _instant(d.entry),
        "seen_until": _instant(d.until),
        "condition": _phrase(d.when),
    }


def _branch(b: BranchSeen) -> dict[str, Any]:
    return {"gives": b.gives, "when": _phrase(b.when), "fate": str(b.fate)}


def _route(r: RouteSeen) -> dict[str, Any]:
    return {
        "definition": r.definition,
        "applies": r.member,
        "destination": r.destination,
        "branches": [_branch(b) for b in r.branches],
    }


# ----------------------------------------------------------------------------------------------------------- promises


def _promise(p: PromiseSeen | FigureSeen) -> dict[str, Any]:
    return {
        "id": p.id,
        "kpi": p.kpi,
        "label": p.label,
        "narrowed_to": p.narrowed_to,
        "owner": p.owner or None,
        "counterparty": p.counterparty or None,
        "promise": p.promise,
        "population": _membership(p.membership),
    }


def _membership(member: Membership) -> dict[str, Any]:
    period = member.period
    return {
        "of": member.of,
        "standing": str(member.standing),
        "entered": _instant(member.entry),
        "period": None
        if period is None
        else {"label": period.label, "start": iso(period.start), "end": iso(period.end)},
        "where": _phrase(member.where),
    }


def _clock(p: PromiseSeen) -> dict[str, Any]:
    c = p.clock
    return {
        **_promise(p),
        "state": None if c.state is None else c.state.name.lower().replace("_", " "),
        "undecided_because": None if c.undecided is None else str(c.undecided),
        "goal": p.goal,
        "start": _moment(c.start),
        "branches": [_branch(b) for b in c.choice],
        "deadline": None if c.deadline is None else _deadline(c.deadline),
        "stop": _moment(c.stop),
        "events": [_candidate(x) for x in c.candidates],
        "late_by": _seconds(c.margin),
        "late_by_open_time": _seconds(c.open_margin),
        "took": _seconds(c.elapsed),
        "took_in": c.elapsed_calendar,
        "follows": [{"action": a.verb, "to": a.to} for a in p.follows],
    }


def _deadline(d: DeadlineSeen) -> dict[str, Any]:
    return {
        "words": d.words,
        "at": _instant(d.at),
        "calendar": d.calendar,
        "zone": d.zone,
        "counted_from": _instant(d.counted_from),
        "end_of_day": d.end_of_day,
        "timeline": [_stretch(x) for x in d.timeline],
        "days": [_day(x) for x in d.days],
        "clock_changes": [{"at": iso(at), "by": _seconds(by)} for at, by in d.shifts],
    }


def _stretch(x: Stretch | Skip) -> dict[str, Any]:
    """An open interval that was counted, or what was skipped; the other's fields are null or empty."""
    ends = {"start": iso(x.start), "end": iso(x.end)}
    if isinstance(x, Stretch):
        counted, total = _seconds(x.end - x.start), _seconds(x.total)
        return {**ends, "counted": counted, "total": total, "own_hours": x.own_hours, "closed": []}
    closed = [
        {
            "start": iso(c.start),
            "end": iso(c.end),
            "date": day_date(c.day).isoformat(),
            "why": str(c.why),
            "name": c.name or None,
        }
        for c in x.closed
    ]
    return {**ends, "counted": 0, "total": None, "own_hours": False, "closed": closed}


def _day(x: DayCounted) -> dict[str, Any]:
    closed = x.closed
    return {
        "date": day_date(x.day).isoformat(),
        "number": x.number,
        "why": None if closed is None else str(closed.why),
        "name": None if closed is None else closed.name or None,
    }


def _candidate(c: Candidate) -> dict[str, Any]:
    return {
        "record": c.record or None,
        "key": c.key,
        "at": _instant(c.at),
        "fate": str(c.fate),
        "number": c.number or None,
        "where": _phrase(c.where),
    }


def _figure(f: FigureSeen) -> dict[str, Any]:
    return {
        **_promise(f),
        "measure": str(f.measure),
        "counted": None if f.counted is None else str(f.counted),
        "value": None if f.type is None else _value(f.value, f.type),
        "unit": f.unit,
        "seen_until": _instant(f.until),
        "condition": _phrase(f.condition),
        "by": [_field(x) for x in f.by],
    }


def _problem(p: ProblemSeen) -> dict[str, Any]:
    x = p.problem
    return {
        "record": x.record,
        "key": p.key,
        "kind": x.kind,
        "field": x.field,
        "places": [{"file": e.file or x.file, "line": e.line, "value": e.value} for e in x.examples],
    }
