"""What stops a run half-way: a sentence that says what and where, status 2, and nothing half-written."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import postgres_server
import pytest

from sladsl.compiler import compile_text
from sladsl.data import loading
from sladsl.data.servers import bringing
from sladsl.plan import Plan
from sladsl.runner import RunError, run

ROOT = Path(__file__).parents[1]
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"
AGREEMENT = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id  key text
  at  optional time

define Asked:
  lead
  since at

kpi volume = count of Asked

marketing owes sales:
  volume at least 1 per month
"""


def handoff() -> Plan:
    plan = compile_text(HANDOFF.read_text(), str(HANDOFF), read=lambda p: Path(p).read_text()).plan
    assert plan is not None
    return plan


@pytest.mark.parametrize("output", ["--leads=rows.csv", "--leads=rows.parquet", "--out=report.json"])
def test_a_disk_that_is_full(output: str, tmp_path: Path) -> None:
    """A file may not grow beyond 20 kB here, which is what a full disk is to whoever writes."""
    name = output.partition("=")[2]
    (tmp_path / name).write_text("what was there\n")
    done = subprocess.run(
        [sys.executable, "-m", "sladsl", "run", str(HANDOFF), "--fail-on", "never", output],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2, done.stdout[-2000:]
    assert done.stderr.startswith("error: ")
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "what was there\n"


def test_no_room_to_spill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = loading.connect

    def cramped(memory_limit: str) -> Any:
        assert memory_limit, "a run says how much it may use"
        connection = made("30MB", threads=1)
        connection.con.execute("SET max_temp_directory_size = '1MB'")
        return connection

    monkeypatch.setattr(loading, "connect", cramped)
    rows = "\n".join(f"{n:0200},2026-01-{n % 28 + 1:02}T10:00:00Z" for n in range(200_000))
    (tmp_path / "leads.csv").write_text(f"id,at\n{rows}\n")
    plan = compile_text(AGREEMENT).plan
    assert plan is not None
    with pytest.raises(Exception, match=r"(memory|disk|cannot be read)") as found:
        run(plan, [("lead", "leads.csv")], base=tmp_path)
    assert type(found.value).__module__.startswith("sladsl")


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        ("DROP TABLE doomed", r'relation "public\.doomed" does not exist'),
        ("ALTER TABLE doomed ALTER at TYPE text", r"operator does not exist|type text"),
        ("ALTER TABLE doomed DROP COLUMN at", r'column .*"?at"? does not exist'),
        ("REVOKE SELECT ON doomed FROM passer_by", "permission denied for table doomed"),
    ],
)
def test_a_table_that_changes_during_the_run(
    happens: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import psycopg

    plan = compile_text(AGREEMENT).plan
    assert plan is not None
    monkeypatch.setattr(bringing, "MOST_ROWS", 1)
    with psycopg.connect(postgres_server.url(), autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE doomed (id text, at timestamptz); INSERT INTO doomed VALUES ('a', '2026-01-05 10:00Z'), ('b', null); "
            "CREATE ROLE passer_by LOGIN; GRANT SELECT ON doomed TO passer_by"
        )
        where = postgres_server.url().replace("postgres:@", "passer_by:@")
        try:
            with pytest.raises(
                RunError, match=rf"the server of `postgresql://…@.*#doomed` could not go on: .*({said})"
            ):
                run(
                    plan,
                    [("lead", f"{where}#doomed")],
                    progress=once("evaluating", lambda: connection.execute(happens)),
                )
        finally:
            connection.execute("DROP TABLE IF EXISTS doomed; DROP OWNED BY passer_by; DROP ROLE passer_by")


def once(step: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Acts when the run comes to a step."""
    return lambda told: (act(), None)[1] if told == step else None
