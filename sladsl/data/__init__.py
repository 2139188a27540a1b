"""Data: files and DuckDB databases → typed tables, and the problems they hold. Importing this loads no engine."""

from sladsl.data.errors import DataError
from sladsl.data.loading import Binding, Loaded, RowPlace, connect, load

__all__ = ["Binding", "DataError", "Loaded", "RowPlace", "connect", "load"]
