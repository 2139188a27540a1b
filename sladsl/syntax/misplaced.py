"""Lines that stand where they cannot: a declaration that is indented, and a line below a commitment that is no clause of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sladsl.diagnostics import Diagnostic, Edit, Fix, Safety
from sladsl.source import Span
from sladsl.syntax import habits
from sladsl.syntax.habit_table import BEHIND, CLAUSES_ELSEWHERE
from sladsl.syntax.messages import FORMS, LISTS, begins_line, join_words, shown
from sladsl.syntax.parser_state import ParserState
from sladsl.syntax.problems import problem, replacement
from sladsl.syntax.repair import best, likeness
from sladsl.syntax.split import Word

_LABEL = r'(?:[ \t]*"[^"\n]*")?[ \t]*'
_NAME = r"[A-Za-z_]\w*"
_HEADER = re.compile(
    rf"^[ \t]+(?=(?:(kpi|let)[ \t]+{_NAME}{_LABEL}=|(define|record|event|calendar|lifecycle|route)[ \t]+{_NAME}{_LABEL}:|"
    rf"(record|score)[ \t]+{_NAME}{_LABEL}of[ \t]+{_NAME}[^\n]*:|(source)[ \t]+{_NAME}{_LABEL}for[ \t]|"
    rf"(agreement|test)[ \t]+\"[^\"\n]*\"[ \t]*:|{_NAME}[ \t]+(owes)[ \t]+{_NAME}[ \t]*:))",
    re.MULTILINE,
)
"""The white space before what can only be the first line of a declaration."""


def indented(text: str, parts: tuple[Word, ...], at: int) -> Diagnostic | None:
    """Declarations that are indented, if the parser stopped in the first line of one: all that stand in the piece are put right at once."""
    headers = list(_HEADER.finditer(text))
    stop = parts[at].span.start if at < len(parts) else len(text)
    broke = next((each for each in headers if each.end() <= stop <= _line_end(text, each.end())), None)
    if broke is None:
        return None
    word = next(part for part in parts if part.span.start >= broke.end())
    first = next(filter(None, broke.groups()))
    edits = tuple(Edit(Span(*each.span()), "") for each in headers)
    return problem(
        "SLA102",
        f"`{f'{word.text} owes' if first == 'owes' else first}` begins a declaration and must not be indented",
        word.span,
        help="a declaration begins in column 0; what belongs to the one above is indented",
        fixes=(Fix("remove the indentation", edits, Safety.SAFE),),
    )


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def no_clause(
    text: str,
    parts: tuple[Word, ...],
    at: int,
    before: Callable[[int], ParserState | None],
    *,
    search: bool,
) -> Diagnostic | None:
    """A line that is further in than the commitments of its block, and that begins with no clause of one.

    Its first word was read as the KPI of another commitment, so what the parser expected next is not what to tell.
    """
    line = _line(text, parts, at, before)
    if line is None or _column(text, parts[line.index]) <= _column(text, parts[line.body]):
        return None
    index, state, clauses = line.index, line.state, line.clauses
    if capital := habits.capitals(text, parts[index].span.start, state):
        return habits.told(text, capital, "SLA103", "")
    habit = habits.answer(text, parts, at, before, index)
    if habit is not None and habit.span.start == parts[index].span.start:
        return habits.told(text, habit, "SLA103", "")
    hint = best(text, parts, at, before) if search else None
    begun = (
        parts[index : index + 2]
        if parts[index + 1 : index + 2] and at == index + 1
        else parts[index : index + 1]
    )
    span = begun[0].span.to(begun[-1].span) if begun[-1].kind == "name" else begun[0].span
    if hint is not None and hint.span.start == span.start and hint.text in clauses:
        fix = replacement(f"write `{hint.text}`", hint.span, hint.text)
        return line.told(text, span, hint.hint, fix)
    return line.told(text, span, line.alike(parts[index].text) or _elsewhere("owes", parts[index]))


def no_commitment(
    text: str, parts: tuple[Word, ...], at: int, message: str, before: Callable[[int], ParserState | None]
) -> Diagnostic | None:
    """A line among the commitments of a block whose second word fits none: it may have been meant as a clause. `message` says what the
    parser expected."""
    line = _line(text, parts, at, before)
    if line is None or at >= len(parts) or at != line.index + 1:
        return None
    begun = [each for each in line.clauses if each.split()[0] == parts[line.index].text]
    span = parts[line.index].span.to(parts[at].span)
    if len(begun) == 1:
        fix = replacement(f"write `{begun[0]}`", span, begun[0])
        return line.told(text, span, f"did you mean `{begun[0]}`?", fix)
    if begun:
        return line.told(text, span)
    such = f"`{parts[line.body].text} at least 100 per month`"
    help = f"a commitment is a KPI with its target, such as {such}; below one stand {line.listed}"
    return problem("SLA103", message, parts[at].span, help=help)


_BLOCKS = {
    "agreement": "an agreement", "calendar": "a calendar", "score": "a score", "source": "a source", "test": "a test", "route": "a route",
}  # fmt: skip


def no_line(
    text: str, rule: str, parts: tuple[Word, ...], at: int, before: Callable[[int], ParserState | None]
) -> Diagnostic | None:
    """A line of another list of clauses that begins with none of them; in a source its first word was read as a field."""
    index = _first_of_line(text, parts, at)
    kind = _BLOCKS.get(parts[0].text)
    state = None if index is None or kind is None else before(index)
    if index is None or kind is None or state is None or index < 2:
        return None
    expected = state.expected()
    as_field = "NAME" in expected and index == at - 1
    if "$END" not in expected or not (as_field or (index == at and "NAME" not in expected)):
        return None
    first = {each.split()[0] for each in expected.values() if each}
    if parts[index].text in first or (as_field and parts[index].kind != "name"):
        return None
    clauses = [each for each in expected.values() if each in FORMS[rule]]
    listed = join_words((f"`{each}`" for each in clauses), "and")
    if not clauses:
        return None
    if rule == "test" and _column(text, parts[index]) > _column(text, parts[_body(parts)]):
        message = f"the values of a row are separated by `,`, found `{shown(parts[index].text)}`"
        return problem("SLA103", message, parts[index].span, help="write a `,` at the end of the line above")
    if as_field:
        listed = f'its fields, such as `email = "Email"`, and {listed}'
    return problem(
        "SLA103",
        f"no clause of {kind} begins with `{shown(parts[index].text)}`",
        parts[index].span,
        help=_elsewhere(rule, parts[index])
        or (f"in {kind} stand {listed}" if len(clauses) > 1 else FORMS[rule][clauses[0]]),
    )


def behind(
    text: str, rule: str, parts: tuple[Word, ...], at: int, before: Callable[[int], ParserState | None]
) -> Diagnostic | None:
    """A word behind a line that says all that it can, which was read as the name of another field: `number default 0`."""
    if rule not in BEHIND:
        return None
    labelled = at > 0 and parts[at - 1].text.startswith('"')
    index = at - 2 if labelled else at - 1
    if index < 4 or parts[index].kind != "name" or begins_line(text, parts[index]):
        return None
    end = _line_end(text, parts[index].span.start)
    begun = text.rfind("\n", 0, parts[index].span.start) + 1
    state = before(index) if begun else None  # a declaration on one line says much in it
    expected = {} if state is None else state.expected()
    word = parts[index].text
    ours = any(word == each or likeness(word, each) is not None for each in filter(None, expected.values()))
    if ours or not {"$END", "NAME"} <= expected.keys():
        return None
    last = next(part for part in reversed(parts) if part.span.end <= end)
    span = parts[index].span.to(last.span)
    message, known = BEHIND[rule]
    rest = shown(" ".join(text[span.start : span.end].split()))
    help = known.get(parts[index].text.lower(), f"leave `{rest}` out; another field has a line of its own")
    return problem("SLA103", f"{message}, found `{rest}`", span, help=help)


def _elsewhere(rule: str, word: Word) -> str:
    """How that is written which a word begins elsewhere, "" where that is not known."""
    return CLAUSES_ELSEWHERE.get(rule, {}).get(word.text.lower(), "")


def taken_for_a_name(
    text: str,
    rule: str,
    parts: tuple[Word, ...],
    at: int,
    expected: Mapping[str, str],
    before: Callable[[int], ParserState | None],
) -> bool:
    """Whether a clause begins with word number `at`, which the line above took for a name that it lacks."""
    word = parts[at].text
    return any(each.split()[0] == word for each in FORMS[rule]) and ends_early(
        text, rule, parts, at, expected, before
    )


def ends_early(
    text: str,
    rule: str,
    parts: tuple[Word, ...],
    at: int,
    expected: Mapping[str, str],
    before: Callable[[int], ParserState | None],
) -> bool:
    """Whether the parser stopped at a line that begins no further in than the one above it, which says something by itself and is not
    finished."""
    if rule not in LISTS or not 0 < at < len(parts) or "$END" in expected:
        return False
    above, here = (text.rfind("\n", 0, part.span.start) + 1 for part in parts[at - 1 : at + 1])
    line = text[above:here]
    further_in = _column(text, parts[at]) > len(line) - len(line.lstrip())
    if not 0 < above < here or not begins_line(text, parts[at]) or further_in:
        return False
    first = next(number for number, part in enumerate(parts) if part.span.start >= above)
    state = before(first)
    return state is not None and ("$END" in state.expected() or parts[first - 1].text == ":")


_UNQUOTED = re.compile(
    r"(?:notify|tag|do|reassign\s+to|escalate\s+to)[ \t]+([A-Za-z_]\w*(?:[ \t]+[A-Za-z_]\w*)+)(?=[ \t]*(?:[,\n#]|\Z))"
)
"""Several words without quotes behind an action; a single one is a field."""


def unquoted(text: str, parts: tuple[Word, ...], at: int) -> Diagnostic | None:
    """`notify sales managers`, if the parser stopped in it or right behind: its first word was read as a field."""
    if at < 2:
        return None
    line = text.rfind("\n", 0, parts[at - 1].span.start) + 1
    written = next((x for x in _UNQUOTED.finditer(text, line) if x.start() <= parts[at - 1].span.start), None)
    if written is None or written.end() < parts[at - 1].span.end:
        return None
    span, words = Span(*written.span(1)), written.group(1)
    verb = " ".join(text[written.start() : span.start].split())
    new = f'"{words}"'
    fix = replacement(f"write `{new}`", span, new)
    message = f"expected a text in quotes or a field after `{verb}`, found `{shown(words)}`"
    return problem("SLA103", message, span, help=f"write it in quotes: `{new}`", fixes=(fix,))


_EXAMPLES = {"at": "at 75%", "if": "if 1 hour late"}
"""Clauses whose first word alone says too little."""
_BEHIND_THE_PERIOD = frozenset({"FROM_DATE", "UNTIL_DATE"})
"""What may follow a commitment's period too, and is no clause of its own."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a block of commitments, behind the first of them: the numbers of its first word and of the block's, the parser's state
    before it, and the clauses that could begin there."""

    index: int
    body: int
    state: ParserState
    clauses: tuple[str, ...]

    @property
    def listed(self) -> str:
        return join_words((f"`{_EXAMPLES.get(each, each)}`" for each in self.clauses), "and")

    def alike(self, word: str) -> str:
        """How those clauses are written that begin with a word, where there are any."""
        clauses = [each for each in self.clauses if each.split()[0] == word and each in FORMS["owes"]]
        return "; ".join(dict.fromkeys(FORMS["owes"][each] for each in clauses[:3]))

    def told(self, text: str, span: Span, help: str = "", *fixes: Fix) -> Diagnostic:
        words = shown(" ".join(text[span.start : span.end].split()))
        message = f"no clause of a commitment begins with `{words}`"
        return problem(
            "SLA103", message, span, help=help or f"below a commitment stand {self.listed}", fixes=fixes
        )


def _line(
    text: str, parts: tuple[Word, ...], at: int, before: Callable[[int], ParserState | None]
) -> _Line | None:
    """The line in which the parser stopped, where a clause or another commitment could begin with it."""
    if len(parts) < 2 or parts[1].text != "owes":
        return None
    index = _first_of_line(text, parts, at)
    body = _body(parts)
    state = None if index is None or index <= body else before(index)
    if index is None or state is None:
        return None
    expected = state.expected()
    below = (words for name, words in expected.items() if name not in _BEHIND_THE_PERIOD)
    clauses = tuple(each for each in below if each and each[0].isalpha() and each not in ("and", "or"))
    return _Line(index, body, state, clauses) if clauses and "NAME" in expected else None


def _body(parts: tuple[Word, ...]) -> int:
    """The number of the word behind the `:` of a declaration's first line."""
    return next((number + 1 for number, part in enumerate(parts) if part.text == ":"), len(parts))


def _first_of_line(text: str, parts: tuple[Word, ...], at: int) -> int | None:
    """The number of the word that begins a line and at which, or right behind which, the parser stopped."""
    for index in (at - 1, at):
        if 0 <= index < len(parts) and begins_line(text, parts[index]):
            return index
    return None


def _column(text: str, word: Word) -> int:
    return word.span.start - (text.rfind("\n", 0, word.span.start) + 1)
