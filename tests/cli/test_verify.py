"""`sla verify`. What it draws stands in `docs/verify.md`, which is run."""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from command_line import Sla, runner

pytest.importorskip("cvc5", reason="the extra `verify` is not installed")

from sladsl.reports.documents import json_schema
from sladsl.reports.verified import VerifyDocument

HEAD = """agreement "A":
  between marketing and sales
  zone "Europe/Berlin"

record lead:
  id       key text
  email    optional text
  size     optional number
  country  optional text
  at       time
  called   optional time

record call of lead:
  id       key text
  outcome  one of "yes", "no"
  on       time

score fit of lead:
  add 40 when size >= 200
  add 20.5 when any call where outcome = "yes"

"""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def told(sla: Sla, tmp_path: Path, body: str) -> dict[str, str]:
    """What is found in an agreement, by the kind of question: how it was answered and in what words."""
    (tmp_path / "a.sla").write_text(HEAD + body, encoding="utf-8")
    document = sla("verify", "a.sla", "--format", "json").json
    jsonschema.validate(document, json_schema(VerifyDocument))
    return {x["kind"]: f"{x['answer']}: {x['text']}" for x in document["agreements"][0]["findings"]}


@pytest.mark.parametrize(
    ("body", "kind", "answer"),
    [
        (
            'define A: lead when fit >= 60\nnever "a small A":\n  A when size < 100\n',
            "what never is",
            "proven: never “a small A”",
        ),
        (
            'define A: lead when fit >= 20\nnever "a small A":\n  A when size < 100\n',
            "what never is",
            "a row: “a small A” can be",
        ),
        # A private address has no domain of a company.
        (
            'define A: lead when domain(email) = "acme.com" and email ends with "@gmail.com"\n',
            "a definition that no row can meet",
            "proven: no lead can be `A`",
        ),
        # Calls that were answered are calls.
        (
            'define A: lead when any call where outcome = "yes"\ndefine B: lead when (count of call) >= 1\n',
            "a definition inside another",
            "proven: every lead that is `A` is `B`",
        ),
        (
            "define A: lead when size > 9\ndefine B: lead when not (size <= 9)\n",
            "two definitions that are one",
            "proven: `A` and `B` are the same leads, whatever the data",
        ),
        (
            'define A: lead when fit >= 60\nroute A:\n  to "x" when size > 100\n  to "y" otherwise\n',
            "a branch that never applies",
            'proven: `to "y"` never applies: the lines above take every `A` that it is for',
        ),
        (
            'define A: lead when email is known\nroute A:\n  to "x" when size > 100\n  to "y" when country = "US"\n  to "z" otherwise\n',
            "branches that both hold",
            'a row: for some `A` both `to "x"` and `to "y"` hold, and the order of the lines decides',
        ),
        (
            'define A: lead when email is known\nroute A:\n  to "x" when size > 100\n  to "z" otherwise\n',
            "rows that only a missing value sends to the last branch",
            "a row: a `A` without `size` goes to the last line: no line above can tell",
        ),
    ],
)
def test_each_question(sla: Sla, tmp_path: Path, body: str, kind: str, answer: str) -> None:
    assert told(sla, tmp_path, body)[kind] == answer


@pytest.mark.parametrize(
    ("condition", "email"),
    [
        ('email ends with ".edu"', "ana@acme.edu"),
        ('email contains "test"', "test@acme.com"),
        ('email starts with "info@"', "info@acme.com"),
        ('domain(email) in {"rival.io", "bigco.com"}', "ana@rival.io"),
        ('email matches "^(sales|jobs)@"', "sales@acme.com"),
        ('email ends with ".edu" and email contains "bob"', "bob@acme.edu"),
        ('lower(domain(email)) in {"rival.io", "bigco.com"}', "ana@rival.io"),
        ('lower(email) matches "[.]edu$"', "ana@acme.edu"),
        ('email = "x"', "x"),
    ],
)
def test_an_address_that_is_made_looks_like_one(sla: Sla, tmp_path: Path, condition: str, email: str) -> None:
    (tmp_path / "a.sla").write_text(HEAD + f'never "x":\n  lead when {condition}\n', encoding="utf-8")
    assert f'email "{email}"' in sla("verify", "a.sla", "--as-test").out


def test_a_text_by_its_end_looks_whole(sla: Sla, tmp_path: Path) -> None:
    body = 'never "x":\n  lead when country ends with "-US" and id starts with "L-"\n'
    (tmp_path / "a.sla").write_text(HEAD + body, encoding="utf-8")
    assert 'country "acme-US"' in sla("verify", "a.sla", "--as-test").out


@pytest.mark.parametrize(
    "condition",
    [
        'lower(email) contains "Acme"',
        'lower(domain(email)) = "acme.com" and not (lower(email) ends with "acme.com")',
        'domain(lower(email)) in {"acme.com"} and lower(domain(email)) != "acme.com"',
        'lower(email) matches "[A-Z]"',
        'lower(email) starts with "info@" and not (lower(email) matches "^info")',
    ],
)
def test_what_is_asked_in_lower_case_is_decided(sla: Sla, tmp_path: Path, condition: str) -> None:
    assert (
        told(sla, tmp_path, f'never "x":\n  lead when {condition}\n')["what never is"] == "proven: never “x”"
    )


def test_what_differs_by_a_value_is_not_the_same(sla: Sla, tmp_path: Path) -> None:
    """`not (size > 9)` is true of no lead without a size, and `size <= 9` is not either: one. `else` makes it another."""
    other = "define A: lead when size <= 9\ndefine B: lead when (size else 0) <= 9\n"
    found = told(sla, tmp_path, other)
    assert found["a definition inside another"] == "proven: every lead that is `A` is `B`"
    assert "two definitions that are one" not in found


def test_what_is_read_at_other_moments_is_not_held_together(sla: Sla, tmp_path: Path) -> None:
    """Between the two a call may come."""
    body = (
        'define A: lead when any call where outcome = "yes"\n  since at\n'
        "define B: lead when (count of call) >= 1\n  since called\n"
    )
    assert "a definition inside another" not in told(sla, tmp_path, body)


def test_a_score_that_a_clock_decides_may_be_unknown(sla: Sla, tmp_path: Path) -> None:
    """While a clock decides one of its clauses a score has no total, and then it is not at least 0 either."""
    body = (
        "event answer: first call\nkpi response = time from at to answer\n"
        "score luck of lead:\n  add 10 when response within 4 hours\n\n"
        "define A: lead when size > 9\n  since called\ndefine B: lead when luck >= 0\n  since called\n"
    )
    assert "a definition inside another" not in told(sla, tmp_path, body)


def test_the_status_and_the_rows_as_tests(sla: Sla, tmp_path: Path) -> None:
    body = 'define A: lead when email is known\nroute A:\n  to "x" when size > 100\n  to "y" when country = "US"\n  to "z" otherwise\n'
    (tmp_path / "a.sla").write_text(HEAD + body, encoding="utf-8")
    done = sla("verify", "a.sla", "--as-test")
    assert done.status == 0
    (tmp_path / "b.sla").write_text(HEAD + body + "\n" + done.out, encoding="utf-8")
    tests = sla("test", "b.sla")
    assert tests.status == 0, tests.out
    assert "4 tests passed" in tests.out
    wrong = "define A: lead when size > 9\ndefine B: lead when not (size <= 9)\n"
    (tmp_path / "a.sla").write_text(HEAD + wrong, encoding="utf-8")
    assert sla("verify", "a.sla").status == 1
    sarif = json.loads(sla("verify", "a.sla", "--format", "sarif").out)["runs"][0]
    assert [(x["ruleId"], x["level"]) for x in sarif["results"]] == [
        ("verify/same", "warning"),
        ("verify/reach", "note"),
    ]
    assert sla("verify", "a.sla", "--as-test", "--format", "json").status == 2


def test_an_end_of_time_is_told(sla: Sla, tmp_path: Path) -> None:
    """No question is lost in silence."""
    body = "".join(
        f'define D{n}: lead when size > {n} and fit > {n} and email contains "a{n}"\n' for n in range(60)
    )
    (tmp_path / "a.sla").write_text(HEAD + body, encoding="utf-8")
    document = sla("verify", "a.sla", "--within", "1", "--format", "json").json["agreements"][0]
    assert document["cut"]
    assert "no time for more questions" in sla("verify", "a.sla", "--within", "1").out


def test_an_end_of_time_is_told_where_only_rows_are_asked_for(
    sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside the tests, which go into a file, and in SARIF beside the agreement."""
    (tmp_path / "a.sla").write_text(HEAD + FOUR, encoding="utf-8")
    monkeypatch.setattr("time.monotonic", count(0, 20).__next__)
    done = sla("verify", "a.sla", "--as-test")
    assert "no time for more questions" in done.err
    assert "no time" not in done.out
    (note,) = json.loads(sla("verify", "a.sla", "--format", "sarif").out)["runs"][0]["results"]
    assert (note["ruleId"], note["level"]) == ("verify/time", "note")
    assert "no time for more questions" in note["message"]["text"]
    assert note["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "a.sla"}


FOUR = (
    "define A: lead when fit >= 60\ndefine B: lead when size > 9\n"
    'define C: lead when email ends with "@acme.com"\n'
    'define D: lead when country = "US"\n'
)


def verified(sla: Sla, tmp_path: Path, body: str, *more: str) -> dict[str, Any]:
    (tmp_path / "a.sla").write_text(HEAD + body, encoding="utf-8")
    found: dict[str, Any] = sla("verify", "a.sla", "--format", "json", *more).json["agreements"][0]
    return found


def test_only_what_changed_is_asked_again(sla: Sla, tmp_path: Path) -> None:
    """One condition that is another: as many questions are new as it has, and that is what an agreement without it has less."""
    whole = verified(sla, tmp_path, FOUR)
    without = verified(sla, tmp_path, FOUR[: FOUR.index("define D")], "--no-cache")
    assert (whole["known"], without["known"]) == (0, 0)
    again = verified(sla, tmp_path, FOUR)
    assert again["known"] == again["asked"] == whole["asked"]
    assert {**again, "known": 0} == whole
    changed = verified(sla, tmp_path, FOUR.replace('"US"', '"DE"'))
    assert changed["asked"] - changed["known"] == whole["asked"] - without["asked"] > 0


def test_another_name_order_and_place_ask_nothing(sla: Sla, tmp_path: Path) -> None:
    verified(sla, tmp_path, FOUR)
    lines = FOUR.replace("define A", "define First").splitlines()
    moved = "# New words.\n" + "\n".join([lines[3], *lines[:3]]) + "\n"
    found = verified(sla, tmp_path, moved)
    assert found["known"] == found["asked"] > 0


def test_a_damaged_cache_is_as_if_it_were_none(sla: Sla, tmp_path: Path) -> None:
    """Answers that somebody turned round, half lines and no text at all: the findings are those of a solver."""
    plain = verified(sla, tmp_path, FOUR, "--cache", "kept")
    kept = tmp_path / "kept" / "answers.jsonl"
    said = kept.read_text(encoding="ascii")
    turned = said.replace('"sat"', '"?"').replace('"unsat"', '"sat"').replace('"?"', '"unsat"')
    assert turned != said
    for damaged in (turned.encode(), said.encode()[:-9], b"\xff\x00" * 99, b"[[[[" * 99_999, b""):
        kept.write_bytes(damaged)
        found = verified(sla, tmp_path, FOUR, "--cache", "kept")
        assert {**found, "known": 0} == {**plain, "known": 0}
    assert found["known"] == 0
    kept.unlink()
    kept.mkdir()
    assert verified(sla, tmp_path, FOUR, "--cache", "kept") == plain
    assert sla("verify", "a.sla", "--cache", "kept", "--no-cache").status == 2


def test_what_there_was_no_time_for_is_asked_with_more() -> None:
    """That a second was too short says nothing of two."""
    from sladsl.proving.answers import Answers

    answers = Answers()
    answers.put("q", "unknown", 1000)
    assert answers.get("q", 1000) == "unknown"
    assert answers.get("q", 2000) is None
    answers.put("p", "unsat", 10)
    assert answers.get("p", 5000) == "unsat"


def test_without_the_extra(sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    (tmp_path / "a.sla").write_text(HEAD, encoding="utf-8")
    for name in [
        x for x in sys.modules if x.startswith(("cvc5", "sladsl.proving", "sladsl.reports.verified"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cvc5", None)
    done = sla("verify", "a.sla")
    assert done.status == 2
    assert 'pip install "sladsl[verify]"' in done.err


def test_a_cache_is_a_plain_file(sla: Sla, tmp_path: Path) -> None:
    """Nothing is read from a pipe, and nothing written behind a link."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with names here")
    plain = verified(sla, tmp_path, FOUR, "--no-cache")
    (tmp_path / "kept").mkdir()
    (tmp_path / "precious.txt").write_text("precious")
    answers = tmp_path / "kept" / "answers.jsonl"
    answers.symlink_to(tmp_path / "precious.txt")
    assert verified(sla, tmp_path, FOUR, "--cache", "kept") == plain
    assert (tmp_path / "precious.txt").read_text() == "precious"
    answers.unlink()
    os.mkfifo(answers)
    assert verified(sla, tmp_path, FOUR, "--cache", "kept") == plain
