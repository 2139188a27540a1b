"""What a run keeps for the next: the same comes out with it as without it, whatever is in the files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sladsl import prepared
from sladsl.compiler import compile_text
from sladsl.engines.tables import queries
from sladsl.plan import Plan
from sladsl.runner import Run, run
from sladsl.workspace import user_cache

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "golden" / "verdicts"
EVERY = sorted(p.name for p in CASES.iterdir() if p.is_dir())
SOME = ("a_base_without_its_moment", "each_handoff", "rows_and_their_keys")
AGREEMENT = """agreement "Small":
  between marketing and sales
  zone "UTC"
  hours office

calendar office:
  zone "UTC"
  open monday to friday 09:00 to 17:00

record lead:
  id key text
  owner text
  came time
  called optional time
  born optional date

source leads for lead from "leads.csv":
  id = "id"

define New:
  lead since came

kpi response =
  time from New to called
  in business hours

sales owes marketing:
  response within 4 business hours
    for 90% of New per month
"""
PLAIN = "id,owner,came,called,born\nA,ann,2026-03-02T09:00Z,2026-03-02T10:00Z,1990-01-01\nB,bob,2026-03-03T09:00Z,,1991-01-01\n"
DATA = {
    "plain": PLAIN,
    "repeated": PLAIN + "B,bob,2026-03-03T09:00Z,,1991-01-01\nA,eve,2026-03-02T09:00Z,,\n",
    "without keys": PLAIN + ",ann,2026-03-04T09:00Z,,\n",
    "without owners": PLAIN + "C,,2026-03-04T09:00Z,,\n",
    "later": PLAIN + "C,cy,2026-09-04T09:00Z,,2031-01-01\n",
    "unreadable": PLAIN + "C,cy,soon,2026-03-05T09:00Z,\n",
    "empty": PLAIN.partition("\n")[0] + "\n",
}


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, and a key of its own."""
    monkeypatch.setenv("SLA_CACHE", str(tmp_path / "prepared"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    return tmp_path / "prepared"


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has Ibis be asked nothing from then on."""

    def refused() -> None:
        raise AssertionError("Ibis was asked")

    return lambda: monkeypatch.setattr(queries, "_library", refused)


def small(folder: Path, data: str = PLAIN, agreement: str = AGREEMENT) -> Plan:
    folder.mkdir(exist_ok=True)
    (folder / "leads.csv").write_text(data, encoding="utf-8")
    compiled = compile_text(agreement, str(folder / "small.sla"))
    assert compiled.plan is not None, [d.message for d in compiled.diagnostics]
    return compiled.plan


def said(made: Run) -> object:
    """All that a run says."""
    return made.outcomes, made.commitments, made.figures, made.problems


def alone(plan: Plan, monkeypatch: pytest.MonkeyPatch, as_of: str | None = None) -> object:
    """What a run says that keeps nothing."""
    with monkeypatch.context() as without:
        without.setenv("SLA_CACHE", "off")
        return said(run(plan, as_of=as_of))


def test_the_second_run_asks_ibis_nothing(cache: Path, tmp_path: Path, offline: Callable[[], None]) -> None:
    """Nor does one as of another instant, or with more rows of the same kind."""
    first = said(run(small(tmp_path / "data"), as_of="2026-05-01"))
    offline()
    assert said(run(small(tmp_path / "data"), as_of="2026-05-01")) == first
    run(small(tmp_path / "data"), as_of="2026-06-01T12:00Z")
    more = PLAIN + "".join(f"X{n},ann,2026-03-02T{n % 9 + 10}:00Z,,1990-06-01\n" for n in range(50))
    assert run(small(tmp_path / "data", more), as_of="2026-05-01").outcomes.rows == {"lead": 52}


def test_it_is_as_without_whatever_the_data(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each kind of data after each other, twice: what one made of the cache does not tell in the next."""
    folder = tmp_path / "data"
    expected = {name: alone(small(folder, text), monkeypatch, "2026-05-01") for name, text in DATA.items()}
    for name in (*DATA, *reversed(DATA)):
        assert said(run(small(folder, DATA[name]), as_of="2026-05-01")) == expected[name], name


def test_nothing_of_the_data_is_kept(cache: Path, tmp_path: Path) -> None:
    """Whatever there is to say of the rows: late, repeated, without a key, unreadable."""
    text = (
        PLAIN.replace("A,ann", "Zebra,Quagga")
        .replace("B,bob", "Okapi,Quagga")
        .replace("1990-01-01", "1904-07-16")
    )
    text += "Okapi,Quagga,2026-03-03T09:00Z,,1991-01-01\nOkapi,Dingo,2026-03-03T09:00Z,,\nGnu,Dingo,Lemur,,\n"
    run(small(tmp_path / "data", text), as_of="2026-05-01")
    kept = "".join(path.read_text(encoding="utf-8") for path in cache.iterdir())
    assert "response" in kept
    assert [w for w in ("Zebra", "Okapi", "Quagga", "Dingo", "Gnu", "Lemur", "1904") if w in kept] == []


def test_another_agreement_is_another(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that differs in a word alone, of the same name and with the same figures, uses the same file, and no answer of the other."""
    folder = tmp_path / "data"
    run(small(folder), as_of="2026-05-01")
    for old, new in (
        ("within 4", "within 1"),
        ("09:00 to", "10:00 to"),
        ("since came", 'since came when owner != "ann"'),
    ):
        text = AGREEMENT.replace(old, new)
        if old == "since came":
            text = AGREEMENT.replace("  lead since came", '  lead when owner != "ann"\n  since came')
        plan = small(folder, agreement=text)
        assert said(run(plan, as_of="2026-05-01")) == alone(plan, monkeypatch, "2026-05-01"), new
    assert len(list(cache.iterdir())) == 1


def _nothing(_: bytes) -> bytes:
    return b""


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _other_statements(content: bytes) -> bytes:
    """Somebody would have every count be 7."""
    assert b"COUNT(*)" in content
    return content.replace(b"COUNT(*)", b"7")


def _not_json(content: bytes) -> bytes:
    return content[:65] + b"\xff" + content[66:]


@pytest.mark.parametrize("damage", [_nothing, _cut, _other_statements, _not_json])
def test_a_file_that_was_changed_is_as_good_as_none(
    cache: Path, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    plan = small(tmp_path / "data")
    first = said(run(plan, as_of="2026-05-01"))
    (file,) = cache.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert said(run(plan, as_of="2026-05-01")) == first
    assert json.loads(file.read_bytes().partition(b"\n")[2]) == json.loads(whole.partition(b"\n")[2])


def test_a_file_of_somebody_else_is_as_good_as_none(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder that is shared: they signed it with a key of theirs."""
    plan = small(tmp_path / "data")
    first = said(run(plan, as_of="2026-05-01"))
    (file,) = cache.iterdir()
    content = _other_statements(file.read_bytes()).partition(b"\n")[2]
    with monkeypatch.context() as theirs:
        theirs.setenv("XDG_CACHE_HOME", str(tmp_path / "theirs"))
        file.write_bytes(prepared._signed(file.name, content) + b"\n" + content)
    assert said(run(plan, as_of="2026-05-01")) == first


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has no such permissions")
def test_a_key_that_others_can_read_is_none(cache: Path, tmp_path: Path) -> None:
    plan = small(tmp_path / "data")
    run(plan, as_of="2026-05-01")
    (tmp_path / "home" / "sladsl" / "prepared.key").chmod(0o644)
    (file,) = cache.iterdir()
    file.write_bytes(b"")
    run(plan, as_of="2026-05-01")
    assert file.read_bytes() == b"", "nothing is kept that nobody could believe"


def test_what_was_killed_while_it_made_the_key_keeps_nobody_from_it(cache: Path, tmp_path: Path) -> None:
    """In a container every command has the same number."""
    (tmp_path / "home" / "sladsl").mkdir(parents=True)
    (tmp_path / "home" / "sladsl" / f"prepared.key.{os.getpid()}").write_bytes(b"")
    run(small(tmp_path / "data"), as_of="2026-05-01")
    assert list(cache.iterdir())


def test_a_cache_is_no_part_of_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    for named in ("", "cache", "./cache"):
        monkeypatch.setenv("XDG_CACHE_HOME", named)
        assert user_cache() == tmp_path / ".cache" / "sladsl"


def test_nothing_is_kept_where_it_is_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SLA_CACHE", "off")
    run(small(tmp_path / "data"), as_of="2026-05-01")
    assert not (tmp_path / "home").exists()


def test_it_does_not_grow_without_end(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_MOST_FILES", 3)
    for n in range(5):
        prepared._write(f"{n:032x}.plan.json", {"n": n})
        os.utime(cache / f"{n:032x}.plan.json", (n, n))
    assert sorted(p.name for p in cache.iterdir()) == [f"{n:032x}.plan.json" for n in (2, 3, 4)]
    assert prepared._read(f"{4:032x}.plan.json") == {"n": 4}


@pytest.mark.parametrize("name", EVERY if os.environ.get("SLADSL_SLOW") else SOME)
def test_a_case_comes_out_as_without(name: str, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = compile_text(
        (CASES / name / "agreement.sla").read_text(encoding="utf-8"), str(CASES / name / "agreement.sla")
    )
    assert compiled.plan is not None
    for as_of in (None, "2026-06-01"):
        expected = alone(compiled.plan, monkeypatch, as_of)
        for _ in range(2):
            assert said(run(compiled.plan, as_of=as_of)) == expected
    plan = compiled.plan
    assert prepared._decoded(json.loads(json.dumps(prepared._encoded(plan)))) == plan


UNUSED = (
    "ibis",
    "sqlglot",
    "pandas",
    "pyarrow",
    "numpy",
    "lark",
    "sladsl.checker",
    "sladsl.lowering",
    "sladsl.reports.junit",
)
"""What a run need not import when the same was run before, on data in Parquet."""


def test_the_second_command_imports_no_more_than_it_needs(cache: Path, tmp_path: Path) -> None:
    import duckdb

    (tmp_path / "leads.csv").write_text(PLAIN, encoding="utf-8")
    times = "{'came': 'TIMESTAMPTZ', 'called': 'TIMESTAMPTZ'}"
    read = f"read_csv('{tmp_path}/leads.csv', types={times})"
    duckdb.connect().execute(f"COPY (FROM {read}) TO '{tmp_path}/leads.parquet'")
    (tmp_path / "small.sla").write_text(AGREEMENT.replace("leads.csv", "leads.parquet"), encoding="utf-8")
    code = (
        "import sys\n"
        "from sladsl.cli import status_of\n"
        "status = status_of(['run', 'small.sla', '--as-of', '2026-05-01', '--explain-time'])\n"
        "print('IMPORTED', status, [m for m in sys.argv[1:] if m in sys.modules])\n"
    )
    shown, kept = [], []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code, *UNUSED], capture_output=True, text=True, check=True, cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        shown.append(done.stdout.partition("IMPORTED"))
        kept.append(done.stderr.splitlines()[-1])
    assert shown[0][0] == shown[1][0], "and says the same"
    assert shown[1][2].strip() == "1 []"
    both = "the agreement, how its queries are written"
    assert kept == [f"worked out anew, for the next run: {both}", f"kept from an earlier run: {both}"]
    shutil.rmtree(cache)


def test_a_changed_text_is_compiled_again(cache: Path, tmp_path: Path) -> None:
    """That of the agreement, and that of what it imports."""
    from sladsl.cli.reading import planned

    first, other = AGREEMENT.split("record lead:")
    file, part = tmp_path / "small.sla", tmp_path / "part.sla"
    part.write_text(f"record lead:{other}", encoding="utf-8")
    file.write_text(f'import "part.sla"\n\n{first}', encoding="utf-8")
    made = planned(str(file)).plan
    again = planned(str(file))
    assert isinstance(again, prepared.Prepared)
    assert again.plan == made
    part.write_text(f"record lead:{other}".replace("within 4", "within 5"), encoding="utf-8")
    changed = planned(str(file))
    assert not isinstance(changed, prepared.Prepared)
    assert changed.plan != made


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "pyspark", "snowflake", "bigquery"])
def test_texts_and_names_are_written_as_the_database_reads_them(dialect: str) -> None:
    """A key with a quote or a backslash in it, and numbers that are filled in: as Ibis writes them by itself."""
    import ibis as library

    table = queries.ibis.table({"key": "string", "at": "int64"}, name="rows")
    wanted = table.filter(
        table["key"].isin(["O'Neil", "a\\b", "plain"]), table["at"] > -1_772_000_000_000_000
    )

    def written(made: object) -> str:
        return str(library.to_sql(made, dialect=dialect))

    by_itself = queries.statement(wanted, dialect, written)
    with queries.answering({}):
        kept = [queries.statement(wanted, dialect, written) for _ in range(2)]
    assert [text.replace("(-1772000000000000)", "-1772000000000000") for text in kept] == [by_itself] * 2


@pytest.mark.parametrize("kind", ["pipe", "endless"])
def test_what_is_no_plain_file_is_not_read(cache: Path, tmp_path: Path, kind: str) -> None:
    """A pipe would be waited for, and `/dev/zero` has no end: in the place of what was kept, and of the key."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no pipes with names here")
    name = f"{1:032x}.plan.json"
    prepared._write(name, {"n": 1})
    assert prepared._read(name) == {"n": 1}
    for path in (cache / name, tmp_path / "home" / "sladsl" / "prepared.key"):
        path.unlink()
        os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
        assert prepared._read(name) is None


def test_nothing_is_written_through_a_link_or_over_what_is_not_ours(cache: Path, tmp_path: Path) -> None:
    name, precious = f"{1:032x}.plan.json", tmp_path / "precious.txt"
    precious.write_text("precious")
    cache.mkdir()
    for place in (name, f"{name}.{os.getpid()}.new"):
        (cache / place).symlink_to(precious)
    mine = [cache / f"mine{n}.json" for n in range(prepared._MOST_FILES + 5)]
    for path in mine:
        path.write_text("{}")
    prepared._write(name, {"n": 1})
    assert prepared._read(name) == {"n": 1}
    assert precious.read_text() == "precious"
    assert all(path.exists() for path in mine)
