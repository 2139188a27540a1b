"""What the examples' READMEs show is what comes out. `pytest --golden` pastes it anew."""

from __future__ import annotations

import pytest
import run_example as run

SHOWN = "<!-- sla run -->\n```text\n"
UNTIL = "\nData problems\n"  # a list of cells, which the READMEs tell in words


@pytest.mark.parametrize("example", ["followup", "handoff", "service_desk", "uptime"])
def test_readme_shows_what_comes_out(example: str, request: pytest.FixtureRequest) -> None:
    readme = run.EXAMPLES / example / "README.md"
    before, _, rest = readme.read_text(encoding="utf-8").partition(SHOWN)
    shown, _, after = rest.partition("```\n")
    output = run.sla("run", f"examples/{example}/{example}.sla").stdout
    comes_out = output.partition(UNTIL)[0].strip("\n") + "\n"
    if request.config.getoption("--golden"):
        readme.write_text(f"{before}{SHOWN}{comes_out}```\n{after}", encoding="utf-8", newline="\n")
        return
    assert shown == comes_out
