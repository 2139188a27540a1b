"""The formatter on every agreement of the repository, as it is, respaced, remarked and cut off."""

from __future__ import annotations

import pytest
from format_texts import SHOWN, TEXTS, formatted, remarked, respaced, without_comments
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sladsl.source import Source
from sladsl.syntax.dump import dump
from sladsl.syntax.parser import parse
from sladsl.syntax.printer import comments

names = st.sampled_from(sorted(SHOWN)) | st.sampled_from(sorted(TEXTS))
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", SHOWN)
def test_what_people_read_is_in_the_canonical_layout(name: str) -> None:
    assert formatted(SHOWN[name]) == SHOWN[name]


@pytest.mark.parametrize("name", TEXTS)
def test_a_formatted_text_stays_as_it_is_and_says_the_same(name: str) -> None:
    once = formatted(TEXTS[name])
    assert formatted(once) == once
    assert comments(once) == comments(TEXTS[name])
    assert dump(parse(Source("x", once))[0]) == dump(parse(Source("x", TEXTS[name]))[0])


@pytest.mark.parametrize("name", TEXTS)
def test_lines_are_clean(name: str) -> None:
    once = formatted(TEXTS[name].replace("\n", " \t\r\n"))
    if not parse(Source("x", TEXTS[name]))[1]:
        assert [line for line in once.splitlines() if line != line.rstrip()] == []
        assert "\n\n\n" not in once
    assert "\r" not in once
    assert once.endswith("\n")
    assert not once.endswith("\n\n")


@quick
@given(st.data())
def test_white_space_makes_no_difference(data: st.DataObject) -> None:
    text = without_comments(TEXTS[data.draw(names)])
    assume(not parse(Source("x", text))[1])
    assert formatted(data.draw(respaced(text))) == formatted(text)


@quick
@given(st.data())
def test_comments_stay_wherever_they_were_put(data: st.DataObject) -> None:
    text = data.draw(remarked(TEXTS[data.draw(names)]))
    once = formatted(text)
    assert comments(once) == comments(text)
    assert formatted(once) == once


@pytest.mark.parametrize("name", [name for name in TEXTS if name.startswith("examples")])
def test_a_text_cut_off_anywhere_is_formatted(name: str) -> None:
    for end in range(0, len(TEXTS[name]), 7):
        text = TEXTS[name][:end]
        once = formatted(text)
        assert "".join(once.split()) == "".join(text.split())
        assert formatted(once) == once


@quick
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(sorted(set("".join(SHOWN.values()).split())))).map(" ".join)
)
def test_any_text_is_formatted(text: str) -> None:
    once = formatted(text)
    assert "".join(once.split()) == "".join(text.removeprefix("\ufeff").split())
    assert formatted(once) == once
