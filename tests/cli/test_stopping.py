"""A command that is stopped says so with the signal's status, and leaves nothing half-written."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small import COUNT as AGREEMENT

from sladsl.workspace import aside

ROWS = "id,mql_at\n" + "".join(f"L{n},2026-0{n % 9 + 1}-05T10:00:00Z\n" for n in range(60_000))


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals on Windows")
@pytest.mark.parametrize(
    ("number", "after"),
    [(signal.SIGINT, 0.6), (signal.SIGTERM, 1.2), (signal.SIGHUP, 2.0), (signal.SIGINT, 3.0)],
)
def test_a_stopped_run_leaves_nothing(tmp_path: Path, number: signal.Signals, after: float) -> None:
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()
    (work / "a.sla").write_text(AGREEMENT)
    (work / "l.csv").write_text(ROWS)
    line = ["run", "a.sla", "--data", "lead=l.csv", "--format", "json", "--out", "o.json", "--leads=rows.csv"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sladsl", *line],
        cwd=work,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.send_signal(number)
    out, err = process.communicate(timeout=60)
    # Before the command has begun, the system ends the process by the signal itself, which shells tell in the same way.
    assert process.returncode in {0, 128 + number, -number}
    assert b"Traceback" not in out + err
    assert err.strip() in {b"", b"interrupted"}
    assert list(temporary.glob("sla*")) == []
    there = {p.name for p in work.iterdir()}
    assert there <= {"a.sla", "l.csv", "o.json", "rows.csv"}
    assert "o.json" not in there or (work / "o.json").read_text().endswith("}\n")


def test_what_is_written_aside_goes_however_it_ends(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("before")
    with pytest.raises(KeyboardInterrupt):
        interrupted(tmp_path / "kept")
    assert [p.name for p in tmp_path.iterdir()] == ["kept"]
    assert (tmp_path / "kept").read_text() == "before"


def interrupted(path: Path) -> None:
    with aside(path) as place:
        place.write_text("half")
        raise KeyboardInterrupt


@pytest.mark.skipif(sys.platform != "linux", reason="only its C library is asked for what it does at the end")
@pytest.mark.parametrize("why", ["stopping._came.append(15)", "stopping.abandon()"])
def test_what_libraries_do_at_the_end_does_not_end_it_otherwise(tmp_path: Path, why: str) -> None:
    """A C++ library whose threads are still at work aborts the process when it is taken down; folders go all the same."""
    program = (
        "import atexit, ctypes, shutil\n"
        "from sladsl.cli import stopping\n"
        "c = ctypes.CDLL(None)\n"
        "c.__cxa_atexit(c.abort, None, None)\n"
        "atexit.register(shutil.rmtree, 'folder')\n"
        f"{why}\n"
        "print('said', end='')\n"
        "stopping.end(2)\n"
    )
    (tmp_path / "folder").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, check=False, text=True
    )
    assert (done.returncode, done.stdout) == (2, "said")
    assert not (tmp_path / "folder").exists()


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM ends it there")
def test_a_library_is_loaded_to_its_end_first() -> None:
    """What DuckDB's module makes while it is loaded calls Python: where that raised, or where what clears up loads it again, the process
    was aborted without a word."""
    program = (
        "import enum, signal, time\n"
        "from sladsl.cli import stopping\n"
        "stopping.listen()\n"
        "make = enum.EnumMeta.__call__\n"
        "def made(*given, **named):\n"
        "    enum.EnumMeta.__call__ = make\n"
        "    signal.raise_signal(signal.SIGTERM)\n"
        "    return make(*given, **named)\n"
        "enum.EnumMeta.__call__ = made\n"
        "try:\n"
        "    import _duckdb\n"
        "    time.sleep(60)\n"
        "except stopping.Stopped:\n"
        "    print('stopped', end='')\n"
        "    import duckdb\n"
        "    time.sleep(0.05)\n"
        "    print(' once:', stopping.status(), end='')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped once: 143", "")


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM ends it there")
@pytest.mark.parametrize("made", ["tempfile.gettempdir()", "tempfile.TemporaryDirectory()"])
def test_what_python_makes_for_a_moment_does_not_stay(tmp_path: Path, made: str) -> None:
    program = (
        "import os, signal, tempfile, time\n"
        "from sladsl.cli import stopping\n"
        "stopping.listen()\n"
        "def stopped(makes):\n"
        "    def making(*given, **named):\n"
        "        os.open, os.mkdir = plain\n"
        "        made = makes(*given, **named)\n"
        "        signal.raise_signal(signal.SIGTERM)\n"
        "        return made\n"
        "    return making\n"
        "plain = os.open, os.mkdir\n"
        f"{'' if 'gettemp' in made else 'tempfile.gettempdir()'}\n"
        "os.open, os.mkdir = map(stopped, plain)\n"
        "try:\n"
        f"    folder = {made}\n"
        "    time.sleep(60)\n"
        "except stopping.Stopped:\n"
        "    stopping.end(stopping.status())\n"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (143, b"", b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="SIGTERM ends it there")
def test_a_signal_that_nobody_could_be_told_of_comes_again() -> None:
    program = (
        "import signal, time\n"
        "from sladsl.cli import stopping\n"
        "stopping.listen()\n"
        "class Gone:\n"
        "    def __del__(self): signal.raise_signal(signal.SIGTERM)\n"
        "try:\n"
        "    Gone()\n"
        "    time.sleep(60)\n"
        "except stopping.Stopped:\n"
        "    print('stopped', end='')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped", "")
