"""`sla doc`: the agreement's page in three formats, one page of paper for the handoff, and no text that becomes markup."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest
from command_line import Sla, runner

ROOT = Path(__file__).parents[2]
PAGES = {
    "handoff": ROOT / "examples" / "handoff" / "handoff.sla",
    "uptime": ROOT / "examples" / "uptime" / "uptime.sla",
    "service_desk": ROOT / "examples" / "service_desk" / "service_desk.sla",
    "every_form": ROOT / "tests" / "golden" / "doc" / "every_form.sla",
}


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize("name", PAGES)
def test_the_page_of_an_agreement(name: str, sla: Sla, request: pytest.FixtureRequest) -> None:
    golden = ROOT / "tests" / "golden" / "doc" / f"{name}.md"
    found = sla("doc", str(PAGES[name])).out
    if request.config.getoption("--golden"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


class Reading(HTMLParser):
    """The text of a page, its tags, and whether each that was opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags, self.open = "", set[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)
        assert not {name for name, _ in attrs} & {"src", "href", "onclick", "style"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reading:
    found = Reading()
    found.feed(html)
    assert found.open == []
    return found


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("name", PAGES)
def test_html_says_the_same_and_fetches_nothing(name: str, sla: Sla, tmp_path: Path) -> None:
    markdown = sla("doc", str(PAGES[name])).out
    assert sla("doc", str(PAGES[name]), "--out", "page.html").status == 0
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    found = read(html)
    assert "script" not in found.tags
    assert "url(" not in html
    assert "@import" not in html
    told = found.text.split("</style>")[-1]
    for line in markdown.splitlines():
        said = unescape(re.sub(r"\*\*|\\(\W|_)", lambda x: x.group(1) or "", line)).strip("#-| ")
        assert " ".join(said.split()) in " ".join(told.split()) or "|" in line or line.startswith("- **"), (
            line
        )


def test_no_text_of_an_agreement_is_markup(sla: Sla, tmp_path: Path) -> None:
    sla("doc", str(PAGES["every_form"]), "--out", "page.html")
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "No &amp; &lt;script&gt;" in html
    assert "<script" not in html
    markdown = sla("doc", str(PAGES["every_form"])).out
    assert "Every &lt;form>" in markdown
    assert r"Team \*M\*" in markdown


def test_the_handoff_fits_on_one_page_of_either_paper(sla: Sla, tmp_path: Path) -> None:
    for paper in ("a4", "us-letter"):
        assert sla("doc", str(PAGES["handoff"]), "--out", "page.pdf", "--paper", paper).status == 0
        assert len(pypdfium2.PdfDocument(tmp_path / "page.pdf")) == 1


@pytest.mark.parametrize("name", PAGES)
def test_a_pdf_has_every_word_of_the_page(name: str, sla: Sla, tmp_path: Path) -> None:
    """In whatever order its columns are read, and with what hyphenation parts put together."""
    assert sla("doc", str(PAGES[name]), "--out", "page.pdf").status == 0
    pages = pypdfium2.PdfDocument(tmp_path / "page.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    letters = re.sub(r"[\W_]", "", text.replace("\ufffe", ""))
    markdown = unescape(re.sub(r"\\(.)", r"\1", sla("doc", str(PAGES[name])).out))
    missing = {word for word in words(markdown.replace("_", " ")) if word not in letters}
    assert missing == set()


def test_the_same_agreement_is_the_same_pdf(sla: Sla, tmp_path: Path) -> None:
    for name in ("one.pdf", "two.pdf"):
        sla("doc", str(PAGES["uptime"]), "--out", name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_white_space_does_not_change_the_hash(sla: Sla, tmp_path: Path) -> None:
    text = PAGES["uptime"].read_text(encoding="utf-8")
    (tmp_path / "probes.csv").write_text("")
    stamps = []
    for changed in (
        text,
        text.replace("  uptime at", "    uptime   at"),
        text.replace("99.9% per", "99.8% per"),
    ):
        (tmp_path / "a.sla").write_text(changed)
        stamps.append(sla("doc", "a.sla").out.splitlines()[-1])
    assert stamps[0] == stamps[1] != stamps[2]


def test_a_pdf_needs_a_file(sla: Sla) -> None:
    done = sla("doc", str(PAGES["uptime"]), "--format", "pdf")
    assert done.status == 2
    assert "--out agreement.pdf" in done.err


def test_an_agreement_with_errors_has_no_page(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text('agreement "A":\n  between a and b\n  zone "Nowhere"\n')
    done = sla("doc", "a.sla")
    assert done.status == 2
    assert "nothing to" in done.err
