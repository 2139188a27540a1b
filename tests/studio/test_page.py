"""The page of the studio, as somebody uses it, in one session of a real browser: what it shows is what the command line says."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from unittest.mock import patch

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sladsl.cli import status_of
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
    # a browser's own dialogs would wait; a folder of its own file system is opened as one of the machine is
    context.add_init_script(
        """window.print = () => { window.printed = true; };
        window.showDirectoryPicker = async () => (await navigator.storage.getDirectory()).getDirectoryHandle("mine", { create: true });"""
    )
    made = Studio(context.new_page(), served.address)
    yield made
    context.close()


def command_line(*argv: str, folder: Path) -> str:
    """What the command prints of the files in a folder, at the time that it is."""
    out = io.StringIO()
    with patch.dict(os.environ), chdir(folder), redirect_stdout(out), redirect_stderr(io.StringIO()):
        os.environ.pop("SLADSL_NOW", None)
        status_of(list(argv))
    return out.getvalue()


def test_a_newcomer_takes_the_tour_and_comes_to_their_own_export(studio: Studio, tmp_path: Path) -> None:
    """One session, since it takes a while to begin: what the tour says is so, and what the page shows is what the command line says."""
    the_tour(studio)
    their_own_export(studio, tmp_path)
    a_folder(studio, tmp_path / "crm")
    a_workbook(studio, tmp_path)
    an_old_encoding(studio, tmp_path)
    too_many_rows(studio, tmp_path)
    a_messy_one(studio, tmp_path)
    a_column_of_theirs(studio)
    everybody_can_use_it(studio)
    the_bundled_example(studio)
    a_part_of_a_key(studio)
    a_newer_text(studio)
    printed(studio)
    downloaded(studio)
    shared(studio)
    a_folder_of_the_machine(studio)
    kept(studio)
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


def drafted(studio: Studio, folder: Path, *init: str) -> None:
    """The draft is what `sla init` writes with these arguments, and is judged as `sla run` judges it."""
    run = studio.judged()
    command_line("init", *init, "--force", folder=folder)
    assert studio.files()["agreement.sla"] == (folder / "agreement.sla").read_text(encoding="utf-8")
    assert run == json.loads(command_line("run", "agreement.sla", "--format", "json", folder=folder))


def dropped_from_the_machine(page: Page, path: Path) -> None:
    """As by a mouse. The browser now and then loses the last of the three events, so it is looked whether all came."""
    mouse = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    ready = page.locator("body.dropping")
    for _ in range(10):
        for kind in ("dragEnter", "dragOver"):
            mouse.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})
        expect(ready).to_be_visible()
        mouse.send("Input.dispatchDragEvent", {"type": "drop", "x": 300, "y": 300, "data": data})
        page.wait_for_timeout(200)
        if ready.count() == 0:
            return
    raise AssertionError("nothing was dropped")


def cleared(studio: Studio) -> None:
    """As `New`, then `From your own export`: nothing is said of what was open before."""
    studio.page.evaluate("() => studio.clear()")
    expect(studio.page.locator(".note")).to_have_count(0)


def a_folder(studio: Studio, folder: Path) -> None:
    """A folder that is dropped: tabs and JSON Lines, one of them in a folder below; what else lies there is named."""
    (folder / "more").mkdir(parents=True)
    tables = {
        name: (folder.parent / f"{name}.csv").read_text(encoding="utf-8") for name in ("contacts", "calls")
    }
    (folder / "contacts.tsv").write_text(tables["contacts"].replace(",", "\t"), encoding="utf-8")
    calls = [json.dumps(row) for row in csv.DictReader(io.StringIO(tables["calls"]))]
    (folder / "more" / "calls.jsonl").write_text("\n".join(calls), encoding="utf-8")
    for name in ("notes.md", "rows.parquet"):
        (folder / name).write_text("?", encoding="utf-8")
    cleared(studio)
    dropped_from_the_machine(studio.page, folder)
    drafted(studio, folder, "contacts.tsv", "more/calls.jsonl")
    note = studio.page.locator(".note")
    expect(note).to_contain_text("contacts.tsv has a row per lead")
    expect(note).to_contain_text("notes.md is not read here")
    expect(note).to_contain_text("rows.parquet is read by sla run, on a machine that has it")
    name = "more/calls.jsonl"
    studio.page.evaluate("(name) => studio.project.removeData(name)", name)
    studio.open("Data")
    expect(studio.panel).to_contain_text(f"The agreement also reads {name}")
    dropped(studio.page, "calls.jsonl", "\n".join(calls[:3]))  # alone, it is put where it is looked for
    assert studio.judged()["rows"] == {"contact": 18, "call": 3}


def a_workbook(studio: Studio, folder: Path) -> None:
    """Of several sheets, those that are ticked are read, and one has a row per lead."""
    book = openpyxl.Workbook()
    for name in ("calls", "contacts"):
        sheet = book.create_sheet(name)
        for row in csv.reader((folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()):
            sheet.append(row)
    book["Sheet"].append(["to whom it may concern"])
    book.create_sheet("to come").column_dimensions["A"].width = 30
    book.save(folder / "crm.xlsx")
    cleared(studio)
    studio.page.locator(".drop input").set_input_files(folder / "crm.xlsx")
    ticks = {
        name: studio.panel.get_by_role("checkbox", name=f"crm.xlsx, sheet {name}") for name in book.sheetnames
    }
    expect(ticks["to come"]).not_to_be_checked()
    for name in ("calls", "contacts", "Sheet"):
        expect(ticks[name]).to_be_checked()
    ticks["Sheet"].uncheck()
    expect(studio.panel.get_by_label("A row per lead is in")).to_have_value("crm.xlsx#contacts")
    studio.press("Write a draft")
    drafted(studio, folder, "crm.xlsx#contacts", "crm.xlsx#calls")
    studio.open("Data")
    expect(studio.panel).to_contain_text("read by contact_file (sheet contacts), call_file (sheet calls)")


def an_old_encoding(studio: Studio, folder: Path) -> None:
    """What a spreadsheet writes that does not write UTF-8: the reader is asked, and does not guess."""
    text = (folder / "contacts.csv").read_text(encoding="utf-8").replace("Lena", "Änne")
    (folder / "latin.csv").write_text(text, encoding="windows-1252")
    cleared(studio)
    studio.page.locator(".drop input").set_input_files(folder / "latin.csv")
    studio.page.locator(".note").get_by_role("button", name="Read it as windows-1252").click(timeout=PATIENCE)
    drafted(studio, folder, "latin.csv", "--encoding", "windows-1252")


def too_many_rows(studio: Studio, folder: Path) -> None:
    """What a page has no room for is said, with the command that has it."""
    (folder / "leads.tsv").write_text("id\tat\n" + "1\t2026-01-01T10:00Z\n" * 250_001, encoding="utf-8")
    cleared(studio)
    studio.page.locator(".drop input").set_input_files(folder / "leads.tsv")
    expect(studio.panel).to_contain_text("the data have more than 250,000 rows", timeout=PATIENCE)
    expect(studio.panel).to_contain_text("run `sla run` on a machine that has it")


def a_messy_one(studio: Studio, folder: Path) -> None:
    """An export with semicolons, a blank line, values that cannot be read, a key that stands twice and one that is missing."""
    page = studio.page
    menu = page.get_by_text("Examples", exact=True)
    menu.press("Enter")
    page.get_by_role("navigation").get_by_role("button", name="A first handoff").press("Enter")
    expect(menu).to_be_focused()
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
    studio.page.get_by_role("button", name="Cancel").click(timeout=PATIENCE)
    begin_again = studio.page.get_by_role("button", name="Judge it after all")
    expect(begin_again).to_be_visible(timeout=PATIENCE)
    expect(studio.panel).to_contain_text("It was called off")
    begin_again.click()
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
    field = studio.page.get_by_label("its key, company")
    field.fill(key[-9:])
    field.press("Enter")
    expect(studio.panel.get_by_role("button", name=key)).to_be_visible(timeout=PATIENCE)
    expect(field).to_be_focused()
    studio.panel.get_by_role("button", name=key).click()
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


def a_folder_of_the_machine(studio: Studio) -> None:
    """It is opened, and `Ctrl+S` writes the agreement into it, but no data."""
    page = studio.page
    agreement = (
        'agreement "Ours":\n  between a and b\n  zone "UTC"\n'
        'record lead:\n  id key text\n  at time\nkpi n = count of lead\nsource x for lead from "in/x.csv"\n'
    )
    page.evaluate(
        """async (files) => {
          const folder = await showDirectoryPicker();
          for (const [path, text] of Object.entries(files)) {
            const parts = path.split("/");
            const within = parts.length > 1 ? await folder.getDirectoryHandle(parts[0], { create: true }) : folder;
            const writable = await (await within.getFileHandle(parts.at(-1), { create: true })).createWritable();
            await writable.write(text);
            await writable.close();
          }
        }""",
        {
            "ours.sla": agreement,
            "in/x.csv": "id,at\n1,2026-01-01T10:00Z\n",
            "in/y.parquet": "?",
            "notes.md": "?",
        },
    )
    page.get_by_text("Open", exact=True).click()
    studio.press("A folder of this machine…")
    expect(page.get_by_role("tab", name="ours.sla")).to_be_visible()
    note = page.locator(".note")
    expect(note).to_contain_text("y.parquet is read by sla run")
    expect(note).not_to_contain_text("notes.md")
    assert studio.judged()["rows"] == {"lead": 1}
    page.get_by_role("textbox", name="Agreement ours.sla").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("# mine")
    page.keyboard.press("Control+s")
    expect(page.locator(".note")).to_contain_text("Saved into mine")
    written = page.evaluate(
        """async () => {
          const folder = await showDirectoryPicker();
          const names = [];
          for await (const each of folder.values()) names.push(each.name);
          return [names.sort(), await (await (await folder.getFileHandle("ours.sla")).getFile()).text()];
        }"""
    )
    assert written == [["in", "notes.md", "ours.sla"], f"{agreement}# mine"]


def kept(studio: Studio) -> None:
    """A browser that is opened again has the agreement; data only if that was asked for; and nothing once it was told to forget."""
    page = studio.page

    def opened_again(*texts: str) -> None:
        again = page.context.new_page()
        again.goto(studio.address)
        again.get_by_role("tab", name="Data").click()
        for text in texts:
            expect(again.locator("#studio")).to_contain_text(text)
        again.close()

    def what_is_kept() -> Locator:
        page.get_by_text("Help", exact=True).click()
        studio.press("What this browser keeps")
        return page.get_by_role("dialog")

    opened_again("ours.sla", "The agreement also reads in/x.csv (x), which is not here")
    dialog = what_is_kept()
    expect(dialog).to_contain_text("Data: none")
    dialog.get_by_label("Also keep the data").check()
    expect(dialog).to_contain_text("Data: 1 file")
    dialog.get_by_role("button", name="Close").click()
    page.wait_for_timeout(600)  # it is written once nothing changes
    opened_again("ours.sla", "in/x.csv", "read by x")
    what_is_kept().get_by_role("button", name="Forget everything").click()
    expect(page.get_by_role("dialog")).to_contain_text("Everything is forgotten")
    opened_again("Take the tour", "Drop files here")
