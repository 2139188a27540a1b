"""Lines above declarations: what uses them, and figures from data. What to ask for those figures, and a test made of a late row.

Working them out is not done here, and not in the editor's process: a question and its answer are plain values, which go to another process
and come back (`sladsl.cli.figure_worker`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sladsl import model as m
from sladsl.diagnostics import Edit, Severity
from sladsl.ide.actions import Action
from sladsl.ide.incremental_check import Checked
from sladsl.ide.stable_offsets import Part
from sladsl.ide.view import View
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.syntax.split import words


@dataclass(frozen=True, slots=True)
class Lens:
    """A line above a declaration: `command` is what a click does, empty when it only says something."""

    span: Span
    title: str
    command: str = ""
    argument: str = ""


def lenses(view: View) -> list[Lens]:
    """Run this test; how many things stand on a definition or a KPI."""
    return [lens for part in view.layout.parts for lens in lenses_of(view, part)]


def lenses_of(view: View, part: Part) -> list[Lens]:
    """The same of one part."""
    made: list[Lens] = []
    for node in part.file.declarations:
        if isinstance(node, ast.Test):
            made.append(Lens(view.real(node.span), "run this test", "sla.runTest", node.label.value))
        elif isinstance(node, _USED):
            count = _usage(view, node)
            usage = "used by nothing" if not count else f"used by {count}"
            made.append(Lens(view.real(node.name.span), usage, "sla.showReferences", node.name.text))
    return made


def rests_on(view: View, part: Part) -> tuple[object, ...]:
    """What these lines say by, besides what is known of the part's units: how often its names are used."""
    return tuple(_usage(view, node) for node in part.file.declarations if isinstance(node, _USED))


_USED = ast.Define | ast.Kpi | ast.Score | ast.Event | ast.Spell


def _usage(view: View, node: ast.Define | ast.Kpi | ast.Score | ast.Event | ast.Spell) -> int:
    return view.usage.get((type(node).__name__.lower(), node.name.text), 0)


# --- figures from data


Answer = dict[str, Any]
_SCHEME = re.compile(r"\s*[A-Za-z][\w+.-]+:")


@dataclass(frozen=True, slots=True)
class Question:
    """An agreement, whole and without errors, whose data are there. `key` stands for all that the answer depends on: an edit of a
    comment leaves it as it is.
    """

    name: str
    texts: dict[str, str]
    data: tuple[str, ...]
    key: str


def question(checked: Checked, data: Sequence[str], stamp: Callable[[str], str]) -> Question | None:
    """What to ask; None where there is nothing to tell, or not all data are there.

    `data` puts other data in the place of an agreement's sources, as `sla run --data`. `stamp` gives for a file, or for a pattern of
    several, a word that changes with what is in it, and an empty one where there is none.
    """
    model = checked.model
    if model.agreement is None or not (model.definitions or model.commitments):
        return None
    if any(d.severity is Severity.ERROR for d in checked.diagnostics):
        return None
    if any(_is_remote(each.partition("=")[2]) for each in data):
        return None
    given = {each.partition("=")[0] for each in data}
    unbound = [each for each in model.sources if not {each.name, each.record} & given]
    stamps = [stamp(where) if (where := _file(each)) else "" for each in unbound]
    if not all(stamps) or model.records.keys() - {each.record for each in model.sources} - given:
        return None
    return asked_of(checked, tuple(data), stamps)


def asked_of(checked: Checked, data: tuple[str, ...], more: object) -> Question:
    """A question about an agreement as it is now, with what else the answer depends on."""
    texts = {name: source.text for name, source in checked.sources.items()}
    said = [(name, _said(text)) for name, text in texts.items()]
    key = sha256(repr((said, data, more)).encode("utf-8", "surrogatepass")).hexdigest()
    return Question(checked.name, texts, data, key)


@lru_cache(maxsize=256)
def _said(text: str) -> str:
    """A digest of a text's words, its comments and its layout aside."""
    return sha256(repr([word.text for word in words(text)]).encode("utf-8", "surrogatepass")).hexdigest()


def _is_remote(where: str) -> bool:
    """Whether an address is of no file by itself: a server, or whatever else begins with a scheme."""
    return _SCHEME.match(where) is not None


def _file(source: m.DataSource) -> str:
    """The file that a source reads; empty for what is no file, which an editor does not ask unbidden."""
    if _is_remote(source.where):
        return ""
    path = source.where.split("#")[0]
    return posixpath.join(posixpath.dirname(source.origin.file), path)


def figure_lenses(view: View, answer: Answer) -> list[Lens]:
    """A line above each definition and each commitment of this file, or why there is none above the agreement."""
    made = []
    agreement = view.model.agreement
    if "error" in answer and agreement is not None and agreement.origin.file == view.name:
        made.append(Lens(view.real(agreement.origin.span), f"no figures: {answer['error']}"))
    for definition in view.model.definitions.values():
        line = answer.get("definitions", {}).get(definition.name)
        if line and definition.origin.file == view.name:
            made.append(Lens(view.real(definition.origin.name_span), line))
    for commitment in view.model.commitments:
        line = answer.get("commitments", {}).get(commitment.id)
        if line and commitment.origin.file == view.name:
            made.append(Lens(view.real(commitment.origin.span), line))
    return made


def tests(view: View, answer: Answer, selection: Span) -> Iterator[Action]:
    """For the commitments in a stretch of the text: a test of the row that was late last."""
    for commitment in view.model.commitments:
        late = answer.get("tests", {}).get(commitment.id)
        if late is None or commitment.origin.file != view.name:
            continue
        span = view.real(commitment.origin.span)
        if span.start <= selection.end and selection.start <= span.end:
            end = len(view.text.rstrip())
            edit = Edit(Span(end, len(view.text)), f"\n\n{late['text']}\n")
            title = f"make a test from {late['record']} {late['key']}, which was late"
            yield Action(title, "refactor.rewrite", {view.name: [edit]})
