"""One-word repairs of a declaration that does not parse: which word, replaced, inserted or dropped, lets the parser go farthest.

The parser is asked, never guessed: a candidate counts only if at least one more word of the declaration is
then accepted, and the rest of its line with it. Where two candidates do equally well (`fit 50` could be `fit = 50` or
`fit >= 50`) there is no hint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from sladsl.source import Span
from sladsl.syntax.split import Word

_MARKS = frozenset(",;.")
_ARTICLES = frozenset({"a", "an", "the", "please", "then"})
_ALIKE = (frozenset(":="), frozenset(",;."), frozenset({")", "}", "]"}), frozenset({"-", "->"}))
"""Signs that are taken for one another; any other sign says something else."""
_JOINING = frozenset(
    {"otherwise", "to", "of", "for", "by", "from", "over", "per", "in", "when", "means", "with"}
)
"""Words that may have been left out: they join what stands around them. Any other word says something of its own."""
_MEANT = _JOINING | {
    "and",
    "since",
    "until",
    "or",
    "where",
    "whose",
    "between",
    "while",
    "if",
    "as",
    "at",
    "is",
    "not",
    "within",
    "during",
}
"""Words that are written only where they are meant: none is a slip of the pen, nor a name."""
LOOK_BACK = 2  # `if lat notify`: the parser stops one word after the misspelt phrase begins


class Resumable(Protocol):
    """The parser before one word of the declaration."""

    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        """The terminals that may come, with their spellings (none for names and values)."""
        ...

    def reach(self, text: str) -> int:
        """How much of `text` is accepted from here: the offset of the first refused word, or one past the end
        when all of it is.
        """
        ...


@dataclass(frozen=True, slots=True)
class Repair:
    """Replace `span` with `text`; `hint` says so."""

    span: Span
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    repair: Repair
    progress: int
    cost: float


def best(
    text: str, words: tuple[Word, ...], at: int, before: Callable[[int], Resumable | None]
) -> Repair | None:
    """The one best repair of `text`, whose word number `at` was refused (`len(words)`: it ends too early).

    `before(i)` is the parser's state before word `i`, None when it cannot be had.
    """
    candidates: list[_Candidate] = []
    for index in range(at, max(-1, at - LOOK_BACK - 1), -1):
        state = before(index) if index > 0 else None
        if state:
            candidates += _candidates(text, words, index, at, state)
    if not candidates:
        return None
    top = max(candidates, key=lambda each: (each.progress, -each.cost))
    equals = {
        each.repair.text for each in candidates if (each.progress, each.cost) == (top.progress, top.cost)
    }
    return top.repair if len(equals) == 1 else None


def _candidates(
    text: str, words: tuple[Word, ...], index: int, at: int, state: Resumable
) -> Iterator[_Candidate]:
    spellings = [spelling for each in state.spellings().values() for spelling in each]
    for spelling in dict.fromkeys(spellings):
        yield from _replacements(text, words, index, at, state, spelling)
        odd = (
            at > 0
            and spelling[0].isalpha()
            and not text[: words[at - 1].span.start].rpartition("\n")[2].strip()
        )
        joins = spelling in ":,)}=->" or (spelling in _JOINING and not odd)
        if (
            index == at
            and joins
            and (spelling in ")}," or not (at < len(words) and words[at].text in _MEANT))
            and spelling not in (words[at - 1].text, words[at].text if at < len(words) else "")
        ):
            yield from _insertion(text, words, at, state, spelling)
    if index < len(words) and _says_nothing(words, index):
        yield from _dropped(text, words, index, state)


def _replacements(
    text: str, words: tuple[Word, ...], index: int, at: int, state: Resumable, spelling: str
) -> Iterator[_Candidate]:
    parts = spelling.count(" ") + 1
    for count in {max(1, parts - 1), parts, parts + 1}:
        last = index + count - 1
        if not at - 1 <= last < len(words):
            continue
        written = " ".join(word.text for word in words[index : last + 1])
        cost = likeness(written, spelling)
        if spelling[0].isalpha() and not all(word.kind == "name" for word in words[index : last + 1]):
            continue
        if written in _MEANT or f"{written} ".startswith(f"{spelling} "):
            continue
        if cost is None or _stands(words, last, spelling):
            continue
        cost -= count / 100  # of two equally likely words the longer phrase says more
        span = Span(words[index].span.start, words[last].span.end)
        repair = Repair(span, spelling, f"did you mean `{spelling}`?")
        yield from _tried(text, words, last + 1, state, repair, cost)


def _stands(words: tuple[Word, ...], last: int, spelling: str) -> bool:
    """Whether a phrase ends at a word already: its first word was read as a name then, and to propose the phrase would mend nothing."""
    first = last + 1 - (spelling.count(" ") + 1)
    return first >= 0 and " ".join(word.text for word in words[first : last + 1]) == spelling


def _insertion(
    text: str, words: tuple[Word, ...], at: int, state: Resumable, spelling: str
) -> Iterator[_Candidate]:
    end = words[at - 1].span.end
    sign = not spelling[0].isalpha()
    where = Span(end, end) if sign or at == len(words) else Span(words[at].span.start, words[at].span.start)
    written = (
        spelling if sign and spelling in ":,)}" else f" {spelling}" if where.start == end else f"{spelling} "
    )
    hint = f"add `{spelling}` after `{words[at - 1].text}`"
    yield from _tried(text, words, at, state, Repair(where, written, hint), 3.0)


def _says_nothing(words: tuple[Word, ...], index: int) -> bool:
    """Whether a word can go without a loss: a mark at the end of something, a word written twice, an article."""
    word = words[index].text
    return word in _MARKS or word.lower() in _ARTICLES or (index > 0 and word == words[index - 1].text)


def _dropped(text: str, words: tuple[Word, ...], at: int, state: Resumable) -> Iterator[_Candidate]:
    repair = Repair(words[at].span, "", f"remove `{words[at].text}`")
    for candidate in _tried(text, words, at + 1, state, repair, 4.0):
        if candidate.progress > len(text):
            yield candidate


def _tried(
    text: str, words: tuple[Word, ...], rest: int, state: Resumable, repair: Repair, cost: float
) -> Iterator[_Candidate]:
    """The candidate, if with it the parser accepts the line of word number `rest` from there on, or the
    declaration ends well.
    """
    end = repair.span.end
    reached = state.reach(f"{repair.text} {text[end:]}") - len(repair.text) - 1 + end
    needed = words[_last_of_line(text, words, rest)].span.start if rest < len(words) else len(text)
    if reached > needed:
        yield _Candidate(repair, reached, cost)


def _last_of_line(text: str, words: tuple[Word, ...], at: int) -> int:
    """The number of the last word of the line that word number `at` is in."""
    end = text.find("\n", words[at].span.start)
    behind = (n for n in range(at, len(words)) if 0 <= end <= words[n].span.start)
    return next(behind, len(words)) - 1


def likeness(written: str, spelling: str) -> float | None:
    """How far apart two spellings are, None when they have nothing to do with one another."""
    if written == spelling:
        return None
    lowered = written.lower()
    if lowered == spelling:
        return 0.5
    if not spelling[0].isalpha():
        return (
            1.0
            if spelling != "." and any(written in alike and spelling in alike for alike in _ALIKE)
            else None
        )
    if f" {spelling} ".find(f" {lowered} ") >= 0:
        return 1.0
    allowed = max(1, len(spelling) // 3)
    if abs(len(lowered) - len(spelling)) > allowed or (len(spelling) == 2 and lowered[0] != spelling[0]):
        return None
    distance = edits(lowered, spelling)
    return float(distance) if distance <= allowed else None


def edits(one: str, other: str) -> int:
    """How many letters must be changed, added, dropped or swapped with their neighbour to get from one to the
    other.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before = before, row
        row = [i]
        for j, wanted in enumerate(other, 1):
            step = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if older and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                step = min(step, older[j - 2] + 1)
            row.append(step)
    return row[-1]
