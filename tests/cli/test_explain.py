"""`sla explain`: its document and schema, where it writes, and that nothing in the data can steer a terminal or become markup."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import small
from command_line import Sla, runner

from sladsl.reports.documents import json_schema
from sladsl.reports.explain.document import Explanation
from sladsl.reports.explain.markdown import markdown
from sladsl.reports.explain.text import text
from sladsl.reports.markdown import escaped
from sladsl.reports.parts import Facts, Grid, Line, Node, Section, Tree
from sladsl.reports.table import Head
from sladsl.reports.terminal import Style


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    small.write(tmp_path)
    return runner(tmp_path, monkeypatch, capsys)


def test_a_row_that_nothing_dates_is_not_said_to_have_come_later(sla: Sla) -> None:
    notes = (
        Path(__file__).parents[1] / "golden" / "verdicts" / "child_rows_that_nothing_dates" / "agreement.sla"
    )
    told = sla("explain", str(notes), "undated", "--as-of", "2026-04-01").out
    assert "any note   3 no time known" in told
    assert "note n3   no time known" in told
    assert "any note   1 came later" in sla("explain", str(notes), "later", "--as-of", "2026-04-01").out


def test_document(sla: Sla) -> None:
    done = sla("explain", "agreement.sla", "L3", "--format", "json")
    jsonschema.Draft202012Validator.check_schema(json_schema(Explanation))
    jsonschema.validate(done.json, json_schema(Explanation), cls=jsonschema.Draft202012Validator)
    found = done.json
    assert (done.status, done.err) == (0, "")
    assert (found["schema"], found["record"], found["key"]) == ("sladsl.explain/1", "lead", "L3")
    assert found["places"] == [{"file": "leads.csv", "line": 4}]
    assert found["accountable"] == {
        "name": "owner",
        "label": "",
        "value": "Bo",
        "hidden": False,
        "called": None,
    }
    (mql,) = found["definitions"]
    assert (mql["status"], mql["entered"]) == ("in", "2026-01-12T15:00:00Z")
    assert mql["condition"]["value"] is True
    (clock,) = found["clocks"]
    assert (clock["id"], clock["state"], clock["late_by"]) == ("sales.response_time", "missed", 1)
    assert clock["deadline"]["at"] == "2026-01-12T19:00:00Z"
    (counted,) = clock["deadline"]["timeline"]
    assert (counted["start"], counted["end"], counted["counted"], counted["total"]) == (
        "2026-01-12T15:00:00Z",
        "2026-01-12T19:00:00Z",
        14400,
        14400,
    )
    assert [(e["key"], e["fate"]) for e in clock["events"]] == [
        ("C3", "stopped the clock"),
        ("C7", "after the one that stopped it"),
    ]
    assert clock["follows"] == [{"action": "reassign", "to": "inbound pool"}]
    assert [(r["destination"], [b["fate"] for b in r["branches"]]) for r in found["routes"]] == [
        ("inbound pool", ["false", "applies"])
    ]


def test_a_later_value_is_hidden_and_not_told(sla: Sla) -> None:
    """A lead whose own moment is later does not exist; one that only has later calls does not see them."""
    done = sla("explain", "agreement.sla", "L3", "--as-of", "2026-01-12 11:00", "--format", "json")
    (clock,) = done.json["clocks"]
    assert (clock["state"], clock["events"], clock["late_by"]) == ("open", [], -3 * 3600)
    assert "2026-01-12T19:00:01Z" not in done.out
    assert sla("explain", "agreement.sla", "L3", "--as-of", "2026-01-12").status == 2


def test_it_is_written_to_a_file(sla: Sla, tmp_path: Path) -> None:
    done = sla("explain", "agreement.sla", "L3", "--format", "markdown", "--out", "why.md")
    assert (done.status, done.out) == (0, "")
    assert (tmp_path / "why.md").read_text(encoding="utf-8").startswith("## lead L3\n")


def test_other_data_and_the_environment(sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = small.CALLS.replace("C3,L3,2026-01-12 14:00:01", "C3,L3,2026-01-12 13:59:59")
    (tmp_path / "other.csv").write_text(other, encoding="utf-8")
    monkeypatch.setenv("SLA_EXPLAIN_FORMAT", "json")
    (clock,) = sla("explain", "agreement.sla", "L3", "--data", "call=other.csv").json["clocks"]
    assert (clock["state"], clock["late_by"]) == ("met", -1)


def test_a_commitment_about_other_rows(sla: Sla, tmp_path: Path) -> None:
    agreement = small.AGREEMENT.replace(
        "define MQL", "record deal:\n  id  key text\n  at  time\n\nkpi deals = count of deal\n\ndefine MQL"
    )
    (tmp_path / "two.sla").write_text(agreement, encoding="utf-8")
    (tmp_path / "deals.csv").write_text("id,at\nD1,2026-01-05T10:00:00Z\n", encoding="utf-8")
    data = ("--data", "deal=deals.csv")
    done = sla("explain", "two.sla", "D1", *data, "--commitment", "response_time")
    assert (done.status, done.err) == (
        2,
        "error: `sales.response_time` is about rows of `lead`, and this is a row of `deal`\n",
    )
    assert sla("explain", "two.sla", "C1", *data, "--commitment", "response_time").status == 0


def test_an_agreement_with_errors_explains_nothing(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "wrong.sla").write_text(
        small.AGREEMENT.replace("size >= 10\n", "sise >= 10\n"), encoding="utf-8"
    )
    done = sla("explain", "wrong.sla", "L3")
    assert (done.status, done.out) == (2, "")
    assert "sise" in done.err


NASTY = "a|b `x` *y* <b> @team \x1b[31m [l](u) _z_ mql_at"
SECTION = Section(
    NASTY,
    "missed, late",
    Style.ERROR,
    (
        Line(NASTY),
        Facts(((NASTY, NASTY),)),
        Tree((Node("yes", NASTY, NASTY),)),
        Grid("", (Head("one"), Head("two")), ((NASTY, NASTY),)),
    ),
)


def test_data_cannot_become_markup() -> None:
    said = escaped(NASTY)
    assert said == r"a\|b \`x\` \*y\* &lt;b> @&#8203;team �\[31m \[l](u) \_z\_ mql_at"
    shown = markdown([SECTION])
    assert "\x1b" not in shown
    assert "- ✓ ``a|b `x` *y* <b> @team �[31m [l](u) _z_ mql_at``" in shown
    (row,) = (line for line in shown.splitlines() if line.startswith("| a"))
    assert row == f"| {said} | {said} |"


def test_data_cannot_steer_a_terminal_and_colour_is_only_added() -> None:
    plain, painted = text([SECTION]), text([SECTION], colour=True)
    assert "\x1b" not in plain
    assert ": \x1b[1;31mmissed\x1b[0m, late" in painted
    bare = painted
    for style in Style:
        bare = bare.replace(f"\x1b[{style}m", "")
    assert bare.replace("\x1b[0m", "") == plain


def test_a_spell_tells_in_which_period_ends_it_was_counted(sla: Sla) -> None:
    case = Path(__file__).parents[1] / "golden" / "verdicts" / "lasting_at_a_period_end" / "agreement.sla"
    told = " ".join(sla("explain", str(case), "a").out.split())
    assert "to Sun 2026-03-01 00:00; at period ends in sales.stock 2026-01, 2026-02;" in told
    assert "sales.fresh 2026-01 met, 2026-02 missed" in told
    itself = sla("explain", str(case), "a#2026-01-20T15:00:00Z").out
    assert "Counted at the ends of periods\n  sales.stock        2026-01, 2026-02\n" in itself
    (spell,) = sla("explain", str(case), "a", "--format", "json").json["spells"]
    assert {"figure": "sales.fresh", "period": "2026-02", "outcome": "missed"} in spell["ends"]


def test_an_assistant_has_the_sentences_of_the_text(sla: Sla) -> None:
    """What the document says in sentences stands in the text, word for word."""
    for key in ("L1", "L2", "L3", "L4"):
        said = sla("explain", "agreement.sla", key, "--format", "json").json["said"]
        assert said
        head = " ".join(sla("explain", "agreement.sla", key).out.split("\n\nWhat ")[0].split())
        for sentence in said:
            about, _, what = sentence.partition(": ")
            assert " ".join(f"{about} {what}".split()) in head, sentence


def test_the_page_of_a_code_for_a_program(sla: Sla) -> None:
    document = sla("explain", "sla-421", "--format", "json").json
    assert (document["schema"], document["code"], document["severity"]) == (
        "sladsl.code/1",
        "SLA421",
        "error",
    )
    assert document["advice"]
    for line in document["program"].strip().splitlines():
        assert line in sla("explain", "SLA421").out
