"""Expressions and values in the agreement's own words, for messages and to tell whether two expressions are the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl.calendars import Duration, DurationKind, describe
from sladsl.nouns import ordinal
from sladsl.source import as_text
from sladsl.types import Percent, Type

_STRENGTH = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6}
_COMPARISON, _ATOM = 4, 7
_INFIX = (
    "and",
    "or",
    "+",
    "-",
    "*",
    "/",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "contains",
    "starts with",
    "ends with",
    "matches",
)
_SHOWN_IN_A_SET = 4


def say(e: m.Expression, cut: bool = True) -> str:
    """The expression as the agreement would write it; long sets are cut unless `cut` is False."""
    return _Writer(cut, qualified=False).write(e)


def identity(e: m.Expression) -> str:
    """The same for two expressions that mean the same row's same value, whatever their layout."""
    return _Writer(cut=False, qualified=True).write(e)


def say_value(value: object, type: Type | None = None) -> str:
    """A literal as the agreement would write it: `95%`, `1_000`, `"US"`, `2026-03-07 15:00`."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return as_text(value)
        case Decimal():
            return f"{_digits(value * 100)}%" if isinstance(type, Percent) else _digits(value)
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="minutes" if value.second == 0 else "seconds")
        case dt.date():
            return value.isoformat()
        case Duration():
            return describe(value)
        case _:
            return str(value)


def listed(words: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _digits(value: Decimal) -> str:
    shown = f"{value:f}"
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    whole, dot, rest = shown.partition(".")
    return f"{int(whole):_}{dot}{rest}" if whole.lstrip("-").isdigit() and whole not in ("-0", "0") else shown


class _Writer:
    """How names and sets are written: `qualified` ones carry their record, and whatever else tells two things apart."""

    def __init__(self, cut: bool, qualified: bool) -> None:
        self.cut, self.qualified = cut, qualified

    def write(self, e: m.Expression, strength: int = 0) -> str:
        text, own = self._write(e)
        return f"({text})" if own < strength else text

    def _write(self, e: m.Expression) -> tuple[str, int]:
        match e:
            case m.Literal():
                return say_value(e.value, e.type), _ATOM
            case m.SetValue() | m.DatedValue() | m.ByDate():
                return (self._set(e.items) if isinstance(e, m.SetValue) else self._dated(e)), _ATOM
            case m.FieldUse() | m.PathUse():
                return self._field(e), _ATOM
            case m.ScoreUse():
                return e.score, _ATOM
            case m.MemberUse() | m.EntryUse():
                return e.definition + (
                    "'s entry" if self.qualified and isinstance(e, m.EntryUse) else ""
                ), _ATOM
            case m.SpellUse():
                return e.spell, _ATOM
            case m.EventUse():
                return (f"{e.record}.{e.event}" if self.qualified else e.event), _ATOM
            case m.Operation():
                return self._operation(e)
            case m.RowsTest():
                return self._rows_test(e), 0
            case m.RowsValue():
                over = f"{self.write(e.value)} over " if e.value is not None else ""
                return f"({e.function} of {over}{self._rows(e.rows)})", _ATOM
            case m.WithinUse():
                return f"{e.kpi} within {self._budget(e.budget)}", _COMPARISON
            case m.ElapsedUse():
                return e.kpi, _ATOM
            case m.OfAsker() | m.Picked() | m.Recent() | m.During() | m.MovedMoment() | m.DerivedUse():
                return self._at_an_instant(e)
            case m.Invalid():
                # No two that are not known are the same; to a reader its place in the text says nothing.
                return (f"? {e.span.start}-{e.span.end}" if self.qualified else "…"), _ATOM
            case _:
                assert_never(e)

    def _at_an_instant(
        self, e: m.OfAsker | m.Picked | m.Recent | m.During | m.MovedMoment | m.DerivedUse
    ) -> tuple[str, int]:
        match e:
            case m.OfAsker():
                return self._of_asker(e), _ATOM
            case m.Picked():
                by = f" by {e.by}" if self.qualified else ""
                return f"({self.write(e.value)} of {ordinal(e.position)} {self._rows(e.rows, by)})", _ATOM
            case m.Recent():
                calendar = f" of {e.calendar}" if self.qualified and e.calendar else ""
                return f"{self.write(e.moment)} in the last {describe(e.duration)}{calendar}", _COMPARISON
            case m.During():
                return f"{self.write(e.moment)} during {e.calendar}", _COMPARISON
            case m.MovedMoment():
                calendar = f" of {e.calendar}" if self.qualified and e.calendar else ""
                side = "before" if e.before else "after"
                return f"{describe(e.duration)}{calendar} {side} {self.write(e.moment)}", _ATOM
            case m.DerivedUse():
                return (f"{e.record}.{e.name}" if self.qualified else e.name), _ATOM

    def _dated(self, e: m.DatedValue | m.ByDate) -> str:
        return ", ".join([self.write(e.value), *(f"{self.write(x)} from {day}" for day, x in e.later)])

    def _of_asker(self, e: m.OfAsker) -> str:
        if self.qualified:
            return f"{e.up} asking {self.write(e.value)}"
        match e.value:
            case (
                m.FieldUse(record=record, field=name)
                | m.EventUse(record=record, event=name)
                | m.DerivedUse(record=record, name=name)
            ):
                return f"{record}.{name}"
            case _:
                return self.write(e.value, _ATOM)

    def _field(self, e: m.AnyField) -> str:
        if isinstance(e, m.PathUse):
            return f"{self._field(e.through)}.{e.field}"
        return f"{e.record}.{e.field}" if self.qualified else e.field

    def _operation(self, e: m.Operation) -> tuple[str, int]:
        op, args = e.op, e.args
        strength = _STRENGTH.get(op, _COMPARISON)
        if m.is_between(e) and not self.qualified:
            low, high = args[0], args[1]
            assert isinstance(low, m.Operation)
            assert isinstance(high, m.Operation)
            value = self.write(low.args[0], 5)
            return (
                f"{value} between {self.write(low.args[1], 5)} and {self.write(high.args[1], 5)}",
                _COMPARISON,
            )
        match op:
            case "not" if isinstance(args[0], m.Operation) and args[0].op == "in":
                return self._in(args[0], "not in"), _COMPARISON
            case "not":
                return f"not {self.write(args[0], 3)}", 3
            case "in":
                return self._in(e, "in"), _COMPARISON
            case "is known" | "is missing":
                return f"{self.write(args[0], 5)} {op}", _COMPARISON
            case "else":
                return f"({self.write(args[0])} else {self.write(args[1])})", _ATOM
            case _ if op in _INFIX:
                # `a - (b - c)` keeps its parentheses: only the first operand may be as weak as its operator.
                inner = [
                    self.write(a, strength if i == 0 or op in ("and", "or") else strength + 1)
                    for i, a in enumerate(args)
                ]
                return f" {op} ".join(inner), strength
            case _:
                return f"{op}({', '.join(self.write(a) for a in args)})", _ATOM

    def _in(self, e: m.Operation, word: str) -> str:
        items = e.args[1:]
        inner = items[0].items if len(items) == 1 and isinstance(items[0], m.SetValue) else items
        return f"{self.write(e.args[0], 5)} {word} {self._set(inner)}"

    def _set(self, items: Sequence[m.Expression]) -> str:
        shown = items[:_SHOWN_IN_A_SET] if self.cut and len(items) > _SHOWN_IN_A_SET + 1 else items
        rest = ", …" if len(shown) < len(items) else ""
        return "{" + ", ".join(self.write(item) for item in shown) + rest + "}"

    def _rows_test(self, e: m.RowsTest) -> str:
        match e.quantifier:
            case m.Quantifier.ANY | m.Quantifier.NO:
                return f"{e.quantifier} {self._rows(e.rows)}"
            case _:
                return f"{e.quantifier} {e.count} {self._rows(e.rows)}"

    def _rows(self, rows: m.Rows, by: str = "") -> str:
        bounds = by
        if rows.bounds is not None and rows.bounds.moment is None:
            bounds += f" in the last {describe(rows.bounds.duration)}"
        elif rows.bounds is not None and rows.bounds.moment is not None:
            side = "before" if rows.bounds.before else "after"
            calendar = f" of {rows.bounds.calendar}" if self.qualified and rows.bounds.calendar else ""
            bounds += (
                f" within {describe(rows.bounds.duration)}{calendar} {side} {self.write(rows.bounds.moment)}"
            )
        beside = f" beside {rows.beside}" if self.qualified and rows.beside else ""
        return (
            rows.record
            + beside
            + bounds
            + (f" where {self.write(rows.where)}" if rows.where is not None else "")
        )

    def _budget(self, budget: m.Budget) -> str:
        of = f" of {budget.calendar}" if self.qualified and budget.calendar else ""
        plain = budget.duration
        if plain.kind is DurationKind.CLOSE_OF_BUSINESS or plain.reading is not None:
            days, _, end = describe(plain).partition(",")
            return f"{days}{of},{end}"
        return describe(plain) + of
