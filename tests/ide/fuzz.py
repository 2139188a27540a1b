"""Somebody types: agreements are written letter by letter, lines are deleted and pasted at random, and the editor's brain must keep up.

    python -m tests.ide.fuzz --keystrokes 1000000 --seed 7

After every keystroke some question is asked, and none may raise. Every few keystrokes the state must be that of the same text opened
anew, and what is wrong must be what `sla check` says, to the last character. A failure prints the text that shows it.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import deque
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

from sladsl.compiler import compile_text
from sladsl.ide import (
    actions,
    completion,
    formatting,
    hover,
    inlay_hints,
    lenses,
    navigation,
    outline,
    renaming,
    signature_help,
    tokens,
)
from sladsl.ide.incremental_check import Checked
from sladsl.ide.view import View
from sladsl.ide.workspace import Workspace
from sladsl.source import Span

ROOT = Path(__file__).parent.parent.parent
AGREEMENTS = (
    *sorted(ROOT.glob("examples/*/*.sla")),
    *sorted(ROOT.glob("tests/golden/check/*.sla")),
    *sorted(ROOT.glob("tests/real_data/*.sla")),
)
_LETTERS = 'abet_MQL 0195%"#(){}:=,.<>-\n\n  é𝒳\t'
_NAME = "/typed/agreement.sla"
_SHARED = "/typed/shared.sla"


def texts() -> list[str]:
    """Every agreement of the repository, each by itself; one that imports finds a file beside it."""
    return [path.read_text(encoding="utf-8") for path in AGREEMENTS]


class Typist:
    """One editor with one file open, and one that it may import."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.corpus = texts()
        self.workspace = Workspace(self._read, lambda _: "/typed")
        self.text = ""
        self.past = deque([""], maxlen=6)
        self.version = 0
        self.keystrokes = 0

    @staticmethod
    def _read(name: str) -> str:
        if name == _SHARED:
            return 'calendar shared_hours:\n  zone "UTC"\n  open every day 00:00 to 24:00\n'
        raise FileNotFoundError

    def type(self, keystrokes: int, check_every: int) -> None:
        """So many edits, the state compared every so often; raises what goes wrong."""
        last = self.keystrokes + keystrokes
        for text in self._next_texts():
            self._set(text)
            if self.keystrokes % check_every == 0:
                self.compare()
            if self.keystrokes >= last:
                return

    def _next_texts(self) -> Iterator[str]:
        while True:
            yield from self._written(self.random.choice(self.corpus))
            for _ in range(60):
                yield self._mangled()

    def _written(self, text: str) -> Iterator[str]:
        """A text from its beginning or from the middle of it, letter by letter, for a while."""
        begin = self.random.randrange(len(text)) if self.random.random() < 0.7 else 0
        rest = text[begin + 400 :] if self.random.random() < 0.5 else ""
        for end in range(begin, min(len(text), begin + 150)):
            yield text[:end] + rest

    def _mangled(self) -> str:
        text, pick = self.text, self.random
        at = pick.randrange(len(text) + 1)
        match pick.randrange(8):
            case 0:
                return text[:at] + pick.choice(_LETTERS) + text[at:]
            case 1:
                return text[:at] + text[at + pick.randrange(1, 30) :]
            case 2:
                other = pick.choice(self.corpus)
                begin = pick.randrange(len(other))
                return text[:at] + other[begin : begin + pick.randrange(200)] + text[at:]
            case 3:
                lines = text.split("\n")
                del lines[pick.randrange(len(lines))]
                return "\n".join(lines)
            case 4:
                lines = text.split("\n")
                lines.insert(pick.randrange(len(lines)), 'import "shared.sla"')
                return "\n".join(lines)
            case 5 | 6:
                return pick.choice(self.past)  # taken back
            case _:
                return text[:at].rstrip() + "\n\n" + text[at:]

    def _set(self, text: str) -> None:
        self.past.append(self.text)
        self.text, self.version = text, self.version + 1
        self.keystrokes += 1
        self.workspace.open(_NAME, self.version, text)
        if self.random.random() < 0.3 and self.keystrokes % 5:
            return  # the next keystroke comes before the check
        view = View(self.workspace.snapshot(_NAME))
        self._ask(view)

    def _ask(self, view: View) -> None:
        """A question at a random place."""
        offset = self.random.randrange(len(view.text) + 1)
        found = self.workspace.diagnostics(_NAME)
        questions: tuple[Callable[[], object], ...] = (
            lambda: completion.complete(view, offset),
            lambda: hover.hover(view, offset),
            lambda: navigation.definition(view, offset),
            lambda: navigation.type_definition(view, offset),
            lambda: navigation.linked(view, offset),
            lambda: completion.source_at(view, offset),
            lambda: navigation.references(self.workspace, view, offset),
            lambda: navigation.prepare_calls(view, offset),
            lambda: navigation.links(view),
            lambda: outline.symbols(view),
            lambda: outline.folds(view),
            lambda: outline.selections(view, offset),
            lambda: _in_order(tokens.tokens(view)),
            lambda: signature_help.signature_help(view, offset),
            lambda: inlay_hints.hints(view, Span(0, len(view.text))),
            lambda: lenses.lenses(view),
            lambda: renaming.prepare_rename(view, offset),
            lambda: formatting.within(view.layout.source, Span(offset, offset)),
            lambda: formatting.after_newline(view.layout.source, offset),
            lambda: actions.actions(view, Span(offset, min(len(view.text), offset + 9)), found),
        )
        self.random.choice(questions)()

    def compare(self) -> None:
        """The state is that of the text opened anew, and what is wrong is what the compiler says."""
        checked = self.workspace.checked(_NAME)
        compiled = compile_text(self.text, _NAME, read=self.workspace.text, root="/typed")
        assert checked.diagnostics == compiled.diagnostics, "the editor and `sla check` disagree"
        fresh = Workspace(self._read, lambda _: "/typed")
        fresh.open(_NAME, 1, self.text)
        assert _known(checked) == _known(fresh.checked(_NAME)), "the state depends on how the text was typed"


def _in_order(found: list[tokens.Token]) -> None:
    for one, other in pairwise(found):
        assert one.span.end <= other.span.start, f"coloured words overlap: {one} {other}"


def _known(checked: Checked) -> object:
    """What is known of an agreement, with places in its texts."""
    names = {
        table: sorted(getattr(checked.model, table))
        for table in ("calendars", "records", "lets", "scores", "definitions", "events", "kpis")
    }
    uses = sorted(
        (use.file, checked.layouts[use.file].real(use.span), use.kind, use.name, use.record or "")
        for use in checked.model.uses
    )
    promised = sorted(commitment.id for commitment in checked.model.commitments)
    return names, uses, promised, checked.model.complete, len(checked.model.tests), len(checked.model.routes)


def main() -> None:
    """Types as long as it is told to, and says where it stumbled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keystrokes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--check-every", type=int, default=5)
    asked = parser.parse_args()
    typist = Typist(asked.seed)
    try:
        typist.type(asked.keystrokes, asked.check_every)
    except BaseException:
        print(f"seed {asked.seed}, keystroke {typist.keystrokes}:\n{typist.text}", file=sys.stderr)
        raise
    print(f"{typist.keystrokes} keystrokes, no stumble")


if __name__ == "__main__":
    main()
