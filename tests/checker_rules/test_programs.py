"""The small program of every code, and what is said only under circumstances: an as-of date, an import, a mistake elsewhere."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from sladsl.compiler import Compilation, compile_text
from sladsl.diagnostics import CODES

PROGRAMS = Path(__file__).parent.parent / "golden" / "diagnostics"
OURS = [code for code in CODES if re.match(r"SLA4[012]|SLA5[24]|SLA9", code)]
LATER = dt.date(2026, 5, 1)


@pytest.mark.parametrize("code", OURS)
def test_its_program_causes_the_code_and_nothing_else(code: str) -> None:
    path = PROGRAMS / f"{code}.sla"
    made = compile_text(
        path.read_text(encoding="utf-8"), path.name, as_of=LATER if code == "SLA525" else None
    )
    assert [d.code for d in made.diagnostics] == [code]


def reviewed(lines: str, as_of: str | None) -> list[str]:
    text = f'agreement "A":\n  effective 2026-01-01 to 2026-12-31\n  zone "UTC"\n  review {lines}\n'
    made = compile_text(text, as_of=dt.date.fromisoformat(as_of) if as_of else None)
    return [d.message for d in made.diagnostics if d.code == "SLA525"]


@pytest.mark.parametrize(
    ("lines", "as_of", "overdue"),
    [
        ("monthly\n  reviewed 2026-02-03", "2026-03-31", 0),  # March is not over
        ("monthly\n  reviewed 2026-02-03", "2026-04-01", 1),
        ("monthly\n  reviewed 2026-02-03", "2026-05-01", 2),
        ("monthly\n  reviewed 2026-02-03, 2026-06-01", "2026-04-01", 1),  # not held yet
        ("monthly", "2026-02-28", 0),
        ("monthly", "2026-03-01", 1),
        ("weekly\n  reviewed 2026-03-06", "2026-03-15", 0),  # a Friday, and the Sunday of the next week
        ("weekly\n  reviewed 2026-03-06", "2026-03-16", 1),
        ("quarterly\n  reviewed 2026-12-01", "2030-01-01", 0),  # nothing is due after the term
        ("monthly", "2025-06-01", 0),
        ("monthly", None, 0),
    ],
)
def test_a_review_is_overdue_when_a_whole_period_went_by(lines: str, as_of: str | None, overdue: int) -> None:
    found = reviewed(lines, as_of)
    assert len(found) == min(overdue, 1)
    if overdue > 1:
        assert found[0].startswith(f"{overdue} reviews")


def compiled(text: str, **files: str) -> Compilation:
    return compile_text(text, "agreement.sla", read=lambda name: files[name.removesuffix(".sla")], root=".")


def codes(made: Compilation) -> list[str]:
    return [d.code for d in made.diagnostics]


LEAD = """
record lead:
  id          key text
  size        optional number
  status      one of "new", "open", "won"
  created_at  time
  mql_at      optional time
  sal_at      optional time
"""


def test_what_an_import_declares_and_nothing_uses_is_not_mentioned() -> None:
    shared = 'calendar spare:\n  zone "UTC"\n  open monday 09:00 to 10:00\n  closed 2019-12-25\n'
    text = 'import "shared.sla"\nagreement "A":\n  effective 2026-01-01 to 2026-12-31\n  zone "UTC"\n'
    assert codes(compiled(text, shared=shared)) == []


def test_a_contradiction_with_an_imported_base_names_its_file() -> None:
    shared = LEAD + "define Big: lead when size >= 100\n"
    made = compiled('import "shared.sla"\ndefine Small: Big when size < 10\n', shared=shared)
    (found,) = made.diagnostics
    assert (found.code, found.file) == ("SLA401", "agreement.sla")
    (label,) = found.labels
    assert label.file == "shared.sla"
    assert made.sources["shared.sla"].slice(label.span) == "size >= 100"


@pytest.mark.parametrize(
    "line",
    [
        "define A: lead when nothing > 5",
        "define A: lead when size > 5 and nothing < 3",
        "define A: lead when nothing = nothing and not nothing = nothing",
        "define A: Missing when size > 5",
        "kpi a = share of lead whose nothing is known",
        "event a: first nothing where at > 5",
    ],
)
def test_nothing_follows_from_what_could_not_be_resolved(line: str) -> None:
    found = compiled(
        f'{LEAD}{line}\ndefine B: A when status = "won"\nroute A:\n  to "x" when size > 3\n'
    ).diagnostics
    assert found
    assert not [d for d in found if d.code in OURS]


def test_nothing_is_called_unused_while_a_declaration_cannot_be_read() -> None:
    text = f'agreement "A":\n  zone "UTC"\n{LEAD}define A: lead when size > 5\nkpi a = cuont of A\n'
    assert "SLA901" not in codes(compiled(text))


@pytest.mark.parametrize(
    "lines",
    [
        # What was missing when a row came in may be known when it goes on.
        "define New: lead when sal_at is missing since mql_at\ndefine Done: New when sal_at is known since sal_at",
        "define New: lead when not Done since mql_at\ndefine Done: lead when sal_at is known since sal_at",
        # Unknown is neither: a missing size is in none of them, and falls to `otherwise`.
        "define Any: lead when size > 5 or size <= 5",
        'define Any: lead since created_at\nroute Any:\n  to "a" when size > 5\n  to "b" when size <= 5\n  to "c" otherwise',
        # A total that a clause takes back.
        'score fit of lead:\n  add 50 when size > 5\n  subtract 20 when status = "won"\ndefine A: lead when fit = 30',
        # Both ends are included.
        "define A: lead when size between 5 and 5",
        "define A: lead when size >= 5 and size <= 5",
        "define A: lead when created_at >= 2026-01-01 and created_at <= 2026-01-01",
        # Words for the reader: a step of a lifecycle says what its `since` implies.
        "define A: lead when mql_at is known since mql_at\ndefine B: A when mql_at is known and sal_at is known since sal_at",
        'define A: lead when size is known and size > 5 and status != "won"',
        # A deadline that is not in reach yet is unknown, not missed.
        "kpi response = time from lead to sal_at\n"
        "kpi quick = share of lead whose (response within 1 hour) or (response within 2 hours)",
        # A safety net: no row of this one needs it, since the score asks for a size.
        "score fit of lead:\n  add 50 when size >= 200\ndefine A: lead when fit >= 50 since mql_at\n"
        'route A:\n  to "a" when size >= 200\n  to "b" otherwise',
        'define A: lead when (size else 0) < 5 and status != "won"',
    ],
)
def test_what_can_be_is_not_called_impossible(lines: str) -> None:
    assert set(codes(compiled(f"{LEAD}{lines}\n"))) <= {"SLA409"}


def test_a_definition_that_nobody_can_meet_is_said_once() -> None:
    text = (
        f"{LEAD}define A: lead when size > 5 and size < 3 since mql_at\n"
        "define B: A when size > 100\n"
        'kpi a = share of A whose size > 7\nroute A:\n  to "x" when size > 5\n'
    )
    assert codes(compiled(text)) == ["SLA401"]


def test_many_alternatives_are_given_up_and_not_guessed() -> None:
    parts = " and ".join(f'(size = {i} or size = {i + 1} or status = "new")' for i in range(30))
    text = f'{LEAD}define A: lead when {parts}\nroute A:\n  to "x" when not ({parts})\n  to "y" otherwise\n'
    assert "SLA401" not in codes(compiled(text))


def test_a_score_of_many_clauses_still_has_a_most() -> None:
    clauses = "\n".join(f"  add {i + 1} when size = {i}" for i in range(40))
    found = compiled(f"{LEAD}score fit of lead:\n{clauses}\ndefine A: lead when fit > 820\n").diagnostics
    assert [d.code for d in found] == ["SLA401"]


def hinted(rules: str, year: int = 2026) -> list[str]:
    term = f"effective {year}-01-01 to {year}-12-31"
    text = f'agreement "A":\n  {term}\n  zone "UTC"\n  hours h\ncalendar h:\n  open monday to friday 09:00 to 17:00\n{rules}\n'
    return [d.message for d in compile_text(text).diagnostics if d.code == "SLA540"]


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        ('  closed holidays "GB"', ["Easter Monday", "Late Summer Bank Holiday"]),
        ('  closed holidays "DE"', ["Corpus Christi"]),
        ('  closed holidays "CH"', ["Good Friday", "Easter Monday"]),
        ('  closed holidays "ES"', ["Maundy Thursday"]),
        ('  closed holidays "AU"', ["King's Birthday"]),
        ('  closed holidays "CA"', ["Victoria Day", "Thanksgiving Day"]),
    ],
)
def test_a_country_whose_parts_have_more_holidays(rules: str, names: list[str]) -> None:
    (message,) = hinted(rules)
    assert all(f'"{name}"' in message for name in names)


@pytest.mark.parametrize(
    "rules",
    [
        *(f'  closed holidays "{country}"' for country in ("US", "AT", "IT", "FR", "IN", "NZ", "PL", "NYSE")),
        '  closed holidays "GB-ENG"',
        '  closed holidays "GB"\n  closed holidays "GB-SCT"',
        '  closed holidays "GB"\n  closed 2026-04-06\n  closed 2026-08-31\n  closed 2027-03-29\n  closed 2027-08-30',
    ],
)
def test_parts_that_hardly_differ_or_are_named_are_no_hint(rules: str) -> None:
    assert hinted(rules) == []


def test_a_calendar_that_is_never_open_on_those_days_has_no_hint() -> None:
    text = 'agreement "A":\n  zone "UTC"\n  hours h\ncalendar h:\n  open saturday 09:00 to 17:00\n  closed holidays "GB"\n'
    assert [d.code for d in compile_text(text).diagnostics] == []


def test_a_country_by_its_usual_name_is_offered_with_its_parts() -> None:
    made = compile_text('calendar h:\n  open monday 09:00 to 17:00\n  closed holidays "UK"\n')
    (found,) = (d for d in made.diagnostics if d.code == "SLA502")
    offered = [edit.text for fix in found.fixes for edit in fix.edits]
    assert offered == ['"GB"', '"GB-ENG"', '"GB-NIR"', '"GB-SCT"', '"GB-WLS"']
