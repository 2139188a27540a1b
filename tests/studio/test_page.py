"""The page of the studio, as somebody uses it, in one session of a real browser: what it shows is what the command line says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from studio.conftest import ROOT, Served

PATIENCE = 60_000  # milliseconds: Python starts in them on a busy machine
HANDOFF = ROOT / "examples" / "handoff"
HEAD = (
    "Record ID;Email;Number of Employees;Country;Contact owner;Create Date;"
    "Became a Marketing Qualified Lead Date;Accepted by Sales Date"
)
MESSY = f"""{HEAD}

1001;ana@acme.example;640;United States;<b>Lena</b>;2026-02-02 08:12;2026-02-02 09:30;
1002;bo@birch.example;about 90;Canada;Sam;2026-02-03 11:40;soon;
1003;cy@cobalt.example;1500;United States;Lena;2026-02-05 16:30;2026-02-06 16:20;
1003;cy@cobalt.example;1501;United States;Lena;2026-02-05 16:30;2026-02-06 16:21;
;dee@gmail.com;3;United States;Sam;2026-02-07 10:02;2026-02-07 10:02;
"""


class Studio:
    """The page, and all that it asked for and said on its console."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.asked: list[str] = []
        self.said: list[str] = []
        page.context.on("request", lambda request: self.asked.append(request.url))
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.goto(address)

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("tabpanel").last

    def open(self, panel: str) -> None:
        self.page.get_by_role("tab", name=panel).click()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def judged(self) -> dict[str, Any]:
        """The document of a run on what is open now."""
        expect(self.page.get_by_role("status").last).to_contain_text("Judged in", timeout=PATIENCE)
        for _ in range(PATIENCE // 100):
            run: dict[str, Any] | None = self.page.evaluate(
                "() => studio.judging.isStale('run') ? null : studio.judging.said.run?.value ?? null"
            )
            if run is not None:
                return run
            self.page.wait_for_timeout(100)
        raise AssertionError(self.panel.inner_text())


@pytest.fixture(scope="module")
def studio(browser: Browser, served: Served) -> Iterator[Studio]:
    context = browser.new_context(viewport={"width": 1200, "height": 800}, accept_downloads=True)
    made = Studio(context.new_page(), served.address)
    yield made
    context.close()


def command_line(*argv: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "sladsl", *argv],
        cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.stdout


def test_a_newcomer_takes_the_tour_and_comes_to_their_own_export(studio: Studio, tmp_path: Path) -> None:
    """One session, since it takes a while to begin: what the tour says is so, and what the page shows is what the command line says."""
    the_tour(studio)
    their_own_export(studio, tmp_path)
    a_messy_one(studio, tmp_path)
    the_bundled_example(studio)


def the_tour(studio: Studio) -> None:
    page, step = studio.page, studio.page.get_by_role("complementary", name="Tour")
    studio.press("Take the tour")

    def act(button: str) -> None:
        step.get_by_role("button", name=button).click()

    def next_step() -> None:
        step.get_by_role("button", name="Next", exact=True).click()

    expect(step).to_contain_text("18 contacts and 16 calls")
    act("Open the example")
    assert studio.judged()["rows"] == {"lead": 18, "call": 16}
    next_step()
    act("Show me the promises")
    expect(page.locator(".cm-activeLine")).to_have_text("sales owes marketing:")
    next_step()
    act("Make a slip")
    expect(studio.panel).to_contain_text("did you mean `company_size`?", timeout=PATIENCE)
    studio.panel.get_by_role("button", name="replace").click()
    expect(studio.panel).to_contain_text("Nothing is wrong")
    next_step()
    act("Show the verdicts")
    expect(studio.panel).to_contain_text("57.1%")
    card = studio.panel.get_by_role("article").filter(has_text="response_time")
    expect(card).to_contain_text(re.compile(r"57\.1%\s*missed 2026-03, 4 of 7"))
    next_step()
    act("Promise 50% instead")
    expect(card).to_contain_text(re.compile(r"57\.1%\s*met 2026-03, 4 of 7"), timeout=PATIENCE)
    next_step()
    act("Explain lead 1013")
    drawn = studio.panel.get_by_role(
        "img", name="response_time: missed, first_call came 3 h 50 min late (owed by sales)"
    )
    expect(drawn).to_contain_text("2026-03-06 15:40", timeout=PATIENCE)
    for words in (
        "1 h 20 min",
        "2 h 40 min",
        "Sat, Sun",
        "2026-03-09 11:40",
        "late by 3 h 50 min",
        "2026-03-09 15:30",
    ):
        expect(drawn).to_contain_text(words)
    next_step()
    act("Show the rows in doubt")
    for key in ("1014", "1004", "1010"):
        expect(studio.panel.get_by_role("button", name=key, exact=True).last).to_be_visible()
    next_step()
    act("Run the tests")
    expect(studio.panel).to_contain_text("All 1 pass", timeout=PATIENCE)
    expect(studio.panel).to_contain_text("Coverage")
    next_step()
    act("Show the page")
    expect(page.frame_locator("iframe").get_by_role("heading", name="Signed")).to_be_visible(timeout=PATIENCE)
    next_step()
    act("Begin with my export")


def their_own_export(studio: Studio, folder: Path) -> None:
    """Of the tutorial's two files `sla init` writes what it writes in a terminal."""
    for name in ("contacts.csv", "calls.csv"):
        text = studio.page.evaluate(
            "async (name) => await (await fetch(`examples/tutorial/${name}`)).text()", name
        )
        (folder / name).write_text(text, encoding="utf-8")
    studio.page.locator(".drop input").set_input_files([folder / "contacts.csv", folder / "calls.csv"])
    run = studio.judged()
    command_line("init", "contacts.csv", "calls.csv", folder=folder)
    written = studio.page.evaluate("() => studio.project.state.agreements.get('agreement.sla')")
    assert written == (folder / "agreement.sla").read_text(encoding="utf-8")
    assert run == json.loads(command_line("run", "agreement.sla", "--format", "json", folder=folder))
    studio.press("Finish")


def a_messy_one(studio: Studio, folder: Path) -> None:
    """An export with semicolons, a blank line, values that cannot be read, a key that stands twice and one that is missing."""
    page = studio.page
    page.get_by_text("Examples", exact=True).click()
    page.get_by_role("navigation").get_by_role("button", name="A first handoff").click()
    expect(page.get_by_role("tab", name="handoff.sla")).to_be_visible(timeout=PATIENCE)
    assert studio.judged()["rows"]["lead"] == 18
    dropped(page, "contacts.csv", MESSY)
    expect(studio.panel).to_contain_text("cannot be read", timeout=PATIENCE)
    run = studio.judged()
    (folder / "contacts.csv").write_text(MESSY, encoding="utf-8")
    agreement = page.evaluate("() => studio.project.state.agreements.get('handoff.sla')")
    (folder / "handoff.sla").write_text(agreement, encoding="utf-8")
    argv = ("run", "handoff.sla", "--as-of", "2026-04-01", "--format", "json")
    assert run == json.loads(command_line(*argv, folder=folder))
    assert len(run["data_problems"]) > 4
    for problem in run["data_problems"]:
        expect(studio.panel).to_contain_text(problem["said"])
    studio.open("Data")
    expect(studio.panel).to_contain_text("<b>Lena</b>")  # data are text
    dropped(page, "photo.png", "no table")
    expect(page.locator(".note")).to_contain_text("photo.png is not read here")
    studio.press("Put away")


def dropped(page: Page, name: str, text: str) -> None:
    page.evaluate(
        """([name, text]) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], name));
          document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [name, text],
    )


def the_bundled_example(studio: Studio) -> None:
    """22,000 rows: verdicts, figures and problems are those of the command line, and the tables show them."""
    studio.page.get_by_text("Examples", exact=True).click()
    studio.page.get_by_role("navigation").get_by_role(
        "button", name="Marketing to sales lead handoff"
    ).click()
    expect(studio.page.get_by_role("tab", name="sources.sla")).to_be_visible(timeout=PATIENCE)
    run = studio.judged()
    assert run == json.loads(command_line("run", "handoff.sla", "--format", "json", folder=HANDOFF))
    tables = studio.panel.get_by_role("table")
    for commitment in run["commitments"]:
        shown = tables.filter(has=studio.page.get_by_text(f"{commitment['kpi']} by period", exact=True)).first
        for period in commitment["periods"][-3:]:
            row = shown.get_by_role("row").filter(has_text=period["period"])
            expect(row).to_contain_text(period["verdict"])
            expect(row).to_contain_text(period["said"]["figure"])
    [late, *_] = [each for each in reversed(run["breaches"]) if each["due"] is not None]
    studio.page.evaluate("([key, record]) => studio.explain(key, record)", [late["key"], late["record"]])
    expect(studio.panel.get_by_role("img").first).to_be_visible(timeout=PATIENCE)
    told = json.loads(
        command_line(
            "explain",
            "handoff.sla",
            late["key"],
            "--record",
            late["record"],
            "--format",
            "json",
            folder=HANDOFF,
        )
    )
    assert studio.page.evaluate("() => studio.judging.said.explain.value") == told
    for sentence in told["said"]:
        expect(studio.panel).to_contain_text(sentence)
