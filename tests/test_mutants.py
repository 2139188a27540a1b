"""`python -m mutants`: a change that a test has to notice is noticed, and one behind which no test looks is told."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from mutants import ROOT, Mutant, modules, mutants_of
from mutants.__main__ import (
    Fate,
    Learnt,
    Tried,
    chosen,
    in_its_own_process,
    learnt,
    told,
    tried,
    with_what_is_there,
)

NUMERALS = modules()["sladsl.numerals"]
TEST = "tests/test_numerals.py::test_a_number_as_its_source_writes_it"


def in_function(name: str) -> list[Mutant]:
    return [m for m in mutants_of("sladsl.numerals", NUMERALS) if m.function == name]


def test_each_change_is_another_program() -> None:
    source = NUMERALS.read_bytes()
    before = ast.dump(ast.parse(source))
    changed = [ast.dump(ast.parse(m.apply(source))) for m in mutants_of("sladsl.numerals", NUMERALS)]
    assert len(changed) > 50
    assert before not in changed


def test_the_same_seed_is_the_same_changes() -> None:
    first, again, other = (chosen(["sladsl.verdicts"], 20, seed) for seed in ("1", "1", "2"))
    assert first == again
    assert first != other
    assert {m.module.rpartition(".")[0] for m in first} == {"sladsl.verdicts"}


def test_what_is_noticed_and_what_is_not(tmp_path: Path) -> None:
    """Changes of one function: with the tests that pass through it, learnt by a run of them; with one that looks elsewhere; with none."""
    command = [sys.executable, "-m", "mutants", "--learn", str(tmp_path), f"{ROOT}/{TEST}"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    known = learnt(tmp_path)
    assert all(test.startswith(TEST) for test in known.tests["sladsl.numerals:_mark_of"])
    change = in_function("_mark_of")[0]
    assert tried(change, known, 60.0, in_its_own_process).fate is Fate.NOTICED
    elsewhere = "tests/test_mutants.py::test_nothing_to_go_by_is_said"
    blind = Learnt({"sladsl.numerals:_mark_of": [elsewhere]}, {elsewhere: 0.1})
    assert tried(change, blind, 60.0, in_its_own_process).fate is Fate.UNNOTICED
    assert tried(change, Learnt({}, {}), 60.0, in_its_own_process).fate is Fate.UNTRIED


def test_tests_that_are_gone_are_left_out() -> None:
    """As a rule what was learnt is older than the tests, and one that is not there keeps pytest from running the others."""
    here = "tests/test_mutants.py::test_nothing_to_go_by_is_said"
    gone = ["tests/test_mutants.py::test_gone", "tests/test_mutants.py::test_gone[1]", "tests/gone.py::test"]
    known = Learnt({"m:f": [*gone, here]}, dict.fromkeys([*gone, here], 0.1))
    assert with_what_is_there(known).tests == {"m:f": [here]}


def test_a_learning_that_was_ended_is_as_good_as_what_it_wrote(tmp_path: Path) -> None:
    whole = '{"test": "tests/a.py::one", "seconds": 0.1, "functions": ["m:f"]}\n'
    (tmp_path / "1.jsonl").write_text(whole + whole.replace("one", "two")[:40])
    assert learnt(tmp_path).tests == {"m:f": ["tests/a.py::one"]}
    (tmp_path / "2.jsonl").write_text("no JSON\n" + whole)
    with pytest.raises(ValueError, match=r"2\.jsonl was not written"):
        learnt(tmp_path)


def test_what_nobody_noticed_is_listed() -> None:
    a, b = in_function("_mark_of")[:2]
    lines = list(told([Tried(a, Fate.NOTICED, "", 3), Tried(b, Fate.UNNOTICED, "", 4)]))
    assert lines[-2] == "| all | 2 | 1 |"
    assert lines[-1].startswith("unnoticed (4 tests): sladsl/numerals.py:")


def test_nothing_to_go_by_is_said() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mutants"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "--learn FOLDER" in done.stderr
