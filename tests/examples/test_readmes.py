"""What the examples' READMEs show is what comes out. `pytest --golden` pastes it anew."""

from __future__ import annotations

import pytest
import run_example as run

SHOWN = "<!-- sla run -->\n```text\n"
UNTIL = "\nData problems\n"  # a list of cells, which the READMEs tell in words


def pasted(example: str, shown: str, comes_out: str, golden: bool) -> None:
    """What stands below a mark in an example's README is what comes out."""
    readme = run.EXAMPLES / example / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(shown)
    was, _, after = rest.partition("```\n")
    if golden:
        readme.write_text(f"{before}{shown}{comes_out}```\n{after}", encoding="utf-8", newline="\n")
        return
    assert was == comes_out


@pytest.mark.parametrize("example", ["followup", "handoff", "service_desk", "uptime"])
def test_readme_shows_what_comes_out(example: str, request: pytest.FixtureRequest) -> None:
    output = run.sla("run", f"examples/{example}/{example}.sla").stdout
    comes_out = output.partition(UNTIL)[0].strip("\n") + "\n"
    pasted(example, SHOWN, comes_out, bool(request.config.getoption("--golden")))


def test_readme_shows_what_other_values_would_have_come_to(request: pytest.FixtureRequest) -> None:
    vary = "sales.response_time within 1..6 business hours otherwise"
    output = run.sla("backtest", "examples/handoff/handoff.sla", "--vary", vary).stdout
    pasted("handoff", "<!-- sla backtest -->\n```text\n", output, bool(request.config.getoption("--golden")))
