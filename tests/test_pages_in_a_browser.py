"""The pages that people open, in a real browser without a screen: nothing to scroll sideways on a phone, nothing on the console, nothing
that is asked of a network, and nothing that keeps anybody from reading them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from sladsl.cli import status_of

ROOT = Path(__file__).parent.parent
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))),
    None,
)
UPTIME = ROOT / "examples" / "uptime" / "uptime.sla"
PAGES = {
    "doc": ("doc", str(HANDOFF)),
    "review": ("review", str(HANDOFF), "--period", "2026-08"),
    "backtest": ("backtest", str(UPTIME), "--vary", "vendor.uptime at least 99.5%, 99.95%"),
}
CHARTS = {"doc": 0, "review": 10, "backtest": 6}

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {name: folder / f"{name}.html" for name in PAGES}
    for name, path in made.items():
        assert status_of([*PAGES[name], "--out", str(path)]) == 0
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of an example that has a closed period."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(UPTIME.parent, folder / "uptime")
    agreement = str(folder / "uptime" / "uptime.sla")
    assert status_of(["close", agreement, "--period", "2026-03", "--provisional"]) == 0
    assert status_of(["site", str(folder / "out"), agreement, "--reviews", "1"]) == 0
    return folder / "out"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_a_browser(
    browser: Browser, written: dict[str, Path], name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said, asked = watched(page)
    page.goto(written[name].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("svg").count() == CHARTS[name]
    assert said == []
    assert asked == [written[name].as_uri()]
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    page.close()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1200, "light")])
def test_a_site_in_a_browser(
    browser: Browser, site: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said, asked = watched(page)
    page.goto((site / "index.html").as_uri())
    for link in (
        "Checkout service",
        "2026-05",
        "Checkout service",
        "2026-03",
        "Checkout service",
        "The agreement in plain English",
    ):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        page.get_by_role("link", name=link, exact=True).click()
    assert Path(page.url).name == "agreement.html"
    assert said == []
    assert {Path(address).suffix for address in asked} == {".html"}
    page.close()


def test_the_agreement_prints_on_one_sheet(
    browser: Browser, written: dict[str, Path], tmp_path: Path
) -> None:
    page = browser.new_page()
    page.goto(written["doc"].as_uri())
    for paper in ("A4", "Letter"):
        page.pdf(path=tmp_path / "sheets.pdf", format=paper, prefer_css_page_size=True)
        assert len(pypdfium2.PdfDocument(tmp_path / "sheets.pdf")) == 1
    page.close()


def watched(page: Page) -> tuple[list[str], list[str]]:
    """What the page says on the console, errors included, and every address that it asks for."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    return said, asked
