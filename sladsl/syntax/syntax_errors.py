"""What can be wrong with a text or with one declaration, as diagnostics. Places count from the declaration's
first character.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from sladsl.diagnostics import Diagnostic, Edit, Fix, Label, Safety
from sladsl.source import Span
from sladsl.syntax import ast, habits, meant, messages, misplaced, repair
from sladsl.syntax.habit_table import DECLARED_AS
from sladsl.syntax.messages import FORMS, Trouble, shown
from sladsl.syntax.parser_state import ParserState, states
from sladsl.syntax.problems import problem, replacement
from sladsl.syntax.split import Piece, Word, words
from sladsl.syntax.words import DECLARATIONS

MAX_TEXT = 1_000_000
MAX_DECLARATION = 200_000
MAX_NESTING = 100

_SIGNS = frozenset('":,.(){}=<>+-*/−×÷') | {"->", "!=", "<=", ">="}
_QUOTES = "“”„«»‟"
_TYPOGRAPHIC = {
    "\u00a0": " ",
    "\u2007": " ",
    "\u202f": " ",
    "\u200b": "",
    "\ufeff": "",
    "–": "-",
    "—": "-",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "：": ":",
    "，": ",",
}
_NAMES = {
    "\u00a0": "a non-breaking space",
    "\u2007": "a non-breaking space",
    "\u202f": "a non-breaking space",
    "\u200b": "a space of no width",
    "\ufeff": "a byte order mark",
}
_OTHER_SIGNS = {
    "'": 'texts stand in double quotes: `"US"`',
    "`": 'texts stand in double quotes: `"US"`',
    ";": "a declaration needs no end mark: it ends where the next line in column 0 begins",
    "[": 'a set stands in braces: `{"US", "CA"}`',
    "]": 'a set stands in braces: `{"US", "CA"}`',
    "!": "write `not`, or `!=` to compare",
    "&": "write `and`",
    "|": "write `or`",
    "$": 'a unit belongs to the field: `number in "USD"`',
    "€": 'a unit belongs to the field: `number in "EUR"`',
    "%": "a percentage is a number with `%` right after it: `95%`",
}
_OWES = re.compile(
    r"\w+[ \t]+((?:->|=>|\u2192|to(?=[ \t])|promises?|guarantees?|owe|commits?|delivers?|pledges?|(?:must|shall|will)[ \t]+\w+)"
    r"(?:[ \t]+to)?)[ \t]+\w+[ \t]*:"
)
"""`marketing promises sales:`, and other words for what one party owes the other."""
_FOREIGN_COMMENT = re.compile(r"//+|--+(?=\s)|/\*(?=[^\n]*\*/\s*\Z)")
_LINE = re.compile(r"[^\r\n]*")
_OLD_LINE_END = re.compile(r'"(?:\\["\\]|[^"\n])*"|#[^\r\n]*|(\r)(?=[^\r\n])')
"""A text in quotes, or a comment, or else a carriage return that stands alone."""
_NAMING = ("calendar", "record", "let", "score", "define", "event", "spell", "kpi")
_HEADER = re.compile(r'(?:[A-Za-z_]\w*[ \t]+)?([A-Za-z_]\w*)[ \t]*(?:"[^"\n]*"[ \t]*)?(?:[:=]|of\b)')
"""The name in what looks like the first line of a declaration: `MQL "Qualified":`, `definition MQL:`, `volume = …`, `fit of lead:`."""
_MEASURE = re.compile(
    r"\s*=\s*(?:(?:count|share|sum|average|median|least|greatest|p\d\d?)\s+of|time\s+from)(?!\w)"
)
_FIRST_WORD = re.compile(r"^[ \t]+([A-Za-z_]\w*)", re.MULTILINE)
_INDENTED = re.compile(rf"^[ \t]+({'|'.join(_NAMING)})[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


# --- the whole text -------------------------------------------------------------------------------


def whole_text(text: str) -> Diagnostic | None:
    """Why a text cannot be an agreement at all."""
    if len(text) > MAX_TEXT:
        return problem(
            "SLA002",
            f"this file has {len(text):,} characters, more than the {MAX_TEXT:,} that one file may have",
            Span(0, 0),
            help="split it into several files and `import` them",
        )
    binary = text.find("\0")
    if binary >= 0:
        return problem(
            "SLA001",
            "this is not a text file",
            Span(binary, binary + 1),
            help="an agreement is plain text in UTF-8; save it again as such",
        )
    # Where such a line begins with `#`, all that follows would be a comment.
    alone = (each for each in _OLD_LINE_END.finditer(text) if each[1]) if "\r" in text else iter(())
    old = next(alone, None)
    if old is not None:
        return problem(
            "SLA001",
            "the lines of this file end in a carriage return alone, which ends no line here",
            Span(old.start(), old.end()),
            help="save it with line feeds (LF, or CRLF) at the ends of its lines",
        )
    return None


def too_large(text: str) -> Diagnostic | None:
    """A declaration of which somebody surely meant only a part."""
    if len(text) <= MAX_DECLARATION:
        return None
    return problem(
        "SLA002",
        f"this declaration has {len(text):,} characters, more than the {MAX_DECLARATION:,} that one may have",
        words(text, limit=1)[0].span,
        help="a declaration ends where the next line in column 0 begins; data belong in a source, not in an agreement",
    )


def nesting(text: str) -> Diagnostic | None:
    """Brackets that go deeper than anybody can read."""
    if text.count("(") + text.count("{") <= MAX_NESTING:
        return None
    depth = 0
    for word in words(text):
        if word.text in ("(", "{"):
            depth += 1
        elif word.text in (")", "}"):
            depth -= 1
        if depth > MAX_NESTING:
            return problem(
                "SLA003",
                f"brackets are nested more than {MAX_NESTING} deep",
                word.span,
                help="name a part with `define` and use its name",
            )
    return None


def too_long(span: Span) -> Diagnostic:
    """A chain of `and`s or `+`s as long as a telephone book."""
    return problem(
        "SLA003",
        f"this condition has more than {MAX_NESTING} steps",
        span,
        help="use a set (`country in {…}`), or name parts of it with `define`",
    )


# --- how a declaration begins ---------------------------------------------------------------------


def start_rule(parts: tuple[Word, ...]) -> str | None:
    """The grammar's rule for a declaration that begins with these words, None when none does."""
    texts = [word.text for word in parts[:4]]
    if texts[1:2] == ["owes"]:
        return "owes"
    if texts and texts[0] in DECLARATIONS:
        return "import_file" if texts[0] == "import" else texts[0]
    parties = len(texts) == 4 and texts[3] == ":" and all(word.kind == "name" for word in parts[:3])
    return "owes" if parties and repair.likeness(texts[1], "owes") is not None else None


def begins(text: str) -> bool:
    """Whether a piece begins as a declaration does."""
    return start_rule(words(text, limit=4)) is not None


def unread(text: str) -> tuple[ast.Unread, ...]:
    """What a piece that does not parse would have declared, the declarations in it that are only indented included."""
    parts = words(text, limit=4)
    if start_rule(parts) == "owes" or any(part.text == "owes" for part in parts):
        return tuple(_promised(text))
    first = _unread(text, parts)
    inside = (
        ast.Unread(match[1], ast.Name(match[2], Span(*match.span(2))), Span(*match.span()))
        for match in _INDENTED.finditer(text, text.find("\n") + 1 or len(text))
    )
    owed = (
        () if first and first.kind else _promised(text)
    )  # `sales must:` may have been meant as `sales owes marketing:`
    return (*(() if first is None else (first,)), *inside, *owed)


def _unread(text: str, parts: tuple[Word, ...]) -> ast.Unread | None:
    if not parts:
        return None
    whole = Span(parts[0].span.start, len(text))
    kind = parts[0].text if parts[0].text in DECLARATIONS else _meant(parts[0]) or ""
    if kind == "agreement":
        return ast.Unread(kind, None, whole)
    name = next((part for part in parts[1:] if part.kind != "sign"), None)
    if kind in (*_NAMING, "route") and name is not None and name.kind == "name":
        return ast.Unread(kind, ast.Name(name.text, name.span), whole)
    header = None if kind else _HEADER.match(text)
    return ast.Unread("", ast.Name(header[1], Span(*header.span(1))), whole) if header else None


def _promised(text: str) -> Iterator[ast.Unread]:
    """The KPIs that a block of commitments may be about: a commitment begins a line with its KPI's name."""
    for match in _FIRST_WORD.finditer(text, text.find("\n") + 1 or len(text)):
        yield ast.Unread("owes", ast.Name(match[1], Span(*match.span(1))), Span(*match.span()))


def _meant(word: Word) -> str | None:
    """The word that begins a declaration and is most like this one."""
    elsewhere = DECLARED_AS.get(word.text.lower())
    if elsewhere is not None:
        return elsewhere
    near = [(cost, each) for each in DECLARATIONS if (cost := repair.likeness(word.text, each)) is not None]
    return min(near)[1] if near else None


def no_declaration(text: str, parts: tuple[Word, ...]) -> Diagnostic:
    """A piece that does not begin as a declaration does."""
    word = parts[0]
    if text[0] in " \t" or word.text in (")", "}"):
        fixes = (
            (replacement("remove the indentation", Span(0, word.span.start), ""),)
            if start_rule(parts)
            else ()
        )
        return problem(
            "SLA102",
            f"no declaration stands above `{shown(word.text)}`",
            word.span,
            help="a declaration begins in column 0; what belongs to it is indented below",
            fixes=fixes,
        )
    if comment := _FOREIGN_COMMENT.match(text):
        fix = replacement("write `#`", Span(*comment.span()), "#", safe=True)
        return problem(
            "SLA101", "a comment begins with `#`", Span(*comment.span()), help="write `#`", fixes=(fix,)
        )
    if word.kind == "sign":
        return _strange_sign(word) or _unknown(text, parts)
    if owes := _OWES.match(text):
        span = Span(*owes.span(1))
        fix = replacement("write `owes`", span, "owes", safe=True)
        return problem("SLA101", "one party `owes` another", span, help="write `owes`", fixes=(fix,))
    return _unknown(text, parts)


def _unknown(text: str, parts: tuple[Word, ...]) -> Diagnostic:
    word, then = parts[0], parts[1].text if parts[1:] else ""
    best = _meant(word)
    message = f"no declaration begins with `{shown(word.text)}`"
    if best is None and word.kind == "name" and then == "=":
        kind = "kpi" if _MEASURE.match(text, word.span.end) else "let"
        fix = replacement(f"write `{kind} {word.text}`", word.span, f"{kind} {word.text}")
        help = f"did you mean `{kind} {shown(word.text)} = …`?"
        return problem("SLA101", message, word.span, help=help, fixes=(fix,))
    if word.text[0] == '"' and then == ":":
        help = f"did you mean `never {shown(word.text)}:` or `test {shown(word.text)}:`?"
        return problem("SLA101", message, word.span, help=help)
    if best is not None:
        elsewhere = word.text.lower() in DECLARED_AS
        begun = FORMS[{"import": "import_file"}.get(best, best)].get(best, "") if elsewhere else ""
        help = f"did you mean `{best}`? {begun}".rstrip()
        return problem("SLA101", message, word.span, help=help, fixes=(_fix(word.span, best),))
    return problem(
        "SLA101",
        message,
        word.span,
        help="a declaration begins with a word such as `record`, `define` or `kpi`, or says who owes whom; "
        "what belongs to the one above is indented",
    )


def unindented(pieces: tuple[Piece, ...]) -> Diagnostic:
    """Lines that belong to the declaration above them but begin in column 0; this one has its places in the whole text."""
    first = pieces[0].text.split(maxsplit=1)[0]
    edits = tuple(Edit(Span(piece.start, piece.start), "  ") for piece in pieces)
    return problem(
        "SLA102",
        f"`{shown(first)}` belongs to the declaration above and must be indented",
        Span(pieces[0].start, pieces[0].start + len(first)),
        help="a line that begins in column 0 begins a declaration",
        fixes=(Fix("indent it", edits, Safety.SAFE),),
    )


# --- what stands behind a mistake -----------------------------------------------------------------


def add(text: str, faults: list[Diagnostic], more: list[Diagnostic], left_out: list[Span]) -> None:
    """Tell more mistakes of a declaration. One that was made before is told once, with all its places; one right behind another is
    told with it; nothing is told of what is left out."""
    for each in more:
        same = (
            n
            for n, x in enumerate(faults)
            if (x.code, x.message, x.help) == (each.code, each.message, each.help)
        )
        known = next(same, None)
        if any(span.start <= each.span.start < span.end for span in left_out):
            continue
        if known is None and faults and _follows(text, faults[-1], each):
            faults[-1] = _with_what_follows(text, faults[-1], each)
            continue
        if known is None:
            faults.append(each)
        else:
            faults[known] = _also(faults[known], each)


def _follows(text: str, first: Diagnostic, then: Diagnostic) -> bool:
    """Whether a mistake begins in another or right behind it, or behind it on its line where it has no fix: what was written there is
    one mistake."""
    between = text[first.span.end : then.span.start]
    behind = "\n" not in between if not then.fixes else not between.strip()
    return first.span.start <= then.span.start and behind


def _with_what_follows(text: str, first: Diagnostic, then: Diagnostic) -> Diagnostic:
    """A mistake with the one right behind it: one text in the place of both; where there is none, how such a thing is written."""
    ways = [each.fixes[0] for each in (first, then) if len(each.fixes) == 1]
    edits = sorted((edit for way in ways for edit in way.edits), key=lambda edit: edit.span)
    apart = all(one.span.end <= other.span.start for one, other in pairwise(edits))
    if first.fixes and not then.fixes and text[first.span.end : then.span.start].strip() and then.help:
        says_both = then.help.startswith(first.help.removesuffix("`"))
        return replace(first, help=then.help if says_both else f"{first.help}; {then.help}", fixes=())
    if len(ways) < 2 or not apart:
        return replace(first, help=then.help or first.help, fixes=())
    whole = edits[0].span.to(edits[-1].span)
    new = text[whole.start : whole.end]
    for edit in reversed(edits):
        new = new[: edit.span.start - whole.start] + edit.text + new[edit.span.end - whole.start :]
    written = messages.lines_shown(new)
    safe = all(way.safety is Safety.SAFE for way in ways)
    help = f"write `{written}`" if safe else f"did you mean `{written}`?"
    return replace(first, help=help, fixes=(replacement(f"write `{written}`", whole, new, safe=safe),))


def of_the_line_above(text: str, faults: list[Diagnostic]) -> bool:
    """Whether the last three mistakes are the same one on three lines in a row: it is what stands above them that is wrong, and one of
    the three says enough."""
    last = faults[-3:]
    lines = [text.count("\n", 0, each.span.start) for each in last]
    return len({each.help for each in last}) == 1 and lines == [lines[0], lines[0] + 1, lines[0] + 2]


def _also(first: Diagnostic, again: Diagnostic) -> Diagnostic:
    """A mistake that is made again: one fix mends both."""
    if again.span == first.span:
        return first
    fixes = first.fixes
    if len(first.fixes) == len(again.fixes) == 1:
        (one,), (other,) = first.fixes, again.fixes
        new = tuple(
            edit
            for edit in other.edits
            if not any(edit.span.start < x.span.end and x.span.start < edit.span.end for x in one.edits)
        )
        fixes = (replace(one, edits=tuple(dict.fromkeys((*one.edits, *new)))),)
    return replace(first, labels=(*first.labels, Label(again.span, "and here")), fixes=fixes)


def unread_line(text: str, rule: str, at: int) -> Span | None:
    """The line that broke a declaration when the parser stopped at `at`, with the lines further in below it: what is left out to read
    the others. None where there are no others, or nobody can tell which it is."""
    header = text.find("\n")
    if rule not in messages.LISTS or header < 0 or at <= header:
        return None
    lines = list(_FULL_LINE.finditer(text, header + 1))
    here = next((n for n, match in enumerate(lines) if match.end() >= at), None)
    if here is None:
        return None
    while here > 0 and not _may_end(text, rule, lines[here].start()):
        here -= 1  # what stands above it is not complete
    if here == 0 and text[:header].rstrip()[-1:] != ":":
        return None  # the first line itself is
    further = here + 1
    while further < len(lines) and _indent(lines[further]) > _indent(lines[here]):
        further += 1
    return Span(lines[here].start(), lines[further - 1].end()) if further - here < len(lines) else None


_FULL_LINE = re.compile(r"^[ \t]*(?![\s#])\S[^\n]*", re.MULTILINE)
"""A line with more than a comment in it."""


def _indent(line: re.Match[str]) -> int:
    return len(line[0]) - len(line[0].lstrip())


def _may_end(text: str, rule: str, at: int) -> bool:
    """Whether a declaration may be over at `at`: then what follows says something by itself."""
    state = states(text, rule, at, 1).get(at)
    return state is not None and "$END" in state.expected()


# --- where a declaration breaks -------------------------------------------------------------------


def unexpected(
    text: str,
    rule: str,
    parts: tuple[Word, ...],
    at: int,
    trouble: Trouble,
    before: Callable[[int], ParserState | None],
    *,
    search: bool,
) -> Diagnostic:
    """The one error of a declaration whose word number `at` cannot stand where it does.

    `before` gives the parser's state before a word, to try what could be written from; only with `search` is a repair searched for.
    """
    word = trouble.found
    if word and word.text == '"':
        return _open_quote(text, word)
    if word and word.text in _QUOTES:
        return _typographic_quotes(text, word)
    if indented := misplaced.indented(text, parts, at):
        return indented
    wording = messages.wording(trouble)
    code = "SLA104" if word is None else "SLA103"
    span = word.span if word else parts[-1].span
    ends_early = misplaced.ends_early(text, rule, parts, at, trouble.expected, before)
    habit = habits.answer(text, parts, at, before, ends_early=ends_early)
    hint = repair.best(text, parts, at, before) if search else None
    if not ends_early and (line := meant.line(text, rule, parts, at, before, habit, hint)):
        return line
    clause = None if ends_early else misplaced.no_clause(text, parts, at, before, search=search)
    if line := clause or misplaced.unquoted(text, parts, at):
        return line
    if habit:
        return habits.told(text, habit, code, wording.message)
    if line := misplaced.behind(text, rule, parts, at, before):
        return line
    if ends_early:
        ended = messages.wording(replace(trouble, found=None)).message.replace("the declaration", "the line")
        return problem("SLA104", ended, parts[at - 1].span, help=messages.example(text, trouble, rule))
    if word and (strange := _strange_sign(_whole_name(parts, at))):
        return strange
    if wording.help and not (word and "$END" in trouble.expected and messages.begins_line(text, word)):
        nothing = word is None and trouble.previous == ":"
        help = f"{wording.help}: {messages.example(text, trouble, rule)}" if nothing else wording.help
        return problem(code, wording.message, span, help=help)
    if (hint is None or not hint.text.strip()[:1].isalpha()) and (
        line := misplaced.no_line(text, rule, parts, at, before)
    ):
        return line
    # `pause while` → `pause during while`: the first word of a phrase is right, and it is the one behind it that is not.
    completes = hint is not None and at > 0 and hint.text.startswith(f"{parts[at - 1].text} ")
    if (hint is None or completes) and (
        line := misplaced.no_commitment(text, parts, at, wording.message, before)
    ):
        return line
    if hint is None:
        return problem(code, wording.message, span, help=messages.example(text, trouble, rule))
    return problem(code, wording.message, span, help=hint.hint, fixes=(_fix(hint.span, hint.text),))


def _fix(span: Span, text: str) -> Fix:
    return replacement(f"write `{text.strip()}`" if text else "remove it", span, text)


def _open_quote(text: str, quote: Word) -> Diagnostic:
    line_end = _LINE.match(text, quote.span.start)
    end = line_end.end() if line_end else quote.span.end
    return problem(
        "SLA105",
        "this text has no closing quote on its line",
        Span(quote.span.start, end),
        help='end it with `"` before the line ends; a quote inside a text is written `\\"`',
    )


def _strange_sign(word: Word) -> Diagnostic | None:
    """A sign that no agreement has, or a letter that names cannot have."""
    sign = word.text
    if sign in _SIGNS or (word.kind != "sign" and sign.isascii()):
        return None
    if word.kind == "name":
        return problem(
            "SLA109",
            f"names cannot hold `{shown(''.join(letter for letter in sign if not letter.isascii()))}`",
            word.span,
            help="names are made of the letters a to z, digits and `_`; a label may hold any letter",
        )
    if sign in _TYPOGRAPHIC:
        plain = _TYPOGRAPHIC[sign]
        help = f"write `{plain}`" if plain.strip() else "write a plain space"
        fixes = (replacement(help if plain else "remove it", word.span, plain, safe=plain != "-"),)
        message = f"{_NAMES.get(sign, f'`{sign}`')} is not a sign of the language"
        return problem("SLA109", message, word.span, help=help, fixes=fixes)
    called = f"`{sign}`" if sign.isprintable() else f"a control character (U+{ord(sign[0]):04X})"
    return problem(
        "SLA109", f"{called} is not a sign of the language", word.span, help=_OTHER_SIGNS.get(sign, "")
    )


def _typographic_quotes(text: str, quote: Word) -> Diagnostic:
    """Quotes that a word processor made: all of the line are put right at once."""
    line = _LINE.match(text, quote.span.start)
    marks = [
        at for at in range(quote.span.start, line.end() if line else quote.span.end) if text[at] in _QUOTES
    ]
    edits = tuple(Edit(Span(at, at + 1), '"') for at in marks)
    return problem(
        "SLA109",
        f"`{quote.text}` is not a quote of the language",
        quote.span,
        help='texts stand in straight quotes: `"`',
        fixes=(Fix("write straight quotes", edits, Safety.NEEDS_A_LOOK if len(marks) % 2 else Safety.SAFE),),
    )


def _whole_name(parts: tuple[Word, ...], at: int) -> Word:
    """The word at which the parser stopped, from its beginning: it reads `pr` of `prévu` before it stops."""
    word = parts[at]
    if (
        at > 0
        and word.kind == "name"
        and not word.text.isascii()
        and parts[at - 1].span.end == word.span.start
    ):
        return Word("name", parts[at - 1].text + word.text, parts[at - 1].span.to(word.span))
    return word


# --------------------------------------------------------------------------------------------------- what may come next


@dataclass(frozen=True, slots=True)
class Awaited:
    """After `read` (the words so far, each with its terminal), any of `terminals`, each with its spellings (none for names and values).

    `rule` is the grammar's for this kind of declaration.
    """

    rule: str
    read: tuple[Word, ...]
    terminals: Mapping[str, tuple[str, ...]]


def awaited(text: str) -> Awaited | None:
    """What may follow the beginning of a declaration; None when it begins no declaration or is already broken."""
    rule = start_rule(words(text, limit=4))
    if rule is None or too_large(text) or nesting(text):
        return None
    state = states(text, rule, len(text), 1).get(len(text))
    return Awaited(rule, state.read, state.spellings()) if state is not None else None
