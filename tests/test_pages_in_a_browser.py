"""The pages that people open, in a real browser without a screen: nothing to scroll sideways on a phone, nothing on the console."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import escape
from pathlib import Path

import pypdfium2
import pytest

from sladsl.cli import status_of

ROOT = Path(__file__).parent.parent
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"
BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
PAGES = {"doc": ("doc", str(HANDOFF)), "review": ("review", str(HANDOFF), "--period", "2026-08")}

# The page in a frame as wide as a phone; what the frame measures becomes the title of the page around it.
FRAME = """<!DOCTYPE html><title>not measured</title><iframe width="{width}" height="900" style="border:0" srcdoc="{page}"></iframe><script>
onload = () => {{
  const inside = document.querySelector("iframe").contentDocument;
  document.title = [inside.documentElement.scrollWidth, inside.querySelectorAll("svg").length, inside.images.length].join(" ");
}}</script>"""


@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_a_browser(name: str, width: int, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert status_of([*PAGES[name], "--out", str(page)]) == 0
    around = tmp_path / "around.html"
    around.write_text(
        FRAME.format(width=width, page=escape(page.read_text(encoding="utf-8"))), encoding="utf-8"
    )
    done = browser(
        tmp_path, "--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom", around.as_uri()
    )
    measured = re.search(r"<title>(.*?)</title>", done.stdout)
    assert measured is not None
    across, charts, images = map(int, measured[1].split())
    assert across <= width
    assert (charts, images) == ({"doc": 0, "review": 7}[name], 0)
    assert "CONSOLE" not in done.stderr


@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
def test_the_agreement_prints_on_one_sheet(tmp_path: Path) -> None:
    page, sheets = tmp_path / "page.html", tmp_path / "sheets.pdf"
    assert status_of([*PAGES["doc"], "--out", str(page)]) == 0
    browser(tmp_path, f"--print-to-pdf={sheets}", page.as_uri())
    assert len(pypdfium2.PdfDocument(sheets)) == 1


def browser(folder: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"]
    return subprocess.run(
        [str(BROWSER), *flags, *asked], capture_output=True, text=True, timeout=120, check=True
    )
