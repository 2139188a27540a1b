"""`sla run --explain-time`: where the time went, beside a report that is as it is without."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_line import Sla, runner
from small import write

from sladsl.cli.progress import TimeSpent


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def test_it_says_where_the_time_went(sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_CACHE", "off")
    file = write(tmp_path)
    without, done = sla("run", file), sla("run", file, "--explain-time")
    assert (without.status, without.out, without.err) == (done.status, done.out, "")
    first, *lines, last = done.err.splitlines()
    assert (first, last) == ("processor time", "nothing is kept from run to run: SLA_CACHE is off")
    steps = {line[:-8].strip(): float(line[-8:].removesuffix("s")) for line in lines}
    told = (
        "starting",
        "reading the agreement",
        "loading the engine",
        "reading leads.csv",
        "reading calls.csv",
        "looking how far the data reach",
        "evaluating",
        "working out the rows of lead",
        "counting",
        "judging",
        "writing the report",
    )
    assert [*steps][:-1] == sorted(steps, key=[*told, *steps].index)[:-1]
    assert set(told) <= set(steps)
    *spent, whole = steps.values()
    assert abs(sum(spent) - whole) <= 0.005 * (len(spent) + 1), "each is rounded"


def test_steps_of_one_name_are_one() -> None:
    spent = TimeSpent()
    for what in ("reading a.csv", "counting", "reading a.csv"):
        spent.begin(what)
    said = spent.told("nothing")
    assert re.findall(r"^  (.*?)  ", said, re.MULTILINE) == [
        "starting",
        "reading a.csv",
        "counting",
        "in all",
    ]
    assert said.splitlines()[-1] == "nothing"
