"""JSON Lines: one object a line, its members the columns. A `.json` file may also be one array of objects, or one object that holds one.

Numbers keep the digits they are written with, so that long ids stay whole. A line that is no object is listed; a column whose value is
a list or an object is an error, since nothing says which part of it is meant; and so is one that an object has twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.data.encodings import encoding_of, open_utf8, wrong_encoding
from sladsl.data.errors import DataError
from sladsl.data.layout import UNKNOWN, Layout
from sladsl.data.textfile import Numeral, Place, Unreadable, batched

if TYPE_CHECKING:
    import pyarrow


class _Twice(list[Any]):
    """The values of a member that one object has more than once: nothing says which is meant."""


class JsonLines:
    """One file of objects, opened: the names of all members are known, and which of them ever hold a list or an object (`nested`).

    Rows are numbered by their line, or their place in the array.
    """

    typed = True

    above: tuple[tuple[int, str], ...] = ()

    def __init__(self, path: Path, shown: str, layout: Layout = UNKNOWN) -> None:
        self.path, self.shown = path, shown
        self.unreadable = Unreadable()
        self.whole = False
        """Whether lists and objects are read as their texts: rows are compared, and no value is taken from them."""
        self._encoding = encoding_of(path, shown, layout.encoding)
        try:
            self._document = _document(path, shown, self._encoding)
        except UnicodeDecodeError:
            raise DataError(wrong_encoding(path, shown, self._encoding)) from None
        names: dict[str, None] = {}
        nested: set[str] = set()
        for _, value in self._objects():
            if isinstance(value, dict):
                names |= dict.fromkeys(value)
                nested.update(name for name, cell in value.items() if _is_nested(cell))
        if not names:
            raise DataError(f"`{shown}` holds no row: expected one JSON object a line")
        self.names = tuple(names)
        self.nested = frozenset(nested)

    def batches(self, needed: Sequence[int]) -> Iterator[pyarrow.RecordBatch]:
        """The rows; `#row` is the line, or the place in the array from 1."""
        return batched(self.rows(needed), needed)

    def places(self, rows: Sequence[int]) -> Mapping[int, Place]:
        """The rows' lines and cells."""
        wanted = set(rows)
        places: dict[int, Place] = {}
        for number, value in self._objects():
            if number in wanted and isinstance(value, dict):
                cells = {at: _shown(value.get(name)) for at, name in enumerate(self.names)}
                places[number] = Place(None if self._document is not None else number, cells)
                if len(places) == len(wanted):
                    break
        return places

    def rows(self, needed: Sequence[int]) -> Iterator[tuple[int, Sequence[str | None]]]:
        """The same, one by one, with all their cells."""
        for number, value in self._objects():
            if not isinstance(value, dict):
                self.unreadable.add(None if self._document is not None else number, str(value))
                continue
            cells = [value.get(name) for name in self.names]
            for at in needed:
                if isinstance(cells[at], list | dict) and not self.whole:
                    raise DataError(f"`{self.shown}`, row {number}: {_no_value(self.names[at], cells[at])}")
            yield number, [None if cell is None else _shown(cell) for cell in cells]

    def _objects(self) -> Iterator[tuple[int, Any]]:
        """(number, object) in file order; what is no object comes as its text. Empty lines are no rows."""
        if self._document is not None:
            for number, value in enumerate(self._document, start=1):
                yield number, value if isinstance(value, dict) else json.dumps(value)
            return
        try:
            with open_utf8(self.path, self._encoding) as lines:
                for number, line in enumerate(lines, start=1):
                    text = line.decode().removeprefix("\ufeff")
                    if text.strip():
                        yield number, _object(text)
        except UnicodeDecodeError:
            raise DataError(wrong_encoding(self.path, self.shown, self._encoding)) from None


def _is_nested(value: Any) -> bool:
    return isinstance(value, list | dict) and not isinstance(value, _Twice)


def _no_value(name: str, value: Any) -> str:
    if isinstance(value, _Twice):
        both = " and ".join(f"`{_shown(one)}`" for one in value[:2])
        return (
            f"the object has `{name}` more than once, as {both}, and nothing says which is meant: write it once, or give the others names "
            "of their own"
        )
    kind = "a list" if isinstance(value, list) else "an object"
    return f"`{name}` is {kind}, and a field has one value; write its parts as members of their own"


def _shown(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _parse(text: str) -> Any:
    return json.loads(
        text, parse_int=Numeral, parse_float=Numeral, parse_constant=str, object_pairs_hook=_members
    )


def _members(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    all_of: dict[str, _Twice] = {}
    for name, value in pairs:
        all_of.setdefault(name, _Twice()).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in all_of.items()}


def _object(text: str) -> Any:
    try:
        value = _parse(text)
    except (ValueError, RecursionError):
        return text.strip()
    return value if isinstance(value, dict) else text.strip()


def _document(path: Path, shown: str, encoding: str) -> list[Any] | None:
    """The rows of a file that is one JSON value; None when it holds an object a line."""
    with open_utf8(path, encoding) as file:
        start = file.read(1 << 16)
    if not start.strip():
        raise DataError(f"`{shown}` is empty: expected one JSON object a line")
    if b"\0" in start:
        raise DataError(f"`{shown}` is not text but a binary file: expected JSON")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"[") and isinstance(
        _object(text.split(b"\n")[0].decode("utf-8", "replace")), dict
    ):
        return None
    if path.suffix.lower() != ".json":
        return None
    try:
        with open_utf8(path, encoding) as file:
            value = _parse(file.read().decode().removeprefix("\ufeff"))
    except UnicodeDecodeError:
        raise
    except (ValueError, RecursionError) as error:
        if text.startswith(b"["):
            raise DataError(f"`{shown}` is not readable as JSON: {error}") from None
        return None
    if isinstance(value, list):
        return value
    held = value if isinstance(value, dict) else {}
    for name, member in held.items():
        if isinstance(member, _Twice) and any(isinstance(one, list) for one in member):
            raise DataError(
                f"`{shown}` has `{name}` more than once, and nothing says which holds the rows: write them into one list"
            )
    lists = [
        member for member in held.values() if isinstance(member, list) and not isinstance(member, _Twice)
    ]
    return lists[0] if len(lists) == 1 else None
