"""What one party owes another: the KPI, its target, its period and what follows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sladsl import model as m
from sladsl.calendars import PeriodKind, Periods, day_date, day_number
from sladsl.checker import becoming, constants, definitions, groups, moments, moving, targets
from sladsl.checker.clauses import checked
from sladsl.checker.context import Context
from sladsl.checker.dates import report_backwards
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import listed, replacement
from sladsl.model.traversal import walk_row
from sladsl.source import Source, Span
from sladsl.syntax import ast


def check_owes(ctx: Context, source: Source, node: ast.Owes) -> None:
    """`sales owes marketing:` and its commitments."""
    fine = _check_parties(ctx, source, node)
    for written in node.commitments:
        made = _commitment(Scope(ctx, source, None), node, written)
        if made is not None and fine and not _is_repeated(ctx, source, made):
            ctx.commitments.append(made)
        elif made is None or not fine:
            ctx.unfinished_commitments.add(written.kpi.text)


def _check_parties(ctx: Context, source: Source, node: ast.Owes) -> bool:
    if ctx.agreement is None or not ctx.agreement.parties:
        _report_no_parties(ctx, source, node)
        return False
    known = {p.name: p for p in ctx.agreement.parties}
    fine = True
    for name in (node.party, node.counterparty):
        if name.text in known:
            ctx.use(source, name.span, "party", name.text)
            continue
        fine = False
        ctx.report_unknown(
            "SLA206",
            source,
            name,
            f"`{name.text}` is not a party to this agreement",
            known,
            help=f"it is between {listed([f'`{p}`' for p in known], 'and')}",
        )
    if fine and node.party.text == node.counterparty.text:
        other = next((p for p in known if p != node.party.text), None)
        ctx.report(
            "SLA207",
            source,
            node.counterparty.span,
            f"`{node.party.text}` cannot owe itself",
            help="" if other is None else f"did you mean `{other}`?",
            fixes=() if other is None else (replacement(node.party.text, other, node.counterparty.span),),
        )
        return False
    return fine


def _report_no_parties(ctx: Context, source: Source, node: ast.Owes) -> None:
    if ctx.broken_agreement:
        return
    span = node.party.span.to(node.counterparty.span)
    between = f"between {node.party.text} and {node.counterparty.text}"
    if ctx.agreement is None:
        ctx.report(
            "SLA438",
            source,
            span,
            "this says who owes, but there is no agreement",
            help=f'begin with `agreement "…": {between}`',
        )
    else:
        scope = Scope(ctx, source, None)
        ctx.report(
            "SLA206",
            source,
            span,
            "the agreement does not say who its parties are",
            labels=[scope.label_in(ctx.agreement.origin, "this agreement")],
            help=f"add `{between}` to it",
        )


def _commitment(scope: Scope, owes: ast.Owes, node: ast.Commitment) -> m.Commitment | None:
    kpi = find_kpi(scope, node.kpi)
    if kpi is None:
        return None
    population, narrowed = _narrowed(scope, kpi, node.population)
    if population is not None and node.population is not None and isinstance(kpi.measure, m.Become):
        narrowed &= becoming.check_start(scope, population, kpi.measure.goal, node.population.span)
    group = None if node.groups is None else groups.group_of(scope.of(kpi.record), node.groups)
    narrowed &= node.groups is None or group is not None
    changes = constants.dates(scope, node.target)
    in_force = _in_force(scope, node)
    begins, ends = in_force or (None, None)
    # A deadline is that of the row's start, so that it changes within a period.
    by_row = isinstance(node.target, ast.Deadline)
    dated = () if by_row else tuple(d for d in changes if _is_within(d, begins, ends))
    at_first = node.target if by_row else constants.fixed(scope, node.target, begins)
    if dated and isinstance(node.target, ast.Limits):
        _report_dated_groups(scope, node.target, dated[0])
        return None
    target = None if at_first is None else groups.target(scope, kpi, group, at_first)
    later = tuple(_later(scope, kpi, node, dated))
    check_measure(scope, kpi, node.kpi.span)
    clauses = tuple(checked(scope, scope.ctx.language.commitment, kpi, node.clauses))
    if target is None or not narrowed or len(later) < len(dated) or in_force is None:
        return None
    # Behind the share it stands in the target's own words.
    first = node.groups is not None and node.groups.span.start < node.target.span.start
    by = f"for each {m.spelt(group)} " if first and group is not None else ""
    words = by + scope.written(_target_span(node))
    id = ".".join([owes.party.text, kpi.name, *([population] if population is not None else [])])
    return m.Commitment(
        id=id if begins is None else f"{id} from {begins}",
        owner=owes.party.text,
        counterparty=owes.counterparty.text,
        kpi=kpi.name,
        population=population,
        target=target,
        period=PeriodKind(node.period.word),
        words=words,
        clauses=clauses,
        origin=m.Origin(scope.source.name, node.span, node.kpi.span),
        period_span=node.period.span,
        first_words=words if by_row and changes else by + _with_values(scope, node, begins),
        later=later,
        first=begins,
        last=ends,
        dates_span=None if node.in_force is None else node.in_force.span,
        group=group,
    )


def _report_dated_groups(scope: Scope, node: ast.Limits, day: dt.date) -> None:
    scope.report(
        "SLA763",
        node.span,
        f"what the groups are held to changes on {day}, and each group has one target for all days",
        help=f"let this promise end the day before, and write the next one beside it: `from {day}`",
    )


def _with_values(scope: Scope, node: ast.Commitment, day: dt.date | None) -> str:
    """The target with the values that are in force on a day in place of constants."""
    return constants.written(scope, _target_span(node), node.target, day)


def _target_span(node: ast.Commitment) -> Span:
    """What is promised, for which groups, with its period and its dates."""
    return Span(node.target.span.start, (node.in_force or node.period).span.end)


def _is_within(day: dt.date, first: dt.date | None, last: dt.date | None) -> bool:
    """Whether something changes on a day while a promise holds."""
    return (first is None or day > first) and (last is None or day <= last)


def _in_force(scope: Scope, node: ast.Commitment) -> tuple[dt.date | None, dt.date | None] | None:
    """The dates of the first and the last period that a commitment is about; None where they bound none, which is then reported."""
    written = node.in_force
    if written is None:
        return None, None
    first, last = written.first, written.last
    if first is not None and last is not None and report_backwards(scope, first, last, "this promise"):
        return None
    kind = PeriodKind(node.period.word)
    agreement = scope.ctx.agreement
    periods = Periods("UTC") if agreement is None else agreement.periods
    fine = True
    for date in (first, last):
        if date is None:
            continue
        at = periods.index_of_day(kind, day_number(date.value))
        begin, after = (periods.first_day(kind, at + more) for more in (0, 1))
        near = (begin, after) if date is first else (begin - 1, after - 1)
        if day_number(date.value) not in near:
            fine = False
            word, verb = ("begins", "begin") if date is first else ("ends", "end")
            one, other = map(day_date, near)
            scope.report(
                "SLA750",
                date.span,
                f"no {kind} {word} on {date.value}: a promise for each {kind} holds for whole ones",
                help=f"let it {verb} where a {kind} {word}: on {one} or on {other}",
            )
    if not fine:
        return None
    return None if first is None else first.value, None if last is None else last.value


def _later(
    scope: Scope, kpi: m.Kpi, node: ast.Commitment, dates: Sequence[dt.date]
) -> Iterator[m.LaterTarget]:
    """The targets that come to hold, from a first day of a period on: a period has one target."""
    kind = PeriodKind(node.period.word)
    agreement = scope.ctx.agreement
    periods = Periods("UTC") if agreement is None else agreement.periods
    for day in dates:
        at = periods.index_of_day(kind, day_number(day))
        first, after = (day_date(periods.first_day(kind, at + more)) for more in (0, 1))
        if first != day:
            scope.report(
                "SLA734",
                node.target.span,
                f"the target changes on {day}, in the middle of a {kind}: a {kind} has one target",
                labels=(scope.label_in(kpi.origin, "what is promised"),),
                help=f"let it change where a {kind} begins: on {first} or on {after}",
            )
            return
        written = constants.fixed(scope, node.target, day)
        target = None if written is None else targets.target(scope, kpi, written)
        if target is not None:
            yield m.LaterTarget(day, target, _with_values(scope, node, day))


_JOINING = frozenset({"and", "or", "but", "plus", "also", "then"})


def find_kpi(scope: Scope, name: ast.Name) -> m.Kpi | None:
    """The KPI of that name; None when there is none or it was reported."""
    ctx = scope.ctx
    symbol = ctx.symbols.get(name.text)
    if symbol is None:
        known = (s.name for s in ctx.symbols.values() if s.kind == "kpi")
        if name.text in _JOINING:
            scope.report(
                "SLA201",
                name.span,
                f"each target has a KPI of its own, and nothing joins two: `{name.text}` is no KPI",
                help="write the second target on a line below, with its KPI in front: `volume at least 300 per quarter`",
            )
            return None
        ctx.report_unknown(
            "SLA201",
            scope.source,
            name,
            f"there is no KPI `{name.text}`",
            known,
            help=f"a commitment is a KPI with a target: declare it with `kpi {name.text} = …`",
        )
        return None
    ctx.use(scope.source, name.span, symbol.kind, name.text)
    if not symbol.may_be("kpi"):
        advice = (
            f"count it first: `kpi {name.text}_volume = count of {name.text}`"
            if symbol.kind in {"define", "record", "spell"}
            else ""
        )
        scope.report(
            "SLA204",
            name.span,
            f"`{name.text}` is {symbol.words}, not a KPI",
            label="expected a KPI",
            help=advice,
        )
        return None
    return ctx.kpis.get(name.text)


def _narrowed(scope: Scope, kpi: m.Kpi, name: ast.Name | None) -> tuple[str | None, bool]:
    """The definition that narrows a commitment (None when the name only repeats what the KPI is over), and whether it is fine."""
    if name is None:
        return None, True
    population = definitions.find_population(scope.ctx, scope.source, name)
    if population is None:
        return None, False
    record, definition = population
    own = kpi.definition
    if record != kpi.record:
        scope.report(
            "SLA208",
            name.span,
            f"`{name.text}` is about rows of `{record}`, and `{kpi.name}` is about rows of `{kpi.record}`",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help=f"write a definition of `{kpi.record}`, or measure rows of `{record}` by a KPI of their own",
        )
        return None, False
    if definition is None and own is not None:
        scope.report(
            "SLA435",
            name.span,
            f"`{kpi.name}` is over `{own}`, and `{name.text}` does not narrow it",
            help=f"leave it out, or say `of {own}`",
        )
        return None, False
    if definition == own:
        return None, True
    # A time starts at its own moment, whichever rows are asked for.
    dated = (
        isinstance(kpi.measure, m.TimeBetween)
        or moments.entry_type(scope.ctx, record, definition) is not None
    )
    if not dated:
        why = (
            f"`{kpi.name}` cannot be measured for `{name.text}`: each row counts in the period of its moment"
        )
        moments.report_no_moment(scope, record, definition, name.span, why)
        return None, False
    return definition, True


def check_measure(scope: Scope, kpi: m.Kpi, span: Span) -> None:
    """What a commitment cannot rest on: an average of clocks that may still run, an event that later rows move."""
    ctx, measure = scope.ctx, kpi.measure
    if (
        isinstance(measure, m.Statistic)
        and measure.function in {"average", "sum"}
        and any(_asked_clocks(measure.value))
    ):
        scope.report(
            "SLA432",
            span,
            f"`{kpi.name}` is {'an average' if measure.function == 'average' else 'a sum'} of times, "
            "and a row that nobody answered has none",
            label="cannot be promised",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help="promise a `median of …` or `p90 of …`, which count the rows still waiting, or a time `within …`",
        )
    for clock in _clocks(ctx, measure):
        if moving.report_moving(scope, span, kpi, clock, "a verdict that was final"):
            return


def _clocks(ctx: Context, measure: m.Measure) -> Iterator[m.TimeBetween]:
    """The clocks that a KPI's figure rests on: its own, and those of the time KPIs that it names."""
    if isinstance(measure, m.TimeBetween):
        yield measure
        return
    parts = [measure.population.where]
    if isinstance(measure, m.Whose):
        parts.append(measure.condition)
    elif isinstance(measure, m.Statistic):
        parts.append(measure.value)
    for name in (name for part in parts if part is not None for name in _asked_clocks(part)):
        clock = ctx.kpis[name].measure
        if isinstance(clock, m.TimeBetween):
            yield clock


def _asked_clocks(e: m.Expression) -> tuple[str, ...]:
    """The time KPIs that an expression asks on its own row."""
    return tuple(x.kpi for x in walk_row(e) if isinstance(x, m.ElapsedUse | m.WithinUse))


def _is_repeated(ctx: Context, source: Source, made: m.Commitment) -> bool:
    same = (c for c in ctx.commitments if c.promise == made.promise)
    first = next((c for c in same if c.overlaps(made)), None)
    if first is None:
        return False
    scope = Scope(ctx, source, None)
    if first.is_dated or made.is_dated:
        _report_overlap(scope, first, made)
        return True
    ctx.report(
        "SLA214",
        source,
        made.origin.name_span,
        f"`{made.owner}` owes `{made.kpi}`{f' of `{made.population}`' if made.population else ''} twice",
        label="again here",
        labels=[scope.label_in(first.origin, "first owed here")],
        help="a commitment is known by its party and its KPI: narrow one with `of …`, or declare a KPI of another name",
    )
    return True


def _report_overlap(scope: Scope, first: m.Commitment, made: m.Commitment) -> None:
    """Two promises of one figure hold for some of the same dates."""
    earlier, later = sorted((first, made), key=lambda c: c.first or dt.date.min)
    begins = later.first
    help = "let one end before the other begins: `until` the day before, and `from` that day on"
    if begins is not None and begins > (earlier.first or dt.date.min):
        before = day_date(day_number(begins) - 1)
        help = f"let the earlier one end before the later one begins: `until {before}`"
    when = "at once" if begins is None else f"on {begins}"
    of = f" of `{made.population}`" if made.population else ""
    scope.report(
        "SLA751",
        made.origin.name_span,
        f"`{made.owner}` owes `{made.kpi}`{of} twice {when}",
        label="also here",
        labels=(scope.label_in(first.origin, "owed here"),),
        help=help,
    )
