"""`sla site`: pages of a folder's agreements that a web server shows as they are, and of which a build changes only what changed."""

from __future__ import annotations

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from command_line import Sla, runner

from sladsl.reports.documents import json_schema
from sladsl.reports.site_pages import SiteFiles

AGREEMENT = """agreement "{name}":
  between marketing and sales
  zone "UTC"

import "shared.sla"

marketing owes sales:
  volume at least {least} per month

source file for lead from "{data}":
  id = "id"
  at = "at"
"""
SHARED = """record lead:
  id  key text
  at  time

kpi volume = count of lead
"""
UGLY = "../<b>X</b> & “Sons”"


class Links(HTMLParser):
    """Where a page leads to, and what it would have a browser fetch or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.to: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.to += [value or "" for name, value in attrs if name in {"href", "src"}]


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    folder = tmp_path / "agreements"
    folder.mkdir()
    (folder / "shared.sla").write_text(SHARED)
    written(folder / "a.sla", name="North")
    (folder / "leads.csv").write_text(
        "id,at\n1,2026-01-05T10:00Z\n2,2026-01-06T10:00Z\n3,2026-02-03T10:00Z\n"
    )
    return runner(tmp_path, monkeypatch, capsys)


def written(path: Path, name: str, least: int = 2, data: str = "leads.csv") -> None:
    path.write_text(AGREEMENT.format(name=name, least=least, data=data))


def pages(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): p.read_text() for p in folder.rglob("*.html")}


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_site_says_how_each_agreement_stands(sla: Sla) -> None:
    written(Path("agreements/b.sla"), name="South", least=3)
    assert sla("close", "agreements/a.sla", "--period", "2026-01").status == 0
    done = sla("site", "out", "agreements")
    assert (done.status, done.err) == (0, "")
    made = pages(Path("out"))
    assert set(made) == {
        "index.html",
        *(f"a/{x}.html" for x in ("index", "agreement", "review-2026-01", "review-2026-02", "closed-2026-01")),
        *(f"b/{x}.html" for x in ("index", "agreement", "review-2026-01", "review-2026-02")),
    }  # fmt: skip
    index = words(made["index.html"])
    assert "2 agreements. Last complete periods: 1 met and 1 missed. Now: 2 provisional." in index
    assert (
        "at least 2 per month 2026-02 provisional 1 so far 1 missing, 26 days left 2026-01 : met , 2" in index
    )
    assert "Restated" not in index
    manifest = json.loads(Path("out/site.json").read_text())
    jsonschema.validate(manifest, json_schema(SiteFiles))
    assert manifest["files"] == sorted(made)


def test_every_link_leads_to_a_page_of_the_site(sla: Sla) -> None:
    written(Path(f"agreements/50% of a #1? {'x' * 80}.sla"), name=UGLY)
    assert sla("site", "out", "agreements").status == 0
    for name, text in pages(Path("out")).items():
        found = Links(text)
        assert not found.tags & {"script", "link", "img", "iframe", "object", "b"}, name
        assert found.to, name
        for to in found.to:
            assert (Path("out") / name).parent.joinpath(to).is_file(), f"{name} leads to {to}"


def test_what_is_restated_stands_beside_what_was_closed(sla: Sla) -> None:
    sla("close", "agreements/a.sla", "--period", "2026-01")
    sla("close", "agreements/a.sla", "--period", "2026-01", "--again", "the <b>export</b>")
    with Path("agreements/leads.csv").open("a") as leads:
        leads.write("4,2026-01-07T10:00Z\n")
    assert sla("site", "out", "agreements").status == 0
    made = pages(Path("out"))
    assert "Restated : 1 figure of a closed period comes out differently now (2026-01)." in words(
        made["index.html"]
    )
    assert "met 2 , as of" not in words(made["a/closed-2026-01.html"])
    assert "met 2 2 met 3 the data of lead were changed" in words(made["a/closed-2026-01.html"])
    assert "again: the &lt;b&gt;export&lt;/b&gt;" in made["a/closed-2026-01.html"]


def test_a_build_changes_what_changed_and_nothing_else(sla: Sla) -> None:
    written(Path("agreements/b.sla"), name="South")
    sla("site", "out", "agreements")
    Path("out/a/note.txt").write_text("mine")
    of_a = Path("out/a/index.html").read_bytes()
    for path in Path("out").rglob("*.*"):
        os.utime(path, (1, 1))

    def touched() -> set[str]:
        return {
            str(p.relative_to("out"))
            for p in Path("out").rglob("*")
            if p.is_file() and p.stat().st_mtime != 1
        }

    assert sla("site", "out", "agreements").out == "9 pages of 2 agreements in out, 0 new or changed\n"
    assert touched() == set()
    written(Path("agreements/b.sla"), name="South", least=9)
    assert sla("site", "out", "agreements").status == 0
    assert touched() == {
        "index.html",
        *(f"b/{x}.html" for x in ("index", "agreement", "review-2026-01", "review-2026-02")),
    }
    assert Path("out/a/index.html").read_bytes() == of_a
    Path("agreements/a.sla").unlink()
    assert sla("site", "out", "agreements").out.endswith("4 removed\n")
    assert [p.name for p in Path("out/a").iterdir()] == ["note.txt"], "what somebody put there stays"
    Path("out/a/note.txt").unlink()


def test_what_is_not_judged_is_shown_and_is_no_success(sla: Sla) -> None:
    written(Path("agreements/lost.sla"), name="Lost", data="nowhere.csv")
    Path("agreements/broken.sla").write_text('agreement "Broken":\n  zone "Nowhere"\n')
    Path("agreements/torn.sla").write_text('agreemen "Torn":\n')
    Path("agreements/bytes.sla").write_bytes(b"\xff\xfe")
    done = sla("site", "out", "agreements", "--reviews", "0")
    assert done.status == 2
    assert "4 of 5 could not be judged, and the site says so" in done.err
    index = words(Path("out/index.html").read_text())
    assert "5 agreements; 4 could not be judged." in index
    for line in (
        "there is no file `nowhere.csv`",
        "broken.sla:2:8: there is no time zone",
        "torn.sla:1:1:",
        "is not UTF-8 text",
    ):
        assert line in index
        assert line in done.err
    assert "Last complete periods: 1 met." in index
    assert {str(p.relative_to("out")) for p in Path("out").rglob("*.html")} == {
        "index.html", "a/index.html", "a/agreement.html", "lost/index.html", "lost/agreement.html"
    }  # fmt: skip


def test_names_are_one_each_on_every_disk(sla: Sla) -> None:
    Path(".git").mkdir()
    for name in (
        "north/sales.sla",
        "south/Sales.sla",
        "con.sla",
        "_x.sla",
        "Straße.sla",
        "index.sla",
        "日本.sla",
    ):
        path = Path("agreements") / name
        path.parent.mkdir(exist_ok=True)
        written(path, name="One name", data=f"{'../' if '/' in name else ''}leads.csv")
        path.write_text(path.read_text().replace('import "', f'import "{"../" if "/" in name else ""}'))
    assert sla("site", "out", "agreements", "--reviews", "0").status == 0
    folders = {p.name for p in Path("out").iterdir() if p.is_dir()}
    assert folders == {"a", "agreement-con", "x", "strasse", "index-2", "日本", "north-sales", "south-sales"}
    assert "agreements/south/Sales.sla" in Path("out/index.html").read_text(), (
        "the file tells those of one name apart"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("agreements",), "the folder `agreements` has files in it and is no site"),
        (("agreements/a.sla", "agreements"), "is a file, and a site is a folder"),
        (("out", "-"), "an agreement of standard input has no name"),
        (("out", "empty"), "there is no .sla file in the folder `empty`"),
        (("forged", "agreements"), "`forged/site.json` does not say what this site consists of"),
        (("named", "agreements"), "`named/site.json` does not say what this site consists of"),
        ((".", "agreements"), "behind it the agreements, as in `sla site site .`"),
        (("deep", "agreements"), "`deep/site.json` does not say what this site consists of"),
        (("linked", "agreements"), "`linked/a` is a link"),
        (("taken", "agreements"), "`taken/index.html` is no page that this site has written"),
        (("out", "agreements", "--data", "deal=x.csv"), "no agreement has a record or source `deal`"),
    ],
)
def test_what_is_refused_changes_nothing(sla: Sla, arguments: tuple[str, ...], says: str) -> None:
    for folder in ("empty", "forged", "named", "deep", "linked", "taken", "elsewhere"):
        Path(folder).mkdir()
    Path("forged/site.json").write_text('{"files": ["../agreements/a.sla"]}')
    Path("named/site.json").write_text('{"files": ["index.html", "notes.txt"]}')
    Path("named/notes.txt").write_text("mine")
    Path("deep/site.json").write_text("[" * 100_000)
    for folder in ("linked", "taken"):
        Path(folder, "site.json").write_text('{"files": []}')
    written(Path("agreements/b.sla"), name="South")
    Path("linked/a").symlink_to(Path("elsewhere").absolute())
    Path("taken/index.html").write_text("mine")
    before = {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()}
    done = sla("site", *arguments)
    assert (done.status, done.out) == (2, "")
    assert says in " ".join(done.err.split())
    assert {p: p.read_bytes() for p in Path().rglob("*") if p.is_file()} == before


def test_a_checkout_of_a_branch_of_pages_takes_a_site(sla: Sla) -> None:
    Path("out/.git").mkdir(parents=True)
    assert sla("site", "out", "agreements", "--reviews", "0").status == 0
