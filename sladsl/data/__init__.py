"""Data: files and DuckDB databases → typed tables, and the problems they hold. Importing this loads no engine."""

from sladsl.data.errors import DataError
from sladsl.data.loading import Binding, Loaded, RowPlace, connect, load
from sladsl.data.problems import OtherReading
from sladsl.data.writing import check_ending, write_rows

__all__ = [
    "Binding",
    "DataError",
    "Loaded",
    "OtherReading",
    "RowPlace",
    "check_ending",
    "connect",
    "load",
    "write_rows",
]
