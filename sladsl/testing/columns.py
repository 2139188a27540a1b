"""Columns of the plan on a row, and what the agreement calls them."""

from __future__ import annotations

from sladsl import model as m
from sladsl.engines.rows import Frame
from sladsl.explaining import Reader
from sladsl.plan import Ref


def column(reader: Reader, record: str, name: str, frame: Frame) -> int | bool | None:
    """A column of the row of `record` in scope."""
    found = reader.evaluation.evaluator.value(Ref(record, name), frame)
    assert found is None or isinstance(found, int)
    return found


def known_column(reader: Reader, row: Frame, name: str) -> int | None:
    """A column of the row's record; missing where the plan has none of that name."""
    if (row.record, name) not in reader.meaning.builder.columns:
        return None
    return column(reader, row.record, name, row)


def moment_words(moment: m.Moment) -> str:
    """A moment's own name."""
    match moment:
        case m.FieldUse(field=name) | m.EntryUse(definition=name) | m.EventUse(event=name):
            return name
