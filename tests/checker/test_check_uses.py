"""Every name that refers to something is remembered with its place: rename, hover and go-to-definition stand on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from sladsl.compiler import compile_text
from sladsl.source import Span
from sladsl.syntax import ast

CHECK = Path(__file__).parent.parent / "golden" / "check"
DECLARED = {"name"}


def names(node: object, parent: object = None, part: str = "") -> Iterator[ast.Name]:
    """The names in a tree that refer to something: all but those that a declaration, a field or a party gives itself."""
    if isinstance(node, ast.Name):
        is_own = part == "name" and not isinstance(parent, ast.Reference | ast.Population)
        if not is_own:
            yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from names(item, parent, part)
    elif is_dataclass(node) and not isinstance(node, Span):
        for field in fields(node):
            yield from names(getattr(node, field.name), node, field.name)


@pytest.mark.parametrize("program", ["handoff.sla", "beyond_leads.sla"])
def test_every_reference_is_a_use(program: str) -> None:
    made = compile_text((CHECK / program).read_text(encoding="utf-8"), program)
    assert not made.has_errors
    used = {use.span: use for use in made.model.uses}
    referred = list(names(made.file))
    assert len(referred) > 50
    for name in referred:
        assert name.span in used, f"{name.text} at {made.source.position(name.span.start)} is no use"
        assert used[name.span].name == name.text


def test_a_use_says_what_it_means() -> None:
    made = compile_text((CHECK / "beyond_leads.sla").read_text(encoding="utf-8"), "beyond_leads.sla")
    text = made.source.text

    def kinds(context: str, word: str) -> set[tuple[str, str | None]]:
        start = text.index(word, text.index(context))
        return {(u.kind, u.record) for u in made.model.uses if u.span == Span(start, start + len(word))}

    assert kinds("where text contains", "text") == {("field", "note")}
    assert kinds("where incident.priority", "incident") == {("record", None)}
    assert kinds("where incident.priority", "priority") == {("field", "incident")}
    assert kinds("hours of eu_hours when", "eu_hours") == {("calendar", None)}
    assert kinds("vendor owes", "customer") == {("party", None)}
    assert kinds("to first_reply", "first_reply") == {("event", None)}
    assert kinds("where response within", "response") == {("kpi", None)}
    assert kinds("expect not Closed", "Closed") == {("define", None)}


def test_a_parents_field_is_the_parents() -> None:
    text = """record account:
  id      key text
  region  text

record lead of account:
  id  key text
  at  time

record call of lead:
  owner  text
  at     time

define Called: call when region = "EU" and lead.at < at and account.region = "EU"
"""
    made = compile_text(text, "a.sla")
    fields_used = [(u.name, u.record) for u in made.model.uses if u.kind == "field"]
    assert fields_used == [("region", "account"), ("at", "lead"), ("at", "call"), ("region", "account")]
