"""A clause that is half added cannot pass: what one part of the house knows of the language, every part knows.

What is looked at is what is read, while every agreement of the golden files goes through the house. A field of a node that the checker,
lowering, the page or an explanation never reads is a clause that one of them leaves out; so is a word of the grammar without an agreement,
a help or a place in the reference. Each exception stands below with its reason, and one that is none any more fails too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from reads import Reads, nodes, recorded, unread

from sladsl.compiler import Compilation, compile_text
from sladsl.data import load
from sladsl.engines.rows import Evaluation, default_as_of
from sladsl.explaining import Reader, tell
from sladsl.ide.keywords import help_of
from sladsl.language import LANGUAGE
from sladsl.lowering import meaning
from sladsl.model import declarations, expressions, promises
from sladsl.plan.rows import LEFT_OUT, STATES_LEFT_OUT, TALLIES, State, counter_of, lists_unsure
from sladsl.syntax.ast import promises as tree_promises
from sladsl.syntax.ast import setting, values
from sladsl.syntax.grammar import alternatives, grammar_text
from sladsl.syntax.parse_table import terminals
from sladsl.syntax.parser import shape
from sladsl.syntax.shape import Shape
from sladsl.syntax.split import cut
from sladsl.testing import run_tests
from sladsl.wording import page

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "golden"
AGREEMENTS = sorted([*GOLDEN.rglob("*.sla"), *ROOT.glob("examples/*/*.sla")])
CASES = sorted(GOLDEN.glob("verdicts/*/agreement.sla"))
TREE = nodes(tree_promises, setting, values)
MODEL = nodes(declarations, expressions, promises)
CLAUSES = nodes(*(import_module(kind.clause.__module__) for kind in LANGUAGE.commitment))
OF_A_SOURCE = nodes(*{import_module(kind.clause.__module__) for kind in LANGUAGE.source})
OF_THE_AGREEMENT = [kind.clause for kind in LANGUAGE.agreement]
OF_A_CALENDAR = [kind.clause for kind in LANGUAGE.calendar]

TESTS = [
    declarations.Test, declarations.Given, declarations.ExpectCondition, declarations.ExpectVerdict, declarations.ExpectRoute,
]  # fmt: skip
SOURCES = [declarations.DataSource, declarations.FieldMapping, declarations.Keep]
RESOLVED = [
    declarations.Use,
    declarations.Origin,
    declarations.Let,
    expressions.Invalid,
    expressions.SetValue,
]
"""What the checker has put in the place of words: who reads it gets what it stands for."""

MEANING = [each for each in MODEL if each not in [*TESTS, *SOURCES, *RESOLVED]]
OF_A_ROW = [
    *nodes(promises),
    declarations.Definition, declarations.Score, declarations.ScoreClause, declarations.Event, declarations.NthRow,
    declarations.OneOfSeveral,
    expressions.MovedMoment,
]  # fmt: skip
"""What decides about one row: an explanation tells each."""

READ: dict[str, list[type]] = {
    "sladsl.checker": TREE,
    "sladsl.lowering": [*MEANING, *SOURCES],
    "sladsl.wording": MEANING,
    "sladsl.explaining": OF_A_ROW,
    "sladsl.testing": TESTS,
    "sladsl.language.plan": [*CLAUSES, *OF_A_SOURCE, *OF_A_CALENDAR],
    "sladsl.language.model": OF_THE_AGREEMENT,
    "sladsl.language.said": [*CLAUSES, *OF_THE_AGREEMENT, *OF_A_CALENDAR],
}

NOT_READ: dict[str, dict[str, str]] = {
    "sladsl.checker": {
        "Clause.parts": "read by the clause itself",
        "Action.kind": "read by the clause that it is in",
        "Action.to": "read by the clause that it is in",
        "Keyword.text": "read by the clause that it is in",
        "Party.label": "read by the clause that it is in",
        "DayRange.first": "read by the clause that it is in",
        "DayRange.last": "read by the clause that it is in",
        "Choice.otherwise": "a branch without `when` is one, and that is what is read",
        "RouteCase.otherwise": "as of a branch",
        "Share.population": "read by the tree's own `Commitment.narrowed`",
        "Share.groups": "read by the tree's own `Commitment.groups`",
        "Import.path": "read by the compiler, which brings the file in",
        "DataSource.label": "shown by the outline alone",
    },
    "sladsl.lowering": {
        "ScoreClause.number": "its `when` asks for so many rows",
        "ScoreClause.most": "its points are what is left of them",
        "Agreement.clauses": "what they make of the agreement stands beside them",
        "Calendar.clauses": "what they make of the calendar are its rules",
        "Choice.since": "its `when` asks it",
        "DataSource.clauses": "each is asked, through `clauses_of_source`",
        "Commitment.clauses": "each is asked, through `clauses_of`",
        "Agreement.goal": "printed, not judged",
        "Agreement.reviewed": "printed, not judged",
        "Review.by": "printed, not judged",
        "Review.over": "what the review breaks down by",
        "Calendar.label": "the page shows it",
        "Event.label": "the page shows it",
        "Score.label": "the page shows it",
        "Lifecycle.record": "that of its steps",
        "Derived.label": "the page shows it",
        "DerivedUse.record": "that of the derived field",
        "OfAsker.first": "for who reads it: `up` says which row it is",
    },
    "sladsl.wording": {
        "Exclusion.when": "said by the clause that it is of",
        "Exclusion.because": "said by the clause that it is of",
        "Exclusion.becomes": "said by the clause that it is of",
        "DerivedUse.record": "that of the derived field",
        "OfAsker.up": "`first` says whether it is this row or that one",
        "Rung.kind": "said by its clause",
        "Rung.words": "said by its clause",
        "Rung.actions": "said by its clause",
        "Rung.percent": "said by its clause",
        "Rung.duration": "said by its clause",
        "Rung.calendar": "said by its clause",
        "Action.verb": "said by its clause",
        "Action.to": "said by its clause",
        "Action.named": "said by its clause",
        "Pause.record": "said by its clause",
        "Pause.shared": "how its rows are found",
        "Pause.began": "said by its clause",
        "Pause.ended": "said by its clause",
        "Pause.limits": "said by its clause",
        "Pause.is_spell": "said by its clause",
        "Pause.through": "said by its clause",
        "Commitment.clauses": "each is asked, through `clauses_of`",
        "Agreement.clauses": "each is asked, through `clauses_of_agreement`",
        "Calendar.clauses": "each is asked, through `clauses_of_calendar`",
        "Agreement.goal": "its clause says it",
        "Agreement.review": "its clause says it",
        "Agreement.reviewed": "its clause says it",
        "Agreement.year_starts": "its clause says it",
        "Agreement.week_starts": "its clause says it",
        "Agreement.zone": "its clause says it",
        "Review.by": "its clause says it",
        "Review.cadence": "its clause says it",
        "Review.over": "its clause says it",
        "Choice.words": "the page has words of its own",
        "Choice.since": "its `when` says it",
        "Commitment.first_words": "the page has words of its own",
        "LaterTarget.words": "the page has words of its own",
        "Commitment.words": "the page has words of its own",
        "Commitment.id": "made of the party and the KPI, which are read",
        "Definition.entry_type": "follows from `since`",
        "TimeBetween.record": "that of its start",
        "Field.key": "how data are read, no promise",
        "Field.optional": "how data are read, no promise",
        "Field.implied": "how data are read, no promise",
        "Field.accountable": "whose breach it is stands in what is promised",
        "Link.own": "how data are read, no promise",
        "Link.theirs": "how data are read, no promise",
    },
    "sladsl.explaining": {
        "Count.at_period_end": "read off the plan: at which period ends a spell is counted",
        "Whose.at_period_end": "read off the plan: at which period ends a spell is counted",
        "ScoreClause.most": "the points of each row are told",
        "Action.verb": "read off the plan, as what a row names",
        "Action.to": "read off the plan, as what a row names",
        "Action.named": "read off the plan, as what a row names",
        "Commitment.first": "its words say it, and the plan which periods it is about",
        "Commitment.last": "its words say it, and the plan which periods it is about",
        "MovedMoment.duration": "the moment is worked out by lowering, and told as written",
        "MovedMoment.calendar": "the moment is worked out by lowering, and told as written",
        "MovedMoment.before": "the moment is worked out by lowering, and told as written",
        "GroupLimit.at_least": "the plan has what a group is held to",
        "GroupLimit.branches": "the plan has what a group is held to",
        "GroupBranch.value": "the plan has what a group is held to",
        "GroupBranch.when": "the plan has what a group is held to",
        "Exclusion.becomes": "read off the state of the row's clock",
        "Rung.kind": "read off the plan's rungs",
        "Rung.words": "read off the plan's rungs",
        "Rung.actions": "read off the plan's rungs",
        "Rung.percent": "read off the plan's rungs",
        "Rung.duration": "read off the plan's rungs",
        "Rung.calendar": "read off the plan's rungs",
        "Pause.record": "read off the plan's stretches",
        "Pause.shared": "read off the plan's stretches",
        "Pause.began": "read off the plan's stretches",
        "Pause.ended": "read off the plan's stretches",
        "Pause.limits": "read off the plan's stretches",
        "Pause.is_spell": "read off the plan's stretches",
        "Pause.through": "read off the plan's stretches",
        "Commitment.clauses": "asked for by their kind",
        "Commitment.first_words": "judges a period, not a row",
        "Commitment.later": "judges a period, not a row",
        "LaterTarget.since": "judges a period, not a row",
        "LaterTarget.target": "judges a period, not a row",
        "LaterTarget.words": "judges a period, not a row",
        "Commitment.period": "judges a period, not a row",
        "Event.label": "a report shows it",
        "Event.name": "the key under which the model has it",
        "Limit.at_least": "judges a period, not a row",
        "Limit.value": "judges a period, not a row",
        "Range.low": "judges a period, not a row",
        "Range.high": "judges a period, not a row",
        "Within.share": "judges a period, not a row",
        "Population.record": "that of the row",
        "Statistic.function": "what is made of many rows",
        "Statistic.percent": "what is made of many rows",
        "TimeBetween.record": "that of the row",
        "TimeBetween.unit": "a report prints it",
    },
    "sladsl.testing": {},
    "sladsl.language.plan": {
        "Action.named": "lowering makes a column of it",
        "PauseDuring.pause": "what lowering asks its `pauses` for",
        "ExceptWhen.when": "lowered with the clock, through `exclusions_of`",
        "ExceptWhen.because": "lowered with the clock, through `exclusions_of`",
        "WeeklyHours.days": "read as the week that they make",
        "WeeklyHours.hours": "read as the week that they make",
        "Ladder.rung": "what lowering asks its `rungs` for",
        "Ladder.actions": "those of its rung",
    },
    "sladsl.language.model": {},
    "sladsl.language.said": {
        "Hours.calendar": "the calendar says whether it is the one that is meant",
        "Reviewed.dates": "the first of them tells of all",
        "WeeklyHours.days": "the page shows the week that all such clauses make together",
        "WeeklyHours.hours": "the page shows the week that all such clauses make together",
    },
}
"""What a part need not read, and why."""

DERIVED = {
    "origin",
    *(
        f"{each.__name__}.type"
        for each in [*nodes(expressions), declarations.Event, expressions.MovedMoment, declarations.Derived]
    ),
}
"""Worked out by the checker, not written by anybody."""


def compiled(path: Path) -> Compilation:
    return compile_text(
        path.read_text(encoding="utf-8"), str(path), read=lambda name: Path(name).read_text(encoding="utf-8")
    )


@pytest.fixture(scope="module")
def reads() -> Reads:
    """Every agreement compiled and put on a page, and the story of every row of the verdict cases."""
    with recorded([*TREE, *MODEL, *CLAUSES, *OF_A_SOURCE, *OF_THE_AGREEMENT, *OF_A_CALENDAR]) as found:
        for path in AGREEMENTS:
            one = compiled(path)
            if one.plan is not None:
                page(one.model)
                run_tests(one)
        for path in CASES:
            tell_all(compiled(path))
    return found


def tell_all(compilation: Compilation) -> None:
    mean = meaning(compilation.model, compilation.source.name)
    rows = load(mean.plan, [], base=Path.cwd()).rows()
    at = default_as_of(mean.plan, rows)
    if at is None:
        return
    reader = Reader(compilation, mean, Evaluation(mean.plan, rows, at, examples=3))
    for record in (*mean.plan.given, *mean.plan.made):
        for frame in reader.evaluation.frames(record.name):
            tell(reader, frame)


@pytest.mark.parametrize("part", READ)
def test_every_clause_is_read(part: str, reads: Reads) -> None:
    left_out = {each for each in unread(READ[part], reads, part) if each not in DERIVED}
    known = set(NOT_READ[part])
    assert sorted(left_out - known) == [], f"{part} never reads these: a clause that it leaves out"
    assert sorted(known - left_out) == [], f"{part} reads these by now, or they are gone: strike them out"


# ------------------------------------------------------------------------------------------------------------- the grammar


def test_every_clause_of_the_grammar_is_one_of_the_language() -> None:
    """A rule without a builder parses: one that no clause reads would be passed over."""
    assert {kind.rule for kind in LANGUAGE.commitment} == alternatives("_commitment_clause")
    assert {kind.rule for kind in LANGUAGE.source} == alternatives("_source_clause") - {"mapping"}
    assert {kind.rule for kind in LANGUAGE.agreement} == alternatives("_agreement_clause")
    assert {kind.rule for kind in LANGUAGE.calendar} == alternatives("_calendar_clause")


def rules() -> set[str]:
    """The rules that a parse shows, those that only group others (`_target`, `?since`) left out."""
    return set(re.findall(r"^!?([a-z]\w*)\s*:", grammar_text(), flags=re.MULTILINE))


def phrases() -> list[str]:
    """Every word and phrase of the grammar that is spelled with letters, units and names of days apart."""
    spelled = {
        name: words
        for name, words in terminals().items()
        if name not in {"UNIT", "DAY", "MONTH", "CADENCE", "PERIOD"}
    }
    return sorted({word for words in spelled.values() for word in words if re.fullmatch(r"[a-z ]+", word)})


def declarations_of(path: Path) -> Iterator[str]:
    """The declarations of an agreement that checks."""
    if compiled(path).plan is not None:
        text = path.read_text(encoding="utf-8")
        yield from (piece.text for piece in cut(text))


@pytest.fixture(scope="module")
def used() -> tuple[set[str], set[str]]:
    """The rules and the words of all agreements of the golden files that check."""
    seen: set[str] = set()
    words: set[str] = set()
    for path in AGREEMENTS:
        for text in declarations_of(path):
            found = shape(text)
            assert found is not None, (path, text)
            seen |= set(_rules(found.shape))
            words |= {word.text for word in found.words}
    return seen, words


def _rules(found: Shape) -> Iterator[str]:
    yield found.rule
    for part in found.parts:
        yield from _rules(part)


def test_every_rule_of_the_grammar_has_an_agreement(used: tuple[set[str], set[str]]) -> None:
    assert sorted(rules() - used[0]) == [], "no agreement of the golden files that checks uses these"


@pytest.mark.parametrize("phrase", phrases())
def test_every_phrase_is_told_of(phrase: str, used: tuple[set[str], set[str]]) -> None:
    """In an agreement that is run, under the pointer and in completions, and in the reference."""
    assert phrase in used[1], "no agreement of the golden files that checks says it"
    assert help_of(phrase), "`ide/keywords.py` has no line of help on it"
    assert re.search(rf"(?<!\w){phrase}(?!\w)", REFERENCE), "docs/language.md does not name it"


REFERENCE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")


def test_rows_that_a_condition_leaves_out_are_counted_everywhere_and_can_be_expected() -> None:
    """What shows tallies, and a test in an agreement, would be silent about an outcome that has no tally or no word in the grammar."""
    states = {x.outcome: x for x in State}
    assert set(LEFT_OUT) == {x.outcome for x in STATES_LEFT_OUT}
    assert {counter_of(x) for x in LEFT_OUT} <= {x.name for x in TALLIES}
    assert {states[x].word for x in LEFT_OUT} <= set(re.findall(r'"([a-z ]+)"', grammar_text()))
    assert all(lists_unsure(x) for x in LEFT_OUT)
