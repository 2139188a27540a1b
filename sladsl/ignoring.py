"""`# sla: ignore SLA409`: a comment that leaves out what `sla check` would say of its line, short of errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sladsl.diagnostics import CODES, Diagnostic, Edit, Fix, Safety, Severity
from sladsl.source import Source, Span
from sladsl.syntax.split import comments

UNUSED = "SLA905"
_MARK = re.compile(r"#\s*sla\s*:\s*ignore\b(?P<codes>(?:[\s,]+[A-Za-z]+-?\d+\b)*)")
"""What follows the codes may say why."""
_CODE = re.compile(r"[A-Za-z]+-?\d+")


@dataclass(frozen=True, slots=True)
class _Ignored:
    """One code that a comment names. `line` is the line that it is about, from 0: its own, or the next one where it stands alone."""

    code: str
    span: Span
    comment: Span
    line: int
    alone: bool


def without_ignored(diagnostics: Iterable[Diagnostic], sources: Sequence[Source]) -> Iterator[Diagnostic]:
    """The diagnostics that no comment leaves out, and a warning for each comment that leaves out nothing."""
    marked = {s.name: s for s in sources if "ignore" in s.text and _MARK.search(s.text)}
    if not marked:
        yield from diagnostics
        return
    asked = {name: list(_ignored(s)) for name, s in marked.items()}
    used: set[tuple[str, Span]] = set()
    for d in diagnostics:
        source = marked.get(d.file)
        line = None if source is None else source.position(d.span.start).line
        matching = [x for x in asked.get(d.file, ()) if x.line == line and x.code == d.code]
        used |= {(d.file, x.span) for x in matching}
        if not matching or d.severity is Severity.ERROR:
            yield d
    for name, source in marked.items():
        for comment in _marks(source):
            if not any(x.comment == comment for x in asked[name]):
                message = "this comment ignores nothing, since it names no code"
                yield Diagnostic(UNUSED, message, comment, name, help="say which: `# sla: ignore SLA409`")
        unused = [x for x in asked[name] if not _can_be_ignored(x.code) or (name, x.span) not in used]
        for x in unused:
            of_it = [y for y in asked[name] if y.comment == x.comment]
            yield _unused(x, source, alone=all(y in unused for y in of_it))


def said_by_all(checked: Iterable[tuple[Iterable[str], Sequence[Diagnostic]]]) -> list[Diagnostic]:
    """The diagnostics of several agreements, each once. `checked` are the files of each, and what is said of it. A comment in a file that
    they share ignores nothing only if it does so in all of them."""
    every = [(set(files), diagnostics) for files, diagnostics in checked]
    distinct = dict.fromkeys(d for _, diagnostics in every for d in diagnostics)
    return [
        d for d in distinct if d.code != UNUSED or all(d in said for files, said in every if d.file in files)
    ]


def _can_be_ignored(code: str) -> bool:
    return code in CODES and CODES[code].severity is not Severity.ERROR


def _ignored(source: Source) -> Iterator[_Ignored]:
    for comment in _marks(source):
        text = source.slice(comment)
        mark = _MARK.match(text)
        assert mark is not None
        line = source.position(comment.start).line
        start = source.text.rfind("\n", 0, comment.start) + 1
        alone = not source.text[start : comment.start].strip()
        for code in _CODE.finditer(text, *mark.span("codes")):
            span = Span(comment.start + code.start(), comment.start + code.end())
            yield _Ignored(code[0].upper().replace("-", ""), span, comment, line + alone, alone)


def _marks(source: Source) -> Iterator[Span]:
    return (span for span in comments(source.text) if _MARK.match(source.slice(span)))


def _unused(x: _Ignored, source: Source, *, alone: bool) -> Diagnostic:
    """`alone`: nothing else in the comment is of use."""
    known = CODES.get(x.code)
    line = "the next line" if x.alone else "this line"
    if known is None:
        message, help = (
            f"there is no code `{x.code}` to ignore",
            "`sla check` says the code of whatever it finds",
        )
    elif known.severity is Severity.ERROR:
        message = f"`{x.code}` is an error, and errors cannot be ignored"
        help = f"`sla explain {x.code}` says what to do about it"
    else:
        message, help = (
            f"nothing is said of {line} with the code `{x.code}`, so nothing is ignored",
            "remove it",
        )
    fix = _without_comment(x.comment, source.text) if alone else _without_code(x.span, source.text)
    return Diagnostic(UNUSED, message, x.span, source.name, help=help, fixes=(fix,))


def _without_comment(comment: Span, text: str) -> Fix:
    start = len(text[: comment.start].rstrip(" \t"))
    return Fix("remove the comment", (Edit(Span(start, comment.end), ""),), Safety.SAFE)


def _without_code(code: Span, text: str) -> Fix:
    """With the comma that stands behind it, else with the one before."""
    after = re.compile(r"[ ,]*").match(text, code.end)
    assert after is not None
    ends = after.end() == len(text) or text[after.end()] == "\n"
    start = len(text[: code.start].rstrip(" ,")) if ends else code.start
    return Fix("take it out", (Edit(Span(start, code.end if ends else after.end()), ""),), Safety.SAFE)
