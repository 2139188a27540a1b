"""`sla reconcile`: what another report says of each row beside our outcome.

The other report is made by the agreement itself with one thing changed, so what it does otherwise is known; its columns stand in the
file of the leads. What `docs/howto/trusting.md` shows is run there.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from command_line import Sla, runner

from sladsl.compiler import compile_text
from sladsl.data import load
from sladsl.engines.rows import Evaluation
from sladsl.outcomes import AsOf, OutcomeRow
from sladsl.plan import Source
from sladsl.reconciling import StatedColumn, reconcile
from sladsl.reports.documents import json_schema
from sladsl.reports.reconcile import markdown, sheet, text
from sladsl.reports.reconcile.document import ReconcileDocument
from sladsl.reports.reconcile.json import document
from sladsl.runner import parse_as_of

AGREEMENT = """
agreement "Handoff":
  between marketing "Marketing" and sales "Sales"
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours us_hours

calendar us_hours:
  zone "America/New_York"
  open monday to friday 09:00 to 12:30, 13:30 to 18:00
  closed 2026-01-19
  closed 2026-02-16

record lead:
  id          key text
  created_at  time
  mql_at      optional time
  seen_at     optional time
  owner       optional accountable text

record activity of lead:
  type      one of "call", "email"
  answered  boolean
  at        time

define MQL: lead when mql_at is known since mql_at

event first_touch: first activity where type = "call" and answered = true

kpi response_time = time from MQL to first_touch in business hours

sales owes marketing:
  response_time within 4 business hours for 90% of MQL per month

source leads for lead from "leads.csv":
  created_at = "created_at"
  times in "America/New_York"

source activities for activity from "activities.csv":
  lead = "lead"
  times in "America/New_York"
"""
SLOW, QUICK = "SLADSL_SLOW" in os.environ, (1, 5, 7, 8)
"""Every change is tried where there is time; elsewhere one of each kind."""
ZONE = ZoneInfo("America/New_York")
FIRST = dt.datetime(2026, 1, 12, 0, 0)
CHANGES: dict[str, tuple[str, str]] = {
    "it counts every hour, not only those of us_hours": ("within 4 business hours", "within 4 hours"),
    "it counts holidays and closed dates of us_hours as open": (
        "  closed 2026-01-19\n  closed 2026-02-16\n",
        "",
    ),
    "it counts the breaks of us_hours": ("09:00 to 12:30, 13:30 to 18:00", "09:00 to 18:00"),
    "it reads the hours of us_hours by the clock of UTC": (
        'calendar us_hours:\n  zone "America/New_York"',
        'calendar us_hours:\n  zone "UTC"',
    ),
    "its clock starts at created_at, not MQL": ("time from MQL to", "time from created_at to"),
    "its clock stops at seen_at, not first_touch": ("MQL to first_touch", "MQL to seen_at"),
    "for first_touch it does not ask for `answered = true`": (" and answered = true", ""),
    "it reads times of America/New_York as those of UTC": ('times in "America/New_York"', 'times in "UTC"'),
}
"""What the other side does, in the words of a cause, and how the agreement is changed to do it."""
TWO = (
    "it counts the breaks of us_hours",
    "its clock starts at created_at, not MQL",
)
"""At once."""


@dataclass(frozen=True)
class Leads:
    """The data without the other report: rows of each file."""

    leads: list[dict[str, str]]
    activities: list[dict[str, str]]

    def write(self, folder: Path) -> None:
        for name, rows in (("leads", self.leads), ("activities", self.activities)):
            with (folder / f"{name}.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)


def _leads(many: int = 40) -> Leads:
    chance = random.Random(20)
    leads, activities = [], []
    for n in range(many):
        created = FIRST + dt.timedelta(seconds=chance.randrange(40 * 86_400))
        entered = created + dt.timedelta(seconds=chance.randrange(100, 5 * 3_600))
        seen = entered + dt.timedelta(seconds=chance.randrange(60, 3 * 86_400))
        mql = n % 10 != 9
        leads.append(
            {
                "id": f"L{n:03}",
                "created_at": str(created),
                "mql_at": str(entered) if mql else "",
                "seen_at": str(seen),
                "owner": "Ana",
            }
        )
        for k in range(chance.randrange(1, 5)):
            at = entered + dt.timedelta(seconds=round(60 * 2_000 ** chance.random()))
            kind, answered = chance.choice([("call", "true"), ("call", "false"), ("email", "false")])
            activities.append(
                {"lead": f"L{n:03}", "type": kind, "answered": answered, "at": str(at), "n": str(k)}
            )
    return Leads(leads, activities)


@dataclass
class Other:
    """Whoever made the other report, from the same files."""

    folder: Path
    read: dict[tuple[Source, ...], dict[str, list[dict[str, Any]]]]

    def became(self, text: str) -> dict[str, OutcomeRow]:
        """By key what becomes of the rows under an agreement."""
        plan = compile_text(text, str(self.folder / "other.sla")).plan
        assert plan is not None
        if plan.sources not in self.read:
            self.read[plan.sources] = load(plan, [], base=self.folder).rows()
        evaluation = Evaluation(plan, self.read[plan.sources], AsOf(parse_as_of("2026-04-01", plan.zone)))
        return {row.key: row for row in evaluation.outcome_rows() if row.commitment is not None}


def _local(at: int | None) -> str:
    if at is None:
        return ""
    return (
        (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=at))
        .astimezone(ZONE)
        .strftime("%d.%m.%Y %H:%M:%S")
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The agreement, its data, and beside each lead what each of the other reports says of it: columns `verdict N`, `due N`."""
    made = tmp_path_factory.mktemp("reconcile")
    (made / "handoff.sla").write_text(AGREEMENT)
    leads = _leads()
    leads.write(made)
    other = Other(made, {})
    ours = other.became(AGREEMENT)
    others = [other.became(AGREEMENT.replace(*change)) for change in CHANGES.values()]
    others.append(other.became(AGREEMENT.replace(*CHANGES[TWO[0]]).replace(*CHANGES[TWO[1]])))
    for lead in leads.leads:
        key = lead["id"]
        for n, theirs in enumerate([ours, *others]):
            row = theirs.get(key)
            lead[f"verdict {n}"] = (
                "" if row is None else {"met": "In time", "missed": "LATE"}[str(row.outcome)]
            )
            lead[f"due {n}"] = "" if row is None else _local(row.due)
        own = ours.get(key)
        took = None if own is None or own.elapsed is None or own.stopped is None else int(own.elapsed)
        lead["minutes up"] = "" if took is None else str(-(-took // 60))
        lead["took"] = "" if took is None else f"{took // 3600}h {took % 3600 // 60}m"
        lead["answered only"] = "" if took is None else lead["verdict 0"]
        lead["in whole hours"] = (
            "" if own is None else "In time" if took is not None and took // 3600 <= 4 else "LATE"
        )
    leads.write(made)
    return made


@pytest.fixture
def sla(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(folder, monkeypatch, capsys)


MEANS = ("--means", "In time", "met", "--means", "LATE", "missed")
DUE = ("--as", "DD.MM.YYYY HH:mm:ss")


def _asked(sla: Sla, column: str, *more: str) -> dict[str, Any]:
    done = sla(
        "reconcile",
        "handoff.sla",
        "--against",
        f'lead."{column}"',
        "--as-of",
        "2026-04-01",
        "--format",
        "json",
        *more,
    )
    told: dict[str, Any] = done.json
    jsonschema.Draft202012Validator(json_schema(ReconcileDocument)).validate(told)
    assert done.status == (1 if told["differences"] else 0)
    return told


def test_what_says_the_same_agrees(sla: Sla) -> None:
    for column, how in (("verdict 0", MEANS), ("due 0", DUE)):
        counts = _asked(sla, column, *how)["counts"]
        assert counts == {"rows": 40, "agree": 36, "neither": 4, "differ": 0}


@pytest.mark.parametrize(("n", "cause"), [x for x in enumerate(CHANGES, 1) if SLOW or x[0] in QUICK])
def test_what_the_other_side_does_is_found(n: int, cause: str, sla: Sla) -> None:
    stops = "its clock stops" in cause or "answered" in cause  # which moves no deadline
    told = _asked(sla, f"verdict {n}" if stops else f"due {n}", *(MEANS if stops else DUE))
    causes = told["causes"]
    assert [x["cause"] for x in causes] == [cause]
    assert causes[0]["rows"] > 3
    assert causes[0]["breaks"] == 0


def test_two_changes_at_once_are_found(sla: Sla) -> None:
    """What neither of two changes explains, both do; a row that one of them explains by itself is given to that."""
    told = _asked(sla, f"due {len(CHANGES) + 1}", *DUE)
    rows = {x["cause"]: x["rows"] for x in told["causes"]}
    assert told["counts"]["differ"] == sum(rows.values()) > 10
    (both,) = (cause for cause in rows if "; and " in cause)
    assert set(both.split("; and ")) == set(TWO)
    assert rows.keys() <= {both, *TWO}
    assert rows[both] >= 8


def test_a_verdict_that_several_changes_explain_is_told_as_such(sla: Sla) -> None:
    told = _asked(sla, "verdict 1", *MEANS)
    differences = told["differences"]
    assert any(x["others"] for x in differences)
    for x in differences:
        assert "it counts every hour, not only those of us_hours" in (x["cause"], *x["others"])


def test_lengths_of_time_are_compared_to_what_they_are_written_in(sla: Sla) -> None:
    up = _asked(sla, "minutes up", "--as", "minutes")
    assert up["against"] == {
        "record": "lead", "column": "minutes up", "kind": "length of time", "written": "minutes", "precision": 60,
        "rounding": "rounded up", "zone": None, "means": [],
    }  # fmt: skip
    took = _asked(sla, "took")
    for told in (up, took):
        counts = told["counts"]
        assert counts["differ"] == 0
        assert counts["agree"] > 10


@pytest.mark.parametrize(("column", "how"), [("instant", ()), ("minutes", ("--as", "minutes"))])
def test_columns_of_a_table_have_types(column: str, how: tuple[str, ...], sla: Sla, folder: Path) -> None:
    rows = csv.DictReader(io.StringIO((folder / "leads.csv").read_text()))
    table = pa.Table.from_pylist([{name: text or None for name, text in row.items()} for row in rows])
    due = pc.strptime(table["due 0"], format="%d.%m.%Y %H:%M:%S", unit="us")
    instant = pc.assume_timezone(due, "America/New_York")
    minutes = table["minutes up"].cast(pa.float64())
    pq.write_table(
        table.append_column("instant", instant).append_column("minutes", minutes), folder / "leads.parquet"
    )
    counts = _asked(sla, column, *how, "--data", "lead=leads.parquet")["counts"]
    assert counts["differ"] == 0
    assert counts["agree"] > 10


def test_a_side_that_judges_only_what_was_answered(sla: Sla) -> None:
    [cause] = _asked(sla, "answered only", *MEANS)["causes"]
    assert cause["cause"] == "it judges only what was answered"


def test_a_side_that_counts_whole_hours(sla: Sla) -> None:
    [cause] = _asked(sla, "in whole hours", *MEANS)["causes"]
    assert cause["cause"] == "it compares the time that it took, cut to whole hours, with 4 business hours"


def test_what_nothing_explains_is_listed(sla: Sla, folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((folder / "leads.csv").read_text())))
    rows[0]["due 0"], rows[1]["due 0"], rows[2]["due 0"] = "01.01.2026 00:00:00", "soon", ""
    rows[9]["due 0"] = "01.03.2026 10:00:00"  # no MQL
    with (folder / "odd.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    told = _asked(sla, "due 0", *DUE, "--data", "lead=odd.csv")
    assert {x["key"]: x["cause"] for x in told["differences"]} == {
        "L000": "unexplained",
        "L001": "its value cannot be read",
        "L002": "nothing stands there",
        "L009": "it is not counted here: not in MQL",
    }


def test_some_differences_are_asked_and_the_rest_said_not_to_be(sla: Sla) -> None:
    told = _asked(sla, "due 1", *DUE, "--ask", "5")
    assert told["asked"] == told["asked"] | {"differences": 5}
    causes = {x["cause"]: x["rows"] for x in told["causes"]}
    assert causes["not asked"] == told["counts"]["differ"] - 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--against", "lead"], "names no column"),
        (["--against", 'leed."due 0"'], "there is no record or source `leed`"),
        (["--against", 'lead."due"'], "no column `due`"),
        (["--against", 'lead."verdict 0"'], '--means "In time" …'),
        (["--against", 'lead."verdict 0"', "--means", "LATE", "missed"], "is not translated"),
        (["--against", 'lead."verdict 0"', *MEANS, "--means", "late", "missed"], "no row has `late`"),
        (["--against", 'lead."minutes up"'], "say their unit, as in `--as minutes`"),
        (["--against", 'lead."due 0"', "--as", "minutes"], "most of the column `due 0` cannot be read"),
        (["--against", 'lead."due 0"', "--as", "YYYY"], "does not say the month"),
        (["--against", 'lead."due 0"', "--commitment", "volume"], "there is no commitment `volume`"),
        (["--against", "activity.at"], "no commitment is about rows of `activity`"),
        (["--against", 'lead."due 0"', "--zone", "New York"], "there is no zone"),
        (["--against", 'lead."due 0"', "--as", "minutes", *MEANS], "leave one of them out"),
    ],
)  # fmt: skip
def test_what_is_in_doubt_is_asked_and_not_guessed(arguments: list[str], said: str, sla: Sla) -> None:
    done = sla("reconcile", "handoff.sla", "--as-of", "2026-04-01", *arguments)
    assert done.status == 2
    assert said in done.err


def test_every_format_says_the_same_rows(folder: Path) -> None:
    compilation = compile_text((folder / "handoff.sla").read_text(), str(folder / "handoff.sla"))
    column = StatedColumn("lead", "due 3", written="DD.MM.YYYY HH:mm:ss")
    result = reconcile(compilation, column, base=folder, as_of="2026-04-01")
    keys = [x.key for x in result.differences]
    assert keys
    rows = list(csv.DictReader(io.StringIO(sheet.csv_text(result))))
    assert [x["key"] for x in rows] == keys
    assert {x["cause"] for x in rows} == {"it counts the breaks of us_hours"}
    assert [x.key for x in document(result).differences] == keys
    for out in (text.report(result, everything=True), markdown.report(result, everything=True)):
        assert all(key in out for key in keys)
        assert f"{len(keys)} differ" in out
