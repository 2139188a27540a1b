"""A solver that is asked nothing twice: what it said of a formula is kept, and can be kept from one run to the next.

An answer stands under a digest of the formulas, in the solver's own language, and of the solver's version: what a formula means and nothing
else, so that another name, another place or another order of declarations asks nothing anew. What was kept is read as data, each line
with a digest of its own: a line that is damaged is as if it were not there. Of what the solver had no time for, it is kept how much it had.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cvc5
from cvc5 import pythonic as smt

MOST = 50_000
"""Answers that are kept; beyond, the half that was used last."""
_PATIENCE = 3
"""How often one solver may come to no end before it is no longer asked: the next conditions are hardly easier."""
_WORDS = {"sat": smt.sat, "unsat": smt.unsat, "unknown": smt.unknown}
Value = bool | int | str


@dataclass
class Answers:
    """Answers by their question; `solved` counts how often the solver was run."""

    solved: int = 0
    _said: dict[str, tuple[Value, int]] = field(default_factory=dict)
    _used: dict[str, None] = field(default_factory=dict)
    _new: dict[str, None] = field(default_factory=dict)

    def get(self, question: str, milliseconds: int = 0) -> Value | None:
        """What was said; None where nothing was, or only that less time than these milliseconds did not suffice."""
        known = self._said.get(question)
        if known is None or (known[0] == "unknown" and known[1] < milliseconds):
            return None
        self._used[question] = None
        return known[0]

    def is_new(self, question: str) -> bool:
        """Whether the answer was not there before."""
        return question in self._new

    def learn(self, question: str, answer: Value, milliseconds: int) -> None:
        """Take over what was said before."""
        self._said[question] = answer, milliseconds

    def put(self, question: str, answer: Value, milliseconds: int = 0) -> None:
        self._said[question] = answer, milliseconds
        self._new[question] = self._used[question] = None

    def told(self) -> tuple[bytes, bool]:
        """What is to be kept, as lines of a file, and whether they are all of it: else they come behind what was there. Empty where nothing
        is new."""
        if not self._new:
            return b"", False
        whole = len(self._said) > MOST
        old = [x for x in self._said if x not in self._used]
        chosen = [*old, *self._used][-(MOST // 2) :] if whole else list(self._new)
        self._new.clear()
        return "".join(f"{_line(x, *self._said[x])}\n" for x in chosen).encode("ascii"), whole


def read(lines: bytes) -> Answers:
    """The answers in what was kept; what is damaged there is as if it were not."""
    answers = Answers()
    for line in lines.split(b"\n"):
        try:
            question, answer, milliseconds, _ = json.loads(line)
            whole = _line(question, answer, milliseconds).encode("ascii") == line
        except (ValueError, TypeError, RecursionError):
            continue
        if whole and isinstance(answer, Value) and isinstance(question, str) and type(milliseconds) is int:
            answers.learn(question, answer, milliseconds)
    return answers


def _line(question: str, answer: Value, milliseconds: int) -> str:
    told = [question, answer, milliseconds]
    return json.dumps([*told, _digest(json.dumps(told))[:16]])


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@dataclass
class Solver:
    """Conditions, and whether something meets them all. A solver is only begun where an answer is not known.

    A variable's name says of which sort it is (`Translation` sees to that), so the formulas alone say what is asked. `was_known` is whether
    the last answer was there before.
    """

    answers: Answers
    milliseconds: int
    was_known: bool = False
    _levels: list[list[Any]] = field(default_factory=lambda: [[]])
    _digests: list[list[str]] = field(default_factory=lambda: [[]])
    _begun: Any = None
    _given_up: int = 0
    _is_current: bool = False  # whether the solver's last answer is of these conditions

    def add(self, *conditions: Any) -> None:
        self._levels[-1] += conditions
        self._digests[-1] += [_digest(x.sexpr()) for x in conditions]
        if self._begun is not None:
            self._begun.add(*conditions)
        self._is_current = False

    def push(self) -> None:
        self._levels.append([])
        self._digests.append([])
        if self._begun is not None:
            self._begun.push()
        self._is_current = False

    def pop(self) -> None:
        self._levels.pop()
        self._digests.pop()
        if self._begun is not None:
            self._begun.pop()
        self._is_current = False

    def check(self) -> Any:
        """`sat`, `unsat` or `unknown`."""
        if self._given_up >= _PATIENCE:
            return smt.unknown
        question = self._question("check")
        known = self.answers.get(question, self.milliseconds)
        if known not in _WORDS:
            known = self._checked()
            self.answers.put(question, known, self.milliseconds)
        self.was_known = not self.answers.is_new(question)
        self._given_up += known == "unknown"
        return _WORDS[str(known)]

    def value(self, term: Any) -> Value:
        """Of a number, a text or a Boolean, in what meets all conditions; the last answer must have been `sat`."""
        expected = str if isinstance(term, smt.StringRef) else bool if isinstance(term, smt.BoolRef) else int
        question = self._question(term.sexpr())
        known = self.answers.get(question)
        if type(known) is not expected:
            if not self._is_current:
                self._checked()
            made = self._begun.model().eval(term, model_completion=True)
            known = made.as_string() if expected is str else None
            known = smt.is_true(made) if expected is bool else known
            known = int(made.as_long()) if expected is int else known
            assert known is not None
            self.answers.put(question, known)
        return known

    def _checked(self) -> str:
        if self._begun is None:
            self._begun = smt.Solver()
            self._begun.setOption("tlimit-per", self.milliseconds)
            self._begun.setOption("strings-exp", True)
            for number, level in enumerate(self._levels):
                if number:
                    self._begun.push()
                self._begun.add(*level)
        self.answers.solved += 1
        self._is_current = True
        answer = self._begun.check()
        return next(word for word, each in _WORDS.items() if answer == each)

    def _question(self, about: str) -> str:
        levels = "".join(digest for level in self._digests for digest in level)
        return _digest(cvc5.__version__, levels, about)[:40]
