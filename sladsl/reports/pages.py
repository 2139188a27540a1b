"""The page of a diagnostic code: what it is about, a program that causes it, what is said of it, and what to do.

The programs and what is drawn of them are the checker's own golden tests, gathered in `pages.json` by `pytest --golden`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from typing import Annotated

from sladsl.diagnostics import CODES, Severity
from sladsl.reports.documents import document, document_text
from sladsl.reports.parts import Block, Line, Section, Verbatim
from sladsl.reports.terminal import Style

PAGES = "pages.json"
AREAS = {
    "0": "the file and what it imports",
    "1": "words and layout",
    "2": "names",
    "3": "types and units",
    "4": "what the agreement means",
    "5": "time, calendars and terms",
    "6": "sources and data",
    "7": "the tests in an agreement",
    "9": "what could be left out",
}
SEVERITIES = {
    Severity.ERROR: ("error", Style.ERROR, "nothing is run until it is put right"),
    Severity.WARNING: ("warning", Style.WARNING, "the agreement runs, and may not say what was meant"),
    Severity.HINT: ("hint", Style.HINT, "the agreement runs, and this is advice"),
}


@dataclass(frozen=True, slots=True)
class Page:
    """An example of a code: the program (none for what is no text at all), what `sla check` says, and what it advises."""

    program: str | None
    shown: str
    advice: tuple[str, ...]


@lru_cache(maxsize=1)
def pages() -> Mapping[str, Page]:
    """Every code's example."""
    examples = json.loads((resources.files("sladsl.reports") / PAGES).read_text(encoding="utf-8"))
    return {code: Page(x["program"], x["shown"], tuple(x["advice"])) for code, x in examples.items()}


def page(code: str) -> Iterator[Section]:
    """The page of a code that is listed."""
    about, example = CODES[code], pages()[code]
    word, style, what = SEVERITIES[about.severity]
    blocks: list[Block] = [Line(f"It is about {AREAS[code[3]]}; {what}.")]
    if example.program is not None:
        blocks.append(Verbatim(example.program, f"A program that causes it, {code}.sla:", "sla"))
    blocks.append(Verbatim(example.shown, f"What `sla check {code}.sla` says:"))
    blocks += [Line(f"What to do: {x}.") for x in example.advice]
    yield Section(f"{code}, {about.title}", word, style, tuple(blocks), level=1)


@document("sladsl.code/1", title="sla explain CODE --format json", about="The page of a code of `sla check`.")
class CodeDocument:
    code: str
    title: str
    severity: Severity
    area: Annotated[str, "what codes of its kind are about"]
    program: Annotated[str | None, "a program that causes it; null where that is no text"]
    shown: Annotated[str, "what `sla check` says of the program"]
    advice: Annotated[tuple[str, ...], "what to do"]


def page_document(code: str) -> str:
    """The page of a code that is listed, as a document; text that ends with a line feed."""
    about, example = CODES[code], pages()[code]
    return document_text(
        CodeDocument(
            code=code,
            title=about.title,
            severity=about.severity,
            area=AREAS[code[3]],
            program=example.program,
            shown=example.shown,
            advice=example.advice,
        )
    )


def near_codes(code: str) -> list[str]:
    """The codes most like one that is not listed: of its own area, if it has one."""
    area = [known for known in CODES if known[:4] == code[:4]]
    return sorted(get_close_matches(code, area or CODES, n=3, cutoff=0.6))
