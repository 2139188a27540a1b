"""Programs with their mistakes marked: `# error: SLA203 "part of the message"` stands at the end of the line that has one.

A file has exactly the errors that are marked in it. Its warnings (hints) are held to their marks only where it marks one.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sladsl.compiler import Compilation, compile_text
from sladsl.diagnostics import CODES, Severity

GOLDEN = Path(__file__).parent.parent / "golden" / "check"
PROGRAMS = sorted(p for p in GOLDEN.glob("*.sla") if not p.name.startswith("rules_"))

_MARK = re.compile(r'# (error|warning|hint): (SLA\d+) "([^"]*)"')


def compiled(path: Path) -> Compilation:
    def read(name: str) -> str:
        return (GOLDEN / name).read_text(encoding="utf-8")

    return compile_text(path.read_text(encoding="utf-8"), path.name, read=read, root=".")


def marked(text: str) -> list[tuple[int, str, str, str]]:
    lines = text.split("\n")
    return [(at, *found) for at, line in enumerate(lines, 1) for found in _MARK.findall(line)]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_a_program_has_the_mistakes_that_are_marked(path: Path) -> None:
    made = compiled(path)
    expected = marked(made.source.text)
    looked_at = {Severity.ERROR, *(Severity(severity) for _, severity, _, _ in expected)}
    found = [
        (made.sources[d.file].position(d.span.start).line, d.severity.value, d.code, d.message)
        for d in made.diagnostics
        if d.severity in looked_at and d.file == made.source.name
    ]
    assert [x[:3] for x in found] == [x[:3] for x in expected], "\n".join(map(str, found))
    for (line, _, _, message), (_, _, _, part) in zip(found, expected, strict=True):
        assert part.replace("'", '"') in message, f"line {line}: {message}"


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_every_fix_is_a_text_that_can_be_compiled(path: Path) -> None:
    """A fix takes its own mistake away, and brings no mistake of syntax in."""
    made = compiled(path)
    for diagnostic in made.diagnostics:
        for fix in diagnostic.fixes if diagnostic.file == made.source.name else ():
            text = made.source.text
            for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True):
                text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            fixed = compile_text(
                text, path.name, read=lambda n: (GOLDEN / n).read_text(encoding="utf-8"), root="."
            )
            before = [(d.code, d.message) for d in made.diagnostics]
            after = [(d.code, d.message) for d in fixed.diagnostics]
            assert after.count((diagnostic.code, diagnostic.message)) < before.count(
                (diagnostic.code, diagnostic.message)
            ), fix
            assert not [c for c, _ in after if c.startswith("SLA1") and c not in {c for c, _ in before}], fix


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_every_place_is_in_its_text(path: Path) -> None:
    made = compiled(path)
    for diagnostic in made.diagnostics:
        places = [
            (diagnostic.file, diagnostic.span),
            *((x.file or diagnostic.file, x.span) for x in diagnostic.labels),
        ]
        for file, span in places:
            assert 0 <= span.start < span.end <= len(made.sources[file].text), diagnostic
    for use in made.model.uses:
        assert made.sources[use.file].slice(use.span).strip() == made.sources[use.file].slice(use.span) != ""


def test_messages_are_in_the_readers_words() -> None:
    for path in PROGRAMS:
        for d in compiled(path).diagnostics:
            assert not d.message.endswith("."), d.message
            assert d.message[0] in '`"' or not d.message[0].isupper() or d.message.startswith(("KPI",)), (
                d.message
            )
            assert not re.search(
                r"\b(None|ast|FieldUse|Symbol|token|NAME)\b", f"{d.message} {d.help} {d.label}"
            ), d.message


@pytest.mark.parametrize(
    "code", [c for c in CODES if re.match(r"SLA0[2]|SLA2|SLA3|SLA43|SLA50|SLA6|SLA7", c)]
)
def test_a_marked_program_causes_every_code(code: str) -> None:
    assert any(code in path.read_text(encoding="utf-8") for path in PROGRAMS), (
        f"no program in {GOLDEN} causes {code}"
    )
