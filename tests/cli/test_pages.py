"""`sla explain CODE`: each code's page has the program and the drawing of its golden test. `pytest --golden` gathers them anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from test_diagnostic_drawings import AS_OF, MADE, PROGRAMS, read

from sladsl.compiler import compile_text
from sladsl.diagnostics import CODES
from sladsl.reports import pages
from sladsl.reports.explain.markdown import markdown
from sladsl.reports.explain.text import WIDTH, text
from sladsl.reports.terminal import columns

SHIPPED = Path(pages.__file__).with_name(pages.PAGES)


def gathered(code: str) -> dict[str, object]:
    """The page's example, from the golden files of the drawing."""
    name = f"{code}.sla"
    made = compile_text(MADE.get(code) or read(name), name, read=read, as_of=AS_OF.get(code))
    own = next(d for d in made.diagnostics if d.code == code)
    advice = [own.help] if own.help else [fix.title for fix in own.fixes]
    shown = (PROGRAMS / f"{code}.txt").read_text(encoding="utf-8")
    return {"program": None if code in MADE else read(name), "shown": shown, "advice": advice}


def test_the_shipped_pages_are_current(golden: Callable[[Path, str], None]) -> None:
    golden(SHIPPED, json.dumps({code: gathered(code) for code in CODES}, indent=1, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page_that_fits(code: str) -> None:
    shown = text(pages.page(code))
    assert shown.startswith(f"{code}, {CODES[code].title}: {CODES[code].severity}\n")
    assert f"[{code}]" in shown
    told = [line for line in shown.splitlines() if not line.startswith("    ")]
    assert all(columns(line) <= WIDTH for line in told)
    assert markdown(pages.page(code)).startswith(f"## {code}, ")


def test_near_codes() -> None:
    near = pages.near_codes("SLA230")
    assert near
    assert all(code.startswith("SLA2") for code in near)
    assert pages.near_codes("XYZ") == []
