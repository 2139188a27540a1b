"""The gallery: each reference is right by its own outcomes, each planted wrong one is not, and whatever is scored is told why."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.outputs import size, sizes, tokens
from gallery.__main__ import main, told
from gallery.policies import Policy, WrongOutcome, cell, policies
from gallery.score import Score, Standing, facts, score
from sladsl.compiler import compile_text
from sladsl.runner import Reads, run

POLICIES = {each.name: each for each in policies()}


@cache
def reads(name: str) -> Reads:
    """The data of a policy are read once."""
    return Reads()


def scored(policy: Policy, text: str) -> Score:
    return score(policy, text, str(policy.folder / "candidate.sla"), reads(policy.name))


def wrongs(made: Score) -> list[str]:
    return [f"{x.standing} {x.about}" for x in made.facts if x.standing is not Standing.RIGHT]


@pytest.mark.parametrize("name", POLICIES)
def test_a_reference_is_right(name: str) -> None:
    made = scored(POLICIES[name], POLICIES[name].reference.read_text(encoding="utf-8"))
    assert made.passed, told(made)
    assert made.notes == ()


@pytest.mark.skipif(
    not os.environ.get("SLADSL_SLOW"), reason="SLADSL_SLOW=1 runs this: the scorer asks the interpreter alone"
)
@pytest.mark.parametrize("name", POLICIES)
def test_the_other_engine_gives_the_same(name: str) -> None:
    policy = POLICIES[name]
    plan = compile_text(policy.reference.read_text(encoding="utf-8"), str(policy.reference)).plan
    assert plan is not None
    made = run(plan, base=policy.folder, as_of=policy.outcomes.as_of)
    assert [x for x in facts(policy.outcomes, made) if x.standing is not Standing.RIGHT] == []


@pytest.mark.parametrize("name", POLICIES)
def test_a_wrong_one_is_not(name: str) -> None:
    """By what it gives on the data, not by its own tests alone."""
    made = scored(POLICIES[name], POLICIES[name].wrong())
    assert not [note for note in made.notes if note.startswith("error")], told(made)
    assert [x for x in wrongs(made) if "its test" not in x], told(made)
    assert made.score < 100


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_short_and_its_data_are_small(name: str) -> None:
    policy = POLICIES[name]
    title, after, *_ = [line for line in policy.text.splitlines() if line]
    assert title.startswith("# ")
    assert re.fullmatch(r"\*After .+\.\*", after), (
        "the second line says after which kind of public policy it is"
    )
    assert "## Data" in policy.text
    assert len(policy.text) < 2_200
    assert 2 <= policy.reference.read_text(encoding="utf-8").count("\ntest ") <= 4
    rows = [len(file.read_text(encoding="utf-8").splitlines()) - 1 for file in policy.folder.glob("*.csv")]
    assert max(rows) <= 25
    for file in policy.folder.glob("*.csv"):
        assert f"`{file.name}`" in policy.text
    assert policy.outcomes.figures


def test_names_are_not_what_is_asked() -> None:
    """What matters is what comes out; a source that is not there is added by the names of the policy."""
    policy = POLICIES["recycling"]
    text = policy.reference.read_text(encoding="utf-8")
    renamed = text.replace("nurture within", "care within").replace("kpi nurture", "kpi care")
    renamed = renamed.replace("expect nurture", "expect care").split("\nsource ")[0]
    made = scored(policy, renamed)
    assert made.passed, told(made)
    assert any("`marketing.care`" in fact.about for fact in made.facts)


def test_what_is_missing_and_what_is_invented() -> None:
    policy = POLICIES["recycling"]
    text = policy.reference.read_text(encoding="utf-8")
    made = scored(
        policy,
        text.replace("  reasoned at least 90% per month\n", "  returned at most 9 per month\n") + RETURNED,
    )
    assert wrongs(made) == [
        "missing sales.reasoned 2026-03",
        "missing sales.reasoned 2026-04",
        "invented sales.returned",
    ]
    assert made.score == 62  # 5 of 8: both months of the other, who is late, and two tests


RETURNED = "kpi returned = count of Recycled\n"


def test_who_owes_it_is_asked() -> None:
    policy = POLICIES["recycling"]
    text = policy.reference.read_text(encoding="utf-8")
    turned = text.replace("marketing owes sales", "X owes Y").replace(
        "sales owes marketing", "marketing owes sales"
    )
    assert "wrong marketing.nurture (`sales.nurture`), owed by" in wrongs(
        scored(policy, turned.replace("X owes Y", "sales owes marketing"))
    )


def test_one_that_cannot_be_read_is_told_why() -> None:
    policy = POLICIES["routing"]
    made = scored(policy, "agreement")
    assert (made.score, made.passed) == (0, False)
    assert "error[SLA" in made.notes[0]
    assert scored(policy, "").notes == ("it has no `agreement`",)
    other = 'agreement "X":\n  between a and b\n  zone "UTC"\nrecord deal:\n  id key text\n  at time\nkpi n = count of deal\n'
    assert scored(policy, other).notes == ("there are no data for `deal`: those of the policy are lead",)
    unknown = policy.reference.read_text(encoding="utf-8").replace("employees", "staff")
    assert "lead.staff: missing column" in " ".join(scored(policy, unknown).notes)
    policy = POLICIES["mql-volume-by-region"]
    renamed = policy.reference.read_text(encoding="utf-8").replace("region", "area")
    assert "`area`" in scored(policy, renamed).notes[-1]


def test_its_own_tests_must_pass() -> None:
    policy = POLICIES["routing"]
    text = policy.reference.read_text(encoding="utf-8").replace(
        'routed to "inbound pool"', 'routed to "enterprise"'
    )
    assert wrongs(scored(policy, text)) == ["wrong its test `nothing is known of it`"]


def test_the_command(tmp_path: Path) -> None:
    right = str(POLICIES["routing"].reference)
    done = CliRunner().invoke(main, ["score", "routing", right])
    assert (done.exit_code, done.output.splitlines()[0]) == (0, "routing: 100 of 100")
    wrong = tmp_path / "wrong.sla"
    wrong.write_text(POLICIES["routing"].wrong(), encoding="utf-8")
    done = CliRunner().invoke(main, ["score", "routing", str(wrong)])
    assert (done.exit_code, done.output.splitlines()[1]) == (
        1,
        "  wrong    routed to dach desk: 4, and not 3",
    )
    done = CliRunner().invoke(main, ["score", "routing", str(wrong), "--format", "json"])
    said = json.loads(done.output)
    assert (said["policy"], said["passed"]) == ("routing", False)
    assert {"standing": "wrong", "about": "routed to enterprise", "expected": "2", "is": "1"} in said["facts"]
    done = CliRunner().invoke(main, ["score", "routin", right])
    assert (done.exit_code, "did you mean `routing`?" in done.output) == (2, True)
    assert "routing " in CliRunner().invoke(main, ["list"]).output


def test_the_documentation_shows_what_is_told() -> None:
    page = (Path(__file__).parent.parent / "docs" / "gallery.md").read_text(encoding="utf-8")
    shown = page.partition("$ python -m gallery score routing draft.sla\n")[2].partition("```")[0]
    assert shown == told(scored(POLICIES["routing"], POLICIES["routing"].wrong())) + "\n"


def test_there_are_fifty() -> None:
    assert len(POLICIES) >= 50


def test_a_figure_that_is_none_is_told() -> None:
    assert str(cell("missed 3 of 5")) == "missed 3 of 5"
    assert str(cell("met 1 h 30 min warned")) == "met 5400 warned"
    assert cell("no data").figure is None
    with pytest.raises(WrongOutcome, match="`some` is no figure"):
        cell("met some")


# ------------------------------------------------------------------------------------------------------------ how large


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("within", 1),
        (" business hours", 3),
        ("1234", 2),
        ("\n    for 95%", 4),
        ("{}", 1),
        ("“a”", 3),
    ],
)
def test_tokens_are_approximated(text: str, count: int) -> None:
    assert tokens(text) == count


def test_what_is_printed_is_measured() -> None:
    of_call = dict(sizes(POLICIES["routing"]))
    assert of_call["check"] == size("reference.sla: ok\n")
    assert of_call["check --format short"].bytes == 0
    assert of_call["run"].tokens < of_call["run --format json"].tokens
    draft = dict(sizes(POLICIES["recycling"]))["check --format short, of such a draft"]
    assert 0 < draft.tokens < 100
