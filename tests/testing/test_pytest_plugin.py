"""pytest runs the tests in `.sla` files beside a team's own."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

# The entry point is named `sladsl`; it is kept out so that the plugin is there once, installed or not.
PLUGIN = ("-p", "no:sladsl", "-p", "sladsl.pytest_plugin", "-p", "no:cacheprovider")

AGREEMENT = """agreement "Handoff":
  between marketing and sales
  zone "America/New_York"

record lead:
  id      key text
  size    optional number
  mql_at  optional time

define MQL:
  lead when size >= 10
  since mql_at
"""
GOOD = """
test "a large lead counts":
  given lead: size 12, mql_at 2026-03-04 10:00
  expect MQL
"""
BAD = """
test "a small lead counts":
  given lead: size 9, mql_at 2026-03-04 10:00
  expect MQL
"""


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*PLUGIN, *arguments)


def write(pytester: pytest.Pytester, **files: str) -> None:
    for name, text in files.items():
        (pytester.path / f"{name}.sla").write_text(text, encoding="utf-8")


def test_each_test_is_an_item(pytester: pytest.Pytester) -> None:
    write(pytester, agreement=AGREEMENT + GOOD + BAD)
    pytester.makepyfile(test_ours="def test_ours(): pass")
    done = run(pytester, "-v")
    done.assert_outcomes(passed=2, failed=1)
    done.stdout.fnmatch_lines(
        ["*agreement.sla::a large lead counts PASSED*", "*agreement.sla::a small lead counts FAILED*"]
    )


def test_a_failure_says_what_sla_test_says(pytester: pytest.Pytester) -> None:
    write(pytester, agreement=AGREEMENT + BAD)
    done = run(pytester)
    done.stdout.fnmatch_lines(
        [
            "*1 expectation fails after everything, deadlines included*",
            "*line 16: expect MQL*",
            "*size >= 10*",
            "*9    false*",
            "*it would pass with `size >= 10` (size is 9)*",
        ]
    )
    assert "Traceback" not in done.stdout.str()
    assert "pytest_plugin.py" not in done.stdout.str()


def test_one_test_can_be_chosen(pytester: pytest.Pytester) -> None:
    write(pytester, agreement=AGREEMENT + GOOD + BAD)
    run(pytester, "-k", "large").assert_outcomes(passed=1, deselected=1)
    run(pytester, "agreement.sla::a small lead counts").assert_outcomes(failed=1)


def test_an_agreement_with_errors_is_a_collection_error(pytester: pytest.Pytester) -> None:
    write(pytester, agreement=AGREEMENT.replace("size >= 10", "sise >= 10") + GOOD)
    done = run(pytester)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*error[[]SLA201]*", "*agreement.sla:11:13*", "*sise >= 10*"])
    assert "Traceback" not in done.stdout.str()


def test_tests_run_where_they_stand_and_once(pytester: pytest.Pytester) -> None:
    """A part of an agreement makes sense only in what imports it; the importer does not run its tests again."""
    write(pytester, part=GOOD, whole=f'import "part.sla"\n\n{AGREEMENT}', more=f'import "whole.sla"\n{BAD}')
    done = run(pytester, "-v")
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["*more.sla::a small lead counts*", "*part.sla::a large lead counts*"])


def test_a_part_that_nothing_imports_is_said(pytester: pytest.Pytester) -> None:
    _, _, records = AGREEMENT.partition("\n\n")
    write(pytester, part=records + GOOD)
    done = run(pytester)
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*has tests and no `agreement`*"])


def test_what_has_no_tests_is_left_alone(pytester: pytest.Pytester) -> None:
    write(pytester, agreement=AGREEMENT, broken="this is no agreement")
    assert run(pytester).ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize(
    ("arguments", "configuration"), [(("-p", "no:sladsl.pytest_plugin"), ""), ((), "sla_tests = false")]
)
def test_it_can_be_turned_off(
    pytester: pytest.Pytester, arguments: tuple[str, ...], configuration: str
) -> None:
    write(pytester, agreement=AGREEMENT + BAD)
    pytester.makeini(f"[pytest]\n{configuration}")
    assert run(pytester, *arguments).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_run_without_agreements_pays_nothing() -> None:
    code = (
        "import sys, sladsl.pytest_plugin\n"
        "print(sorted(m for m in sys.modules if m.startswith(('sladsl.', 'lark', 'pendulum'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['sladsl.pytest_plugin']"
