"""A password, a token, a key in an address is in nothing that a command prints or writes, however the address is spelt."""

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Sla, runner
from small import COUNT as AGREEMENT

from sladsl.addresses import Address, shown, without_secrets
from sladsl.data.errors import DataError
from sladsl.data.locations import locate, table_of

MARK = "s3cr3tMARK"
AT = "127.0.0.1:9"
PASSWORDS = [
    MARK,
    f"a/{MARK}",
    f"a#{MARK}",
    f"a@{MARK}",
    f"a:{MARK}",
    f"a%2F{MARK}",
    f"a?{MARK}",
    f"{MARK}/b@c#d",
    f"a{MARK}!$",
]
SCHEMES = [
    "postgres://",
    "Postgres://",
    "POSTGRESQL://",
    "jdbc:postgresql://",
    "mysql://",
    "mssql+pyodbc://",
    "my_db://",
    "https://",
    "sftp://",
]
NAMES = [
    "password",
    "Password",
    "pwd",
    "pw",
    "pass",
    "passwd",
    "sig",
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "token",
    "auth",
    "s3_secret_access_key",
    "AWSAccessKeyId",
    "X-Amz-Signature",
    "X-Amz-Security-Token",
    "X-Goog-Credential",
    "code",
    "client_secret",
    "passphrase",
    "credentials",
    "%70assword",
    "private_key",
    "AccountKey",
    "SharedAccessSignature",
    "whatever",
    "k",
]
SPELLINGS = [
    *(f"{scheme}u:{password}@{AT}/db#t" for scheme, password in itertools.product(SCHEMES, PASSWORDS)),
    *(f"https://{AT}/x.csv?{name}={MARK}" for name in NAMES),
    *(f"postgres://{AT}/db?user=u&{name}={MARK}&sslmode=require#t" for name in NAMES),
    *(f"host=127.0.0.1 port=9 user=u {name}{equals}{MARK}" for name in ("password", "passwd", "sslpassword") for equals in ("=", " = ")),
    f"host=127.0.0.1 port=9 password='a b {MARK}' user=u",
    f"jdbc:sqlserver://{AT};user=sa;password={MARK};encrypt=true",
    f"DefaultEndpointsProtocol=https;AccountName=a;AccountKey={MARK}==;EndpointSuffix=core.windows.net",
    f" postgres://u:{MARK}@{AT}/db#t",
    f"postgres:/u:{MARK}@{AT}/db#t",
    f"postgres:u:{MARK}@{AT}/db#t",
    f"//u:{MARK}@{AT}/db",
    f"u:{MARK}@{AT}/db",
    f"u:/{MARK}@{AT}/db",
    f"https://{MARK}@{AT}/x.csv",
    f"md:db?motherduck_token={MARK}#t",
    f"MD:db?motherduck_token={MARK}#t",
    f"duckdb://u:{MARK}@{AT}/x.db#t",
    f"sc://{AT}/;token={MARK}#t",
    f"s3://AKIA:{MARK}@bucket/x.csv",
    f"snowflake://u:{MARK}@account/db#t",
    f"databricks://token:{MARK}@{AT}/sql/1.0/warehouses/x#t",
]  # fmt: skip
HARMLESS = [
    "leads.csv",
    "exports/leads_*.csv",
    "book.xlsx#Sheet 1",
    r"C:\me@work\leads.csv",
    "C:/me@work/leads.csv",
    "me@work.csv",
    "w.duckdb#crm.leads",
    f"postgres://{AT}/db?sslmode=require#crm.leads",
    "signups=1.csv",
    "md:crm#t",
]


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "a.sla").write_text(AGREEMENT)
    return runner(tmp_path, monkeypatch, capsys)


def test_there_are_enough() -> None:
    assert len(set(SPELLINGS)) > 100


@pytest.mark.parametrize("where", SPELLINGS)
def test_an_address_shows_no_secret(where: str) -> None:
    address = Address(where)
    for text in (
        str(address),
        repr(address),
        f"{address}",
        shown(str(address)),
        without_secrets(f"error: `{where}` is not it"),
    ):
        assert MARK not in text
    with pytest.raises(DataError) as raised:
        raise DataError(f"`{where}` was refused: {where}")
    assert MARK not in str(raised.value)
    assert MARK not in (table_of(where) or "")


@pytest.mark.parametrize("where", HARMLESS)
def test_what_holds_no_secret_is_shown_as_it_is(where: str) -> None:
    assert shown(where) == where
    assert without_secrets(f"there is no file `{where}`") == f"there is no file `{where}`"


@pytest.mark.parametrize("where", SPELLINGS)
def test_a_server_that_is_found_is_named_without_it(where: str, tmp_path: Path) -> None:
    said: list[str] = []
    try:
        said += map(repr, locate(Address(where), tmp_path))
    except DataError as error:
        said.append(str(error))
    assert said
    assert MARK not in "".join(said)


@pytest.mark.parametrize("where", SPELLINGS[::4])
def test_no_command_prints_or_writes_it(
    where: str, sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = f'source crm for lead from "{where}":\n  id = "id"\n  mql_at = "mql_at"\n'
    (tmp_path / "s.sla").write_text(AGREEMENT + source)
    (tmp_path / "l.csv").write_text("id,mql_at\nL1,2026-01-05T10:00:00Z\n")
    (tmp_path / "bad.sla").write_text(
        AGREEMENT + source.replace(" for lead", " for leed") + source.replace(":\n", '": oops\n', 1)
    )
    given = {p.name for p in tmp_path.iterdir()}
    lines = [
        ["run", "a.sla", "--data", f"lead={where}"],
        ["run", "a.sla", "--data", f"nosuch={where}"],
        ["run", "a.sla", "--data", where],
        ["run", "s.sla"],
        ["run", "s.sla", "--data", f"crm={where}", "--format", "json"],
        ["run", where],
        ["run", "a.sla", where, where],
        ["run", "a.sla", "--data", "lead=l.csv", "--out", where],
        ["run", "a.sla", "--data", "lead=l.csv", "--as-of", where],
        ["explain", "s.sla", "L1"],
        ["review", "s.sla"],
        ["plan", "s.sla"],
        ["plan", "s.sla", "--format", "json"],
        ["sql", "s.sla"],
        ["sql", "s.sla", "--as", "dbt", "--out", "dbt"],
        ["doc", "s.sla"],
        ["init", where],
        ["init", "l.csv", "--out", f"{where}/made.sla"],
        ["actions", "a.sla", "--data", "lead=l.csv", "--ledger", where, "--all"],
        ["diff", "a.sla", "s.sla", "--data", f"lead={where}"],
        ["close", "a.sla", "--period", "2026-01", "--data", f"lead={where}"],
        ["verify", "s.sla", "--no-cache"],
        ["config", where],
        ["check", where],
        *(["check", "bad.sla", "--format", form] for form in ("text", "json", "github", "sarif")),
        ["fmt", "--diff", "bad.sla"],
        [where],
    ]  # fmt: skip
    for line in lines:
        done = sla(*line)
        assert MARK not in done.out + done.err, line
    monkeypatch.setenv("SLA_RUN_DATA", f"nosuch={where}")
    done = sla("run", "a.sla")
    assert MARK not in done.out + done.err
    for path in (p for p in tmp_path.rglob("*") if p.is_file() and p.name not in given):
        assert MARK not in str(path) + path.read_text(errors="replace"), path


@pytest.mark.parametrize("letters", ["x", "x.", "x:", "://", "password ", "x://", "@x:y"])
def test_a_long_text_is_looked_through_once(letters: str) -> None:
    """Looked through from each of its letters again, such a text takes hours; a name or a cell of anybody's may stand in an error."""
    look = "import sys; from sladsl.addresses import *; t = sys.argv[1] * 20_000 + '='; print(shown(t) + without_secrets(t) > '')"
    done = subprocess.run([sys.executable, "-c", look, letters], capture_output=True, timeout=60, check=True)
    assert done.stdout.strip() == b"True"
