"""How a diagnostic looks: drawn under its line of source, on one line, or as JSON.

error[SLA203]: `lead` has no field `mql_att`
  --> agreement.sla:12:9
   |
12 |   since mql_att
   |         ^^^^^^^ not declared
   |
   = help: did you mean `mql_at`?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from sladsl.addresses import masked
from sladsl.diagnostics import Diagnostic, Label, Severity
from sladsl.reports.terminal import Style, cells, paint, safe
from sladsl.source import Source, Span

WIDTH = 100
_FAR = 1000
"""More characters than a line of a terminal has, marks of no width included: as far as a long line is looked at."""
_MOST_LABELS = 3
"""A mistake with more places than this is drawn with the first of them, and the rest is counted."""
STYLES = {Severity.ERROR: Style.ERROR, Severity.WARNING: Style.WARNING, Severity.HINT: Style.HINT}


@dataclass(frozen=True, slots=True)
class _Mark:
    """One place to underline, on its first line: columns from 0, half-open."""

    line: int
    start: int
    end: int
    text: str
    main: bool


@dataclass(frozen=True, slots=True)
class _Block:
    """The places in one file."""

    place: str
    source: Source | None
    marks: tuple[_Mark, ...]


def draw(diagnostic: Diagnostic, sources: Mapping[str, Source], colour: bool = False) -> str:
    """The diagnostic as several lines for a terminal; `sources` by file name. No line end at its end."""
    style = STYLES[diagnostic.severity]
    labels = diagnostic.labels
    shown = labels if len(labels) <= _MOST_LABELS else labels[: _MOST_LABELS - 1]
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", style, colour)
    lines = [f"{head}: {paint(safe(diagnostic.message), Style.STRONG, colour)}"]
    blocks = _blocks(replace(diagnostic, labels=shown), sources)
    gutter = max((len(str(mark.line)) for block in blocks for mark in block.marks), default=1)
    for arrow, block in zip(["-->", *[":::"] * len(blocks)], blocks, strict=False):
        lines.append(f"{' ' * gutter}{paint(arrow, Style.FRAME, colour)} {block.place}")
        lines += _excerpt(block, gutter, style, colour)
    # A help says what its fixes do; without one the fixes' titles say it.
    notes = [diagnostic.help] if diagnostic.help else [fix.title for fix in diagnostic.fixes]
    notes = [f"help: {text}" for text in notes]
    if len(shown) < len(labels):
        notes.insert(0, f"note: and in {len(labels) - len(shown)} more places")
    lines += [f"{' ' * gutter} {paint('|', Style.FRAME, colour)}"] * bool(notes)
    equals = paint("=", Style.FRAME, colour)
    lines += [f"{' ' * gutter} {equals} {safe(text)}" for text in notes]
    return "\n".join(line.rstrip() for line in lines)


def short(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> str:
    """The diagnostic on one line, as compilers print it: `file:line:column: error[CODE]: message`."""
    place = _place(diagnostic.file, diagnostic.span, sources.get(diagnostic.file))
    return f"{place}: {diagnostic.severity}[{diagnostic.code}]: {safe(diagnostic.message)}"


def summary(diagnostics: Iterable[Diagnostic], where: str) -> str:
    """`2 errors, 1 warning in agreement.sla`; `agreement.sla: ok` when there is nothing to say."""
    severities = [d.severity for d in diagnostics]
    counts = [_count(severities.count(severity), severity) for severity in Severity if severity in severities]
    return f"{', '.join(counts)} in {where}" if counts else f"{where}: ok"


def _count(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _place(file: str, span: Span, source: Source | None) -> str:
    return f"{safe(file)}:{source.position(span.start)}" if source else safe(file)


def _blocks(diagnostic: Diagnostic, sources: Mapping[str, Source]) -> list[_Block]:
    """The places by file, the diagnostic's own file and place first."""
    files: dict[str, list[Label]] = {diagnostic.file: [Label(diagnostic.span, diagnostic.label)]}
    for label in diagnostic.labels:
        files.setdefault(label.file or diagnostic.file, []).append(label)
    return [_block(file, labels, sources.get(file), n == 0) for n, (file, labels) in enumerate(files.items())]


def _block(file: str, labels: list[Label], source: Source | None, main: bool) -> _Block:
    place = _place(file, labels[0].span, source)
    if source is None:
        return _Block(place, None, ())
    marks = tuple(_mark(label, source, main and n == 0) for n, label in enumerate(labels))
    return _Block(place, source, marks)


def _mark(label: Label, source: Source, main: bool) -> _Mark:
    """A place that goes on over several lines is underlined to the end of its first one."""
    first = source.position(label.span.start)
    last = source.position(max(label.span.start, label.span.end - 1))
    line = source.line(first.line)
    end = len(line) if last.line > first.line else last.column
    text = label.text
    if last.line > first.line:
        text = f"{text} (to line {last.line})".strip()
    start = min(first.column - 1, len(line))
    return _Mark(first.line, start, max(end, start + 1), text, main)


def _excerpt(block: _Block, gutter: int, style: Style, colour: bool) -> list[str]:
    if block.source is None:
        return []
    bar = paint("|", Style.FRAME, colour)
    lines = [f"{' ' * gutter} {bar}"]
    before = 0
    by_line = sorted(block.marks, key=lambda m: (m.line, not m.main, m.start))
    for number, on_line in groupby(by_line, key=lambda m: m.line):
        if before and number > before + 1:
            lines.append(paint("...", Style.FRAME, colour))
        before = number
        for text, underlines in _drawn(masked(block.source.line(number)), list(on_line), WIDTH - gutter - 3):
            lines.append(f"{paint(str(number).rjust(gutter), Style.FRAME, colour)} {bar} {text}")
            for mark, under in underlines:
                drawn = f"{under} {safe(mark.text)}".rstrip()
                blanks = len(drawn) - len(drawn.lstrip())
                tint = style if mark.main else Style.FRAME
                lines.append(f"{' ' * gutter} {bar} {drawn[:blanks]}{paint(drawn[blanks:], tint, colour)}")
    return lines


_Drawn = tuple[str, list[tuple[_Mark, str]]]


def _drawn(line: str, marks: list[_Mark], room: int) -> list[_Drawn]:
    """The line with its underlines; a line that is too long is drawn once a mark, cut around it."""
    if len(line) <= _FAR:
        drawn = cells(line)
        if sum(wide for _, wide in drawn) <= room:
            underlines = [(mark, _underline(drawn, mark, 0, len(drawn))) for mark in marks]
            return [("".join(cell for cell, _ in drawn), underlines)]
    return [_cut(line, mark, room) for mark in marks]


def _cut(line: str, mark: _Mark, room: int) -> _Drawn:
    """A stretch of the line around the mark's start, about a third of it before the mark; what is far off is not looked at."""
    first = max(0, mark.start - _FAR)
    drawn = cells(line[first : mark.start + _FAR])
    start = min(mark.start - first, len(drawn))
    left, used = start, 0
    while left > 0 and used + drawn[left - 1][1] <= room // 3:
        left -= 1
        used += drawn[left][1]
    right = start
    while right < len(drawn) and used + drawn[right][1] <= room - 2:
        used += drawn[right][1]
        right += 1
    before = "…" if first + left else ""
    after = "…" if first + right < len(line) else ""
    text = before + "".join(cell for cell, _ in drawn[left:right]) + after
    shifted = replace(mark, start=mark.start - first, end=mark.end - first)
    return text, [(mark, " " * len(before) + _underline(drawn, shifted, left, right))]


def _underline(drawn: list[tuple[str, int]], mark: _Mark, left: int, right: int) -> str:
    blanks = sum(wide for _, wide in drawn[left : mark.start])
    marked = sum(wide for _, wide in drawn[mark.start : min(mark.end, right)])
    return " " * blanks + ("^" if mark.main else "-") * max(1, marked)
