"""The agreement itself: its parties, its term, its zone and its hours."""

from __future__ import annotations

from collections.abc import Sequence

from sladsl import model as m
from sladsl.calendars import PeriodKind
from sladsl.checker import budgets
from sladsl.checker.calendars import check_zone
from sladsl.checker.context import Context, elsewhere
from sladsl.checker.scope import Scope
from sladsl.diagnostics import Edit, Fix, Label, Safety
from sladsl.source import Source, Span
from sladsl.syntax import ast

Files = Sequence[tuple[Source, ast.File]]

_CADENCES = {
    "daily": PeriodKind.DAY,
    "weekly": PeriodKind.WEEK,
    "monthly": PeriodKind.MONTH,
    "quarterly": PeriodKind.QUARTER,
    "yearly": PeriodKind.YEAR,
}
_NEED_A_ZONE = ast.Kpi | ast.Owes | ast.Test | ast.Define | ast.Route


def check_agreement(ctx: Context, files: Files) -> None:
    """Fill `ctx.agreement` from the first one; a second is an error. Calendars and records are known by name only."""
    found = [(s, d) for s, f in files for d in f.declarations if isinstance(d, ast.Agreement)]
    if not found:
        return
    source, node = found[0]
    for other, again in found[1:]:
        ctx.report(
            "SLA202",
            other,
            again.label.span,
            "there are two agreements",
            labels=[elsewhere(source, node.label.span, "the first one", other)],
            help="one agreement is checked at a time; what several share goes into a file that they import",
        )
    term = node.effective
    ctx.agreement = m.Agreement(
        node.label.value,
        m.Origin(source.name, node.span, node.label.span),
        _parties(ctx, source, node),
        node.goal.value if node.goal else "",
        term.first.value if term else None,
        term.last.value if term and term.last else None,
        _zone(ctx, source, node, files),
        None,
        node.year_starts.month if node.year_starts else 1,
        None,
        tuple(d.value for d in node.reviewed),
        week_starts=node.week_starts.day if node.week_starts else 0,
    )


def complete_agreement(ctx: Context, files: Files) -> None:
    """What names other declarations: the hours, and the review's fields."""
    found = next(((s, d) for s, f in files for d in f.declarations if isinstance(d, ast.Agreement)), None)
    if found is None or ctx.agreement is None:
        return
    source, node = found
    a = ctx.agreement
    hours = None if node.hours is None else budgets.find_calendar(Scope(ctx, source, None), node.hours)
    ctx.broken_hours = node.hours is not None and hours is None
    ctx.agreement = m.Agreement(
        a.label,
        a.origin,
        a.parties,
        a.goal,
        a.first,
        a.last,
        a.zone,
        hours,
        a.year_starts,
        _review(ctx, source, node),
        a.reviewed,
        node.effective.span if node.effective else None,
        node.review.span if node.review else None,
        a.week_starts,
    )


def _parties(ctx: Context, source: Source, node: ast.Agreement) -> tuple[m.Party, ...]:
    found: dict[str, m.Party] = {}
    for party in node.parties:
        name = party.name.text
        if name in found:
            ctx.report(
                "SLA207",
                source,
                party.name.span,
                f"an agreement is between two parties, and both are `{name}`",
                labels=[Label(found[name].span, "the first party")],
            )
        found.setdefault(name, m.Party(name, party.label.value if party.label else "", party.name.span))
    return tuple(found.values())


def _zone(ctx: Context, source: Source, node: ast.Agreement, files: Files) -> str:
    """The agreement's zone. No zone is guessed: one that is needed and not there is an error."""
    if node.zone is not None:
        return check_zone(ctx, source, node.zone) or "UTC"
    needed = any(
        isinstance(d, _NEED_A_ZONE) or (isinstance(d, ast.Calendar) and d.zone is None)
        for _, file in files
        for d in file.declarations
    )
    if needed:
        end = node.label.span.end
        ctx.report(
            "SLA437",
            source,
            node.label.span,
            "this agreement does not say in which time zone its days and months begin",
            label="no `zone`",
            help='add a line such as `zone "America/New_York"`, or `zone "UTC"`',
            fixes=[
                Fix(
                    'add `zone "UTC"`',
                    (Edit(_after_header(source, end), '\n  zone "UTC"'),),
                    Safety.NEEDS_A_LOOK,
                )
            ],
        )
    return "UTC"


def _after_header(source: Source, at: int) -> Span:
    """Just after the colon that ends an agreement's first line."""
    colon = source.text.find(":", at)
    return Span(colon + 1, colon + 1) if colon >= 0 else Span(at, at)


def _review(ctx: Context, source: Source, node: ast.Agreement) -> m.Review | None:
    if node.review is None:
        return None
    over: list[str] = []
    for name in node.review.over:
        records = [r for r in ctx.records.values() if name.text in r.fields]
        if records:
            ctx.use(source, name.span, "field", name.text, records[0].name)
            over.append(name.text)
        elif not ctx.misses_a_record:
            known = dict.fromkeys(f for r in ctx.records.values() for f in r.fields)
            ctx.report_unknown(
                "SLA203",
                source,
                name,
                f"no record has a field `{name.text}`",
                known,
                help="a review is broken down by fields of the records",
            )
    by = node.review.by.value if node.review.by else ""
    return m.Review(_CADENCES[node.review.cadence], by, tuple(over))
