"""The digest on the signed page: it changes when a promise does, and at nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from sladsl.compiler import compile_text
from sladsl.digest import promised
from sladsl.source import Source
from sladsl.syntax import ast
from sladsl.syntax.parser import parse
from sladsl.syntax.printer import format_text
from sladsl.syntax.split import words
from sladsl.wording import page

GOLDEN = Path(__file__).parent / "golden"
TEXTS = [
    *(path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("verdicts/*/agreement.sla"))),
    *(path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("doc/*.sla"))),
]
WHOLE = [text for text in TEXTS if 'import "' not in text and "\nagreement " in f"\n{text}"]

PROMISE = """agreement "A":
  between marketing and sales
  zone "UTC"

record lead:
  id  key text
  at  time

kpi volume = count of lead

marketing owes sales:
  volume at least 5 per month
"""
SOURCE = """
source file for lead from "leads.csv":
  id = "Id"
"""


def of(*texts: str) -> str:
    return promised(Source(f"{n}.sla", text) for n, text in enumerate(texts))


@pytest.mark.parametrize(
    "texts",
    [
        (f"# signed\n{PROMISE}",),
        (PROMISE.replace("  zone", "  reviewed 2026-03-04, 2026-04-01\n  zone"),),
        (PROMISE.replace("\n\n", "\n\n\n").replace("  at  time", "  at      time # when"),),
        (PROMISE + SOURCE,),
        (f'import "records.sla"\n{PROMISE[: PROMISE.index("record")]}{PROMISE[PROMISE.index("kpi") :]}',
         PROMISE[PROMISE.index("record") : PROMISE.index("kpi")]),
    ],
    ids=["a comment", "reviews", "layout", "a source", "in two files"],
)  # fmt: skip
def test_what_promises_nothing_changes_nothing(texts: tuple[str, ...]) -> None:
    assert of(*texts) == of(PROMISE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("at least 5", "at least 6"),
        ('zone "UTC"', 'zone "Europe/Berlin"'),
        ("count of lead", "count of lead where id != ''"),
    ],
)
def test_a_promise_changes_it(old: str, new: str) -> None:
    assert of(PROMISE.replace(old, new)) != of(PROMISE)


def unpromised(text: str) -> str:
    """The agreement without its sources and its tests, and with a review that was held."""
    file, _ = parse(Source("a.sla", text))
    dropped = [d.span for d in file.declarations if isinstance(d, ast.DataSource | ast.Test)]
    for span in reversed(dropped):
        text = text[: span.start] + text[span.end :]
    return re.sub(r"^(agreement .*:\n)", r"\1  reviewed 2026-03-04, 2026-04-01\n", text, flags=re.MULTILINE)


def loose(text: str) -> str:
    """Another layout with comments: what a line ends with and what stands between words is otherwise, and the words are the same."""
    lines = [
        f"{line}   # as agreed" if line.strip() and "#" not in line else line for line in text.splitlines()
    ]
    return (
        "# Signed\n\n" + "\r\n".join(re.sub(r"(?<=\S)  +(?=\S)", "   ", line) for line in lines) + "\r\n\r\n"
    )


def test_layout_changes_nothing() -> None:
    assert len(WHOLE) > 100
    for text in WHOLE:
        formatted = format_text(Source("a.sla", text)).text
        assert of(text) == of(formatted) == of(loose(text)), text


def test_what_changes_nothing_is_not_on_the_page() -> None:
    """Whatever the digest passes over, but for the reviews that were held, the page passes over too: nothing that was signed changes
    without it."""
    compared = 0
    for text in WHOLE[::3]:
        less = unpromised(text)
        before, after = (compile_text(each, "a.sla") for each in (text, less))
        if before.has_errors or after.has_errors:
            continue
        compared += 1
        pages = [page(each.model) for each in (before, after)]
        signed = [replace(p, facts=tuple(f for f in p.facts if f[0] != "Review")) for p in pages]
        assert signed[0] == signed[1], text
        if before.model.agreement is not None and not before.model.agreement.reviewed:
            assert of(text) == of(less) != of(""), text
    assert compared > 25


@pytest.mark.parametrize("text", [PROMISE, PROMISE.replace("marketing", "source").replace("sales", "test")])
def test_each_word_of_a_promise_counts(text: str) -> None:
    for word in words(text):
        assert of(text[: word.span.start] + "other" + text[word.span.end :]) != of(text), word
