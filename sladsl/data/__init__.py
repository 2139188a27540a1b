"""Data: files, DuckDB databases and frames → typed tables, and the problems they hold. Importing this loads no engine."""

from sladsl.data.errors import DataError, did_you_mean
from sladsl.data.kept_rows import became, row_digests
from sladsl.data.loaded import Loaded, RowPlace
from sladsl.data.loading import Binding, connect, load
from sladsl.data.problems import OtherReading
from sladsl.data.writing import breach_table, check_ending, row_table, table_of, write_rows

__all__ = [
    "Binding",
    "DataError",
    "Loaded",
    "OtherReading",
    "RowPlace",
    "became",
    "breach_table",
    "check_ending",
    "connect",
    "did_you_mean",
    "load",
    "row_digests",
    "row_table",
    "table_of",
    "write_rows",
]
