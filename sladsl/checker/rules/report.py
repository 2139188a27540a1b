"""Making diagnostics: places, labels in other files, and fixes that take words out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sladsl import model as m
from sladsl.diagnostics import Diagnostic, Edit, Fix, Label, Safety
from sladsl.source import Span


def diagnostic(
    code: str,
    message: str,
    span: Span,
    file: str,
    *,
    help: str,
    label: str = "",
    labels: Iterable[Label] = (),
    fixes: Iterable[Fix] = (),
) -> Diagnostic:
    return Diagnostic(code, message, span, file, label, tuple(labels), help, tuple(fixes))


def label_in(here: str, file: str, span: Span, text: str) -> Label:
    """A label that names its file only when that is another one."""
    return Label(span, text, None if file == here else file)


def place_of(model: m.Model, origin: m.Origin, kind: str, name: str) -> Span:
    """Where a declaration mentions a name; its own name where it cannot be told."""
    for use in model.uses:
        inside = origin.span.start <= use.span.start and use.span.end <= origin.span.end
        if (
            inside
            and use.file == origin.file
            and use.kind == kind
            and use.name == name
            and use.span != origin.name_span
        ):
            return use.span
    return origin.name_span


def without_part(whole: m.Operation, index: int) -> tuple[Fix, ...]:
    """The fix that takes one part out of `a and b and c`; none where parentheses or line breaks stand between the parts."""
    spans = [a.span for a in whole.args]
    joint = len(f" {whole.op} ")
    if index:
        gap, removed = spans[index].start - spans[index - 1].end, Span(spans[index - 1].end, spans[index].end)
    else:
        gap, removed = spans[1].start - spans[0].end, Span(spans[0].start, spans[1].start)
    return (remove(removed, "remove it", Safety.SAFE),) if gap == joint else ()


def remove(span: Span, title: str, safety: Safety = Safety.NEEDS_A_LOOK) -> Fix:
    return Fix(title, (Edit(span, ""),), safety)


def insert(at: int, text: str, title: str) -> Fix:
    return Fix(title, (Edit(Span(at, at), text),), Safety.NEEDS_A_LOOK)


def in_order(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By file and place, without repetitions."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.file, d.span, d.code)))
