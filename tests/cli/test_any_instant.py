"""A command that is ended at any instant leaves no half of anything, and the next one goes on as if nothing had been.

`SLADSL_SLOW=1 pytest -s tests/cli/test_any_instant.py` ends each command 200 times (`SLADSL_ENDINGS` says how often otherwise), at instants
that a seed chooses, by SIGINT, SIGTERM, SIGHUP and SIGKILL in turn; elsewhere two commands are ended once by each.
"""

from __future__ import annotations

import atexit
import importlib
import os
import random
import shlex
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import pytest
from small import AGREEMENT, write

from mutants import modules
from sladsl import cli

SLOW = bool(os.environ.get("SLADSL_SLOW"))
ENDINGS = int(os.environ.get("SLADSL_ENDINGS", "200")) if SLOW else 4
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGKILL")
COMMANDS = {
    "run": "run a.sla --format json --out o.json --leads=rows.csv",
    "run-sheet": "run a.sla --out o.xlsx --leads=rows.parquet",
    "run-text": "run a.sla --out o.txt --leads=rows.jsonl",
    "run-table": "run a.sla --out o.duckdb#crm.figures",
    "review": "review a.sla --out o.html",
    "reviews": "review a.sla b.sla --out packs",
    "actions": "actions a.sla --ledger actions.db --all",
    "close": "close a.sla --period 2026-01 --rows",
    "diff": "diff a.sla b.sla --format json --out o.json",
    "backtest": 'backtest a.sla --vary "sales.response_time within 1..3 business hours" --out o.html',
    "due": "due a.sla --out o.csv",
    "explain": "explain a.sla L3 --format json --out o.json",
    "reconcile": "reconcile a.sla --against 'lead.\"Employees\"' --commitment sales.response_time --as minutes --out o.json",
    "doc": "doc a.sla --out o.pdf",
    "docs": "doc a.sla b.sla --format html --out docs",
    "init": "init leads.csv calls.csv --out made.sla",
    "site": "site pages a.sla b.sla --reviews 2",
    "dbt": "sql a.sla --as dbt --out dbt",
    "plan": "plan a.sla --format json",
    "verify": "verify a.sla --cache answers --out o.json",
    "test": "test a.sla --junit o.xml --pass-without-tests",
    "fmt": "fmt c.sla",
    "fix": "check --fix c.sla",
}
OFTEN = COMMANDS if SLOW else ("close",)
UNIX = pytest.mark.skipif(os.name == "nt", reason="there are no such signals on Windows")


@dataclass
class Ending:
    """A command at work, in a copy of this process: what it needs is imported, so that most instants are those of its own work."""

    process: int
    folder: Path

    def ended(self, within: float) -> bool:
        until = time.monotonic() + within
        while self._status is None and time.monotonic() < until:
            process, status = os.waitpid(self.process, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if process else None
            time.sleep(0.001)
        return self._status is not None

    _status: int | None = None

    def result(self) -> tuple[int, bytes, bytes]:
        """Its status, and what it said on both outputs."""
        assert self.ended(120)
        assert self._status is not None
        out, err = ((self.folder.parent / f"{self.folder.name}.{n}").read_bytes() for n in (1, 2))
        return self._status, out, err


@dataclass
class Bench:
    """A folder of agreements and data, as it was before a command; another for each command that is ended."""

    root: Path
    line: list[str]
    cache: Path
    temporary: Path
    whole: dict[str, bytes] = field(default_factory=dict)
    status: int = 0
    seconds: float = 0.0
    said: tuple[bytes, bytes] = (b"", b"")

    def begun(self, folder: Path) -> Ending:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.root, folder)
        begins, told = os.pipe()
        process = os.fork()
        if not process:
            self._command(folder, told)
        os.close(told)
        os.read(begins, 1)  # nothing: it is closed there
        os.close(begins)
        return Ending(process, folder)

    def _command(self, folder: Path, told: int) -> NoReturn:
        status = 99
        try:
            os.setsid()
            os.chdir(folder)
            for n, name in ((0, os.devnull), (1, f"../{folder.name}.1"), (2, f"../{folder.name}.2")):
                os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), n)
            sys.stdout, sys.stderr = (open(n, "w", closefd=False) for n in (1, 2))  # noqa: SIM115 - to the end
            os.environ.update(TMPDIR=str(self.temporary), XDG_CACHE_HOME=str(self.cache), SLA_CACHE="")
            tempfile.tempdir = None
            atexit._clear()
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # as `python -m sladsl` begins
            try:
                os.close(told)
                cli.main(self.line)
            except SystemExit as left:
                status = left.code if isinstance(left.code, int) else 1
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Bench:
    for name in modules() if SLOW else ():
        if not name.endswith("__main__"):
            importlib.import_module(name)
    root, cache, temporary = tmp_path / "root", tmp_path / "cache", tmp_path / "temporary"
    for each in (root, cache, temporary):
        each.mkdir()
    write(root).rename(root / "a.sla")
    (root / "b.sla").write_text(AGREEMENT.replace('"Handoff"', '"Second"').replace("within 4", "within 5"))
    (root / "c.sla").write_text(AGREEMENT.replace('zone "America/New_York"', 'zone    "america/new_york"'))
    made = Bench(root, shlex.split(COMMANDS[request.param]), cache, temporary)
    folder = tmp_path / "work"
    made.begun(folder).result()
    start = time.monotonic()
    made.status, *said = made.begun(folder).result()
    made.said = said[0], said[1]
    made.seconds = time.monotonic() - start
    made.whole = files(folder)
    assert made.status in {0, 1}, made.said
    return made


@UNIX
@pytest.mark.parametrize("bench", OFTEN, indirect=True)
def test_nothing_is_half_done(bench: Bench, tmp_path: Path) -> None:
    pick = random.Random(418)
    given = files(bench.root)
    came = Counter[str]()
    for n in range(ENDINGS):
        if pick.random() < 0.3:
            shutil.rmtree(bench.cache)
            bench.cache.mkdir()
        name, after = SIGNALS[n % 4], pick.random() * bench.seconds
        folder = tmp_path / "work"
        command = bench.begun(folder)
        if not command.ended(after):
            os.kill(command.process, getattr(signal, name))
        status, out, err = command.result()
        how = f"{name} after {after:.3f} s: {status}, {err!r}"
        came[f"{name} {status}"] += 1
        _told(bench, name, status, out, err, how)
        _whole(bench, folder, given, how, killed=status == -signal.SIGKILL)
        if status == -signal.SIGKILL:
            for left in bench.temporary.iterdir():  # nobody could take it away
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        assert list(bench.temporary.iterdir()) == [], how
        if n % 10 == 9 or n == ENDINGS - 1:
            again = bench.begun(tmp_path / "again")
            assert again.result()[:2] == (bench.status, bench.said[0]), how
            assert _named(files(tmp_path / "again")) == _named(bench.whole), how
        if "actions" in bench.line[0]:
            _given_once(bench, folder, out, how)
    print(f"{' '.join(bench.line)}: {dict(sorted(came.items()))}")


def _told(bench: Bench, name: str, status: int, out: bytes, err: bytes, how: str) -> None:
    number = getattr(signal, name)
    assert status in {bench.status, 128 + number, -number}, how
    assert b"Traceback" not in out + err, how
    assert b"itself failed" not in out + err, how
    if status == bench.status:
        assert (out, _plain(err)) == (bench.said[0], _plain(bench.said[1])), how
    elif status > 0:
        assert err.strip().endswith(b"interrupted"), how
    assert bench.said[0].startswith(out) or out in bench.said[0], how


def _plain(said: bytes) -> bytes:
    return b"\n".join(x for x in said.splitlines() if not x.startswith(b"\r"))


def _whole(bench: Bench, folder: Path, given: Mapping[str, bytes], how: str, *, killed: bool) -> None:
    """Each file is as it was, or as the whole command leaves it. What a command that was killed had aside is still there."""
    for path, content in files(folder).items():
        if path in {"actions.db", "actions.db-lock", "actions.db-wal", "actions.db-shm"}:
            continue
        if killed and any(part.startswith(".") for part in Path(path).parts):
            continue
        if bench.line[0] == "verify" and path.startswith("answers/"):
            continue
        assert path in bench.whole, (path, how)
        if content == given.get(path):
            continue
        expected = bench.whole[path]
        if path.endswith((".pdf", ".xlsx", ".parquet", ".duckdb", ".json", ".html")):
            assert _same(path, content, expected, folder / path), (path, how)
        else:
            assert content == expected, (path, how)
    for path, content in given.items():
        assert (folder / path).read_bytes() in {content, bench.whole[path]}, (path, how)


def _same(path: str, content: bytes, expected: bytes, file: Path) -> bool:
    """Whether a file that says when it was made is the whole of one."""
    if path.endswith(".xlsx"):
        with zipfile.ZipFile(file) as book:
            return book.testzip() is None
    if path.endswith(".parquet"):
        import pyarrow.parquet

        return bool(pyarrow.parquet.read_table(file).num_rows)
    if path.endswith(".duckdb"):
        import duckdb

        with duckdb.connect(str(file), read_only=True) as database:
            tables = database.execute("SELECT count(*) FROM duckdb_tables()").fetchone()
            return tables == (0,) or bool(database.execute("FROM crm.figures").fetchall())
    return len(content) == len(expected) and content[-8:] == expected[-8:]


def _named(found: Mapping[str, bytes]) -> set[str]:
    return {path for path in found if not path.startswith("answers/")}


def _given_once(bench: Bench, folder: Path, out: bytes, how: str) -> None:
    """What the ledger says was given out was printed, whole; the next run gives out the rest."""
    lines = out.split(b"\n")
    printed = set(lines[:-1])
    given: set[str] = set()
    if (folder / "actions.db").exists():
        with sqlite3.connect(folder / "actions.db") as ledger:
            if ledger.execute("SELECT 1 FROM sqlite_master WHERE name = 'sla_actions'").fetchall():
                given = {
                    x for (x,) in ledger.execute("SELECT content FROM sla_actions WHERE state = 'given'")
                }
        ledger.close()
    every = set(bench.said[0].split(b"\n")[:-1])
    assert printed <= every, how
    told = {line for line in every if any(content.encode()[1:-1] in line for content in given)}
    assert len(told) == len(given), how
    assert told <= printed, how
