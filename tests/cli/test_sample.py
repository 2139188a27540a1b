"""`sla run --sample`: a first look that says it is one, judges nothing, and keeps families together."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from command_line import Sla, runner

from sladsl.compiler import compile_text
from sladsl.reports.documents import json_schema
from sladsl.reports.run.document import RunDocument
from sladsl.runner import RunError, run

ROOT = Path(__file__).parents[2]
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def test_rows_of_a_sample_are_as_they_are_in_the_whole() -> None:
    """What became of a lead does not depend on the others, so every row of the sample is one of the whole run."""
    plan = compile_text(HANDOFF.read_text(), str(HANDOFF), read=lambda p: Path(p).read_text()).plan
    assert plan is not None
    whole, part = run(plan, rows=True), run(plan, rows=True, sample=10)
    assert whole.rows is not None
    assert part.rows is not None
    assert set(part.rows) < set(whole.rows)
    assert part.outcomes.as_of == whole.outcomes.as_of
    kept = {row.key for row in part.rows}
    assert set(part.rows) == {row for row in whole.rows if row.key in kept}
    assert len(whole.rows) / 20 < len(part.rows) < len(whole.rows) / 5
    assert part.verdicts() == set()
    assert part.rows == run(plan, rows=True, sample=10).rows
    with pytest.raises(RunError, match="a sample is one row in 2 or more, and not in 1"):
        run(plan, sample=1)


def test_every_report_says_so(sla: Sla) -> None:
    text = sla("run", str(HANDOFF), "--sample", "20")
    assert (text.status, text.err) == (0, "")
    said = " ".join(text.out.split())
    assert "a sample: about one row in 20, with all that belongs to it (" in said
    assert "and nothing is judged" in said
    assert " missed" not in said.partition("What")[2].partition("needs attention")[0]
    document = sla("run", str(HANDOFF), "--sample", "20", "--format", "json").json
    jsonschema.validate(document, json_schema(RunDocument), cls=jsonschema.Draft202012Validator)
    assert document["sample"] == {"one_in": 20}
    assert {p["verdict"] for c in document["commitments"] for p in c["periods"]} == {None}
    assert (
        "**a sample: about one row in 20"
        in sla("run", str(HANDOFF), "--sample", "20", "--format", "markdown").out
    )


def test_what_has_no_place_for_it_is_refused(sla: Sla) -> None:
    done = sla("run", str(HANDOFF), "--sample", "20", "--format", "junit")
    assert done.status == 2
    assert "a sample has no verdicts to report as junit" in done.err
    assert sla("run", str(HANDOFF), "--sample", "1").status == 2
