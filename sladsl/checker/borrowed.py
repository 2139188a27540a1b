"""What a row asks of a row that it belongs to: whether it is kept for the moment at which it is asked."""

from __future__ import annotations

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.context import Context, Symbol
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import a
from sladsl.model.traversal import walk_row
from sladsl.source import Span


def is_kept(scope: Scope, span: Span, symbol: Symbol) -> bool:
    """Whether a score or a definition of a row above can be read here; reported where not.

    A score, and rows that are looked at, are worked out for moments of their own row. A row below has moments of its own.
    """
    ctx = scope.ctx
    about = ctx.about.get(symbol.name)
    if about is None:
        return True
    reader = scope.reader(about)
    if reader is None or reader == about or not _looks(ctx, symbol):
        return True
    what = "is counted at moments" if symbol.kind == "score" else "looks at rows"
    scope.report(
        "SLA446",
        span,
        f"`{symbol.name}` {what} of its `{about}`, and here it would be read at the moment of {a(reader)}",
        help=f"ask for a definition of `{about}` that has a moment: `define …: {about} when {symbol.name}"
        f"{' >= 1' if symbol.kind == 'score' else ''} since …`",
    )
    return False


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


def _depends(ctx: Context, e: m.Expression, timed: bool) -> bool:
    """Whether a condition looks at rows or asks for a score that does; with `timed`, also whether it reads a moment."""
    for x in walk_row(e):
        match x:
            case m.RowsTest() | m.RowsValue():
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
            case m.EntryUse() | m.EventUse() | m.WithinUse() | m.ElapsedUse() if timed:
                return True
            case m.FieldUse() if timed and isinstance(x.type, t.Time | t.Date):
                return True
            case _:
                pass
    return False
