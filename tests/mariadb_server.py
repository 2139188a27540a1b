"""A MariaDB of its own for the tests that ask for one, where it is installed: started once a run, and gone with it."""

from __future__ import annotations

import atexit
import getpass
import shutil
import socket
import subprocess
import tempfile
import time
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

IS_THERE = find_spec("MySQLdb") is not None and all(
    shutil.which(x) for x in ("mariadbd", "mariadb-install-db")
)
_USER = "reader"
_PASSWORD = "se/cr@et"


@cache
def port() -> int:
    """Where the server listens, on this machine only."""
    folder = Path(tempfile.mkdtemp(prefix="sladsl-mariadb-"))
    data, plain, me = folder / "data", "--no-defaults", f"--user={getpass.getuser()}"
    install = [
        "mariadb-install-db",
        plain,
        me,
        f"--datadir={data}",
        "--auth-root-authentication-method=normal",
    ]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found = int(free.getsockname()[1])
    sock = f"--socket={folder}/socket"
    listen = [
        f"--datadir={data}",
        sock,
        f"--port={found}",
        "--bind-address=127.0.0.1",
        f"--pid-file={folder}/pid",
    ]
    server = subprocess.Popen(
        ["mariadbd", plain, me, *listen], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.wait, 30)
    atexit.register(server.terminate)
    _wait(found)
    return found


def connected(port: int) -> Any:
    """As somebody who may do everything."""
    import MySQLdb

    return MySQLdb.connect(host="127.0.0.1", port=port, user="root", autocommit=True, charset="utf8mb4")


def url() -> str:
    """The address of a user who may read `crm`."""
    from urllib.parse import quote

    return f"mysql://{_USER}:{quote(_PASSWORD, safe='')}@127.0.0.1:{port()}/crm"


def make(statements: str) -> None:
    """Run statements in a database `crm`, made anew, which `url` may read."""
    connection = connected(port())
    cursor = connection.cursor()
    start = f"""DROP DATABASE IF EXISTS crm; CREATE DATABASE crm; USE crm;
        CREATE OR REPLACE USER {_USER}@localhost IDENTIFIED BY '{_PASSWORD}'; GRANT SELECT ON crm.* TO {_USER}@localhost;
        SET sql_mode = ''"""
    for statement in [*start.split(";"), *statements.split(";\n")]:
        if statement.strip():
            cursor.execute(statement)
    connection.close()


def _wait(port: int) -> None:
    import MySQLdb

    for _ in range(300):
        try:
            connected(port).close()
        except MySQLdb.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("MariaDB did not start within 30 s")
