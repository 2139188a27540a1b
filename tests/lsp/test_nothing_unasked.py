"""An editor opens an agreement of anybody's: no data outside its workspace are looked at, and no process outlives the server."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.lsp_client import Client
from sladsl.diagnostics import Severity
from sladsl.ide.workspace import Workspace
from sladsl_lsp.figure_process import _stamp
from sladsl_lsp.session import settings_of


def test_only_files_of_the_workspace_are_looked_at(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, inside / "deep", outside):
        folder.mkdir()
        (folder / "l.csv").write_text("id\n")
    (inside / "link.csv").symlink_to(outside / "l.csv")
    (inside / "way").symlink_to(outside)
    root = str(inside)
    assert _stamp(f"{root}/l.csv", root)
    assert _stamp(f"{root}/l*.csv", root) == ""  # one of them leads outside
    (inside / "link.csv").unlink()
    assert _stamp(f"{root}/l*.csv", root)
    for where in (
        f"{outside}/l.csv",
        f"{outside}/*.csv",
        f"{root}/../outside/l.csv",
        f"{root}/way/l.csv",
        "/etc/passwd",
        f"{root}/**/*.csv",
        f"{root}/*/l.csv",
        "/**/*",
    ):
        assert _stamp(where, root) == "", where
    assert _stamp(f"{root}/l.csv", None) == ""


def test_no_import_leads_out_of_the_folder() -> None:
    """Which files belong together is asked before any of them is checked."""
    asked = set[str]()

    def read(name: str) -> str:
        asked.add(name)
        raise FileNotFoundError(name)

    workspace = Workspace(read, lambda _: "/folder")
    paths = ("../out.sla", "/etc/passwd", "sub/../../up.sla", "../folder2/a.sla", "sub/in.sla")
    workspace.open("/folder/a.sla", 1, "".join(f'import "{path}"\n' for path in paths))
    assert workspace.roots_that_miss() == ("/folder/a.sla",)
    assert {d.code for d in workspace.diagnostics("/folder/a.sla")} == {"SLA020", "SLA021"}
    assert asked == {"/folder/sub/in.sla"}


def test_a_large_folder_is_not_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sladsl_lsp.figure_process._MOST_FILES", 3)
    for n in range(5):
        (tmp_path / f"{n}.csv").write_text("")
    assert _stamp(f"{tmp_path}/*.csv", str(tmp_path)) == ""


def _ended(process: int) -> bool:
    """Whether a process is gone, or is kept only for its parent to hear of it."""
    done = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False
    )
    return not done.stdout.strip() or done.stdout.strip().startswith("Z")


@pytest.mark.skipif(os.name == "nt", reason="Windows tells no process who its parent is now")
def test_a_worker_ends_with_the_server() -> None:
    # Started by a process that is killed outright, the worker waits for a question that never comes.
    starts = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-m", "sladsl.cli.figure_worker"], stdin=subprocess.PIPE)
print(worker.pid, flush=True)
time.sleep(60)
"""
    server = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    worker = int(server.stdout.readline())
    time.sleep(1)
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    for _ in range(100):
        if (
            not Path(f"/proc/{worker}").exists()
            or "Z" in Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split()[0]
        ):
            return
        time.sleep(0.1)
    os.kill(worker, signal.SIGKILL)
    raise AssertionError("the worker outlived the server")


@pytest.mark.parametrize(
    "where", ["md:crm#t", "Postgres://127.0.0.1:9/db#t", " postgres://127.0.0.1:9/db#t", "jdbc:x"]
)
def test_no_server_is_asked_for_figures(tmp_path: Path, where: str) -> None:
    text = """agreement "x":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id key text
  mql_at optional time

define MQL:
  lead when mql_at is known
  since mql_at

source crm for lead from "WHERE":
  id = "id"
  mql_at = "mql_at"
  times in "UTC"
""".replace("WHERE", where)
    question = {
        "name": str(tmp_path / "a.sla"),
        "texts": {str(tmp_path / "a.sla"): text},
        "root": str(tmp_path),
        "data": [],
    }
    worker = [sys.executable, "-m", "sladsl.cli.figure_worker"]
    done = subprocess.run(worker, input=json.dumps(question), capture_output=True, text=True, check=True)
    assert "error" in json.loads(done.stdout)
    assert "connection" not in done.stdout


def test_settings_are_taken_from_the_workspace_alone(tmp_path: Path) -> None:
    (tmp_path / "sla.toml").write_text("strict = true\n")
    inside = tmp_path / "inside"
    (inside / "deep").mkdir(parents=True)
    name = str(inside / "deep" / "a.sla")
    assert settings_of(name, str(inside)).path is None
    assert settings_of("untitled:a.sla", None).path is None
    (inside / "sla.toml").symlink_to(tmp_path / "sla.toml")
    assert settings_of(name, str(inside)).path is None  # it leads outside
    (inside / "sla.toml").unlink()
    (inside / "sla.toml").write_text('[severity]\nSLA409 = "hint"\n')
    assert settings_of(name, str(inside)).severity == {"SLA409": Severity.HINT}
    (inside / "sla.toml").write_text("nonsense\n")
    assert settings_of(name, str(inside)).path is None


def test_a_code_is_as_severe_as_the_settings_say(client: Client, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    agreement = tmp_path / "a.sla"
    agreement.write_text(
        'agreement "A":\n  between a and b\n  zone "UTC"\n\nrecord lead:\n  at  time\n\ndefine large: lead when at is known\n'
    )
    (tmp_path / "sla.toml").write_text('[data]\nlead = "/etc/passwd"\n[severity]\nSLA901 = "warning"\n')
    client.initialize(tmp_path)
    client.open(agreement.as_uri(), agreement.read_text())
    published = client.published(agreement.as_uri(), 1)
    assert {d["severity"] for d in published if d["code"] == "SLA901"} == {2}
