"""Formatting in the editor: small edits that make what `sla fmt` makes, for a part of the text as for all of it."""

from __future__ import annotations

from format_texts import TEXTS, remarked, respaced, without_comments
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sladsl.ide import formatting
from sladsl.ide.actions import applied
from sladsl.source import Source, Span
from sladsl.syntax.printer import format_range, format_text

quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def untidy(draw: st.DrawFn) -> str:
    """An agreement with other white space, or with comments at odd places."""
    text = TEXTS[draw(st.sampled_from(sorted(TEXTS)))]
    return draw(remarked(text)) if draw(st.booleans()) else draw(respaced(without_comments(text)))


@quick
@given(untidy())
def test_the_edits_make_what_fmt_makes(text: str) -> None:
    source = Source("x", text)
    assert applied(text, formatting.whole(source)) == format_text(source).text


@quick
@given(untidy())
def test_only_white_space_is_touched(text: str) -> None:
    edits = formatting.whole(Source("x", text))
    for edit in edits:
        assert text[edit.span.start : edit.span.end].strip() == edit.text.strip() == ""
    assert len({edit.span.start for edit in edits}) == len(edits)


@quick
@given(untidy(), st.data())
def test_a_part_is_formatted_as_in_the_whole(text: str, data: st.DataObject) -> None:
    """Only its neighbours are read, and yet it is laid out as if all were."""
    source = Source("x", text)
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    assert applied(text, formatting.within(source, span)) == format_range(source, span).text


@quick
@given(untidy(), st.data())
def test_a_new_line_leaves_what_is_below_alone(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    typed = f"{text[:at]}\n{text[at:]}"
    edits = formatting.after_newline(Source("x", typed), at + 1)
    after = applied(typed, edits)
    below = text[at:].lstrip(" \t")
    assert after.endswith(below)
    assert "".join(after.split()) == "".join(typed.split())
