"""Parts of a condition that change nothing: always true where they stand, never true, or covered by an alternative beside them."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl import model as m
from sladsl.checker.rules.conflicts import find_conflict
from sladsl.checker.rules.facts import ALWAYS, Facts, all_of, both
from sladsl.checker.rules.knowledge import Knowledge, Part, pieces
from sladsl.checker.rules.report import diagnostic, label_in, without_part
from sladsl.checker.rules.words import say
from sladsl.diagnostics import Diagnostic, Label
from sladsl.model.traversal import walk


def check_parts(
    k: Knowledge, e: m.Expression, given: Facts, view: str, file: str, known: list[Part]
) -> Iterator[Diagnostic]:
    """What is idle in a condition that can be true, asked of rows where `given` holds, which comes from the parts `known`."""
    match e:
        case m.Operation(op="and") if not m.is_between(e):
            yield from _conjunction(k, e, given, view, file, known)
        case m.Operation(op="or"):
            yield from _alternatives(k, e, given, view, file, known)
        case _:
            return


def check_children(k: Knowledge, e: m.Expression, file: str) -> Iterator[Diagnostic]:
    """The conditions on child rows inside a condition: one that no row can meet, and idle parts of the others."""
    for inner in walk(e):
        if isinstance(inner, m.RowsTest | m.RowsValue) and inner.rows.where is not None:
            yield from check_where(k, inner.rows.where, ALWAYS, f"rows {inner.span.start}", file)
        if isinstance(inner, m.Operation) and inner.op == "is missing":
            yield from _never_missing(k, inner, file)


def check_where(
    k: Knowledge,
    where: m.Expression,
    given: Facts,
    view: str,
    file: str,
    known: list[Part] | None = None,
    what: str = "",
) -> Iterator[Diagnostic]:
    """A condition that must be true for something at all. `what` ends the message: what then never happens."""
    facts = k.conditions.is_true(where, view)
    if not k.is_impossible(given, facts):
        yield from check_parts(k, where, given, view, file, known or [])
        return
    own = [Part(piece, file, view) for piece in pieces(where)]
    conflict = find_conflict(k, own, known or [], file)
    reason = conflict.reason if conflict else f"`{say(where)}` can never be true"
    yield diagnostic(
        "SLA402",
        f"{reason}{what}",
        conflict.span if conflict else where.span,
        file,
        labels=conflict.labels if conflict else (),
        help=conflict.help if conflict and conflict.help else "change or remove one of the conditions",
    )


def is_always(k: Knowledge, e: m.Expression, given: Facts, view: str) -> bool:
    """Proof that the condition is true wherever `given` holds."""
    return k.is_impossible(given, k.conditions.is_not_true(e, view))


def _conjunction(
    k: Knowledge, e: m.Operation, given: Facts, view: str, file: str, known: list[Part]
) -> Iterator[Diagnostic]:
    idle: set[int] = set()
    for i in reversed(range(len(e.args))):
        others = [k.conditions.is_true(a, view) for j, a in enumerate(e.args) if j != i and j not in idle]
        rest = all_of([given, *others])
        part = e.args[i]
        if not _is_presence(part) and k.is_impossible(rest, k.conditions.is_not_true(part, view)):
            idle.add(i)
            yield _always_true(k, e, i, view, file, known)
        else:
            yield from check_parts(k, part, rest, view, file, known)


def _is_presence(e: m.Expression) -> bool:
    """`email is known and email = "x"`: said for the reader, and `since` implies it; not worth a word."""
    return isinstance(e, m.Operation) and e.op == "is known"


def _always_true(k: Knowledge, e: m.Operation, i: int, view: str, file: str, known: list[Part]) -> Diagnostic:
    part = e.args[i]
    message, labels = f"`{say(part)}` is always true here", _reason(k, e, i, view, file, known)
    return diagnostic(
        "SLA404", message, part.span, file, help="it can be left out", labels=labels, fixes=without_part(e, i)
    )


def _reason(k: Knowledge, e: m.Operation, i: int, view: str, file: str, known: list[Part]) -> list[Label]:
    """The one other part that makes it so, if a single one does."""
    part = e.args[i]
    if is_always(k, part, ALWAYS, view):
        return []
    for j, other in enumerate(e.args):
        if j != i and is_always(k, part, k.conditions.is_true(other, view), view):
            return [label_in(file, file, other.span, "whenever this is true")]
    for given in known:
        if is_always(k, part, k.holds(given), view):
            return [label_in(file, given.file, given.condition.span, "this holds for every such row")]
    return []


def _alternatives(
    k: Knowledge, e: m.Operation, given: Facts, view: str, file: str, known: list[Part]
) -> Iterator[Diagnostic]:
    idle: set[int] = set()
    for i in reversed(range(len(e.args))):
        part = e.args[i]
        here = both(given, k.conditions.is_true(part, view))
        if k.is_impossible(here):
            idle.add(i)
            yield diagnostic(
                "SLA403",
                f"`{say(part)}` can never be true here",
                part.span,
                file,
                help="this alternative can be left out",
                fixes=without_part(e, i),
            )
            continue
        covering = [
            j for j in range(len(e.args)) if j != i and j not in idle and is_always(k, e.args[j], here, view)
        ]
        if covering:
            idle.add(i)
            other = e.args[covering[0]]
            yield diagnostic(
                "SLA403",
                f"`{say(part)}` adds nothing: `{say(other)}` is true whenever it is",
                part.span,
                file,
                labels=[label_in(file, file, other.span, "this covers it")],
                help="this alternative can be left out",
                fixes=without_part(e, i),
            )
        else:
            yield from check_parts(k, part, given, view, file, known)


def _never_missing(k: Knowledge, e: m.Operation, file: str) -> Iterator[Diagnostic]:
    field = e.args[0]
    if not isinstance(field, m.FieldUse) or k.subjects.is_timed(field) or field.record not in k.model.records:
        return
    record = k.model.records[field.record]
    declared = record.fields.get(field.field)
    if declared is None or declared.optional or declared.implied:
        return
    yield diagnostic(
        "SLA413",
        f"`{say(e)}` is only true of broken data: `{field.field}` is not `optional`",
        e.span,
        file,
        labels=[label_in(file, record.origin.file, declared.span, "declared here, without `optional`")],
        help=f"a row whose `{field.field}` is missing is a data problem; if it may be, write `optional` in the record",
    )
