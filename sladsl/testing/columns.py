"""Columns of the plan on a row, and what the agreement calls them."""

from __future__ import annotations

from sladsl import model as m
from sladsl.engines.rows import Frame
from sladsl.explaining import Reader
from sladsl.plan import Ref


def column(reader: Reader, asked: Ref | None, frame: Frame) -> int | bool | None:
    """A column of a row in scope; missing where the plan has none."""
    found = None if asked is None else reader.evaluation.evaluator.value(asked, frame)
    assert found is None or isinstance(found, int)
    return found


def moment_words(moment: m.Moment) -> str:
    """A moment's own name."""
    match moment:
        case m.FieldUse(field=name) | m.EntryUse(definition=name) | m.EventUse(event=name):
            return name
