"""Whatever stands in a text, checking gives diagnostics and never an exception; the order of declarations means nothing."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.compiler import Compilation, compile_text

CHECK = Path(__file__).parent.parent / "golden" / "check"
TEXTS = [p.read_text(encoding="utf-8") for p in sorted(CHECK.glob("*.sla"))]
WORDS = sorted({w for text in TEXTS for w in re.findall(r'"[^"\n]*"|[\w.:%-]+|\S', text)})


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A program some of whose words were replaced, dropped or doubled."""
    text = draw(st.sampled_from(TEXTS))
    words = [(m.start(), m.end()) for m in re.finditer(r'"[^"\n]*"|[\w.:%-]+|[^\w\s]', text)]
    places = draw(st.lists(st.sampled_from(words), min_size=1, max_size=6, unique=True))
    for start, end in sorted(places, reverse=True):
        new = draw(st.sampled_from(WORDS) | st.just("") | st.just(f"{text[start:end]} {text[start:end]}"))
        text = text[:start] + new + text[end:]
    return text


@settings(max_examples=150, deadline=None)
@given(spoilt())
def test_spoilt_programs_are_diagnosed(text: str) -> None:
    made = compile_text(text, "spoilt.sla")
    # An agreement that says nothing wrong has a plan, and one that does has none: what is refused is told.
    assert (made.plan is None) == made.has_errors
    for diagnostic in made.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


def pieces_of(program: str) -> list[str]:
    text = (CHECK / program).read_text(encoding="utf-8").split("\n\n", 1)[1]
    return [piece.rstrip() + "\n" for piece in re.split(r"\n(?=[a-z])", text)]


@cache
def straight(program: str) -> Compilation:
    return compile_text("\n".join(pieces_of(program)), program)


@pytest.mark.parametrize("program", ["handoff.sla", "beyond_leads.sla"])
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_the_order_of_declarations_means_nothing(program: str, data: st.DataObject) -> None:
    made = compile_text("\n".join(data.draw(st.permutations(pieces_of(program)))), program)
    same = straight(program)
    assert not made.has_errors
    assert not same.has_errors
    assert {c.id: c.words for c in made.model.commitments} == {c.id: c.words for c in same.model.commitments}
    assert {n: str(d.entry_type) for n, d in made.model.definitions.items()} == {
        n: str(d.entry_type) for n, d in same.model.definitions.items()
    }


def test_a_long_chain_of_definitions_costs_no_depth() -> None:
    """Checked by itself: the rules that follow look at whole chains."""
    from sladsl.checker import check
    from sladsl.language import LANGUAGE
    from sladsl.source import Source
    from sladsl.syntax.parser import parse

    text = "record lead:\n  id    key text\n  size  number\n\n" + "".join(
        f"define D{i}: {f'D{i + 1}' if i < 1999 else 'lead'} when size > {i}\n\n" for i in range(2000)
    )
    source = Source("chain.sla", text)
    file, _ = parse(source)
    model, diagnostics = check([(source, file)], LANGUAGE)
    assert diagnostics == ()
    assert len(model.definitions) == 2000
