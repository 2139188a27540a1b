"""A clause that is half added cannot pass: whatever means something is compared, and has words for what it was and what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from typing import Any

from reads import nodes

from sladsl import model as m
from sladsl import types
from sladsl.calendars import CalendarRules, durations, rules
from sladsl.comparing.meaning import ANY_ORDER, KINDS, NO_DECLARATIONS, NOT_MEANT, meant
from sladsl.comparing.words import ASPECTS, Inside
from sladsl.language import LANGUAGE
from sladsl.model import declarations, expressions, promises
from sladsl.plan import RowTest

DECLARED: list[type[Any]] = [
    m.Agreement, m.Calendar, m.Record, m.Let, m.Derived, m.Score, m.Definition, m.Lifecycle, m.Event, m.Kpi, m.Commitment, m.Route,
    m.DataSource, m.Test,
]  # fmt: skip


def known_nodes() -> dict[str, type[Any]]:
    """Every node that can stand in a declaration, by its name."""
    tables = (LANGUAGE.agreement, LANGUAGE.calendar, LANGUAGE.commitment, LANGUAGE.source)
    modules = {import_module(kind.clause.__module__) for kinds in tables for kind in kinds}
    of_the_model = nodes(declarations, expressions, promises, durations, rules, types)
    return {x.__name__: x for x in (RowTest, *nodes(*modules), *of_the_model)}


def names_of(table: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in table:
        kind, _, field = name.partition(".")
        yield kind, field


def test_every_part_of_a_model_is_compared() -> None:
    assert sorted([*KINDS, *NO_DECLARATIONS]) == sorted(f.name for f in fields(m.Model))


def test_every_declaration_has_words() -> None:
    assert set(DECLARED) <= set(ASPECTS)


def test_every_field_that_means_something_has_words() -> None:
    told = {kind: sorted(f for aspect in aspects for f in aspect.fields) for kind, aspects in ASPECTS.items()}
    own = {kind: sorted(meant(kind)) for kind in ASPECTS}
    inside = {kind for kind, aspects in ASPECTS.items() for a in aspects if isinstance(a, Inside)}
    assert inside == {m.Calendar, m.Commitment}, "what is told part by part has its own words below"
    assert {m.Limit, m.Range, m.Within, m.GroupLimit, CalendarRules} <= set(ASPECTS)
    assert told == own


def test_what_means_nothing_and_what_has_no_order_is_there() -> None:
    known = known_nodes()
    for kind, field in (*names_of(NOT_MEANT), *names_of(ANY_ORDER)):
        assert field in {f.name for f in fields(known[kind])}, (
            f"{kind}.{field} is none any more: strike it out"
        )
