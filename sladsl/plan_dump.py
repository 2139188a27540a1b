"""A plan written out: as text, one line a column, figure, commitment and listing, in the order an engine takes them; and as JSON, which
says all of it, so that the plan can be made again from it (`tests/plan_from_json.py` does); of a password in a source's address alone
it says nothing.

In the JSON every node is an object with its class name under `node`; tuples are lists, decimals are strings with a `decimal` marker where
their place does not say so.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, assert_never

from sladsl import plan as p
from sladsl.addresses import shown
from sladsl.calendars import describe, iso
from sladsl.plan.outputs import SAID_AS, Follow

INFIX = {
    "and",
    "or",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "contains",
    "starts with",
    "ends with",
    "matches",
    "else",
}
POSTFIX = {"is known", "is missing", "is true", "is unknown"}


def show(plan: p.Plan) -> str:
    """The whole plan, ending with a line feed."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: p.Plan) -> Iterator[str]:
    term = plan.term
    yield f'plan of "{plan.name}" in {plan.zone}'
    if term.start is not None or term.end is not None:
        yield f"  term {_instant(term.start)} to {_instant(term.end)}"
    for record in plan.records:
        yield ""
        yield from _record(plan, record)
    yield from _section("calendar", [f"{c.name} in {c.zone}" for c in plan.calendars])
    yield from _section("figure", [line for f in plan.figures for line in _figure(f)])
    yield from _section("commitment", [line for c in plan.commitments for line in _commitment(c)])
    yield from _section("route", [f"{r.definition}: {', '.join(r.destinations)}" for r in plan.routes])
    yield from _section(
        "list", [f"{x.kind} {x.subject}: {x.record} when {expression(x.when)}" for x in plan.listings]
    )


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
    for line in lines:
        yield line if line.startswith(" ") else f"{title} {line}"


def _record(plan: p.Plan, record: p.Record) -> Iterator[str]:
    of = f" of {record.link.parent} by {record.link.own} = {record.link.theirs}" if record.link else ""
    yield f"record {record.name}{of}"
    for field in record.fields:
        marks = [
            w
            for w, on in (("key", field.key), ("optional", field.optional), ("planned", field.planned))
            if on
        ]
        of = f" of {field.key_of}" if field.key_of else ""
        yield f"  {field.name}: {' '.join([*marks, field.type])}{of}"
    if record.made is not None:
        yield from (f"  {line}" for line in _made(record.made))
    for column in plan.columns:
        if column.record == record.name:
            yield f"  {column.name} = {expression(column.value)}"


def _made(made: p.Made) -> Iterator[str]:
    match made:
        case p.RowsOf(of=of, values=values, where=where):
            yield f"made of {of}" + (f" where {expression(where)}" if where is not None else "")
            yield from (f"  {name}: {expression(e)}" for name, e in values)
        case p.InstantsOf(of=of, since=since, changes=changes):
            yield f"instants of {of} since {expression(since)}"
            yield from (f"  {expression(x.at)} of {'other ' if x.beside else ''}{x.record}" for x in changes)
        case p.EndsOf(of=of, period=period, since=since, until=until):
            yield f"{period} ends of {of} from {expression(since)} to {expression(until)}"
        case p.StretchesOf(of=of, holds=holds, values=values, after=after):
            yield f"stretches of {of} while {expression(holds)}, after {expression(after)}"
            yield from (f"  for each {name}: {expression(e)}" for name, e in values)


def _figure(figure: p.Figure) -> Iterator[str]:
    by = f" for each {', '.join(figure.by_names)}" if figure.by_names else ""
    yield f"{figure.id}: {figure.measure} of {figure.record} per {figure.period} of {figure.entry}{by}"
    for counter in figure.counters:
        of = f" of {expression(counter.of)}" if counter.of is not None else ""
        rank = f" {counter.percent}" if counter.aggregate == "rank" else ""
        yield f"  {counter.name} = {counter.aggregate}{rank}{of} when {expression(counter.when)}"


def _to(a: p.Action) -> str:
    return f'"{a.to}"' if a.column is None else f"[{a.column}]"


def _commitment(c: p.Commitment) -> Iterator[str]:
    yield f"{c.id}: {c.figure} {bound(c.bound)}"
    for version in c.versions[1:]:
        assert version.since is not None
        yield f"  {bound(version.bound)} from {iso(version.since)}"
    for field in fields(c):
        held = getattr(c, field.name)
        if SAID_AS in field.metadata and held is not None:
            yield f"  {field.metadata[SAID_AS]} {bound(held) if isinstance(held, p.Bound) else held}"
    for x in c.only_while:
        yield f"  only while {x.figure} {bound(x.bound)}"
    for action in c.if_late:
        yield f"  if late {action.verb} {_to(action)}"
    yield from (line for x in c.follows if x.missed for line in _follow(x))
    for rung in c.clock.rungs if c.clock is not None else ():
        for action in rung.actions:
            yield f"  {rung.cause}, by [{rung.at}], {action.verb} {_to(action)}"
    yield from (line for x in c.follows if not x.missed for line in _follow(x))
    for passing in c.passings:
        yield f"  {_passing(passing)}"


def _follow(x: Follow) -> Iterator[str]:
    kept = f" and {x.keeps}" if x.keeps else ""
    yield from (f"  if {x.cause}{kept} {action.verb} {_to(action)}" for action in x.actions)


def _passing(x: p.Passing) -> str:
    """`missed for good, early, by stop: 20 x missed rows > 1 x rows + 0`, in expressions."""
    broken = f"{x.per} x {expression(x.when)}"
    left = "" if x.left is None else f" + {x.share} x {expression(x.left)}"
    when = "as soon as" if x.early else "at the period's end or when"
    limit = f"{x.share} x {expression(x.rows)} + {x.more}" if x.share else str(x.more)
    return f"{x.cause} {when}, by {expression(x.at)}, {broken}{left} > {limit}"


def bound(b: p.Bound) -> str:
    """`at least 0.95`, `between 10 and 20`."""
    return f"between {b.value} and {b.high}" if b.high is not None else f"{b.kind} {b.value}"


def expression(e: p.Expression) -> str:
    """An expression on one line; calls and operators in the agreement's own words where it has them."""
    match e:
        case p.Const(value=int() as value, type=p.ValueType.STATUS):
            return _code(p.Status(value))
        case p.Const(value=int() as value, type=p.ValueType.STATE):
            return _code(p.State(value))
        case p.Const(value=value, type=type):
            return _constant(value, type)
        case p.Field(name=name, record=record):
            return f"{record}.{name}"
        case p.Hidden(name=name, record=record):
            return f"hidden({record}.{name})"
        case p.Ref(column=column):
            return f"[{column}]"
        case p.AsOf():
            return "as of"
        case p.Apply():
            return _apply(e)
        case p.Case(arms=arms, otherwise=otherwise):
            told = "; ".join(f"{expression(then)} when {expression(when)}" for when, then in arms)
            return f"{{{told}; otherwise {expression(otherwise)}}}"
        case p.Lookup(function=function, at=at, zone=zone):
            where = "" if zone is None else f" in {expression(zone)}"
            return f"{_function(function)}{where}({expression(at)})"
        case _:
            return _of_other_rows(e)


def _of_other_rows(e: p.Children | p.Following | p.OfAsker | p.Referred | p.Outside | p.Inside) -> str:
    match e:
        case p.Children():
            return _children(e)
        case p.Following():
            return _following(e)
        case p.OfAsker(value=value, depth=depth):
            return f"asking{' ' * (depth > 1)}{depth if depth > 1 else ''}: {expression(value)}"
        case p.Referred(record=record, key=key, value=value):
            return f"({expression(value)} of {record} {expression(key)})"
        case p.Outside() | p.Inside():
            return _beside_stretches(e)
        case _:
            assert_never(e)


def _code(value: p.Status | p.State) -> str:
    return value.name.lower().replace("_", " ")


def _apply(e: p.Apply) -> str:
    args = [expression(a) for a in e.args]
    if e.op in INFIX:
        return "(" + f" {e.op} ".join(args) + ")"
    if e.op in POSTFIX:
        return f"({args[0]} {e.op})"
    if e.op == "in":
        return f"({args[0]} in {{{', '.join(args[1:])}}})"
    return f"{e.op}({', '.join(args)})"


def _children(e: p.Children) -> str:
    what = {p.Aggregate.NTH: f"number {e.n}", p.Aggregate.LAST: "last"}.get(e.aggregate, str(e.aggregate))
    of = f" of {expression(e.of)}" if e.of is not None else ""
    by = f" by {expression(e.by)}" if e.by is not None else ""
    top = f" of {e.top}" if e.top else ""
    where = f" where {expression(e.where)}" if e.where is not None else ""
    return f"({what}{of}{by} over {e.record}{top}{where})"


def _following(e: p.Following) -> str:
    what = "last" if e.n == -1 else f"number {e.n}"
    where = f" where {expression(e.where)}" if e.where is not None else ""
    since = f"{'after' if e.strict else 'from'} {expression(e.since)}"
    since += f" to {expression(e.until)}" if e.until is not None else ""
    return f"({what} of {expression(e.of)} {since} over {e.record}{where})"


def _beside_stretches(e: p.Outside | p.Inside) -> str:
    stretches, since, until = _stretches(e.stretches), expression(e.since), expression(e.until)
    if isinstance(e, p.Inside):
        return f"(from {since} to {until} inside of {stretches})"
    cut = f"until {until}, now {expression(e.now)}"
    return f"(place of {expression(e.amount)} from {since} on outside of {stretches} {cut})"


def _stretches(stretches: tuple[p.Stretches, ...]) -> str:
    return " and ".join(
        f"{expression(s.began)} to {expression(s.ended)} over {s.record} with {expression(s.own)} = {expression(s.theirs)}"
        + ("" if s.hours is None else f" in open time of {s.hours.calendar} by {expression(s.hours.zone)}")
        + ("" if s.most is None else f" at most {s.most}us")
        for s in stretches
    )


def _function(f: p.TimeFunction) -> str:
    match f:
        case p.Deadline(duration=duration, calendar=calendar):
            return f"due {describe(duration)}" + (f" of {calendar}" if calendar else "")
        case p.OpenUntil(calendar=calendar):
            return f"open time of {calendar} until"
        case p.OpenAt(calendar=calendar):
            return f"instant at open time of {calendar}"
        case p.PeriodStart(period=period):
            return f"start of {period}"
        case p.PeriodEnd(period=period):
            return f"end of {period}"
        case p.LocalDay():
            return "date"
        case p.Midnight():
            return "midnight"
        case _:
            assert_never(f)


def _constant(value: object, type: p.ValueType) -> str:
    if value is None:
        return "missing"
    if type is p.ValueType.INSTANT:
        return _instant(value if isinstance(value, int) else None)
    if type is p.ValueType.SPAN:
        return f"{value}us"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _instant(value: int | None) -> str:
    return "no end" if value is None else iso(value)


# ----------------------------------------------------------------------------------------------------------------- JSON

SCHEMA = "sladsl.plan/1"


def to_json(plan: p.Plan) -> dict[str, Any]:
    """The plan as JSON values (dicts, lists, strings, numbers, booleans, None)."""
    return {"schema": SCHEMA, "plan": _encode(plan)}


def _encode(value: Any) -> Any:
    match value:
        case enum.Enum():
            return value.value
        case Decimal():
            return {"decimal": str(value)}
        case tuple():
            return [_encode(v) for v in value]
        case None | bool() | int() | str():
            return value
        case p.Source():
            return _fields(replace(value, where=shown(value.where)))
        case _:
            return _fields(value)


def _fields(value: Any) -> dict[str, Any]:
    encoded = {f.name: _encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return {"node": type(value).__name__, **encoded}
