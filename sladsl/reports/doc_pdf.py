"""The agreement's page as a PDF of tagged text, set by Typst; the same page is the same bytes."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from sladsl.wording import Line, Page

PAPERS = ("a4", "us-letter")


def document(page: Page, paper: str = "a4") -> bytes:
    """The PDF. `ModuleNotFoundError` where Typst is not installed."""
    import typst

    template = files("sladsl.reports").joinpath("doc.typ").read_bytes()
    made: bytes = typst.compile(template, format="pdf", sys_inputs={"page": json.dumps(_values(page, paper))})
    return made


def _values(page: Page, paper: str) -> dict[str, Any]:
    return {
        "title": page.title,
        "facts": [list(fact) for fact in page.facts],
        "sections": [
            {
                "title": s.title,
                "items": [{"line": _line(i.line), "below": [_line(x) for x in i.below]} for i in s.items],
            }
            for s in page.sections
        ],
        "signers": list(page.signers),
        "stamp": page.stamp,
        "paper": paper,
    }


def _line(line: Line) -> list[dict[str, Any]]:
    return [{"text": p.text, "strong": p.strong} for p in line]
