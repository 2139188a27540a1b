"""Whatever is given, a reader gets a sentence that names the file and says what to do; never a traceback, never a guessed figure."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import small
from command_line import Sla, runner


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    small.write(tmp_path)
    return runner(tmp_path, monkeypatch, capsys)


# ---------------------------------------------------------------------------------------------- the agreement's own file


@pytest.mark.parametrize("command", ["check", "run", "plan"])
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("gone.sla", None, "`gone.sla` is not there"),
        ("binary.sla", b"\x7fELF\x02\x01\x00\x00\x00", "`binary.sla` is not a text file"),
        ("latin.sla", b'agreement "Caf\xe9":\n', "`latin.sla` is not UTF-8 text (line 1 has the byte 0xe9)"),
        ("wide.sla", 'agreement "A":\n'.encode("utf-16"), "`wide.sla` is not a text file"),
        ("huge.sla", b"# " + b"x" * 34_000_000, "`huge.sla` is larger than 32 MB"),
    ],
)
def test_a_file_that_is_no_agreement(
    sla: Sla, tmp_path: Path, command: str, name: str, content: bytes | None, says: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = sla(command, name)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {says}")


def test_a_folder_is_no_agreement(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "is a folder" in sla("explain", "empty", "1").err
    for command in ("check", "doc", "review", "run"):
        done = sla(command, "empty")
        assert (done.status, done.err) == (2, "error: there is no .sla file in the folder `empty`\n")


def test_a_file_that_may_not_be_read(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    from sladsl import workspace

    def forbidden(_: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(workspace, "read_bytes", forbidden)
    done = sla("check", "agreement.sla")
    assert (done.status, done.err) == (
        2,
        "error: `agreement.sla` may not be read: its permissions forbid it\n",
    )


def test_a_line_of_ten_megabytes(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "long.sla").write_text("let a = " + "1 + " * 2_500_000 + "1\n")
    done = sla("check", "long.sla")
    assert done.status == 1
    assert "SLA002" in done.out
    assert max(map(len, done.out.splitlines())) < 200


def test_ten_thousand_brackets(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "deep.sla").write_text("let a = " + "(" * 10_000 + "1" + ")" * 10_000 + "\n")
    done = sla("check", "deep.sla")
    assert (done.status, "SLA003" in done.out) == (1, True)


def test_imports_in_a_circle(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text('import "b.sla"\n')
    (tmp_path / "b.sla").write_text('import "a.sla"\n')
    done = sla("check", "a.sla")
    assert (done.status, "these files import one another: a.sla → b.sla → a.sla" in done.out) == (1, True)
    assert sla("check", ".", "--format", "short").status == 1


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "../agreement.sla"])
def test_an_import_that_leaves_the_workspace(sla: Sla, tmp_path: Path, path: str) -> None:
    (tmp_path / "a.sla").write_text(f'import "{path}"\n')
    done = sla("check", "a.sla")
    assert (done.status, "SLA021" in done.out, "root:" in done.out) == (1, True, False)


def test_a_link_that_leaves_the_workspace(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text('import "inner.sla"\n')
    (tmp_path / "inner.sla").symlink_to("/etc/passwd")
    done = sla("check", "a.sla")
    assert (done.status, "leads outside the workspace" in done.out, "root:" in done.out) == (1, True, False)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a\0b"])
def test_an_import_that_is_no_text(sla: Sla, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.sla").write_text('import "inner.sla"\n')
    (tmp_path / "inner.sla").write_bytes(content)
    done = sla("check", "a.sla")
    assert (done.status, '"inner.sla" cannot be read: it is not' in done.out) == (1, True)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('zone "America/New_York"\n  hours', 'zone "EST"\n  hours', '"EST" is not a time zone'),
        ("to 2026-12-31", "to 2026-02-31", "there is no date `2026-02-31`"),
    ],
)
def test_a_mistake_in_the_agreement(sla: Sla, tmp_path: Path, before: str, after: str, says: str) -> None:
    (tmp_path / "agreement.sla").write_text(small.AGREEMENT.replace(before, after))
    done = sla("check", "agreement.sla")
    assert (done.status, says in done.out) == (1, True)
    done = sla("run", "agreement.sla")
    assert (done.status, says in done.err, done.out) == (2, True, "")


def test_nothing_to_run(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text("record lead:\n  id key text\n")
    done = sla("run", "a.sla")
    assert (done.status, done.err) == (2, "error: `a.sla` has no `agreement`, so there is nothing to run\n")


# ------------------------------------------------------------------------------------------------------------ the data


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("led=leads.csv", "there is no record `led`; did you mean `lead`?"),
        ("lead=gone.csv", "gone.csv"),
        ("lead=agreement.sla", "agreement.sla"),
        ("lead=duckdb://gone.duckdb#t", "gone.duckdb"),
        ("lead=postgres://me:secret@host/db#t", "cannot be read"),
        ("lead", "is not of the form NAME=WHERE"),
    ],
)
def test_data_that_are_not_there(sla: Sla, option: str, says: str) -> None:
    done = sla("run", "agreement.sla", "--data", option)
    assert (done.status, done.out) == (2, "")
    assert says in done.err
    assert "secret" not in done.err


def test_a_table_that_is_not_there(sla: Sla, tmp_path: Path) -> None:
    import duckdb

    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute("CREATE TABLE contacts (id VARCHAR)")
    done = sla("run", "agreement.sla", "--data", "lead=duckdb://crm.duckdb#leads")
    assert (done.status, "leads" in done.err, "contacts" in done.err) == (2, True, True)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "empty.csv"),
        ("nothing.csv", b"\n\n\n", "nothing.csv"),
        ("binary.csv", b"\x00\x01\x02PNG\x00" * 50, "binary.csv"),
        ("columns.csv", b"a,b\n1,2\n", "Id"),
        ("fake.parquet", b"PAR1 not really", "fake.parquet"),
        ("fake.xlsx", b"PK not really", "fake.xlsx"),
    ],
)
def test_data_that_cannot_be_read(sla: Sla, tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    done = sla("run", "agreement.sla", "--data", f"lead={name}")
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith("error: ")
    assert says in done.err


def problems(sla: Sla, *arguments: str) -> dict[tuple[str, str | None], int]:
    done = sla("run", "agreement.sla", "--format", "json", "--fail-on", "never", *arguments)
    assert done.status == 0, done.err
    return {(p["kind"], p["field"]): p["count"] for p in done.json["data_problems"] if p["subject"] is None}


def test_a_file_cut_in_the_middle_of_a_row(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(small.LEADS[: small.LEADS.index("2026-02-04") + 4])
    found = problems(sla)
    assert found[("unreadable value", "mql_at")] == 1
    (tmp_path / "leads.csv").write_text(small.LEADS[: small.LEADS.index("Ana,2026-02-04") + 2])
    done = sla("run", "agreement.sla", "--format", "json", "--fail-on", "never")
    assert sum(p["count"] for p in done.json["data_problems"] if p["file"] == "leads.csv") >= 1


def test_a_file_cut_inside_quotes(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(small.LEADS + 'L10,"50')
    done = sla("run", "agreement.sla", "--fail-on", "never")
    assert done.status in {0, 2}
    assert "leads.csv" in done.out + done.err


def test_a_column_of_the_wrong_type(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(small.LEADS.replace(",50,US", ",fifty,US"))
    assert problems(sla)[("unreadable value", "size")] == 3
    (tmp_path / "leads.csv").write_text(small.LEADS.replace(",50,", ",fifty,"))
    done = sla("run", "agreement.sla")
    assert (done.status, "only 3 of the 8 values in the column `Employees`" in done.err) == (2, True)


def test_two_rows_with_one_key(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(small.LEADS + "L1,10,DE,Bo,2026-01-06 09:00\n")
    assert problems(sla)[("key used twice", "id")] == 1
    assert "same key, other values" in sla("run", "agreement.sla").out


def test_a_row_with_a_very_long_value(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "leads.csv").write_text(small.LEADS + f"L10,50,{'x' * 10_000_000},Ana,2026-01-06 09:00\n")
    done = sla("run", "agreement.sla", "--fail-on", "never")
    assert done.status in {0, 2}
    assert max(map(len, (done.out + done.err).splitlines())) < 1000


def test_data_without_any_time(sla: Sla, tmp_path: Path) -> None:
    for name in ("leads.csv", "calls.csv"):
        text = small.LEADS if name == "leads.csv" else small.CALLS
        (tmp_path / name).write_text(text.splitlines()[0] + "\n")
    done = sla("run", "agreement.sla")
    assert (done.status, "--as-of" in done.err) == (2, True)
    assert sla("run", "agreement.sla", "--as-of", "2026-03-01", "--fail-on", "never").status == 0


# ---------------------------------------------------------------------------------------------------------- the options


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--as-of", "31 February"], "`31 February` is not a time"),
        (["--as-of", "2026-02-31"], "`2026-02-31` is not a time"),
        (["--as-of", "tomorrow"], "expected a date such as `2026-11-01`"),
        (["--period", "2026-13"], "`2026-13` is not a period"),
        (["--period", "october"], "`october` is not a period"),
        (["--format", "pdf"], "'pdf' is not one of"),
        (["--out", "agreement.sla/x"], "`agreement.sla/x` could not be written"),
    ],
)
def test_options(sla: Sla, arguments: list[str], says: str) -> None:
    done = sla("run", "agreement.sla", *arguments)
    assert (done.status, done.out) == (2, "")
    assert says in done.err


def test_an_unknown_command(sla: Sla) -> None:
    assert "there is no command `frobnicate`: there are init, check" in sla("frobnicate").err
    assert "there is no command `checl`: did you mean `sla check`?" in sla("checl", "agreement.sla").err
    done = sla("agreement.sla")
    assert (done.status, "`sla run agreement.sla` judges it on data" in done.err) == (2, True)


def test_the_engine_is_not_installed(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small data are judged in plain Python; what only DuckDB reads is refused, and so is an engine that there is not."""
    known = sla("run", "agreement.sla", "--format", "json")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert sla("check", "agreement.sla").status == 0
    assert sla("run", "agreement.sla", "--format", "json") == known
    done = sla("run", "agreement.sla", "--data", "lead=warehouse.duckdb#leads")
    assert (done.status, done.out) == (2, "")
    monkeypatch.setenv("SLADSL_ENGINE", "mysql")
    done = sla("run", "agreement.sla")
    assert (done.status, done.err) == (
        2,
        "error: SLADSL_ENGINE is `mysql`, and an engine is `duckdb` or `python`\n",
    )


def test_a_defect_of_ours_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sladsl.cli import reading, status_of

    def broken(*_: object) -> None:
        raise LookupError("internal")

    monkeypatch.setattr(reading, "compile_file", broken)
    assert status_of(["check", "a.sla"]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: `sla` itself failed, which is not your doing: LookupError\n")
    assert "Traceback" not in shown
    monkeypatch.setenv("SLA_DEBUG", "1")
    assert status_of(["check", "a.sla"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_an_engine_out_of_memory(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    from sladsl.engines import tables

    def exhausted(*_: object, **__: object) -> None:
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate 1 GiB\nat 0x1")

    monkeypatch.setattr(tables, "evaluate", exhausted)
    done = sla("run", "agreement.sla")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("error: the engine had to stop, for want of memory or disk: ")


@pytest.mark.parametrize(
    "command",
    [
        ["run", "agreement.sla"],
        ["review", "agreement.sla", "--period", "2026-01"],
        ["explain", "agreement.sla", "L1"],
    ],
)
@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (",2026-", ",03/2026/", "can be read as `mql_at`, which is a time"),
        (
            ",2000,",
            ",2.000,",
            "can be read in two ways: say how numbers are written there in the source `leads`",
        ),
        ("L1,", "7.301E+18,", "is not the id any more"),
    ],
)
def test_a_column_that_no_verdict_may_rest_on(
    sla: Sla, tmp_path: Path, command: list[str], before: str, after: str, says: str
) -> None:
    leads = (tmp_path / "leads.csv").read_text()
    assert before in leads
    (tmp_path / "leads.csv").write_text(leads.replace(before, after))
    done = sla(*command)
    assert (done.status, done.out, says in done.err) == (2, "", True)
