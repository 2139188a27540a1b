"""What changes the meaning of an agreement is a difference, and nothing else is: over all agreements of the golden files."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sladsl.comparing import Comparison, compare
from sladsl.comparing.texts import compiled
from sladsl.compiler import Compilation
from sladsl.source import Source
from sladsl.syntax.printer import format_text
from sladsl.syntax.split import comments, cut, words

ROOT = Path(__file__).parents[2]
FILES = [
    *sorted((ROOT / "tests" / "golden" / "verdicts").glob("*/agreement.sla")),
    ROOT / "tests/golden/doc/every_form.sla",
]
SLOW = bool(os.environ.get("SLADSL_SLOW"))
LAID_OUT = FILES if SLOW else [*FILES[::14], FILES[-1]]
CHANGED = FILES if SLOW else [*FILES[::20], FILES[-1]]
EACH = 40 if SLOW else 3
"""How many numbers are changed in a file."""


def alone(text: str) -> Compilation:
    return compiled({"a.sla": text}, "a.sla")


def difference(before: str, after: str) -> Comparison:
    return compare(alone(before), alone(after))


def without_comments(text: str) -> str:
    for span in reversed(list(comments(text))):
        text = text[: span.start] + text[span.end :]
    return text


def in_another_order(text: str) -> str:
    """Declarations the other way round; a definition that is given again stays behind its first text."""
    pieces = [text[p.span.start : p.span.end] for p in cut(text)]
    again = [p for p in pieces if re.match(r"define \w+ .*from \d", p)]
    return "\n\n".join([*reversed([p for p in pieces if p not in again]), *again]) + "\n"


@pytest.mark.parametrize("path", LAID_OUT, ids=lambda p: p.parent.name)
def test_layout_comments_and_order_are_no_difference(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    other = in_another_order(
        without_comments(format_text(Source("a.sla", text)).text.replace("\n  ", "\n      "))
    )
    found = difference(text, other)
    assert not found.new.has_errors
    assert found.is_same, found.changes
    assert found.digests[0] == found.digests[1]


def mutations(text: str) -> Iterator[str]:
    """The text with one of its numbers or dates another one."""
    numbers = [
        w for w in words(text) if w.kind == "number" and re.fullmatch(r"[\d_]+%?|\d{4}-\d\d-\d\d", w.text)
    ]
    random.Random(len(text)).shuffle(numbers)
    for word in numbers[:EACH]:
        head, day, tail = re.fullmatch(r"(.*?)(\d+)(\D*)", word.text).groups()  # type: ignore[union-attr]
        other = f"{head}{int(day) + 1:0{len(day)}}{tail}"
        yield text[: word.span.start] + other + text[word.span.end :]


@pytest.mark.parametrize("path", CHANGED, ids=lambda p: p.parent.name)
def test_a_number_that_changes_is_a_difference_of_its_declaration_alone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for other in mutations(text):
        if alone(other).has_errors:
            continue
        found = difference(text, other)
        assert found.digests[0] != found.digests[1]
        own = [c for c in found.changes if not c.through]
        assert len(own) <= 1 or {c.kind for c in own} == {"commitment"}, own
        assert own or found.renamed, "a number in a text that names something is a new name"
        for change in found.changes:
            assert change.parts
            assert all(p.before != p.after for p in change.parts), change


SWAPS = {
    "met": "missed",
    "at least": "at most",
    "and": "or",
    "first": "last",
    "optional": "",
    "before": "after",
    ">=": ">",
    "monday": "sunday",
}


def other_words(text: str) -> Iterator[str]:
    """The text without one of its lines, or with one word for another."""
    lines = text.splitlines(keepends=True)
    made = ["".join([*lines[:n], *lines[n + 1 :]]) for n, line in enumerate(lines) if line.startswith(" ")]
    for word, other in SWAPS.items():
        for found in re.finditer(rf"(?<!\w){word}(?!\w|=)", text):
            made.append(text[: found.start()] + other + text[found.end() :])
    random.Random(len(text)).shuffle(made)
    yield from made[: EACH * 2]


@pytest.mark.parametrize("path", CHANGED, ids=lambda p: p.parent.name)
def test_what_changes_the_plan_is_a_difference(path: Path) -> None:
    """The plan is what is evaluated: whatever makes another one is told."""
    text = path.read_text(encoding="utf-8")
    before = alone(text)
    for other in other_words(text):
        after = alone(other)
        if after.has_errors:
            continue
        found = compare(before, after)
        assert not found.is_same or after.plan == before.plan
        assert found.is_same == (found.digests[0] == found.digests[1])
        for change in found.changes:
            assert change.parts
            assert change.through or all(p.before != p.after for p in change.parts), change


def test_the_mutations_are_some() -> None:
    """The test above passes over texts that do not check."""
    whole = [
        m for path in CHANGED for m in mutations(path.read_text(encoding="utf-8")) if not alone(m).has_errors
    ]
    assert len(whole) >= len(CHANGED)


BASE = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"
  hours office

calendar office:
  zone "UTC"
  open monday to friday 09:00 to 17:00
  closed 2026-12-24, 2026-12-25

record lead:
  id        key text
  size      optional number
  country   optional text
  came_at   time
  answered  optional time

define Big:
  lead when size >= 100 and country in {"US", "CA"}
  since came_at

kpi answer_time = time from Big to answered

sales owes marketing:
  answer_time within 4 hours for 90% of Big per month
    if late notify "desk"
    none counts as met
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("within 4 hours", "within 240 minutes"),
        ("90% of", "90.0% of"),
        ('{"US", "CA"}', '{"CA", "US"}'),
        ('size >= 100 and country in {"US", "CA"}', '(country in {"US", "CA"}) and 100 <= size'),
        ("closed 2026-12-24, 2026-12-25", "closed 2026-12-24 to 2026-12-25"),
        ("  closed 2026-12-24, 2026-12-25\n", "  closed 2026-12-25\n  closed 2026-12-24\n"),
        ("open monday to friday 09:00 to 17:00", "open monday to wednesday 09:00 to 17:00\n  open thursday, friday 09:00 to 17:00"),
        ('    if late notify "desk"\n    none counts as met\n', '    none counts as met\n    if late notify "desk"\n'),
        ("  size      optional number\n  country   optional text\n", "  country   optional text\n  size      optional number\n"),
    ],
)  # fmt: skip
def test_spelling_is_no_difference(before: str, after: str) -> None:
    assert before in BASE
    found = difference(BASE, BASE.replace(before, after))
    assert not found.new.has_errors, found.new.diagnostics
    assert found.is_same, found.changes
    assert found.digests[0] == found.digests[1]


def test_the_order_of_promises_is_no_difference_to_what_is_counted() -> None:
    """A KPI that is owed by two periods is reported by the shorter one, whichever stands first."""
    by_month = "  answer_time within 4 hours for 90% per month\n"
    by_quarter = "  answer_time of Top within 1 hour for 90% per quarter\n"
    head = BASE[: BASE.index("  answer_time within")]
    head = head.replace("kpi answer_time", "define Top:\n  Big when size >= 500\n\nkpi answer_time")
    texts = [head + by_month + by_quarter, head + by_quarter + by_month]
    found = difference(*texts)
    assert found.is_same
    assert found.old.plan is not None
    assert found.new.plan is not None
    was, now = ({f.id: f.period for f in plan.figures} for plan in (found.old.plan, found.new.plan))
    assert was == now
    assert was["answer_time"] == "month"


RENAMES = {
    "definition": ("Big", "Large"),
    "kpi": ("answer_time", "response"),
    "calendar": ("office", "desk_hours"),
    "record": ("lead", "prospect"),
    "field": ("size", "employees"),
    "party": ("sales", "sellers"),
}


@pytest.mark.parametrize("kind", RENAMES)
def test_another_name_everywhere_is_a_rename_and_nothing_else(kind: str) -> None:
    old, new = RENAMES[kind]
    found = difference(BASE, re.sub(rf"\b{old}\b", new, BASE))
    assert not found.new.has_errors
    assert [(r.kind, r.old, r.new) for r in found.renamed] == [(kind, old, new)]
    assert not found.changes
    assert found.digests[0] != found.digests[1]


SPELLS = """record rep:
  id    key text
  name  text

record lead:
  id       key text
  stage    text
  country  text
  created  time

record change of lead:
  rep  key of rep
  at   time

let holder of lead = (rep of last change)

spell turn of lead:
  while stage = "MQL"
  for each holder, country

kpi handling = time from turn to turn.ended
kpi turns = count of turn for each holder, country
"""


@pytest.mark.parametrize(
    ("kind", "of", "old"),
    [
        ("spell", "", "turn"),
        ("derived field", "", "holder"),
        ("field", "lead", "country"),
        ("record", "", "change"),
    ],
)
def test_a_name_that_a_spell_takes_over_is_one_with_that_of_its_rows(kind: str, of: str, old: str) -> None:
    """And the name of a spell is one before a dot, too."""
    found = difference(SPELLS, re.sub(rf"\b{old}\b", "other_name", SPELLS))
    assert not found.new.has_errors, found.new.diagnostics
    assert [(r.kind, r.of, r.old, r.new) for r in found.renamed] == [(kind, of, old, "other_name")]
    assert not found.changes


LEADS = """record lead:
  id    key text
  tier  one of "gold", "silver", "none"
  at    time

define Valued:
  lead when tier in {"gold"} or tier = "silver"
"""


def test_a_value_that_has_another_name_is_a_rename() -> None:
    """Wherever it stood, and for certain: where no condition asks for it, it may as well be another one."""
    found = difference(LEADS, LEADS.replace('"gold"', '"top tier"'))
    assert [(r.kind, r.of, r.old, r.new) for r in found.renamed] == [
        ("value", "lead.tier", "gold", "top tier")
    ]
    assert not found.changes
    both = difference(LEADS, LEADS.replace('"gold"', '"top"').replace('"silver"', '"mid"'))
    assert {(r.old, r.new) for r in both.renamed} == {("gold", "top"), ("silver", "mid")}
    assert not both.changes
    unasked = difference(LEADS, LEADS.replace('"none"', '"other"'))
    assert not unasked.renamed
    assert ("record", "lead") in [x.key for x in unasked.changes]
    # Another value in one place is another condition, and no name.
    other = difference(LEADS, LEADS.replace('tier = "silver"', 'tier = "none"'))
    assert not other.renamed
    assert [x.key for x in other.changes] == [("definition", "Valued")]


@pytest.mark.parametrize(
    ("constant", "asked"),
    [
        ('valued = {"gold", "silver"}', "tier in valued"),
        ('best = "gold"', "tier = best"),
        ('best = "gold", "silver" from 2026-07-01', "tier = best"),
        ('valued = {"gold", "silver"}', 'id = "1" or not (tier in valued)'),
    ],
)
def test_a_value_that_stands_in_a_constant_is_a_rename_too(constant: str, asked: str) -> None:
    text = LEADS.replace('tier in {"gold"} or tier = "silver"', asked) + f"\nlet {constant}\n"
    found = difference(text, text.replace('"gold"', '"top tier"'))
    assert not found.new.has_errors, found.new.diagnostics
    assert [(r.kind, r.of, r.old, r.new) for r in found.renamed] == [
        ("value", "lead.tier", "gold", "top tier")
    ]
    assert not found.changes
    # One more in the constant is a change of it.
    more = difference(text, text.replace('{"gold",', '{"none", "gold",'))
    assert not more.renamed


def test_a_constant_for_two_fields_has_the_value_of_the_one_that_was_renamed() -> None:
    """The other field has a value of the same letters, which is another one: then the constant means something else of it."""
    text = LEADS.replace("  at    time\n", '  grade one of "gold", "x"\n  at    time\n').replace(
        'tier in {"gold"} or tier = "silver"', "tier in valued or grade in valued"
    )
    text += '\nlet valued = {"gold"}\n'
    after = (
        text.replace('one of "gold", "silver"', 'one of "top", "silver"')
        .replace("grade in valued", 'grade = "gold"')
        .replace('{"gold"}', '{"top"}')
    )
    found = difference(text, after)
    assert not found.new.has_errors, found.new.diagnostics
    assert not found.renamed
    assert {x.key for x in found.changes} >= {("record", "lead"), ("constant", "valued")}


def test_a_name_is_known_where_more_was_changed_beside_it() -> None:
    """By the single conditions that are the same under it."""
    changed = LEADS.replace('tier = "silver"', '(tier = "silver" and id != "x")')
    both = difference(LEADS, changed.replace('"gold"', '"top"'))
    assert [(r.kind, r.old, r.new) for r in both.renamed] == [("value", "gold", "top")]
    assert [x.key for x in both.changes] == [("definition", "Valued")]
    text = BASE.replace("size >= 100 and", "employees >= 100 and answered is missing and").replace(
        "  size ", "  employees "
    )
    field = difference(BASE, text)
    assert [(r.kind, r.old, r.new) for r in field.renamed] == [("field", "size", "employees")]
    assert [x.title for x in field.changes if not x.through] == ["definition Big"]


def test_all_names_at_once() -> None:
    text = BASE
    for old, new in RENAMES.values():
        text = re.sub(rf"\b{old}\b", new, text)
    found = difference(BASE, text)
    assert sorted((r.kind, r.old, r.new) for r in found.renamed) == sorted(
        (kind, *names) for kind, names in RENAMES.items()
    )
    assert not found.changes


def test_a_name_for_something_else_is_none() -> None:
    """A field of the same type is another field, where nothing says that it stands for the first."""
    found = difference(
        BASE,
        BASE.replace("size      optional number", "revenue   optional number").replace(
            "size >= 100", "revenue >= 200"
        ),
    )
    assert not found.renamed
    assert {c.title for c in found.changes} == {"record lead", "definition Big"}


def test_a_declaration_that_moves_to_an_import_is_a_move() -> None:
    cut_out = BASE[BASE.index("calendar office") : BASE.index("record lead")]
    files = {
        "a.sla": f'import "shared/hours.sla"\n\n{BASE.replace(cut_out, "")}',
        "shared/hours.sla": cut_out,
    }
    found = compare(alone(BASE), compiled(files, "a.sla"))
    assert [(x.title, x.old, x.new) for x in found.moved] == [
        ("calendar office", "a.sla", "shared/hours.sla")
    ]
    assert not found.changes
    assert not found.renamed
    assert found.digests[0] == found.digests[1]


def test_a_constant_is_told_with_what_it_changes() -> None:
    before = BASE.replace("within 4 hours", "within pace").replace(
        "record lead", "let pace = 4 hours\n\nrecord lead"
    )
    found = difference(before, before.replace("pace = 4 hours", "pace = 2 hours"))
    assert [(c.title, c.through) for c in found.changes] == [
        ("constant pace", ()),
        ("answer_time (sales owes marketing)", ("constant pace",)),
    ]
    written_out = difference(before, BASE)
    assert [(c.what, c.title) for c in written_out.changes] == [("removed", "constant pace")], (
        "a value that is written out is the same"
    )
