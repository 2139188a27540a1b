"""What is shipped works: the wheel and the sdist hold the grammar and the parse table, and an installed wheel parses."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from benchmarks.lsp_client import Client

ROOT = Path(__file__).parent.parent
AGREEMENT = """agreement "Shipped":
  zone "UTC"

record lead:
  id key text
  at time

kpi leads = count of lead
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist. Built with the build backend that is installed, so that no network is needed."""
    out = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    return out


def test_the_wheel_holds_what_it_needs(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    [entries] = [n for n in names if n.endswith("entry_points.txt")]
    assert "[pytest11]\nsladsl = sladsl.pytest_plugin" in zipfile.ZipFile(wheel).read(entries).decode()
    shipped = (
        "check.schema.json",
        "run.schema.json",
        "runs.schema.json",
        "explain.schema.json",
        "test.schema.json",
        "pages.json",
        "doc.typ",
    )
    reports = {f"sladsl/reports/{name}" for name in shipped}
    assert {"sladsl/syntax/sla.lark", "sladsl/py.typed", *reports} <= names
    assert {"sladsl/reference/language.md", "sladsl/reference/semantics.md"} <= names  # what `sla mcp` tells
    shown = {"speed-to-lead/policy.md", "speed-to-lead/reference.sla"}  # what `sla init --from` writes
    assert {f"sladsl/gallery/{name}" for name in shown} <= names
    assert not [
        n for n in names if n.startswith("sladsl/gallery/") and not n.endswith(("policy.md", "reference.sla"))
    ]
    assert {"sladsl_lsp/server.py", "sladsl_lsp/py.typed"} <= names
    assert any(n.startswith("sladsl/syntax/") and n.endswith(".table") for n in names)
    assert not [n for n in names if n.startswith(("tests/", "examples/", "gallery/", "grammar/", "lsp/"))]


def test_an_unpacked_wheel_serves_an_editor(built: Path, tmp_path: Path) -> None:
    """The server of the wheel, without the checkout, answers and ends as it should."""
    [wheel] = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n"
        "import sladsl_lsp\nassert sladsl_lsp.__file__.startswith(sys.path[0]), sladsl_lsp.__file__\n"
        "from sladsl.cli import main\nmain(['lsp'])\n"
    )
    client = Client([sys.executable, "-I", "-c", code])
    assert client.initialize()["serverInfo"]["name"] == "sla"
    client.open("untitled:a", "kpi a = count of b\n")
    assert [each["code"] for each in client.published("untitled:a", 1)] == ["SLA201"]
    assert client.stop() == 0
    client.close()


def test_the_sdist_can_be_tested(built: Path) -> None:
    [sdist] = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {n.partition("/")[2] for n in archive.getnames()}
    assert {
        "grammar/sla.lark",
        "examples/handoff/handoff.sla",
        "gallery/speed-to-lead/outcomes.toml",
        "LICENSE",
        "README.md",
        "pyproject.toml",
    } <= names


def test_an_unpacked_wheel_checks_an_agreement(built: Path, tmp_path: Path) -> None:
    [wheel] = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    (tmp_path / "a.sla").write_text(AGREEMENT, encoding="utf-8")
    code = (
        "import sys, sladsl\n"
        "assert sladsl.__file__.startswith(sys.path[0]), sladsl.__file__\n"
        "from sladsl.cli import main\n"
        "from sladsl.cli import status_of\n"
        "assert status_of(['init', '--from', 'gallery/speed-to-lead', '--out', 'a.sla', '--force']) == 0\n"
        "main(['check', 'a.sla'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n{code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
