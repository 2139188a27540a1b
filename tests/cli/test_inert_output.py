"""Names, labels, units, keys, headers and errors that hold commands are printed so that they command nothing."""

import csv
import json
import re
from pathlib import Path

import duckdb
import pytest
from command_line import Sla, runner

from sladsl.reports.inert import inert, inert_json, inert_sql

STEERS = [
    "\x1b[31mRED",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\x7f",
    "a\rb",
    "\x08\x08",
    "\u202eright",
    "\u2066x",
    "\u200bnone",
    "\U000e0041",
]
COMMANDS = ["::error::x", "##[error]x", "##[add-mask]e"]
FORMULAS = ["=cmd|'/c calc'!A1", "@SUM(1)", "+1+1", "-2+3", "\t=1"]
RAW = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\U000e0000-\U000e007f]"
)
COMMANDS_OF_OURS = re.compile(r"::(error|warning|notice) (file|title)=")


def agreement(payload: str) -> str:
    text = payload.replace("\\", "\\\\").replace('"', '\\"')
    return f'''agreement "{text}":
  between marketing "{text}" and sales "{text}"
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead "{text}":
  id key text
  owner "{text}" accountable optional text
  amount optional number in "{text}"
  mql_at optional time

define MQL "{text}":
  lead when owner = "{text}" or mql_at is known
  since mql_at

kpi volume "{text}" = count of MQL
kpi worth "{text}" = sum of amount over MQL for each owner

marketing owes sales:
  worth at least 5 per month
    if missed notify "{text}"
  volume at least 100 per month

test "{text}":
  given lead: id "{text}", mql_at 2026-03-07 15:00
  expect not MQL
'''


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def given(folder: Path, payload: str) -> None:
    (folder / "a.sla").write_text(agreement(payload))
    with (folder / "l.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("id", "owner", "amount", "mql_at"))
        rows.writerows(
            [(payload, payload, "5", "2026-01-05T10:00:00Z"), (f"{payload}2", payload, payload, payload)]
        )


RUN = ("run", "a.sla", "--data", "lead=l.csv")
LINES = [
    *(("check", "a.sla", "--format", form) for form in ("text", "json", "github", "gitlab", "sarif", "short")),
    ("test", "-v", "a.sla"),
    *((*RUN, "--all", "--format", form) for form in ("text", "json", "csv", "tsv", "markdown", "html", "junit", "github")),
    ("plan", "a.sla"),
    ("plan", "a.sla", "--format", "json"),
    ("sql", "a.sla"),
    ("doc", "a.sla"),
    ("doc", "a.sla", "--format", "html"),
    ("review", "a.sla", "--data", "lead=l.csv", "--out", "-"),
]  # fmt: skip


@pytest.mark.parametrize(
    "payload", ["".join(STEERS), " ".join(COMMANDS), COMMANDS[0]], ids=["steers", "commands", "first"]
)
def test_nothing_printed_commands(sla: Sla, tmp_path: Path, payload: str) -> None:
    given(tmp_path, payload)
    forms: list[tuple[str, ...]] = [(), ("--format", "markdown"), ("--format", "json")]
    rows = [(key, form) for key in (payload, payload + "no") for form in forms]
    keys = [("explain", "a.sla", key, "--data", "lead=l.csv", *form) for key, form in rows]
    for line in [*LINES, *keys]:
        done = sla(*line)
        printed = done.out + done.err
        assert printed.strip() or "github" in line, line
        if steers := RAW.search(printed):
            raise AssertionError((line, printed[max(0, steers.start() - 60) : steers.end() + 20]))
        assert "##[" not in printed, line
        for each in printed.splitlines():
            assert not each.lstrip().startswith("::") or COMMANDS_OF_OURS.match(each.lstrip()), (line, each)


def test_json_says_what_was_said(sla: Sla, tmp_path: Path) -> None:
    payload = "".join(STEERS) + " ".join(COMMANDS)
    given(tmp_path, payload)
    assert sla(*RUN, "--format", "json").json["agreement"]["name"] == payload
    assert json.loads(inert_json(json.dumps({payload: payload}, ensure_ascii=False))) == {payload: payload}


def test_sql_says_what_was_said() -> None:
    for payload in [*STEERS, *COMMANDS, "it's", "a\x1bb\x1b", "\x1b", "##[a##[b"]:
        literal = "'" + payload.replace("'", "''") + "'"
        printed = inert_sql(f"SELECT {literal} IN ({literal}, 'x'), {literal}")
        assert not RAW.search(printed)
        assert "##[" not in printed
        with duckdb.connect() as connection:
            assert connection.execute(printed).fetchone() == (True, payload)


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("payload", FORMULAS)
def test_no_cell_of_a_report_is_a_formula(sla: Sla, tmp_path: Path, payload: str, form: str) -> None:
    given(tmp_path, payload)
    printed = sla(*RUN, "--format", form).out
    cells = [
        cell
        for row in csv.reader(printed.splitlines(), delimiter="\t" if form == "tsv" else ",")
        for cell in row
    ]
    assert any(payload.strip() in cell for cell in cells)
    assert not [c for c in cells if re.match(r"[=+\-@\t\r]", c) and not re.fullmatch(r"[+-]?[\d.,]+", c)]


def test_what_is_kept_is_kept_to_the_letter(sla: Sla, tmp_path: Path) -> None:
    text = agreement("".join(STEERS[:3] + STEERS[6:] + COMMANDS))
    (tmp_path / "a.sla").write_text(text)
    sla("fmt", "a.sla")
    assert (tmp_path / "a.sla").read_text().split() == text.split()


def test_colours_of_our_own_are_kept() -> None:
    assert inert("\x1b[1;31merror\x1b[0m \x1b[8mhidden", painted=True) == "\x1b[1;31merror\x1b[0m �[8mhidden"
    assert inert("\x1b[1;31merror") == "�[1;31merror"
    assert inert("a\r\nb\tc") == "a\r\nb\tc"
