"""Every agreement in the repository that the formatter is tried on, and texts that differ from one in white space or comments."""

from __future__ import annotations

import re
from pathlib import Path

from conftest import GOLDEN
from hypothesis import strategies as st

from sladsl.source import Source
from sladsl.syntax.printer import format_text

ROOT = Path(__file__).parents[2]
FOLDERS = ("examples", "benchmarks", "tests/real_data")


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def blocks(name: str) -> dict[str, str]:
    """The fenced `sla` blocks of a page, by its name and their line."""
    text = _read(ROOT / name)
    found = re.finditer(r"^```sla\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return {f"{name}:{text.count(chr(10), 0, block.start(1)) + 1}": block[1] for block in found}


SHOWN = {
    **{p.relative_to(ROOT).as_posix(): _read(p) for f in FOLDERS for p in sorted((ROOT / f).rglob("*.sla"))},
    **blocks("docs/language.md"),
    **blocks("README.md"),
}
"""What people read first: these are in the canonical layout."""

GOLDENS = {p.relative_to(ROOT).as_posix(): _read(p) for p in sorted(GOLDEN.rglob("*.sla"))}
"""Programs of other tests, broken ones included."""

TEXTS = {**SHOWN, **GOLDENS}


def formatted(text: str) -> str:
    """The text's canonical layout; the formatter must not refuse it."""
    done = format_text(Source("x.sla", text))
    assert not done.refused
    return done.text


# --- the same words, otherwise spaced

_ELEMENT = re.compile(r'"(?:\\["\\]|[^"\n])*"|#[^\n]*|\s+|[A-Za-z_]\w*|\d[\w.:%-]*|->|!=|<=|>=|\S')
_TIGHT = frozenset("(){},:=")
_DATE = re.compile(r"\d\d\d\d-\d\d-\d\d")


def without_comments(text: str) -> str:
    elements = _ELEMENT.findall(text)
    return "".join(each for each in elements if not each.startswith("#"))


@st.composite
def respaced(draw: st.DrawFn, text: str) -> str:
    """A text without comments with other white space, where that says nothing: a blank line stays one, column 0 stays column 0."""
    elements = _ELEMENT.findall(text)
    done = [elements[0]] if elements else []
    for before, each, after in zip(elements, elements[1:], [*elements[2:], ""], strict=False):
        if each.isspace():
            done.append(draw(_space(before, each, after)))
        else:
            tight = not before.isspace() and (before in _TIGHT or each in _TIGHT) and not before[0].isdigit()
            done.append(draw(st.sampled_from(["", "", " ", "\t", "\n  "])) if tight else "")
            done.append(each)
    return "".join(done)


def _space(before: str, space: str, after: str) -> st.SearchStrategy[str]:
    if space.endswith("\n") or not after:
        lines = st.integers(2, 4) if space.count("\n") > 1 else st.just(1)
        return lines.map(lambda n: " \r\n" * n if n > 2 else "\n" * n)
    if space.count("\n") > 1:
        return st.sampled_from([space, "\n\n\n ", " \n\t\n      "])
    if _DATE.fullmatch(before) and after[0].isdigit():
        return st.sampled_from([" ", "  ", "\t"])
    spaces = [" ", " ", "  ", "\t", "\n ", "\r\n\t", " \n      "]
    return st.sampled_from([*spaces, ""] if before in _TIGHT or after in _TIGHT else spaces)


@st.composite
def remarked(draw: st.DrawFn, text: str) -> str:
    """A text with comments put into it, where they end a line and on lines of their own, in any column."""
    elements = _ELEMENT.findall(text)
    for number in range(draw(st.integers(1, 4))):
        spaces = [index for index, each in enumerate(elements) if each.isspace()]
        if not spaces:
            break
        at = draw(st.sampled_from(spaces))
        before = draw(st.sampled_from(["", " ", "\n", "\n  ", "\n    ", "\n\n      "]))
        tail = elements[at][elements[at].rfind("\n") :] if "\n" in elements[at] else "\n  "
        elements[at] = f'{before}# remark {number} "quoted' + tail
    return "".join(elements)
