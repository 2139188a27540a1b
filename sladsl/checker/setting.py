"""The setting of an agreement: what its own clauses and those of its calendars make of it; and zones: names that exist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import CalendarRules, is_zone, zone_names
from sladsl.checker.clauses import checked
from sladsl.checker.context import Context, Symbol, elsewhere
from sladsl.checker.records import find_record
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import nearest, replacement
from sladsl.clauses import AgreementClause, CalendarClause
from sladsl.source import Source
from sladsl.syntax import ast

Files = Sequence[tuple[Source, ast.File]]

_NEED_A_ZONE = ast.Kpi | ast.Owes | ast.Test | ast.Define | ast.Route | ast.Never


def check_agreement(ctx: Context, files: Files) -> None:
    """Fill `ctx.agreement` from the first one, without what names other declarations; a second is an error."""
    agreements = _agreements(files)
    if not agreements:
        return
    source, node = agreements[0]
    for other, again in agreements[1:]:
        ctx.report(
            "SLA202",
            other,
            again.label.span,
            "there are two agreements",
            labels=[elsewhere(source, node.label.span, "the first one", other)],
            help="one agreement is checked at a time; what several share goes into a file that they import",
        )
    ctx.needs_a_zone = any(
        isinstance(d, _NEED_A_ZONE) or (isinstance(d, ast.Calendar) and not d.has("zone"))
        for _, file in files
        for d in file.declarations
    )
    origin = m.Origin(source.name, node.span, node.label.span)
    _clauses(ctx, source, node, m.Agreement(node.label.value, origin), resolves=False)


def complete_agreement(ctx: Context, files: Files) -> None:
    """What names other declarations."""
    agreements = _agreements(files)
    if agreements and ctx.agreement is not None:
        _clauses(ctx, *agreements[0], ctx.agreement, resolves=True)


def _agreements(files: Files) -> list[tuple[Source, ast.Agreement]]:
    return [(s, d) for s, f in files for d in f.declarations if isinstance(d, ast.Agreement)]


def _clauses(ctx: Context, source: Source, node: ast.Agreement, made: m.Agreement, resolves: bool) -> None:
    """Add to an agreement what its clauses make of it, each beside what is there so far."""
    scope = Scope(ctx, source, None)
    clauses: dict[str, list[m.Clause]] = {kind.rule: [] for kind in ctx.language.agreement}
    for clause in made.clauses:
        rule = next(kind.rule for kind in ctx.language.agreement if isinstance(clause, kind.clause))
        clauses[rule].append(clause)
    for kind in ctx.language.agreement:
        if kind.resolves is not resolves:
            continue
        given: list[AgreementClause] = []
        if node.has(kind.rule):
            given += checked(scope, [kind], made, node.of_rule(kind.rule))
        elif (absent := kind.absent(scope, made)) is not None:
            given.append(absent)
        for clause in given:
            made = clause.model(made)
        clauses[kind.rule] += given
    ctx.agreement = replace(made, clauses=tuple(chain.from_iterable(clauses.values())))


# ------------------------------------------------------------------------------------------------------------ calendars

_USUAL_ZONES = {
    "EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York", "EST5EDT": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago", "CST6CDT": "America/Chicago",
    "MST": "America/Denver", "MDT": "America/Denver", "MT": "America/Denver", "MST7MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "PST8PDT": "America/Los_Angeles", "GMT": "UTC", "Z": "UTC", "ETC/UTC": "UTC", "ETC/GMT": "UTC", "ZULU": "UTC",
    "BST": "Europe/London", "CET": "Europe/Berlin", "CEST": "Europe/Berlin", "EET": "Europe/Helsinki",
    "WET": "Europe/Lisbon", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "AEST": "Australia/Sydney",
}  # fmt: skip


_OFFSET = re.compile(r"(?:UTC|GMT)?\s*[+-]\s*\d")
"""`UTC-5`, `+01:00`: many zones have it for a part of the year."""


def check_zone(ctx: Context, source: Source, node: ast.Text) -> str | None:
    """The zone's name; None when there is no such zone, which is then reported with the one that may be meant."""
    if is_zone(node.value):
        return node.value
    upper = node.value.upper()
    offset = _OFFSET.match(upper) is not None
    guess = None if offset else _likely_zone(node.value)
    fixes = [] if guess is None else [replacement(node.value, guess, node.span, quote=True)]
    advice = f'did you mean "{guess}"? ' if guess is not None else ""
    if offset or (upper in _USUAL_ZONES and "/" not in upper) or upper.startswith("ETC/GMT"):
        why = "an abbreviation or a fixed offset does not say when the clocks change"
        why += (
            '; write a city, such as "America/New_York" or "Europe/Berlin", or "UTC"' if guess is None else ""
        )
    else:
        why = 'a zone is named by continent and city, such as "America/New_York", or is "UTC"'
    message = (
        f'there is no time zone "{node.value}"'
        if upper not in _USUAL_ZONES
        else f'"{node.value}" is not a time zone'
    )
    ctx.report("SLA501", source, node.span, message, help=advice + why, fixes=fixes)
    return None


def _likely_zone(word: str) -> str | None:
    usual = _USUAL_ZONES.get(word.upper())
    if usual is not None:
        return usual
    folded = word.strip().replace(" ", "_").casefold()
    cities = {name.rpartition("/")[2].casefold(): name for name in zone_names()}
    city = cities.get(folded.rpartition("/")[2])
    return (
        city
        if city is not None and folded
        else nearest(word, (n for n in zone_names() if n[:1].casefold() == folded[:1]))
    )


def check_calendar(ctx: Context, symbol: Symbol, node: ast.Calendar) -> None:
    """Turn a calendar's clauses into its rules; a calendar with an error in it is left out of the model."""
    before = ctx.errors
    scope = Scope(ctx, symbol.source, None)
    clauses: list[CalendarClause] = []
    for kind in ctx.language.calendar:
        of_kind = list(
            checked(scope, [kind], symbol.name, [each for each in node.clauses if each.rule == kind.rule])
        )
        kind.together(scope, of_kind)
        clauses += of_kind
    if ctx.errors > before:
        return
    zone = ctx.agreement.zone if ctx.agreement else "UTC"
    rules = CalendarRules(symbol.name, zone, ((), (), (), (), (), (), ()))
    for clause in clauses:
        rules = clause.plan(rules)
    if node.record is not None and not rules.zone_of:
        _report_no_zone(scope, node.record)
    if ctx.errors > before:
        return
    record, _, field = rules.zone_of.partition(".")
    origin = m.Origin(symbol.source.name, node.span, symbol.span)
    label = node.label.value if node.label else ""
    ctx.calendars[symbol.name] = m.Calendar(
        symbol.name, label, rules, origin, tuple(clauses), record or None, field
    )


def _report_no_zone(scope: Scope, named: ast.Name) -> None:
    """Each row of a record is to have hours, and nothing says in which zone."""
    record = find_record(scope.ctx, scope.source, named, "the record whose rows have the calendar")
    if record is None:
        return
    texts = [f.name for f in record.fields.values() if isinstance(f.type, t.Text) and not f.key]
    scope.report(
        "SLA612",
        named.span,
        f"each `{record.name}` is to have hours of its own, and nothing says in which zone",
        help=f"name the field that holds it: `zone {texts[0] if texts else 'time_zone'}`; or leave `of {record.name}` out",
    )
