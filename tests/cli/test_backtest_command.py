"""`sla backtest`: its formats, its errors, and what a shell offers. What it draws stands in `docs/backtest.md`, which is run."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import jsonschema
import pytest
import small
from click.shell_completion import ShellComplete
from command_line import Sla, runner

from sladsl.cli import sla as command
from sladsl.reports.backtest.document import BacktestDocument, ConstantsDocument
from sladsl.reports.documents import json_schema

AS_OF = "2026-03-01"
HOURS = "sales.response_time within in 2 business hours, 8 business hours"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    small.write(tmp_path)
    return runner(tmp_path, monkeypatch, capsys)


def test_the_formats_say_the_same(sla: Sla, tmp_path: Path) -> None:
    arguments = ("backtest", "agreement.sla", "--vary", HOURS, "--as-of", AS_OF, "--suggest", "met in 1 of 2")
    done = sla(*arguments, "--format", "json")
    assert done.status == 0
    jsonschema.Draft202012Validator(json_schema(BacktestDocument)).validate(done.json)
    assert done.json["suggestion"]["value"] == "8 business hours"
    assert done.json["unreadable"] == 1
    told = {
        (p["values"][0], p["now"], c["id"], x["period"]): (
            x["verdict"],
            x["numerator"],
            x["denominator"],
            x["late"],
        )
        for p in done.json["points"]
        for c in p["commitments"]
        for x in c["periods"]
    }
    assert told["2 business hours", False, "sales.response_time", "2026-01"] == ("missed", 1, 4, 3)
    assert told["4 business hours", True, "sales.response_time", "2026-01"] == ("missed", 2, 4, 2)
    assert told["8 business hours", False, "marketing.volume", "2026-02"] == ("missed", None, None, None)
    assert sla(*arguments, "--out", "tried.csv").out == ""
    rows = list(csv.DictReader(io.StringIO((tmp_path / "tried.csv").read_text(encoding="utf-8"))))
    assert {
        (r["sales.response_time within"], r["now"] == "True", r["commitment"], r["period"]): (
            r["verdict"],
            *(None if r[x] == "" else int(r[x]) for x in ("numerator", "denominator", "late")),
        )
        for r in rows
    } == told
    text = sla(*arguments).out
    assert "suggested: 8 business hours" in text
    assert "  4 business hours   now   50.0% ✗" in text


def test_a_page_stands_alone(sla: Sla, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    text = (tmp_path / "agreement.sla").read_text(encoding="utf-8")
    (tmp_path / "agreement.sla").write_text(
        text.replace('"Handoff"', '"<script>alert(1)</script> & Co"'), encoding="utf-8"
    )
    assert (
        sla("backtest", "agreement.sla", "--vary", HOURS, "--as-of", AS_OF, "--out", "page.html").status == 0
    )
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.count("<svg ") == 1 + 3  # periods met, and January to March
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page
    assert "http" not in page.replace("http://www.w3.org", "")


def test_the_list_is_text_or_a_document(sla: Sla) -> None:
    document = sla("backtest", "agreement.sla", "--list", "--format", "json").json
    jsonschema.Draft202012Validator(json_schema(ConstantsDocument)).validate(document)
    lines = sla("backtest", "agreement.sla", "--list").out.splitlines()
    assert len(lines) == 1 + len(document["constants"])
    assert "sales.response_time within" in {x["address"] for x in document["constants"]}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            (),
            "say what is to be varied: `--vary 'quota 100..200 by 10'`; `sla backtest agreement.sla --list` says what can be",
        ),
        (("--vary", "quota 1..2"), "there is no constant `quota 1..2`"),
        (
            ("--vary", HOURS, "--suggest", "often"),
            "`often` says nothing that could be suggested: write `met in 11 of 12`",
        ),
        (
            ("--vary", HOURS, "--suggest", "met in 9"),
            "only 2 periods of `sales.response_time` are met or missed for good",
        ),
        (("--vary", HOURS, "--list"), "`--list` tries nothing"),
        (("--list", "--format", "csv"), "a list is text or JSON, and not csv"),
        (("--vary", HOURS, "--out", "leads.csv"), "leads.csv"),
        (("--vary", HOURS, "--out", "page.pdf"), "no format ends in `.pdf`"),
        (("--vary", HOURS, "--as-of", "soon"), "`soon` is not a time"),
        (("--vary", HOURS, "--data", "lead=none.csv"), "none.csv"),
        (("--vary", "agreement effective in 2027-03-01"), "SLA"),
    ],
)
def test_what_cannot_be_tried_is_told(
    sla: Sla, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    before = (tmp_path / "leads.csv").read_bytes()
    as_of = () if "--as-of" in arguments else ("--as-of", AS_OF)
    done = sla("backtest", "agreement.sla", *arguments, *as_of)
    assert done.status == 2
    assert told in done.err
    assert (tmp_path / "leads.csv").read_bytes() == before


def test_without_data_and_with_mistakes_it_says_what_a_run_says(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "count.sla").write_text(small.COUNT, encoding="utf-8")
    tried = sla("backtest", "count.sla", "--vary", "marketing.volume at least 1..3")
    assert (tried.status, tried.err) == (2, sla("run", "count.sla").err)
    (tmp_path / "empty.csv").write_text("id,mql_at\n", encoding="utf-8")
    data = ("--data", "lead=empty.csv")
    tried = sla("backtest", "count.sla", "--vary", "marketing.volume at least 1..3", *data)
    assert (tried.status, tried.err) == (2, sla("run", "count.sla", *data).err)
    tried = sla(
        "backtest", "count.sla", "--vary", "marketing.volume at least 1..3", *data, "--as-of", "2026-03-01"
    )
    assert tried.status == 0
    assert tried.out.count("   0 of 2 ") == 3
    (tmp_path / "wrong.sla").write_text(small.COUNT.replace("volume at", "volum at"), encoding="utf-8")
    tried = sla("backtest", "wrong.sla", "--vary", "marketing.volume at least 1..3")
    assert tried.status == 2
    assert "error[SLA" in tried.err


def test_long_work_is_said_before(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sladsl.cli.backtest.LONG", -1.0)
    done = sla("backtest", "agreement.sla", "--vary", "office in 08:00 to 17:00", "--as-of", AS_OF)
    assert done.status == 0
    assert re.fullmatch(
        r"what is varied takes 2 runs, one after the other: about \d+ seconds more\n", done.err
    )


def test_a_shell_offers_the_constants(sla: Sla) -> None:
    def offered(begun: str) -> dict[str, str | None]:
        complete = ShellComplete(command, {}, "sla", "_SLA_COMPLETE")
        return {
            x.value: x.help for x in complete.get_completions(["backtest", "agreement.sla", "--vary"], begun)
        }

    assert offered("sales.") == {
        "sales.response_time within ": "sales.response_time within: 4 business hours",
        "sales.response_time for ": "sales.response_time for: 75%",
    }
    assert "MQL size >= " in offered("MQL")
    assert offered("nothing") == {}
