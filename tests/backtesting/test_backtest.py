"""A back-test of an agreement on its data: each combination is a run of the changed agreement, and what is suggested holds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from backtesting.equal import told
from sladsl.backtesting import Backtest, backtest, changed, varied, wish
from sladsl.backtesting.suggestion import Stricter, direction, suggested
from sladsl.compiler import Compilation, compile_text
from sladsl.runner import RunError, run
from sladsl.verdicts import Verdict

sys.path.insert(0, str(Path(__file__).parents[1] / "cli"))
import small

AS_OF = "2026-03-01"
Tried = Callable[..., Backtest]


@pytest.fixture(scope="module")
def compilation(tmp_path_factory: pytest.TempPathFactory) -> Compilation:
    path = small.write(tmp_path_factory.mktemp("backtest"))
    return compile_text(path.read_text(encoding="utf-8"), str(path))


@pytest.fixture(scope="module")
def tried(compilation: Compilation) -> Tried:
    """A back-test of the agreement; each is made once."""

    @cache
    def made(*vary: str) -> Backtest:
        return backtest(compilation, varied(compilation, vary), as_of=AS_OF)

    return made


def test_each_combination_is_a_run_of_its_own(compilation: Compilation, tried: Tried) -> None:
    """Of a deadline, a threshold and the hours, which cannot be evaluated as one."""
    made = tried(*TWO)
    assert len(made.points) == 3
    for point in made.points:
        text = compilation.source.text
        hours, opens = point.values
        text = text.replace("within 4 business hours", f"within {hours}")
        alone = compile_text(text.replace("09:00 to", f"{opens} to"), compilation.source.name).plan
        assert alone is not None
        expected = run(alone, as_of=AS_OF)
        assert [told(h.result) for h in point.held] == [told(c) for c in expected.commitments]
        late = sum(map(len, expected.outcomes.breaches.values()))
        assert sum(h.late or 0 for h in point.held) == late
        assert sum(h.actions for h in point.held) == len(list(expected.due()))


def test_the_agreement_as_it_is_stands_among_the_values(tried: Tried) -> None:
    made = tried("sales.response_time within in 2 business hours, 8 business hours")
    assert [(p.values, p.is_now) for p in made.points] == [
        (("2 business hours",), False),
        (("4 business hours",), True),
        (("8 business hours",), False),
    ]
    assert made.affected == ("sales.response_time",)
    assert made.unaffected == ("marketing.volume",)
    counts = [
        (h.count(Verdict.MET), h.count(Verdict.MISSED), h.late, h.actions)
        for p in made.points
        if (h := p.of("sales.response_time"))
    ]
    # L3, L4 and L7 are late in any case, L2 and L3 by a little.
    assert counts == [(0, 2, 4, 6), (0, 2, 3, 5), (1, 1, 2, 3)]


def test_what_cannot_be_read_leaves_in_doubt_what_it_does_in_a_run(tmp_path: Path) -> None:
    """Beside each verdict, of values that are evaluated as one and of those that take turns."""
    path = small.write(tmp_path)
    leads = tmp_path / "leads.csv"
    rows = leads.read_text(encoding="utf-8").splitlines()
    leads.write_text("\n".join([*rows, "L90,many,US,Ann,2026-01-20 10:00"]) + "\n", encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    agreement = compile_text(text, str(path))
    marked = set()
    for vary in (
        "marketing.volume at least 1..6",
        "define MQL size >= 10, 100, 500, 5_000",
        "office 08:00, 09:00 to",
    ):
        for point in backtest(agreement, varied(agreement, [vary]), as_of=AS_OF).points:
            own = [(v.constant, x) for v, x in zip(varied(agreement, [vary]), point.values, strict=True)]
            alone = changed(agreement, own).plan
            assert alone is not None
            assert [told(h.result) for h in point.held] == [
                told(c) for c in run(alone, as_of=AS_OF).commitments
            ]
            marked |= {
                (vary, j.doubt, j.in_doubt) for h in point.held for j in h.result.periods if j.in_doubt
            }
    assert len({vary for vary, doubt, _ in marked if doubt}) >= 2


def test_what_changes_nothing_affects_nothing(tried: Tried) -> None:
    made = tried("route MQL size >= 1_000, 1_500")
    assert made.affected == ()
    assert made.unaffected == ("marketing.volume", "sales.response_time")


@pytest.mark.parametrize(
    ("vary", "suggest", "value", "reason"),
    [
        ("sales.response_time within 1..8 business hours", "met in 1 of 2", "5 business hours", ""),
        ("sales.response_time for 10..90% by 10%", "sales.response_time met in 2 of 2", "50%", ""),
        ("sales.response_time for 10..90% by 10%", "response_time met in 1", "50%", ""),
        ("marketing.volume at least 1..5", "met in 2 of 2", "2", ""),
        ("marketing.volume at least 3..5", "met in 2 of 2", None, "none of the values was met in 2 of 2"),
        (
            "define MQL size >= 10..60 by 10",
            "marketing.volume met in 1 of 2",
            None,
            "cannot be told from what it says",
        ),
        (
            "sales.response_time within 4 business hours, 1 business day",
            "met in 1 of 2",
            None,
            "nobody can say which is longer",
        ),
    ],
)
def test_what_is_suggested(tried: Tried, vary: str, suggest: str, value: str | None, reason: str) -> None:
    suggestion = suggested(tried(vary), wish(suggest))
    assert suggestion.value == value
    assert reason in suggestion.reason
    assert bool(reason) is (value is None)


def test_a_let_is_as_strict_as_what_it_stands_in(compilation: Compilation) -> None:
    text = compilation.source.text.replace("at least 3 per", "at least quota per")
    once = compile_text(f"let quota = 3\n{text}", compilation.source.name)
    assert direction(once, varied(once, ["quota 1..5"])[0]) == {"marketing.volume": Stricter.HIGHER}
    twice = compile_text(
        f"let quota = 3\n{text.replace('size >= 10', 'size >= quota')}", compilation.source.name
    )
    assert direction(twice, varied(twice, ["quota 1..5"])[0]) == {}


@pytest.mark.parametrize(
    ("target", "vary", "stricter"),
    [
        ("volume at most 3 per month", "marketing.volume at most 1..5", Stricter.LOWER),
        ("volume between 3 and 5 per month", "marketing.volume between 1..3", Stricter.HIGHER),
        ("volume between 3 and 5 per month", "marketing.volume between 3 and 5..9", Stricter.LOWER),
        ("volume for each country at least 3 per month", "marketing.volume at least 1..5", Stricter.HIGHER),
        ("volume at least 3 per month\n    warn below 4", "marketing.volume warn below 4..6", None),
        (
            "volume at least 3 per month\n    only while response_share at most 40%",
            "marketing.volume at most 10..40% by 5%",
            None,
        ),
    ],
)
def test_which_way_is_stricter(
    compilation: Compilation, target: str, vary: str, stricter: Stricter | None
) -> None:
    text = compilation.source.text.replace("volume at least 3 per month", target)
    text += "\nkpi response_share = share of MQL whose size > 100\n"
    changed = compile_text(text, compilation.source.name)
    assert changed.plan is not None
    assert direction(changed, varied(changed, [vary])[0]).get("marketing.volume") is stricter


def test_where_stricter_was_easier_nothing_is_suggested(tried: Tried) -> None:
    made = tried("marketing.volume at least 1..5")
    labels = [p.values for p in made.points]
    turned = replace(
        made, points=tuple(replace(p, values=x) for p, x in zip(made.points, labels[::-1], strict=True))
    )
    suggestion = suggested(turned, wish("met in 1 of 2"))
    assert suggestion.value is None
    assert "stricter is not always harder here" in suggestion.reason
    assert suggestion.enough == ("5", "4", "3", "2")


VOLUME = ("marketing.volume at least 1..5",)
SIZE = ("define MQL size >= 10..60 by 10",)
TWO = ("sales.response_time within in 3 business hours, 5 business hours", "office in 08:00 to 17:00")


@pytest.mark.parametrize(
    ("vary", "suggest", "told_of"),
    [
        (
            SIZE,
            "met in 1 of 2",
            "say of which commitment something is to be suggested: `marketing.volume met in 1 of 2` and",
        ),
        (
            VOLUME,
            "met in 5 of 6",
            "only 2 periods of `marketing.volume` are met or missed for good with every value",
        ),
        (
            VOLUME,
            "sales.volume met in 1",
            "there is no commitment `sales.volume`: there are `marketing.volume` and",
        ),
        (TWO, "met in 1", "`--suggest` is about one constant"),
    ],
)
def test_a_wish_that_cannot_be_told(tried: Tried, vary: tuple[str, ...], suggest: str, told_of: str) -> None:
    made = tried(*vary)
    with pytest.raises(RunError) as refused:
        suggested(made, wish(suggest))
    assert told_of in str(refused.value)


@pytest.mark.parametrize("text", ["", "met", "met in", "met in 3 of 2", "met in 0 of 2", "missed in 2 of 3"])
def test_what_is_no_wish(text: str) -> None:
    with pytest.raises(RunError):
        wish(text)


def test_each_evaluation_is_told(compilation: Compilation) -> None:
    turns: list[tuple[int, int]] = []
    variations = varied(compilation, ["office in 08:00 to 17:00"])
    backtest(compilation, variations, as_of=AS_OF, turn=lambda *x: turns.append(x))
    assert turns == [(1, 2), (2, 2)]
