"""A local Spark for the tests that ask for one: with `SLADSL_SPARK=1`, since it takes minutes, and where pyspark and Java are installed."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from typing import Any

import ibis

from sladsl.data import Loaded
from sladsl.engines.tables.connections import store_of

IS_THERE = (
    bool(os.environ.get("SLADSL_SPARK"))
    and find_spec("pyspark") is not None
    and shutil.which("java") is not None
)


def _folder() -> str:
    folder = tempfile.mkdtemp(prefix="sladsl-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def connection() -> Any:
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "1",
        "spark.driver.memory": "1g",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": _folder(),
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return ibis.pyspark.connect(session)


def copied(loaded: Loaded) -> dict[str, ibis.Table]:
    """The tables of a run, as views of the session."""
    store = store_of(connection())
    return {
        name: store.given(store.keep(store_of(table.get_backend()).held(table), ordered=True))
        for name, table in loaded.tables.items()
    }
