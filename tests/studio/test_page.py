"""The page of the studio, as somebody uses it, in one session of a real browser: what it shows is what the command line says."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from studio.conftest import ROOT, STUDIO, Served

PATIENCE = 180_000  # milliseconds: Python starts in them on a busy machine
PANELS = ("Problems", "Verdicts", "One lead", "The page", "Review", "Tests", "Data")
AXE = """async () => {
  const { violations } = await axe.run(document, { iframes: false, preload: false, resultTypes: ["violations"] });
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(", ")}`);
}"""
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

    def files(self) -> dict[str, str]:
        """The texts of the agreement that is open."""
        files: dict[str, str] = self.page.evaluate(
            "() => Object.fromEntries(studio.project.state.agreements)"
        )
        return files

    def rested(self) -> None:
        """Until nothing is being worked out, and what is shown is of the text as it stands."""
        expect(self.page.locator(".doing .spinner")).to_have_count(0, timeout=PATIENCE)
        expect(self.page.locator(".stale")).to_have_count(0, timeout=PATIENCE)

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
    context.add_init_script(
        "window.print = () => { window.printed = true; }"
    )  # a browser's own dialog would wait
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
    a_column_of_theirs(studio)
    everybody_can_use_it(studio)
    the_bundled_example(studio)
    a_part_of_a_key(studio)
    a_newer_text(studio)
    printed(studio)
    downloaded(studio)
    shared(studio)
    assert [url for url in studio.asked if not url.startswith((studio.address, "blob:", "about:"))] == []
    assert len(studio.asked) > 20  # of our own server, so that requests were seen
    assert studio.said == []


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
    [doubt] = run["as_of_doubts"]
    expect(studio.panel).to_contain_text(doubt[1:])
    studio.open("Problems")
    expect(studio.panel).to_contain_text("The data have 16 problems")
    studio.open("One lead")
    expect(studio.panel.get_by_label("Rows to look at")).to_contain_text("1002")
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


def a_column_of_theirs(studio: Studio) -> None:
    """Columns of a file that was dropped are offered where a source is written."""
    page, before = studio.page, studio.files()["handoff.sla"]
    dropped(page, "demos.csv", "Demo No.;Booked by\n7;Ana\n")
    editor = page.get_by_role("textbox", name="Agreement handoff.sla")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text('\nsource demos for lead from "demos.csv":\n  lead_id = "')
    page.wait_for_timeout(600)  # the file is told to the language server
    page.keyboard.press("Control+Space")
    offered = page.get_by_role("listbox").get_by_role("option")
    expect(offered.filter(has_text="Demo No.")).to_be_visible(timeout=PATIENCE)
    expect(offered.filter(has_text="Booked by")).to_be_visible()
    page.keyboard.press("Escape")
    page.evaluate(
        "(text) => { studio.project.text('handoff.sla', text); studio.project.removeData('demos.csv'); }",
        before,
    )
    studio.judged()


def everybody_can_use_it(studio: Studio) -> None:
    """No panel has what axe complains of, wide and narrow, by day and at night."""
    page = studio.page
    page.evaluate((STUDIO / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    page.evaluate("() => studio.explain('1003', 'lead')")
    complaints = {}
    for panel in PANELS:
        studio.open(panel)
        studio.rested()
        for width in (1200, 390):
            page.set_viewport_size({"width": width, "height": 800})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                complaints[panel, width, scheme] = page.evaluate(AXE)
        page.set_viewport_size({"width": 1200, "height": 800})
    assert {where: said for where, said in complaints.items() if said} == {}
    page.emulate_media(color_scheme="light")


def a_part_of_a_key(studio: Studio) -> None:
    """Any row is found by what somebody knows of its key, also one that no promise is about."""
    studio.open("One lead")
    key = "7301000000000000561"
    studio.page.get_by_label("its key, company").fill(key[-9:])
    studio.press("Explain")
    studio.panel.get_by_role("button", name=key).click(timeout=PATIENCE)
    expect(studio.panel.get_by_role("heading", name=f"lead {key}")).to_be_visible(timeout=PATIENCE)


def a_newer_text(studio: Studio) -> None:
    """What runs for a text that has changed is called off, and the newer one is judged."""
    studio.open("Verdicts")
    name = "handoff.sla"
    judged, between, last = studio.page.evaluate(
        """async ([name]) => {
          const { project, judging } = studio;
          const until = async (is) => { while (!is()) await new Promise((resolve) => setTimeout(resolve, 10)); };
          const text = project.state.agreements.get(name);
          const judged = new Set();
          const seen = setInterval(() => judged.add(judging.said.run.edition), 10);
          project.text(name, `${text}\n# one`);
          const between = project.edition;
          await until(() => judging.running?.command === "run");
          project.text(name, `${text}\n# two`);
          const last = project.edition;
          await until(() => judging.running === null && !judging.isStale("run"));
          clearInterval(seen);
          return [[...judged, judging.said.run.edition], between, last];
        }""",
        [name],
    )
    assert last in judged
    assert between not in judged
    expect(studio.page.locator(".stale")).to_have_count(0)


def printed(studio: Studio) -> None:
    """The page in plain English is printed from a window of its own, whole."""
    studio.open("The page")
    studio.rested()
    with studio.page.expect_popup() as opened:
        studio.press("Print")
    window = opened.value
    expect(window.get_by_role("heading", name="Signed")).to_be_visible()
    assert window.content().count("<h2") == studio.page.evaluate("() => studio.judging.said.doc.value").count(
        "<h2"
    )
    assert window.evaluate("printed")
    pdf = window.pdf()
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) > 20_000  # an empty sheet has 800 bytes
    window.close()


def downloaded(studio: Studio) -> None:
    """One file has the agreement and all data, and the command line runs on what is in it."""
    with studio.page.expect_download() as begun:
        studio.press("Download")
    with zipfile.ZipFile(io.BytesIO(begun.value.path().read_bytes())) as archive:
        assert archive.testzip() is None
        inside = {name: archive.read(name) for name in archive.namelist()}
    agreements = {name: text.encode() for name, text in studio.files().items()}
    data = {path.name: path.read_bytes() for path in HANDOFF.glob("*.csv")}
    assert inside == agreements | data


def shared(studio: Studio) -> None:
    """A link opens the same agreement elsewhere, and has nothing else in it."""
    studio.press("Share")
    link = studio.page.get_by_role("dialog").get_by_label("Link").input_value()
    studio.page.keyboard.press("Escape")
    address, _, packed = link.partition("#a=")
    assert address == studio.address
    text = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), -zlib.MAX_WBITS)
    assert json.loads(text) == {"files": studio.files()}
    assert studio.page.context.browser is not None
    context = studio.page.context.browser.new_context()
    context.on("request", lambda request: studio.asked.append(request.url))
    elsewhere = context.new_page()
    elsewhere.goto(link)
    for name in studio.files():
        expect(elsewhere.get_by_role("tab", name=name)).to_be_visible(timeout=PATIENCE)
    expect(elsewhere.get_by_role("textbox", name="Agreement handoff.sla")).to_contain_text(
        "Marketing to sales"
    )
    elsewhere.get_by_role("tab", name="Data").click()
    expect(elsewhere.get_by_role("tabpanel").last).to_contain_text("contacts.csv")
    assert elsewhere.evaluate("location.hash") == ""
    context.close()
