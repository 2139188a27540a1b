"""Conditions and values of an agreement in plain English. Every form of expression has its words, and the type checker sees to it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, describe
from sladsl.nouns import joined, nth, plural, says_how
from sladsl.wording import names

_OF_NUMBERS = {"<": "less than", "<=": "at most", ">": "more than", ">=": "at least"}
_OF_TIMES = {"<": "before", "<=": "no later than", ">": "after", ">=": "no earlier than"}
_TEXT_TESTS = ("contains", "starts with", "ends with")
_PLAIN = {"contains": "contain", "starts with": "start with", "ends with": "end with", "matches": "match"}
_SUMS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
_CALLS = {"domain": "the domain of", "length": "the length of", "date": "the date of"}


def condition(model: m.Model, e: m.Expression) -> str:
    """A condition as the rest of a sentence that begins with `when`."""
    return _condition(model, e, top=True)


def _condition(model: m.Model, e: m.Expression, *, top: bool = False) -> str:
    match e:
        case m.Operation():
            return _operation(model, e, top=top)
        case m.MemberUse(definition=name):
            return f"it is {one_of(names.spoken(name))}"
        case m.SpellUse(spell=name):
            return f"{one_of(names.spoken(name))} lasts"
        case m.WithinUse(kpi=kpi, budget=budget):
            return f"{names.spoken(kpi)} is within {names.budget(model, budget)}"
        case m.RowsTest():
            return _rows_test(model, e)
        case m.Recent(moment=at, duration=span, calendar=calendar):
            return f"{moment(model, at)} is in the last {names.duration(model, span, calendar)}"
        case m.During(moment=at, calendar=calendar):
            return f"{moment(model, at)} is during {names.calendar_called(model, calendar)}"
        case m.ByDate(value=first, later=later):
            dated = (f"{_condition(model, x)} from {names.date(day)} on" for day, x in later)
            return f"{_condition(model, first)}, and {joined(dated)}"
        case m.DerivedUse():
            return f"{value(model, e)} holds"
        case m.FieldUse() | m.PathUse():
            return f"{names.field(model, e)} holds"
        case m.OfAsker(value=m.MemberUse(definition=name), first=first):
            return f"{'this' if first else 'that'} {names.spoken(model.definitions[name].record)} is {one_of(names.spoken(name))}"
        case m.OfAsker(value=m.FieldUse() | m.WithinUse() as asked):
            return _condition(model, asked)
        case m.Literal(value=bool() as holds):
            return "always" if holds else "never"
        case _:
            return value(model, e)


def one_of(noun: str) -> str:
    """A noun with its article; a name that says how something is has none: `it is Paid`."""
    if says_how(noun):
        return noun
    return f"{'an' if noun[:1].lower() in 'aeiou' or noun[:2] in _SPELLED else 'a'} {noun}"


_SPELLED = ("MQ", "SQ", "SA")
"""Abbreviations that are read letter by letter, and then begin with a vowel: an MQL, an SQL, an SAL."""


def _operation(model: m.Model, e: m.Operation, *, top: bool) -> str:
    args = e.args
    match e.op:
        case "and" | "or":
            return _joined(model, e, top=top)
        case "not":
            return _not(model, args[0])
        case "=" | "!=" | "<" | "<=" | ">" | ">=":
            return _compared(model, e)
        case "in":
            return f"{value(model, args[0])} is {_choice(model, args[1:])}"
        case "is known" | "is missing" | "contains" | "starts with" | "ends with" | "matches":
            return _asked(model, e)
        case _:
            return value(model, e)


def _joined(model: m.Model, e: m.Operation, *, top: bool) -> str:
    if m.is_between(e):
        low, high = e.args
        assert isinstance(low, m.Operation)
        assert isinstance(high, m.Operation)
        return f"{value(model, low.args[0])} is between {value(model, low.args[1])} and {value(model, high.args[1])}"
    words = joined((_condition(model, a) for a in e.args), e.op)
    return words if top else f"({words})"


def _not(model: m.Model, inner: m.Expression) -> str:
    match inner:
        case m.Operation(op="in", args=(subject, only)):
            return f"{value(model, subject)} is not {value(model, only)}"
        case m.Operation(op="in", args=args):
            return f"{value(model, args[0])} is neither {joined((value(model, a) for a in args[1:]), 'nor')}"
        case m.Operation(
            op="contains" | "starts with" | "ends with" | "matches" as op, args=(subject, sought)
        ):
            pattern = "the pattern " if op == "matches" else ""
            return f"{value(model, subject)} does not {_PLAIN[op]} {pattern}{value(model, sought)}"
        case m.MemberUse(definition=name):
            return f"it is not {one_of(names.spoken(name))}"
        case m.SpellUse(spell=name):
            return f"no {names.spoken(name)} lasts"
        case m.FieldUse() | m.PathUse():
            return f"{names.field(model, inner)} does not hold"
        case m.Recent(moment=at, duration=span, calendar=calendar):
            return f"{moment(model, at)} is not in the last {names.duration(model, span, calendar)}"
        case m.During(moment=at, calendar=calendar):
            return f"{moment(model, at)} is outside of {names.calendar_called(model, calendar)}"
        case _:
            return f"it is not so that {_condition(model, inner)}"


def _compared(model: m.Model, e: m.Operation) -> str:
    left, right = e.args
    if e.op in {"=", "!="}:
        verb = "is" if e.op == "=" else "is not"
    else:
        timed = isinstance(left.type, t.Date | t.Time)
        verb = f"is {(_OF_TIMES if timed else _OF_NUMBERS)[e.op]}"
    return f"{value(model, left)} {verb} {value(model, right)}"


def _asked(model: m.Model, e: m.Operation) -> str:
    subject = value(model, e.args[0])
    match e.op:
        case "is known" | "is missing":
            return f"{subject} {e.op}"
        case "matches":
            return f"{subject} matches the pattern {value(model, e.args[1])}"
        case _:
            assert e.op in _TEXT_TESTS
            return f"{subject} {e.op} {value(model, e.args[1])}"


def _choice(model: m.Model, items: tuple[m.Expression, ...]) -> str:
    return joined((value(model, item) for item in items), "or")


# ------------------------------------------------------------------------------------------------------------- child rows


def _rows_test(model: m.Model, e: m.RowsTest) -> str:
    noun = _other(e.rows) + names.spoken(e.rows.record)
    match e.quantifier:
        case m.Quantifier.ANY:
            many = f"is any {noun}"
        case m.Quantifier.NO:
            many = f"is no {noun}"
        case m.Quantifier.AT_LEAST | m.Quantifier.AT_MOST:
            many = f"are {e.quantifier} {e.count} {noun if e.count == 1 else plural(noun)}"
        case _:
            assert_never(e.quantifier)
    return f"there {many}{_which(model, e.rows)}"


def which_rows(model: m.Model, rows: m.Rows) -> str:
    """A row that is looked at, as a noun."""
    return f"{_other(rows)}{names.spoken(rows.record)}{_which(model, rows)}"


def _other(rows: m.Rows) -> str:
    """Rows of the record itself are others."""
    return "other " if rows.beside == rows.record else ""


def _which(model: m.Model, rows: m.Rows) -> str:
    bounds = ""
    if rows.bounds is not None:
        b = rows.bounds
        span = names.duration(model, b.duration, b.calendar)
        bounds = (
            f" in the last {span}"
            if b.moment is None
            else f" within {span} {'before' if b.before else 'after'} {moment(model, b.moment)}"
        )
    return _of_what(model, rows) + bounds + where(model, rows.where)


def _of_what(model: m.Model, rows: m.Rows) -> str:
    """Whose rows they are, where they do not belong to the row itself."""
    if rows.beside is None:
        return ""
    above = names.lineage(model, rows.record)[1:]
    shared = next(r for r in names.lineage(model, rows.beside) if r in above)
    return f" of its {names.spoken(shared)}"


def where(model: m.Model, e: m.Expression | None) -> str:
    return "" if e is None else f" where {condition(model, e)}"


# ------------------------------------------------------------------------------------------------------------- values


def _dated(e: m.DatedValue) -> str:
    """`120 (150 from 1 April 2026 on)`."""
    return f"{literal(e.value)} ({joined(f'{literal(x)} from {names.date(day)} on' for day, x in e.later)})"


def value(model: m.Model, e: m.Expression) -> str:
    """A value as a noun."""
    match e:
        case m.Literal() | m.DatedValue():
            return literal(e) if isinstance(e, m.Literal) else _dated(e)
        case m.SetValue(items=items):
            return joined((literal(item) for item in items), "or")
        case m.FieldUse() | m.PathUse() | m.EntryUse() | m.EventUse() | m.MovedMoment():
            return moment_of(model, e)
        case m.ScoreUse(score=name):
            score = model.scores[name]
            return f"the {names.called(score.name, score.label)} score"
        case m.Operation():
            return _computed(model, e)
        case m.RowsValue():
            return _rows_value(model, e)
        case m.Picked(value=picked, rows=rows, by=by, position=position):
            own = model.records[rows.record].moment
            dated = "" if own is not None and own.name == by else f" by {names.spoken(by)}"
            noun = _other(rows) + names.spoken(rows.record)
            return f"the {value(model, picked)} of the {nth(position)} {noun}{dated}{_which(model, rows)}"
        case m.DerivedUse(name=name):
            return names.called(name, model.derived[name].label)
        case m.ElapsedUse(kpi=kpi):
            return names.spoken(kpi)
        case m.OfAsker(value=m.FieldUse() | m.EventUse() | m.DerivedUse() as asked, first=first):
            which = f"{'this' if first else 'that'} {names.spoken(asked.record)}'s"
            return f"{which} {value(model, asked).removeprefix('its ')}"
        case m.OfAsker(value=asked) if isinstance(asked.type, t.Boolean):
            return f"whether {_condition(model, e)}"
        case m.OfAsker(value=asked):
            return value(model, asked)
        case (
            m.MemberUse() | m.SpellUse() | m.RowsTest() | m.WithinUse() | m.Recent() | m.During() | m.ByDate()
        ):
            return f"whether {_condition(model, e)}"
        case m.Invalid():
            raise AssertionError("an agreement with errors has no page")
        case _:
            assert_never(e)


def moment_of(model: m.Model, e: m.Moment | m.MovedMoment) -> str:
    """A moment that an event is one of."""
    if not isinstance(e, m.MovedMoment):
        return moment(model, e)
    length = names.duration(model, e.duration, e.calendar)
    return f"{length} {'before' if e.before else 'after'} {moment(model, e.moment)}"


def moment(model: m.Model, e: m.Moment) -> str:
    match e:
        case m.FieldUse() | m.PathUse():
            return names.field(model, e)
        case m.EntryUse(definition=name):
            return f"becoming {one_of(names.spoken(name))}"
        case m.EventUse(event=name, record=record):
            own = record == model.events[name].record
            return names.spoken(name) if own else f"its {names.spoken(name)}"
        case _:
            assert_never(e)


def literal(e: m.Literal) -> str:
    match e.value:
        case bool() as holds:
            return "true" if holds else "false"
        case str() as text:
            return names.quoted(text)
        case Decimal() as amount:
            unit = f" {e.type.unit}" if isinstance(e.type, t.Number) and e.type.unit else ""
            return names.share(amount) if isinstance(e.type, t.Percent) else names.number(amount) + unit
        case Duration() as span:
            return describe(span)
        case dt.datetime() as at:
            return names.moment(at)
        case dt.date() as day:
            return names.date(day)
        case _:
            assert_never(e.value)


def _computed(model: m.Model, e: m.Operation) -> str:
    args = [value(model, a) for a in e.args]
    match e.op:
        case "+" | "-" if isinstance(e.args[1].type, t.Duration) and not isinstance(e.type, t.Duration):
            return f"{args[1]} {'after' if e.op == '+' else 'before'} {args[0]}"
        case "+" | "-" | "*" | "/":
            return f"({args[0]} {_SUMS[e.op]} {args[1]})"
        case "else":
            return f"{args[0]} (or {args[1]} where it is missing)"
        case "domain" | "length" | "date":
            return f"{_CALLS[e.op]} {args[0]}"
        case "lower":
            return f"{args[0]} in lower case"
        case "round":
            places = f" to {args[1]} decimal places" if len(args) > 1 else ""
            return f"{args[0]} rounded{places}"
        case "least" | "greatest":
            return f"the {e.op} of {joined(args)}"
        case _:
            return f"whether {_condition(model, e)}"


def _rows_value(model: m.Model, e: m.RowsValue) -> str:
    noun = _other(e.rows) + plural(names.spoken(e.rows.record))
    which = _which(model, e.rows)
    if e.value is None:
        return f"the number of {noun}{which}"
    return f"the {e.function} of {value(model, e.value)} over {noun}{which}"
