"""A name as a value of the row in view, and whether what a row above it has is kept for the moment at which it is asked."""

from __future__ import annotations

from dataclasses import replace

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.context import Context, Symbol, elsewhere
from sladsl.checker.events import event_use
from sladsl.checker.records import report_no_field
from sladsl.checker.scope import FoundField, Scope, is_plain
from sladsl.checker.suggest import a, listed
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.functions import NAMED_ELSEWHERE
from sladsl.model.traversal import walk_row
from sladsl.source import Span
from sladsl.syntax import ast


def value(scope: Scope, node: ast.Reference, beside: t.Type | None = None) -> m.Expression:
    """What a name is worth in a condition; `beside` is the type of what it is compared with, for a better message."""
    up, home = scope.home(node)
    if up:
        return asked_of(scope, value(home, node, beside), up)
    named = scope.lookup(node)
    match named:
        case FoundField():
            return field_use(scope, node, named)
        case Symbol():
            remember(scope, node, named.kind)
            return _declared(scope, node, named)
        case None:
            report_unknown(scope, node, beside)
            return m.Invalid(t.UNKNOWN, node.span)


def asked_of(scope: Scope, e: m.Expression, up: int) -> m.Expression:
    """What a row has that looks at rows beside it, inside what is asked of those; `up` of such rows lie between."""
    return e if isinstance(e, m.Invalid) or up == 0 else m.OfAsker(e, up, up == scope.askers, e.type, e.span)


def _declared(scope: Scope, node: ast.Reference, symbol: Symbol) -> m.Expression:
    ctx, invalid = scope.ctx, m.Invalid(t.UNKNOWN, node.span)
    if symbol.node is None or (
        symbol.kind in {"derived", "score", "define", "event", "spell"}
        and not is_visible(scope, node, symbol)
    ):
        return invalid
    if symbol.kind in {"score", "define"} and not is_kept(scope, node.span, symbol):
        return invalid
    match symbol.kind:
        case "let":
            let = ctx.lets.get(symbol.name)
            return invalid if let is None else _constant(let.value, node.span)
        case "derived":
            field = ctx.derived.get(symbol.name)
            return (
                invalid if field is None else m.DerivedUse(symbol.name, field.record, field.type, node.span)
            )
        case "score":
            return m.ScoreUse(symbol.name, t.NUMBER, node.span) if symbol.name in ctx.scores else invalid
        case "define":
            return (
                m.MemberUse(symbol.name, t.BOOLEAN, node.span) if symbol.name in ctx.definitions else invalid
            )
        case "event":
            use = event_use(scope, node, symbol.name)
            return invalid if use is None else asked_of(scope, *use)
        case "spell":
            return m.SpellUse(symbol.name, t.BOOLEAN, node.span)
        case _:
            _report_no_value(scope, node, symbol)
            return invalid


def _constant(value: m.Literal | m.SetValue | m.DatedValue | m.Invalid, span: Span) -> m.Expression:
    """A constant's value where its name stands: what is wrong with it there is told there, and not in the file that declares it."""
    if isinstance(value, m.SetValue):
        value = replace(value, items=tuple(replace(item, span=span) for item in value.items))
    return replace(value, span=span)


def _report_no_value(scope: Scope, node: ast.Reference, symbol: Symbol) -> None:
    measure = symbol.node.measure if isinstance(symbol.node, ast.Kpi) else None
    if isinstance(measure, ast.TimeBetween):
        advice = f"ask it by its deadline: `{symbol.name} within 4 hours`"
    elif measure is not None:
        advice = "a KPI is counted over many rows; a condition looks at one row"
    elif symbol.kind == "record":
        advice = f"ask for its rows: `any {symbol.name}`, `no {symbol.name}`, `at least 3 {symbol.name}`"
    else:
        advice = "a calendar stands after a duration: `2 business hours of my_calendar`"
    scope.report(
        "SLA311",
        node.span,
        f"`{symbol.name}` is {symbol.words}, not a value of one row",
        labels=(elsewhere(symbol.source, symbol.span, "declared here", scope.source),),
        help=advice,
    )


def is_visible(scope: Scope, node: ast.Reference, symbol: Symbol) -> bool:
    """Whether the row in view has what is declared; reported when it is about another record."""
    about = scope.ctx.about.get(symbol.name)
    if about is None or scope.record is None or about not in scope.ctx.records:
        return False  # something it stands on was reported
    if scope.sees(about):
        return True
    if scope.is_whole:
        report_other_record(scope, node.span, about, f"`{symbol.name}` is about rows of `{about}`")
    return False


def report_other_record(scope: Scope, span: Span, about: str, what: str) -> None:
    """A name of another record where rows of this one are looked at."""
    here = scope.record or ""
    if scope.ctx.is_within(about, here):
        advice = f"one `{here}` has many rows of `{about}`; ask for them: `any {about} where …`"
    else:
        advice = f"`{about}` and `{here}` have nothing to do with each other: say which `{here}` {a(about)} belongs to"
    scope.report("SLA208", span, f"{what}, and here a row of `{here}` is looked at", help=advice)


def remember(scope: Scope, node: ast.Reference, kind: str, record: str | None = None) -> None:
    """Keep the reference for the editor: the name's own word, and the record's word where there is one."""
    scope.ctx.use(scope.source, node.name.span, kind, node.name.text, record)
    if node.record is not None:
        scope.ctx.use(scope.source, node.record.span, "record", node.record.text)


def field_use(scope: Scope, node: ast.Reference, found: FoundField) -> m.AnyField:
    """A field as it is named here, each of its words kept for the editor."""
    use = found.use(node.span)
    at: m.AnyField | None = use
    for word in reversed([x for x in (node.record, node.name, *node.steps) if x is not None]):
        if at is None:
            scope.ctx.use(scope.source, word.span, "record", word.text)
        else:
            scope.ctx.use(scope.source, word.span, "field", word.text, at.record)
            at = at.through if isinstance(at, m.PathUse) else None
    return use


def _report_step(scope: Scope, node: ast.Reference) -> bool:
    """What is wrong with a path whose first word means something; False where that word is what is wrong."""
    first, steps = scope.parts(node)
    found = scope.lookup(first)
    words = first.name
    for step in steps:
        if not isinstance(found, FoundField):
            break
        named = scope.named(found.field)
        if named is None:
            _report_no_row(scope, words, step, found)
            return True
        if step.text not in named.fields:
            field_use(scope, first, found)
            if scope.ctx.about.get(step.text) == named.name:
                scope.report(
                    "SLA636",
                    step.span,
                    f"`{step.text}` is {scope.ctx.symbols[step.text].words}, and only fields that data fill can be asked through "
                    f"`{words.text}` yet",
                    label="expected a field",
                    help=f"write a field of `{named.name}`: {listed([f'`{f}`' for f in [*named.fields][:8]])}",
                )
            else:
                report_no_field(scope.ctx, scope.source, step, named)
            return True
        first = (
            replace(first, steps=(*first.steps, step))
            if first.record
            else ast.Reference(step, first.name, node.span)
        )
        found, words = FoundField(named.name, named.fields[step.text], found.use(node.span)), step
    return False


def _report_no_row(scope: Scope, field: ast.Name, step: ast.Name, found: FoundField) -> None:
    """A step from a field that holds a value, and no key of another record."""
    candidates = [r.name for r in scope.ctx.records.values() if step.text in r.fields and r.key is not None]
    origin = scope.ctx.records[found.record].origin
    known = candidates[0] if len(candidates) == 1 else "…"
    scope.report(
        "SLA611",
        field.span,
        f"`{field.text}` is {found.field.type}, and names no row that `{step.text}` could be a field of",
        labels=(scope.label_in(replace(origin, name_span=found.field.span), "declared here"),),
        help=f"if it holds the key of another record, declare it so: `{field.text}  key of {known}`",
    )


def report_unknown(scope: Scope, node: ast.Reference, beside: t.Type | None = None) -> None:
    """A name that means nothing here."""
    if _report_step(scope, node):
        return
    if node.record is not None:
        _report_qualified(scope, node, node.record)
        return
    if not scope.is_whole:
        return
    word = node.name.text
    if isinstance(beside, t.OneOf) and word in beside.values:
        quoted = f'"{word}"'
        fix = Fix(f"write {quoted}", (Edit(node.span, quoted),), Safety.NEEDS_A_LOOK)
        scope.report(
            "SLA201", node.span, f"`{word}` is not a name here", help=f"did you mean {quoted}?", fixes=(fix,)
        )
        return
    scope.ctx.report_unknown(
        "SLA201",
        scope.source,
        node.name,
        f"`{word}` is not a field of `{scope.record}`, and nothing of that name is declared",
        () if word.lower() in NAMED_ELSEWHERE else scope.names(),
        _meant(word, beside) or _declaring(scope, word),
        of=scope.record or "",
    )


def _declaring(scope: Scope, word: str) -> str:
    """How to declare a name that means nothing."""
    record = scope.ctx.records.get(scope.record or "")
    known = f"its fields are {listed(record.fields, 'and')}; " if record and len(record.fields) <= 12 else ""
    return f"{known}a name is a field of `{scope.record}`, or is declared by `let`, `define` or `event`: `let {word} = …`"


def _meant(word: str, beside: t.Type | None) -> str:
    """What to write for a word that is a value elsewhere, or a text that lacks its quotes."""
    if elsewhere := NAMED_ELSEWHERE.get(word.lower()):
        return elsewhere
    truth = {"true": "true", "yes": "true", "y": "true", "false": "false", "no": "false", "n": "false"}.get(
        word.lower()
    )
    if truth is not None and (beside == t.BOOLEAN or word.lower() == truth):
        return f"write `{truth}`"
    return f'text is written in quotes: `"{word}"`' if beside == t.TEXT else ""


def _report_qualified(scope: Scope, node: ast.Reference, record: ast.Name) -> None:
    ctx = scope.ctx
    symbol = ctx.symbols.get(record.text)
    if symbol is None:
        if scope.is_whole:
            seen = ctx.lineage(scope.record or "")
            keys = [f.name for r in seen for f in r.fields.values() if not is_plain(f)]
            message = (
                f"`{record.text}` is not a field of `{scope.record}`, and there is no record of that name"
            )
            plain = f"there is no record `{record.text}`"
            names = [*keys, *(r.name for r in seen)]
            alone = any(node.name.text in r.fields for r in seen)
            field = f"write the field alone, `{node.name.text}`, or before" if alone else "before"
            stand = "" if alone else " stands the record that has the field, or a field that names one"
            help = f"{field} the dot{'' if alone else stand}{' ' if alone else ': '}one of {listed([f'`{n}`' for n in names])}"
            ctx.report_unknown("SLA201", scope.source, record, message if keys else plain, names, help)
        return
    ctx.use(scope.source, record.span, symbol.kind, symbol.name)
    if symbol.node is None or not scope.is_whole:
        return
    if not symbol.may_be("record"):
        scope.report(
            "SLA204",
            record.span,
            f"`{record.text}` is {symbol.words}, not a record",
            label="expected a record",
            help=_of_no_record(scope, symbol, node),
        )
    elif not scope.sees(record.text):
        report_other_record(scope, node.span, record.text, f"`{scope.words(node.span)}` is of another record")
    else:
        known = ctx.records[record.text]
        ctx.report_unknown(
            "SLA203",
            scope.source,
            node.name,
            f"`{record.text}` has no field `{node.name.text}`",
            known.fields,
            help=f"its fields are {listed([*known.fields][:12], 'and')}" if known.fields else "",
        )


def _of_no_record(scope: Scope, symbol: Symbol, node: ast.Reference) -> str:
    """What to write for `first_call.at`, where an event, a definition or another name that has no fields stands before the dot."""
    if any(node.name.text in record.fields for record in scope.ctx.lineage(scope.record or "")):
        return f"write the field alone, `{node.name.text}`, or the record that has it before the dot"
    if symbol.kind == "event":
        return f"an event is a moment itself: write `{symbol.name}`"
    return "write the record that has the field before the dot"


# ------------------------------------------------------------------------------------------ what is asked of a row above


def is_kept(scope: Scope, span: Span, symbol: Symbol) -> bool:
    """Whether a score or a definition of a row above can be read here; reported where not.

    A score, and rows that are looked at, are worked out for moments of their own row. A row below has moments of its own.
    """
    ctx = scope.ctx
    about = ctx.about.get(symbol.name)
    if about is None:
        return True
    reader = scope.reader(about)
    if reader is None or (reader == about and scope.askers == 0) or not _looks(ctx, symbol):
        return True
    what = "is counted at moments" if symbol.kind == "score" else "looks at rows"
    scope.report(
        "SLA446",
        span,
        f"`{symbol.name}` {what} of its `{about}`, and here it would be read at the moment of "
        f"{a(reader) if reader != about else f'another `{reader}`'}",
        help=f"ask for a definition of `{about}` that has a moment: `define …: {about} when {symbol.name}"
        f"{' >= 1' if symbol.kind == 'score' else ''} since …`",
    )
    return False


def is_kept_for_its_own_rows(ctx: Context, e: m.Expression) -> bool:
    """Whether an expression is a score, or a definition, that is worked out for moments of its own row."""
    name = e.score if isinstance(e, m.ScoreUse) else e.definition if isinstance(e, m.MemberUse) else None
    return name is not None and _looks(ctx, ctx.symbols[name])


def _looks(ctx: Context, symbol: Symbol) -> bool:
    score = ctx.scores.get(symbol.name)
    if symbol.kind == "score":
        return score is not None and any(_depends(ctx, c.when, True) for c in score.clauses)
    return _undated_looks(ctx, symbol.name)


def _undated_looks(ctx: Context, name: str | None) -> bool:
    """Whether a definition without a moment looks at rows, itself or through what it is made of."""
    d = None if name is None else ctx.definitions.get(name)
    if d is None or d.entry_type is not None:
        return False
    return (d.when is not None and _depends(ctx, d.when, False)) or _undated_looks(ctx, d.base)


def _comes_later(ctx: Context, e: m.AnyField) -> bool:
    """Whether a row that is named on the way to a field is there from a moment of its own on."""
    if not isinstance(e, m.PathUse):
        return False
    return ctx.records[e.record].moment is not None or _comes_later(ctx, e.through)


def _depends(ctx: Context, e: m.Expression, timed: bool) -> bool:
    """Whether a condition looks at rows or asks for a score that does; with `timed`, also whether it reads a moment."""
    for x in walk_row(e):
        match x:
            case m.RowsTest() | m.RowsValue() | m.Picked() | m.DerivedUse() | m.SpellUse():
                return True
            case m.ScoreUse():
                score = ctx.scores.get(x.score)
                if score is not None and any(_depends(ctx, c.when, True) for c in score.clauses):
                    return True
            case m.MemberUse():
                d = ctx.definitions.get(x.definition)
                if _undated_looks(ctx, x.definition) or (
                    timed and d is not None and d.entry_type is not None
                ):
                    return True
            case m.EntryUse() | m.EventUse() | m.Recent() | m.During() | m.MovedMoment() if timed:
                return True
            case m.WithinUse() | m.ElapsedUse() if timed:
                return True
            case m.FieldUse() if timed and isinstance(x.type, t.Time | t.Date):
                return True
            case m.PathUse() if timed and (isinstance(x.type, t.Time | t.Date) or _comes_later(ctx, x)):
                return True
            case _:
                pass
    return False
