"""`sla run` of several agreements: each is judged as by itself, and one status says of all."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from command_line import Sla, runner

from sladsl.reports.documents import json_schema
from sladsl.reports.run.together import RunsDocument

AGREEMENT = """agreement "{name}":
  between marketing and sales
  zone "UTC"

import "shared.sla"

marketing owes sales:
  volume at least {least} per month

source file for lead from "leads.csv":
  id = "id"
  at = "at"
"""
SHARED = """record lead:
  id  key text
  at  time

kpi volume = count of lead
"""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    folder = tmp_path / "agreements"
    folder.mkdir()
    (folder / "shared.sla").write_text(SHARED)
    (folder / "a.sla").write_text(AGREEMENT.format(name="North", least=1))
    (folder / "b.sla").write_text(AGREEMENT.format(name="South", least=3))
    (folder / "leads.csv").write_text(
        "id,at\n1,2026-01-05T10:00Z\n2,2026-01-06T10:00Z\n3,2026-02-03T10:00Z\n"
    )
    return runner(tmp_path, monkeypatch, capsys)


def test_a_folder_is_its_agreements(sla: Sla) -> None:
    """`shared.sla` has no agreement of its own, and is no mistake."""
    done = sla("run", "agreements")
    assert (done.status, done.err) == (1, "")
    head, *each = done.out.split("\n\n")
    assert head == "2 agreements: last complete periods"
    table = [line.split() for line in each[0].splitlines()]
    assert table[1:] == [
        ["North", "agreements/a.sla", "1", "0", "0"],
        ["South", "agreements/b.sla", "0", "1", "0", "volume"],
    ]
    assert done.out.endswith(sla("run", "agreements/b.sla").out)
    assert sla("run", "agreements/a.sla").out in done.out


def test_one_status_for_all(sla: Sla) -> None:
    assert sla("run", "agreements/a.sla", "agreements/a.sla").status == 0
    assert sla("run", "agreements/a.sla", "agreements/b.sla").status == 1
    assert sla("run", "agreements", "--fail-on", "never").status == 0


def test_documents_hold_all(sla: Sla) -> None:
    document = sla("run", "agreements", "--format", "json").json
    jsonschema.validate(document, json_schema(RunsDocument))
    assert document["runs"] == [sla("run", f"agreements/{x}.sla", "--format", "json").json for x in "ab"]
    rows = list(csv.DictReader(io.StringIO(sla("run", "agreements", "--format", "csv").out)))
    assert [(r["agreement"], r["period"], r["verdict"]) for r in rows] == [
        ("North", "2026-01", "met"), ("North", "2026-02", "met"), ("South", "2026-01", "missed"), ("South", "2026-02", "provisional"),
    ]  # fmt: skip
    markdown = sla("run", "agreements", "--format", "markdown").out
    assert "| South | agreements/b.sla | 0 | 1 | 0 | volume |" in markdown
    suites = ElementTree.fromstring(sla("run", "agreements", "--format", "junit").out)
    assert [s.get("name") for s in suites] == ["North: marketing", "South: marketing"]


def test_data_go_to_those_that_have_the_record(sla: Sla) -> None:
    Path("more.csv").write_text("id,at\n" + "".join(f"{n},2026-01-05T10:00Z\n" for n in range(5)))
    done = sla("run", "agreements", "--data", "lead=more.csv", "--as-of", "2026-02-01", "--format", "json")
    assert [r["commitments"][0]["periods"][0]["value"] for r in done.json["runs"]] == [5, 5]
    wrong = sla("run", "agreements", "--data", "deal=more.csv")
    assert (wrong.status, "no agreement has a record or source `deal`" in wrong.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("agreements", "--out", "book.xlsx"), "xlsx holds one agreement"),
        (("agreements", "--leads=rows.csv"), "`--leads FILE` holds the rows of one agreement"),
        (("agreements/a.sla", "agreements/shared.sla"), "`agreements/shared.sla` has no `agreement`"),
        (("empty",), "there is no .sla file in the folder `empty`"),
        (("only",), "no file in `only` has an `agreement`"),
    ],
)
def test_what_cannot_be_done(sla: Sla, arguments: tuple[str, ...], says: str) -> None:
    Path("empty").mkdir()
    Path("only").mkdir()
    Path("only/shared.sla").write_text(SHARED)
    done = sla("run", *arguments)
    assert (done.status, done.out) == (2, "")
    assert says in " ".join(done.err.split())


def test_what_both_read_is_read_once(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    from sladsl import data

    read: list[Path] = []
    load = data.load

    def counted(*given: Any, **how: Any) -> data.Loaded:
        loaded = load(*given, **how)
        read.extend(loaded.paths)
        return loaded

    monkeypatch.setattr(data, "load", counted)
    assert sla("run", "agreements").status == 1
    assert [path.name for path in read] == ["leads.csv"]


def test_reviews_of_a_folder_are_a_folder(sla: Sla) -> None:
    one = ("--as-of", "2026-03-10", "--period", "2026-02")
    done = sla("review", "agreements", *one)
    assert (done.status, done.out, done.err) == (0, "wrote 2 reviews, and reviews/index.html\n", "")
    assert sorted(p.name for p in Path("reviews").iterdir()) == ["a.html", "b.html", "index.html"]
    index = Path("reviews/index.html").read_text(encoding="utf-8")
    assert '<a href="b.html">South</a>' in index
    cells = [re.findall(r">([^<]+)</", row) for row in index.split("<tr")[2:]]
    assert [row[:6] for row in cells] == [
        ["North", "2026-02", "1", "0", "0"],
        ["South", "2026-02", "0", "1", "0", "volume"],
    ]
    by_itself = sla("review", "agreements/b.sla", *one, "--out", "-").out
    assert Path("reviews/b.html").read_text(encoding="utf-8") == by_itself


def test_pages_of_a_folder_are_a_folder(sla: Sla) -> None:
    """Each named by its path below the folder; Markdown on the screen is one after the other."""
    Path("agreements/south").mkdir()
    Path("agreements/b.sla").rename("agreements/south/a.sla")
    Path("agreements/shared.sla").rename("agreements/south/shared.sla")
    text = Path("agreements/a.sla").read_text()
    Path("agreements/a.sla").write_text(text.replace("shared.sla", "south/shared.sla"))
    done = sla("doc", "agreements", "--out", "pages")
    assert (done.status, done.out) == (0, "wrote 2 pages, and pages/index.html\n")
    assert sorted(p.name for p in Path("pages").iterdir()) == ["a.html", "index.html", "south-a.html"]
    assert '<a href="south-a.html">South</a>' in Path("pages/index.html").read_text(encoding="utf-8")
    screen = sla("doc", "agreements").out
    assert [line for line in screen.splitlines() if line.startswith("# ")] == ["# North", "# South"]
    assert sla("doc", "agreements", "--format", "markdown", "--out", "text").status == 0
    assert "| [South](south-a.md) | marketing and sales |" in Path("text/index.md").read_text(
        encoding="utf-8"
    )


def test_an_error_says_which_agreement_it_is_about(sla: Sla) -> None:
    Path("agreements/b.sla").write_text(
        AGREEMENT.format(name="South", least=3).replace("leads.csv", "none.csv")
    )
    for command in ("run", "review"):
        done = sla(command, "agreements")
        assert (done.status, done.out) == (2, "")
        assert done.err.startswith("error: agreements/b.sla: ")
        assert "none.csv" in done.err
    assert not Path("reviews").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("review", "agreements", "--out", "-"), "name a folder for them, such as `--out reviews`"),
        (("review", "agreements", "--out", "october.html"), "`october.html` is the name of one page"),
        (("review", "agreements", "--out", "agreements/a.sla"), "`agreements/a.sla` is a file"),
        (("doc", "agreements", "--out", "all.pdf"), "`all.pdf` is the name of one page"),
        (("doc", "agreements", "--format", "html"), "name a folder for them, such as `--out pages`"),
    ],
)
def test_several_pages_go_to_no_single_place(sla: Sla, arguments: tuple[str, ...], says: str) -> None:
    done = sla(*arguments)
    assert (done.status, done.out) == (2, "")
    assert says in " ".join(done.err.split())
