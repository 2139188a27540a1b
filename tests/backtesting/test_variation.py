"""What `--vary` says: which constant, and the values that it takes."""

from __future__ import annotations

import pytest

from backtesting.test_constants import AGREEMENT
from sladsl.backtesting import varied
from sladsl.backtesting.variation import Impossible, changed
from sladsl.compiler import compile_text
from sladsl.diagnostics import Severity
from sladsl.runner import RunError

COMPILED = compile_text(AGREEMENT)

SAID = {
    "sales.answer within 1..3 business hours otherwise": "1 business hour, 2 business hours, 3 business hours",
    "sales.answer within 1..3 otherwise": "1 business hour, 2 business hours, 3 business hours",
    "answer within 2 business hours otherwise": "2 business hours",
    "answer within 1..2 business hours by 30 business minutes when fit": "1 business hour, 90 business minutes, 2 business hours",
    "answer within in 90 business minutes, 1 business day otherwise": "90 business minutes, 1 business day",
    "sales.answer for in 90%, 95%, 99%": "90%, 95%, 99%",
    "sales.answer for 90%, 95%": "90%, 95%",
    "sales.answer if 3 business hours": "3 business hours",
    "sales.answer for 90..99% by 4%": "90%, 94%, 98%",
    "sales.answer for 99.5%..99.9% by 0.2%": "99.5%, 99.7%, 99.9%",
    "quota = 100..200 by 50": "100, 150, 200",
    "quota 100 .. 1_200 by 1000 from": "100, 1100",
    "quota 150 from in 2026-04-01, 2026-10-01": "2026-04-01, 2026-10-01",
    "Good fit >= -10..10 by 10": "-10, 0, 10",
    "define Good fit >= 40, 60": "40, 60",
    "fit add 10..30 by 10 when country": "10, 20, 30",
    'fit add 10, 30 when country = "US"': "10, 30",
    "office in 08:00, 08:30 to 12:30": "08:00, 08:30",
    "third_call 2nd, 4th call": "2nd, 4th",
    "slow p50, p95 of": "p50, p95",
    "fit in the last 7..21 days by 1 week": "1 week, 2 weeks, 3 weeks",
    "sales.answer if 1..2 business days late": "1 business day, 2 business days",
}

REFUSED = {
    "quota 1,000": "`1,000` may be one number or several: write `1_000`, or `1, 000`",
    "quota 100,200": "`100,200` may be one number or several",
    "quota 100..200": "may be about several constants: write more of the words around it, `quota =` or `quota _ from`",
    "sales.answer within 1..8": "`sales.answer within _ when` or `sales.answer within _ otherwise`",
    "volume at 10..30": "there is no constant",
    "sales.answer below 0.8": '`sales.answer if below` or `sales.answer below _ do "more"`',
    "sales.answer for 0.9..0.99": "is a percentage (95%), and `0.9..0.99` is not so: write it with its `%`",
    "quota = 90%": "is a number (120), and `90%` is not so: write it without a unit",
    "sales.answer within 1..8 hours otherwise": "it stays business time, such as `2 business hours`",
    "fit in the last 1..3 business days": "it stays time by the clock or the calendar",
    "answer within 1..3 business days by 1 business hour otherwise": "write its values one by one",
    "quota = 8..1": "from the smaller value to the larger one",
    "quota = 1..8 by 0": "from the smaller value to the larger one",
    "Good fit >= 0.5..0.9": "say how far apart its values are",
    "quota = 1..1_000": "would take 1,000 values, and no more than 200 are tried at once: take larger steps",
    "office 08:00..09:00 to 12:30": "write its values one by one, `in 09:00, …`",
    "sales.answr within 1..8": "there is no constant `sales.answr within 1..8` (did you mean `sales.answer within _ when`?)",
    "Good fit > 40..60": "(did you mean `Good fit >=`?): these can be varied: `Good fit >=`, `Good _ <=` and `Good size >=`",
    "qutoa = 1..8": "(did you mean `quota =`?)",
    "sales.answer": "these can be varied: `sales.answer within _ when`, `sales.answer fit >=`, `sales.answer within _ otherwise`",
    "volume warn 1..8 below": "there is no constant",
    "": "there is no constant ``",
    '"': "there is no constant",
    "1..": "there is no constant",
    "..": "there is no constant",
    "test size 1..8": "there is no constant",
}


@pytest.mark.parametrize("text", SAID)
def test_what_is_said(text: str) -> None:
    (found,) = varied(COMPILED, [text])
    assert ", ".join(found.values) == SAID[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(RunError) as refused:
        varied(COMPILED, [text])
    assert REFUSED[text] in str(refused.value)


def test_combinations_have_a_bound() -> None:
    with pytest.raises(RunError, match=r"20 × 11 = 220 combinations, and no more than 200 are tried at once"):
        varied(COMPILED, ["Good fit >= 1..20", "quota = 100..110"])
    with pytest.raises(RunError, match="`quota =` is varied twice"):
        varied(COMPILED, ["quota = 1..2", "quota = 5"])


def test_what_is_now_stands_in_its_place() -> None:
    assert varied(COMPILED, ["quota = 90,95"])[0].values == ("90", "95")
    (found,) = varied(COMPILED, ["quota = 100..150 by 50"])
    assert found.with_now == ("100", "120", "150")
    (found,) = varied(COMPILED, ["quota = 150, 100"])
    assert found.with_now == ("120", "150", "100")
    (found,) = varied(COMPILED, ["fit size between 200 and 4000, 5000"])
    assert found.with_now == ("4000", "5000")


def test_a_text_takes_other_texts() -> None:
    """In their quotation marks, whatever stands in them; what is no value of the agreement is no constant."""
    (found,) = varied(COMPILED, ['fit country = "DE", "D .. \\"E"'])
    assert (found.values, found.now) == (('"DE"', '"D .. \\"E"'), '"US"')
    with pytest.raises(RunError, match=r"is a text .*: write its values one by one"):
        varied(COMPILED, ['fit country = "A".."B"'])
    for no_value in (
        'agreement zone "Europe/Berlin"',
        'Good to "small"',
        "fit country = DE",
        'fit country = "A" "B"',
    ):
        with pytest.raises(RunError):
            varied(COMPILED, [no_value])


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("marketing.volume warn below 100", "SLA421", "warn below 100"),
        ("quota 150 from 2026-07-15", "SLA734", "at least quota"),
    ],
)
def test_an_impossible_value_is_an_error_at_its_place(text: str, code: str, place: str) -> None:
    (found,) = varied(COMPILED, [text])
    with pytest.raises(Impossible) as refused:
        changed(COMPILED, [(found.constant, found.values[0])])
    compilation = refused.value.compilation
    error = next(d for d in compilation.diagnostics if d.severity is Severity.ERROR)
    assert (error.code, compilation.source.slice(error.span)) == (code, place)
