"""Golden files: what a stage gives for a text, kept beside the text.

`pytest --golden` rewrites them, `git diff` reviews them. A file in `tests/golden` that no test opens is a test that somebody forgot, and
fails a run of the whole suite.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from benchmarks.lsp_client import Client

GOLDEN = Path(__file__).parent / "golden"

collect_ignore = [
    "golden"
]  # the agreements there are what tests read, and many are wrong on purpose: none is to be collected itself

# What is in the future depends on the day of the run: here it is always the same, for the processes that tests start as well.
os.environ["SLADSL_NOW"] = "2030-01-01"
# No test finds what another one kept, but for those about that (`tests/test_prepared.py`).
os.environ["SLA_CACHE"] = "off"

# CI runs the same examples every time; elsewhere each run tries others, and a failure says how to repeat it.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look at it again and again.

    Ibis makes a great many small objects; with the usual thresholds a sixth of the time of a test of the set engine is collecting.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class Golden:
    """Compares a text with a golden file, or with `--golden` rewrites the file."""

    def __init__(self, rewrite: bool) -> None:
        self._rewrite = rewrite

    def __call__(self, path: Path, text: str) -> None:
        """The file at `path` holds exactly `text`; with `--golden` it will."""
        if self._rewrite:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            return
        assert path.exists(), f"{path} is missing: run `pytest --golden` and look at what it writes"
        assert text == path.read_text(encoding="utf-8")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(request.config.getoption("--golden"))


@pytest.fixture
def client() -> Iterator[Client]:
    """A language server in a process of its own."""
    from benchmarks.lsp_client import Client

    made = Client()
    yield made
    made.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="rewrite the golden files")


# --- files that nobody opens

_OPENED = pytest.StashKey[set[str]]()


def pytest_configure(config: pytest.Config) -> None:
    opened: set[str] = set()
    config.stash[_OPENED] = opened
    root = str(GOLDEN) + os.sep

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | os.PathLike):
            path = os.path.abspath(os.fspath(arguments[0]))
            if isinstance(path, str) and path.startswith(root):
                opened.add(path)

    sys.addaudithook(note)


def _unopened(opened: set[str]) -> Iterator[Path]:
    """Golden files that no test opened.

    A file of the same name beside one that was opened goes with it (`a.sla` and `a.ast`), and a case is a folder: data beside an
    agreement may be read by an engine, which Python does not see.
    """
    cases = {Path(path).parent for path in opened if len(Path(path).relative_to(GOLDEN).parts) > 2}
    stems = {(Path(path).parent, Path(path).name.split(".")[0]) for path in opened}
    for path in sorted(GOLDEN.rglob("*")):
        known = path.parent in cases or (path.parent, path.name.split(".")[0]) in stems
        if path.is_file() and not known:
            yield path.relative_to(GOLDEN)


def _is_whole_run(config: pytest.Config) -> bool:
    selections = ("keyword", "markexpr", "lf", "collectonly", "deselect", "ignore", "ignore_glob")
    selected = any(getattr(config.option, name, None) for name in selections)
    return not selected and config.args_source is pytest.Config.ArgsSource.TESTPATHS


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """With pytest-xdist the workers open the files; their lists come together here."""
    config = getattr(node, "config", None)
    if isinstance(config, pytest.Config):
        opened = config.stash[_OPENED]
        opened.update(getattr(node, "workeroutput", {}).get("golden", []))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    opened = config.stash[_OPENED]
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output["golden"] = sorted(opened)
        return
    if exitstatus == pytest.ExitCode.OK and _is_whole_run(config):
        forgotten = [path.as_posix() for path in _unopened(opened)]
        if forgotten:
            print(f"\ngolden files that no test opens: {', '.join(forgotten)}")
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
