"""Reading messy exports with pandas and the standard library: what each cell means, and what could not be read.

Shares no code with the package under test.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
from open_hours import instant

Cell = str | Decimal | dt.datetime | None
Problems = Counter[tuple[str, str, str]]  # (record, kind, field)
Row = dict[str, Any]
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


class Reader:
    """Turns cells into values; whatever is missing or unreadable becomes None and is counted."""

    def __init__(self, record: str, problems: Problems, missing: Sequence[str] = ("",)) -> None:
        self.record, self.problems, self.missing = record, problems, missing

    def table(self, path: Path) -> list[dict[str, str]]:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False)
        return [dict(zip(frame.columns, values, strict=True)) for values in frame.itertuples(index=False)]

    def text(self, raw: str, words: Mapping[str, str] | None = None) -> str | None:
        if raw in self.missing:
            return None
        return (words or {}).get(raw, raw)

    def one_of(self, raw: str, words: Mapping[str, str], values: set[str], field: str) -> str | None:
        found = self.text(raw, words)
        if found is None:
            self._count("missing value", field)
        elif found not in values:
            self._count("unknown value", field)
            return None
        return found

    def number(self, raw: str, field: str, required: bool = False) -> Decimal | None:
        if raw in self.missing:
            if required:
                self._count("missing value", field)
            return None
        if NUMBER.fullmatch(raw):
            return Decimal(raw)
        self._count("unreadable value", field)
        return None

    def time(
        self, raw: str, format: str | None, zone: ZoneInfo | None, field: str, required: bool = False
    ) -> dt.datetime | None:
        if raw in self.missing:
            if required:
                self._count("missing value", field)
            return None
        try:
            local = dt.datetime.fromisoformat(raw) if format is None else dt.datetime.strptime(raw, format)
        except ValueError:
            self._count("unreadable value", field)
            return None
        if local.tzinfo is not None:
            return local.astimezone(dt.UTC)
        assert zone is not None
        found = instant(local, zone)
        if found.astimezone(zone).replace(tzinfo=None) != local:
            self._count("nonexistent local time", field)
        elif local.replace(tzinfo=zone, fold=1).astimezone(dt.UTC) != found:
            self._count("ambiguous local time", field)
        return found

    def _count(self, kind: str, field: str) -> None:
        self.problems[self.record, kind, field] += 1


def collapse(
    rows: list[Row], record: str, problems: Problems, key: str | None, times: Sequence[str] = ()
) -> list[Row]:
    """Equal rows once; of rows with one key the one with the earliest of its times (none is before any), then the first."""
    unique: list[Row] = []
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        values = tuple(row.values())
        if values in seen:
            problems[record, "equal rows", ""] += 1
            continue
        seen.add(values)
        if key is not None and row[key] is None:
            problems[record, "no key", ""] += 1
            continue
        unique.append(row)
    if key is None:
        return unique
    chosen: dict[str, Row] = {}
    for row in unique:
        known = chosen.get(row[key])
        if known is None:
            chosen[row[key]] = row
            continue
        problems[record, "key used twice", ""] += 1
        if _earliest(row, times) < _earliest(known, times):
            chosen[row[key]] = row
    return list(chosen.values())


def _earliest(row: Row, times: Sequence[str]) -> tuple[bool, Any]:
    known = [row[name] for name in times if row[name] is not None]
    return (bool(known), min(known, default=0))
