"""The page in plain English: nothing that an agreement promises is missing from the sentence about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from sladsl import functions
from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration
from sladsl.compiler import compile_text
from sladsl.language.consequences import Action, Consequence
from sladsl.language.except_when import ExceptWhen
from sladsl.language.judging import Needs, NoneCounts, Warn
from sladsl.language.ladders import InARow, Ladder
from sladsl.language.only_while import OnlyWhile
from sladsl.language.pauses import PauseDuring
from sladsl.language.steps import Steps
from sladsl.wording import Item, Page, page, plain

ROOT = Path(__file__).parent.parent
FILES = sorted(
    [
        *ROOT.glob("examples/*/*.sla"),
        *ROOT.glob("tests/golden/verdicts/*/*.sla"),
        *ROOT.glob("benchmarks/*.sla"),
    ]
)


def model_of(path: Path) -> m.Model | None:
    found = compile_text(
        path.read_text(encoding="utf-8"), str(path), read=lambda p: Path(p).read_text(encoding="utf-8")
    )
    return found.model if found.plan is not None else None


AGREEMENTS = {str(path.relative_to(ROOT)): path for path in FILES if model_of(path) is not None}


@pytest.fixture(params=AGREEMENTS)
def model(request: pytest.FixtureRequest) -> m.Model:
    found = model_of(AGREEMENTS[request.param])
    assert found is not None
    return found


def items(found: Page) -> list[str]:
    """Each point with what is said below it, as text."""
    return [_text(i) for s in found.sections for i in s.items]


def _text(item: Item) -> str:
    return "\n".join([plain(item.line), *map(plain, item.below)])


def parts(node: object) -> Iterator[object]:
    """A node of the model and everything in it."""
    yield node
    if is_dataclass(node) and not isinstance(node, t.OneOf):
        for each in fields(node):
            yield from parts(getattr(node, each.name))
    elif isinstance(node, tuple):
        for part in node:
            yield from parts(part)


def facts(model: m.Model, node: object) -> Iterator[str]:  # noqa: C901, PLR0912 - one case a kind of node
    """The words that a sentence about the node cannot do without, put together here by other means."""
    of_each = [x for x in parts(node) if isinstance(x, m.ScoreClause) and x.number]
    for part in parts(node):
        match part:
            case m.Literal(value=bool()):
                continue
            case m.ScoreClause(most=most) if part in of_each:
                yield f"at most {most:,f}"
            case m.RowsTest() if any(part is x.when for x in of_each):
                continue  # it stands for one of the rows that there may be
            case m.Literal(value=str() as text):
                yield text
            case m.Literal(value=Decimal() as number, type=t.Percent()):
                yield f"{number * 100:,f}".rstrip("0").rstrip(".") + "%"
            case m.Literal(value=Decimal() as number):
                yield f"{number:,f}"
            case m.Literal(value=dt.date() as day):
                yield f"{day.day} {day:%B %Y}"
            case Duration(amount=amount, unit=unit) if unit:
                yield f"{amount} {unit}"
            case m.FieldUse(record=record, field=name):
                field = model.records[record].fields[name]
                yield (field.label or name.removesuffix("_at").replace("_", " "))[1:]
            case m.MemberUse(definition=name) | m.EntryUse(definition=name):
                yield name.replace("_", " ")
            case m.ScoreUse(score=name):
                score = model.scores[name]
                yield (score.label or name.replace("_", " "))[1:]
            case m.EventUse(event=name) | m.WithinUse(kpi=name) | m.ElapsedUse(kpi=name):
                yield name.replace("_", " ")
            case m.RowsTest(quantifier=m.Quantifier.AT_LEAST | m.Quantifier.AT_MOST, count=count):
                yield str(count)
            case m.Rows(record=record):
                yield record.replace("_", " ").removesuffix("y")
            case Action(to=to, named=None) if to:
                yield to
            case m.Operation(op="not"):
                yield "n"
            case _:
                continue


def holds(text: str, words: str) -> bool:
    return words.casefold() in text.casefold()


def test_every_declaration_has_its_sentence_and_every_word_of_it_is_there(model: m.Model) -> None:
    told = items(page(model))
    declared: list[m.Definition | m.Event | m.Score | m.Route | m.Kpi] = [
        *model.definitions.values(),
        *model.events.values(),
        *model.scores.values(),
        *model.routes,
        *model.kpis.values(),
    ]
    for node in declared:
        name = node.definition if isinstance(node, m.Route) else node.name
        asked = list(facts(model, node))
        about = [
            text for text in told if holds(text.split("\n")[0][: len(name) + 30], name.replace("_", " "))
        ]
        assert any(all(holds(text, words) for words in asked) for text in about), (name, asked, about)


def test_every_commitment_says_its_target_its_conditions_and_what_follows(model: m.Model) -> None:
    found = page(model)
    for c in model.commitments:
        about = [
            text
            for text in items(found)
            if holds(text.split("\n")[0], c.kpi.replace("_", " ")) and f"each {c.period}" in text
        ]
        asked = [*facts(model, c)]
        asked += [words for clause in c.clauses for words in _of_a_clause(clause)]
        if isinstance(c.target, m.Limit | m.Range):
            asked += _amounts(c.target, isinstance(model.kpis[c.kpi].measure, m.Become | m.Whose))
        assert any(all(holds(text, words) for words in asked) for text in about), (c.id, asked, about)


def _of_a_clause(clause: m.Clause) -> list[str]:
    match clause:
        case Needs(rows=rows):
            return [f"at least {rows} count"]
        case NoneCounts(verdict=verdict):
            return [f"none counts is {verdict}"]
        case Warn(below=below):
            return [f"warning is given {'below' if below else 'above'}"]
        case Consequence(trigger=trigger):
            return [f"is {trigger}"]
        case InARow(count=count):
            return ["is missed after a missed one" if count == 2 else f"after {count - 1} missed ones"]
        case OnlyWhile(kpi=kpi):
            return [kpi.replace("_", " "), "suspended"]
        case ExceptWhen(because=because):
            return [because, "when its clock stops or its deadline comes"]
        case Steps(steps=steps):
            return [f"is {step.side}" for step in steps] + [a.to for step in steps for a in step.actions]
        case Ladder(rung=rung, actions=actions):
            told = f"{rung.percent}%" if rung.percent else rung.length
            return [told, *(a.to for a in actions if a.named is None)]
        case PauseDuring(pause=pause):
            times = [] if pause.is_spell else [f"from its {pause.began.replace('_', ' ')}"]
            return [f"stands still during each {pause.record}", *times]
        case _:
            raise AssertionError(f"say here what the page must hold of {clause}")


def _amounts(target: m.Limit | m.Range, share: bool) -> list[str]:
    values = [target.value] if isinstance(target, m.Limit) else [target.low, target.high]
    shown = []
    for value in values:
        if isinstance(value, Decimal):
            whole = f"{value * 100 if share else value:,f}"
            shown.append(whole.rstrip("0").rstrip(".") if "." in whole else whole)
    return shown


def test_parties_term_hours_and_review(model: m.Model) -> None:
    agreement = model.agreement
    assert agreement is not None
    found = page(model)
    said = dict(found.facts)
    for party in agreement.parties:
        assert (party.label or party.name.replace("_", " ")) in said["Between"]
    for day in (agreement.first, agreement.last):
        assert day is None or f"{day.day} {day:%B %Y}" in said["Term"]
    assert agreement.zone in said["Periods"]
    assert agreement.review is None or agreement.review.by in said["Review"]
    told = items(found)
    for calendar in model.calendars.values():
        name = calendar.label or calendar.name.replace("_", " ")
        zone = calendar.zone_field.replace("_", " ") or calendar.rules.zone
        [about] = [text for text in told if text.startswith(name) and zone in text]
        for opens, closes in {span for day in calendar.rules.weekly for span in day}:
            assert f"{opens // 3_600_000_000:02}:" in about
            assert f"{closes // 3_600_000_000 % 24:02}:" in about
        for rule in calendar.rules.holidays:
            assert rule.region in about
            assert all(name in about for name in rule.except_names)


def test_every_operator_of_the_language_has_words() -> None:
    """One agreement with all of them: none is left to stand for itself, and none makes the page fail."""
    path = ROOT / "tests" / "golden" / "doc" / "every_form.sla"
    model = model_of(path)
    assert model is not None
    used = {
        p.op
        for p in parts((*model.definitions.values(), *model.scores.values()))
        if isinstance(p, m.Operation)
    }
    spoken = {f.name for f in functions.FUNCTIONS.values() if f.spoken}
    assert spoken - used == set()
    assert page(model)
