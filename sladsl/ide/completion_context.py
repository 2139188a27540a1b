"""What is being written at a place: the declaration up to there, what the grammar awaits, and which names can be meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from sladsl import model as m
from sladsl import types as t
from sladsl.ide.view import View
from sladsl.source import Source
from sladsl.syntax.parse_table import terminals
from sladsl.syntax.printer import unreadable
from sladsl.syntax.split import Word
from sladsl.syntax.syntax_errors import Awaited, awaited

_NAME_END = re.compile(r"[A-Za-z_]\w*\Z")
_STRING_START = re.compile(r'^(?:[^"#\n]|"(?:\\["\\]|[^"\n])*")*"((?:\\["\\]|[^"\n])*)\Z')

_SPACED = re.compile(r"\s")
_MOST_MENDED = 4


@dataclass(frozen=True, slots=True)
class CompletionContext:
    """`start` is where what is being typed begins and `typed` what is there so far; `awaited` what the grammar takes at `start`.

    Inside quotes `start` is behind the opening one, and `in_text` is set. `awaited` is None where a declaration begins.
    """

    start: int
    typed: str
    in_text: bool
    awaited: Awaited | None
    at_margin: bool

    @property
    def read(self) -> tuple[Word, ...]:
        return self.awaited.read if self.awaited else ()

    @property
    def rule(self) -> str:
        return self.awaited.rule if self.awaited else ""

    def takes(self, terminal: str) -> bool:
        return self.awaited is not None and terminal in self.awaited.terminals


def completion_context(view: View, offset: int) -> CompletionContext | None:
    """The situation at an offset of the text; None inside a comment, or where nothing can be told."""
    text = view.text
    line_start = text.rfind("\n", 0, offset) + 1
    line = text[line_start:offset]
    quoted = _STRING_START.match(line)
    if quoted is not None:
        start = offset - len(quoted.group(1))
        expected = _awaited(text, _declaration_start(view, start - 1), start - 1)
        return CompletionContext(start, quoted.group(1), True, expected, False) if expected else None
    if _in_comment(line):
        return None
    for start in _starts(line, offset):
        if start == line_start:
            if _SPACED.search(text, start, offset):
                continue  # `marketing owes `: words of a declaration that has begun
            return CompletionContext(start, text[start:offset], False, None, True)
        expected = _awaited(text, _declaration_start(view, start), start)
        if expected is not None and _leads_on(expected, text[start:offset]):
            return CompletionContext(start, text[start:offset], False, expected, False)
    return None


def _starts(line: str, offset: int) -> Iterator[int]:
    """Where what is being typed may begin: at a phrase of three or two words that are not finished (`if la`), else at the last word."""
    for words in (3, 2):
        phrase = re.search(r"(?<!\w)" + r"[A-Za-z]+[ \t]+" * (words - 1) + r"[A-Za-z]*\Z", line)
        if phrase is not None:
            yield offset - len(phrase.group())
    last = _NAME_END.search(line)
    yield offset - (len(last.group()) if last else 0)


def _leads_on(expected: Awaited, typed: str) -> bool:
    """Whether a phrase of several words is the beginning of one that may come."""
    if " " not in typed and "\t" not in typed:
        return True
    begun = " ".join(typed.split()) + (" " if typed[-1].isspace() else "")
    return any(each.startswith(begun) for spelled in expected.terminals.values() for each in spelled)


def _in_comment(line: str) -> bool:
    return "#" in re.sub(r'"(?:\\["\\]|[^"\n])*"', "", line)


def _declaration_start(view: View, offset: int) -> int:
    """Where the declaration that an offset belongs to begins: the line above it that begins in column 0."""
    placed = view.layout.part_at(offset)
    return placed[1] if placed is not None else 0


def _awaited(text: str, begin: int, end: int) -> Awaited | None:
    """What may come at the end of a stretch; lines above that are broken count as far as they can be read."""
    written = text[begin:end]
    for _ in range(_MOST_MENDED):
        expected = awaited(written)
        if expected is not None:
            return expected
        problems = unreadable(Source("", written))
        broken = problems[0].span.start if problems else len(written)
        line_end = written.find("\n", broken)
        if line_end < 0:
            return None
        written = written[:broken] + written[line_end:]
    return None


# --- which names can be meant: of which record the row is, and of which kind the name must be

_OPERANDS = ("LPAR", "STRING", "NUMBER", "NAME")
_QUANTIFIERS = ("ANY", "NO")
_AGGREGATES = ("SUM_OF", "AVERAGE_OF", "LEAST_OF", "GREATEST_OF")
_STATISTICS = (*_AGGREGATES, "MEDIAN_OF", "PERCENTILE_OF")
_RESTARTS = ("WHEN", "ADD", "SUBTRACT", "EXPECT", "WITHIN", "TO", "WHOSE")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Names of these kinds; with `row` also what a row of `record` has, only its times with `moments`.

    `fresh` is set where a new name is being made up.
    """

    kinds: tuple[str, ...] = ()
    record: str | None = None
    row: bool = False
    moments: bool = False
    fields_of: str | None = None
    fresh: bool = False


def wanted(model: m.Model, at: CompletionContext) -> Wanted:
    """What a name at this place can be."""
    read = at.read
    last = read[-1].kind if read else ""
    if last == "DOT":
        return _after_dot(model, at)
    if all(at.takes(terminal) for terminal in _OPERANDS):
        return _operand(model, at)
    match at.rule:
        case "agreement":
            if last == "HOURS":
                return Wanted(("calendar",))
            return Wanted(("field",)) if _after(read, "OVER") else Wanted(fresh=True)
        case "owes":
            return _owes(model, at, last)
        case "kpi":
            return _kpi(model, at, last)
        case "test":
            return _test(model, at, last)
        case "record":
            if last == "_KEY_OF":
                return Wanted(("record",))
            return Wanted(("rows",)) if last == "OF" else _joined(model, at, last)
        case "source":
            if last == "FOR":
                return Wanted(("record",))
            return (
                Wanted(fields_of=_record_after(read, "FOR"))
                if "COLON" in _kinds(read)
                else Wanted(fresh=True)
            )
        case "route" | "never":
            return Wanted(("define",) if at.rule == "route" else ("record", "spell", "define"))
        case "score":
            return Wanted(("record", "spell")) if last == "OF" else Wanted(fresh=True)
        case "spell":
            return _spell(model, at, last)
        case _:
            return _derived(model, at, last)


def _after_dot(model: m.Model, at: CompletionContext) -> Wanted:
    return Wanted(("own hours",) if _after_budget(at.read) else (), fields_of=before_dot(model, at))


def before_dot(model: m.Model, at: CompletionContext) -> str | None:
    """The record of which a field is wanted: one that is named, or of which the field before the dot names a row."""
    words = list(at.read)
    names: list[str] = []
    while len(words) > 1 and words[-1].kind == "DOT" and words[-2].kind == "NAME":
        names.insert(0, words[-2].text)
        words = words[:-2]
    seen = list(lineage(model, row_of(model, at))) or list(model.records.values())
    first, *steps = names or [""]
    if first in {r.name for r in seen}:
        here: str | None = first
    else:
        here = _named_by(next((r.fields[first] for r in seen if first in r.fields), None))
    for step in steps:
        record = model.records.get(here or "")
        here = None if record is None else _named_by(record.fields.get(step))
    return here


def _after_budget(read: Sequence[Word]) -> bool:
    """Whether a path stands behind a length of time and `of`: whose hours it is to run in."""
    kinds = _kinds(read)
    while kinds[-2:] == ["NAME", "DOT"]:
        kinds = kinds[:-2]
    return kinds[-2:] == ["UNIT", "OF"]


def _named_by(field: m.Field | None) -> str | None:
    """The record of which a field names a row."""
    return field.type.key_of or None if field is not None and isinstance(field.type, t.Text) else None


def _joined(model: m.Model, at: CompletionContext, last: str) -> Wanted:
    """`by own = theirs`: the parent's field after the sign."""
    if last == "EQUAL":
        return Wanted(fields_of=_record_after(at.read, "OF"))
    return Wanted(fresh=True)


def _derived(model: m.Model, at: CompletionContext, last: str) -> Wanted:
    """Definitions, lifecycles, events and calendars."""
    read = at.read
    if at.rule == "calendar" and last in ("OF", "ZONE"):
        return Wanted(("record",)) if last == "OF" else Wanted(fields_of=_record_after(read, "OF"))
    if last in ("SINCE", "_FIRST_OF") or (at.rule == "event" and last == "COMMA"):
        return Wanted(record=_base(model, at), row=True, moments=True)
    if at.rule == "lifecycle":
        return Wanted(("define",)) if "COLON" in _kinds(read) else Wanted(("rows",))
    if at.rule == "define" and last == "COLON":
        return Wanted(("rows", "define"))
    if at.rule == "event" and "COLON" in _kinds(read):
        if last == "BY":
            return Wanted(fields_of=read[-2].text if len(read) > 1 else None)
        return Wanted(("rows",))
    return Wanted(fresh=True)


def _spell(model: m.Model, at: CompletionContext, last: str) -> Wanted:
    """What it is of; then the rows that it is made of and their times, or the values that end one."""
    if last in ("OF", "EACH"):
        return Wanted(("rows",))
    if last in ("FROM", "TO"):
        return Wanted(fields_of=_record_after(at.read, "EACH"))
    if _after(at.read, "_FOR_EACH"):
        return Wanted(fields_of=_record_after(at.read, "OF"))
    return Wanted(fresh=True)


def _kpi(model: m.Model, at: CompletionContext, last: str) -> Wanted:
    read = at.read
    if last in ("_TIME_FROM", "TO"):
        return Wanted(("define", "event"), record=_base(model, at), row=True, moments=True)
    if last == "_THAT_BECOME":
        return Wanted(("define",))
    if last in ("_COUNT_OF", "_SHARE_OF", "OVER"):
        return Wanted(("rows", "define"))
    if last == "OF":
        return Wanted(("calendar",))
    if last == "_FOR_EACH" or _after(read, "_FOR_EACH"):
        return Wanted(fields_of=_base(model, at))
    return Wanted(fresh=True)


_ACTIONS = frozenset({"REASSIGN_TO", "NOTIFY", "ESCALATE_TO", "TAG", "DO"})


def _owes(model: m.Model, at: CompletionContext, last: str) -> Wanted:
    kinds = _kinds(at.read)
    if "COLON" not in kinds:
        return Wanted(("party",))
    if last == "OF":
        return Wanted(("calendar",)) if kinds[-2:-1] == ["UNIT"] else Wanted(("define",))
    if last == "BY":
        return Wanted(record=_base(model, at), row=True, moments=True)
    if last in _ACTIONS:
        return Wanted(fields_of=_base(model, at))
    return Wanted(("kpi",))


def _test(model: m.Model, at: CompletionContext, last: str) -> Wanted:
    if last == "GIVEN":
        return Wanted(("record",))
    if last == "OF":
        return Wanted(("define",))
    return Wanted(fields_of=_record_after(at.read, "GIVEN"))


def _operand(model: m.Model, at: CompletionContext) -> Wanted:
    """A value or a condition of a row."""
    read = at.read
    last = read[-1].kind if read else ""
    if at.rule == "let":
        return Wanted(("let",))
    if last in _QUANTIFIERS or (last == "NUMBER" and _kinds(read)[-2:-1] in (["AT_LEAST"], ["AT_MOST"])):
        return Wanted(("rows",))
    kinds = ("define", "kpi") if at.rule == "test" and last == "EXPECT" else ()
    return Wanted(kinds, record=row_of(model, at), row=True)


# --- the row in view


def row_of(model: m.Model, at: CompletionContext) -> str | None:
    """The record whose row is looked at: the child's inside the `where` of a test of child records."""
    base = _base(model, at)
    here, stack, pending = base, list[str | None](), None
    for number, word in enumerate(at.read):
        before = at.read[number - 1].kind if number else ""
        earlier = at.read[number - 2].kind if number > 1 else ""
        match word.kind:
            case "LPAR":
                stack.append(here)
            case "RPAR":
                here = stack.pop() if stack else base
            case "NAME" if (
                before in _QUANTIFIERS
                or (earlier, before) in _COUNTED
                or (before in ("_COUNT_OF", "OVER") and stack)
            ):
                pending = word.text
            case "WHERE" if pending is not None:
                here, pending = pending, None
            case kind if kind in _RESTARTS and not stack:
                here, pending = base, None
    return here


_COUNTED = {("AT_LEAST", "NUMBER"), ("AT_MOST", "NUMBER")}


def _base(model: m.Model, at: CompletionContext) -> str | None:
    """The record that a declaration is about, as far as it is written."""
    read = at.read
    match at.rule:
        case "score" | "spell":
            return _record_after(read, "OF")
        case "define" | "route" | "never":
            name = _next_name(read, "ROUTE" if at.rule == "route" else "COLON")
            return record_of(model, name)
        case "event":
            return _event_row(model, at)
        case "kpi":
            return _measured(model, read)
        case "owes":
            names = [word.text for word in read if word.kind == "NAME"]
            kpis = [name for name in names if name in model.kpis]
            return model.kpis[kpis[-1]].record if kpis else None
        case "test":
            given = [read[n + 1].text for n, word in enumerate(read[:-1]) if word.kind == "GIVEN"]
            roots = [name for name in given if name in model.records]
            tops = [name for name in roots if model.records[name].link is None]
            return (tops or roots or _only_root(model))[0] if (tops or roots or _only_root(model)) else None
        case _:
            return None


def _event_row(model: m.Model, at: CompletionContext) -> str | None:
    names = [word.text for word in at.read if word.kind == "NAME"]
    return names[1] if len(names) > 1 and names[1] in model.records else None


def _measured(model: m.Model, read: Sequence[Word]) -> str | None:
    kinds = _kinds(read)
    for opening in ("_COUNT_OF", "_SHARE_OF", "OVER"):
        if opening in kinds:
            return record_of(model, _next_name(read, opening))
    if "_TIME_FROM" in kinds:
        return record_of(model, _next_name(read, "_TIME_FROM"))
    if any(kind in kinds for kind in _STATISTICS):
        roots = _only_root(model)
        return roots[0] if roots else None
    return None


def _only_root(model: m.Model) -> list[str]:
    return [name for name, record in model.records.items() if record.link is None][:1]


def record_of(model: m.Model, name: str | None) -> str | None:
    """The record that a name's rows are of."""
    if name is None:
        return None
    if name in model.records:
        return name
    for table in (model.derived, model.definitions, model.events, model.scores, model.kpis):
        declared = table.get(name)
        if declared is not None:
            return str(declared.record)
    return next((r.name for r in model.records.values() if name in r.fields), None)


def lineage(model: m.Model, record: str | None) -> Iterator[m.Record]:
    """A record and its ancestors, nearest first."""
    seen: set[str] = set()
    while record is not None and record in model.records and record not in seen:
        seen.add(record)
        yield model.records[record]
        link = model.records[record].link
        record = link.parent if link else None


def signs(*written: str) -> frozenset[str]:
    """The names that signs have in the grammar; one without a name of its own has a number that the next sign may change."""
    return frozenset(name for name, spelt in terminals().items() if spelt and spelt[0] in written)


@cache
def _before_values() -> frozenset[str]:
    words = ["STRING", "COMMA", "LBRACE", "IN", "_NOT_IN", "_ALWAYS", "MEANS", "_VALUES_WHERE"]
    return signs("=", "!=") | frozenset(words)


def field_before(model: m.Model, at: CompletionContext) -> m.Field | None:
    """The field that a value is being written for: `industry = "`, `type in {"call", "`, `given lead: industry "`."""
    read = list(at.read)
    while read and read[-1].kind in _before_values():
        read.pop()
    if not read or read[-1].kind != "NAME":
        return None
    name = read[-1].text
    records = list(lineage(model, row_of(model, at)))
    chosen = _record_after(at.read, "GIVEN" if at.rule == "test" else "FOR")
    if at.rule == "source" or (at.rule == "test" and "EXPECT" not in _kinds(at.read)):
        records = [model.records[chosen]] if chosen is not None and chosen in model.records else []
    return next((r.fields[name] for r in records if name in r.fields), None)


def _kinds(read: Sequence[Word]) -> list[str]:
    return [word.kind for word in read]


def _after(read: Sequence[Word], kind: str) -> bool:
    """Whether only names and commas stand between the last word of a kind and here."""
    for word in reversed(read):
        if word.kind == kind:
            return True
        if word.kind not in ("NAME", "COMMA"):
            return False
    return False


def _next_name(read: Sequence[Word], kind: str) -> str | None:
    for number, word in enumerate(read[:-1]):
        if word.kind == kind and read[number + 1].kind == "NAME":
            return read[number + 1].text
    return None


def _record_after(read: Sequence[Word], kind: str) -> str | None:
    """The name after the last word of a kind."""
    for number in range(len(read) - 2, -1, -1):
        if read[number].kind == kind and read[number + 1].kind == "NAME":
            return read[number + 1].text
    return None
