"""Columns that no verdict may rest on: almost nothing of them can be read as declared, their numbers could be others, or their ids are no
longer ids. Each is a sentence that says what was seen and what to write, and a run with one of them stops.

A column is judged over all files of its source, by counts alone: neither the order of rows nor that of files decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sladsl import numerals
from sladsl.data import ids, sql
from sladsl.data.asking import Alike, Among, Kept, Known, Lost, Part, Reading, Shaped, Which
from sladsl.data.columns import Kind
from sladsl.data.errors import listed
from sladsl.data.spelling import moments
from sladsl.data.tables import Table
from sladsl.data.textfile import SHOWN_EXAMPLES
from sladsl.formats import DURATION_UNITS
from sladsl.numerals import Fault, Mark, Shape
from sladsl.outcomes import Example, Problem
from sladsl.plan import FieldType, Plan, Record, RecordField, Source
from sladsl.source import as_text

_LOOKED_AT = 1_000
"""Values that are asked how they are written."""


@dataclass(slots=True)
class _Tally:
    """What a field's column holds, over all files of a source."""

    known: int = 0
    lost: int = 0
    shapes: Counter[tuple[Shape, Mark]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Cell:
    file: str
    line: int | None
    text: str

    @property
    def where(self) -> str:
        return f"`{self.file}`, line {self.line}" if self.line else f"`{self.file}`"


@dataclass(frozen=True, slots=True)
class Fitness:
    """Why the data that were read must not be judged (nothing when they may be), and what of them is doubtful."""

    refusals: tuple[str, ...]
    problems: tuple[Problem, ...]


def fitness(plan: Plan, parts: Mapping[str, Sequence[Part]]) -> Fitness:
    """Looks at every column of every source."""
    findings = [
        said for record in plan.given for group in _by_source(parts[record.name]) for said in _of(plan, group)
    ]
    refusals = tuple(said for said in findings if isinstance(said, str))
    return Fitness(refusals, tuple(said for said in findings if isinstance(said, Problem)))


def _by_source(parts: Sequence[Part]) -> Iterator[list[Part]]:
    groups: dict[str | None, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.source.name if part.source else None, []).append(part)
    yield from groups.values()


def _of(plan: Plan, group: Sequence[Part]) -> Iterator[str | Problem]:
    record = group[0].record
    names = naming(plan, record)
    for f in record.fields:
        readings = [(part, r) for part in group for r in part.readings if r.field.name == f.name and r.column]
        if not readings:
            continue
        if f.type is FieldType.TEXT and f.name in names:
            yield from _spoilt_ids([each for each in readings if _is_text(*each)], own=f.key)
        tally = _tally(readings)
        fault = numerals.fault(tally.shapes, readings[0][1].numerals)
        if is_hardly_read(f.type, tally.known, tally.lost) or too_little(
            group[0].source, tally.known, tally.lost
        ):
            yield _unread(readings, tally)
        elif fault is not None:
            yield _misread(readings, tally, fault)


# ----------------------------------------------------------------------------------------------------------- counting


def _tally(readings: Sequence[tuple[Part, Reading]]) -> _Tally:
    tally = _Tally()
    for part, reading in readings:
        if reading.shaped:
            for looks, count in part.shapes(reading).items():
                tally.shapes[looks] += count
        lost = part.lost.get(reading.field.name, 0)
        tally.lost += lost
        if lost:
            tally.known += part.counts([Known(reading)])[0]
    return tally


@dataclass(frozen=True, slots=True)
class ColumnRead:
    """How many values of a column can be read as its field, how many cannot, and how many rows have none."""

    field: str
    column: str
    known: int
    lost: int
    missing: int


def columns_read(record: Record, parts: Sequence[Part]) -> Iterator[ColumnRead]:
    """Of each field that is read from a column, over all files."""
    for f in record.fields:
        readings = [(part, r) for part in parts for r in part.readings if r.field.name == f.name and r.column]
        known = lost = missing = 0
        for part, reading in readings:
            rows, there = part.counts([Kept(), Known(reading)])
            unread = part.lost.get(f.name, 0)
            known, lost, missing = known + there, lost + unread, missing + rows - there - unread
        if readings:
            columns = dict.fromkeys(reading.column for _, reading in readings)
            yield ColumnRead(f.name, ", ".join(columns), known, lost, missing)


def is_hardly_read(type: FieldType, known: int, lost: int) -> bool:
    """Nothing or less than half; of an enumeration nothing, since a source need not translate what does not matter."""
    return lost > 0 and (known == 0 if type is FieldType.ONE_OF else known < lost)


def too_little(source: Source | None, known: int, lost: int) -> bool:
    """Whether less of a column can be read than its source asks for: `readable at least 95%`."""
    asked = None if source is None else source.readable
    return asked is not None and lost > 0 and known < asked * (known + lost)


def _cells(readings: Sequence[tuple[Part, Reading]], which: Callable[[Reading], Which]) -> list[_Cell]:
    """The first cells of rows that meet a condition, with their places."""
    cells: list[_Cell] = []
    for part, reading in readings:
        rows = part.first(which(reading), _LOOKED_AT - len(cells))
        if isinstance(part.file, Table):
            cells += [_Cell(x.file or part.shown, x.row, x.raw.strip(sql.BLANKS)) for x in rows if x.raw]
            continue
        places = part.file.places([x.row for x in rows])
        for x in rows:
            if x.row in places and (text := places[x.row].cells.get(reading.cell)):
                cells.append(_Cell(part.shown, places[x.row].line, text.strip(sql.BLANKS)))
    return cells


# ---------------------------------------------------------------------------------------- almost nothing can be read


def _unread(readings: Sequence[tuple[Part, Reading]], tally: _Tally) -> str:
    part, reading = readings[0]
    cells = _cells(readings, Lost)
    first = f"`{cells[0].text}`{_at(cells[0])}" if cells else ""
    how = _how(part, reading, [cell.text for cell in cells], tally)
    return hardly_read(
        part.shown, reading.column, reading.field, (tally.known, tally.lost), first, how, part.source
    )


def hardly_read(
    shown: str,
    column: str,
    field: RecordField,
    known_lost: tuple[int, int],
    first: str,
    how: str,
    source: Source | None = None,
) -> str:
    """Says of a column how little of it can be read, with the `first` value that cannot and `how` it could be."""
    known, lost = known_lost
    kind = f"one of {listed(field.values, 6)}" if field.type is FieldType.ONE_OF else f"a {field.type}"
    return (
        f"`{shown}`: {f'only {known}' if known else 'none'} of the {known + lost} values in the column `{column}` can be read as "
        f"`{field.name}`, which is {kind}{_asked_for(field, source, known, lost)}{f'; the first is {first}' if first else ''}; {how}"
    )


def _asked_for(field: RecordField, source: Source | None, known: int, lost: int) -> str:
    """Says what the source asks for, where that is why a run stops."""
    if source is None or source.readable is None or is_hardly_read(field.type, known, lost):
        return ""
    return (
        f", and the source `{source.name}` asks for {source.readable * 100:f}".rstrip("0").rstrip(".") + "%"
    )


def _at(cell: _Cell) -> str:
    return f" in line {cell.line}" if cell.line else ""


def _how(part: Part, reading: Reading, texts: Sequence[str], tally: _Tally) -> str:
    match reading.field.type:
        case FieldType.TIME | FieldType.DATE:
            advice = _as_moment(part, reading, texts)
        case FieldType.NUMBER:
            advice = _as_number(part, texts)
        case FieldType.ONE_OF | FieldType.BOOLEAN:
            advice = translated(_source(part), reading.field, reading.column, texts[0] if texts else "…")
        case FieldType.DURATION:
            plain = all(numerals.read(text) is not None for text in texts)
            spelt = f'{reading.field.name} = {as_text(reading.column)} as "minutes"'
            advice = (
                f"say their unit: write `{spelt}` (or {listed(DURATION_UNITS)}) in {_source(part)}"
                if plain
                else ""
            )
        case _:
            advice = ""
    if not advice:
        return f"correct the column, or name another one in {_source(part)}"
    if tally.known:
        return f"{advice}; the others are written in another way: write them all in one, or give them in two files with a source each"
    return advice


def _as_moment(part: Part, reading: Reading, texts: Sequence[str]) -> str:
    f = reading.field
    moment = moments(Counter(texts))
    if moment is None:
        return (
            f'say how it is written with `as "…"` in {_source(part)}, or name another column' if texts else ""
        )
    spelt = f"{f.name} = {as_text(reading.column)}"
    at = (
        " at 09:00"
        if f.type is FieldType.TIME and (moment.type is FieldType.DATE or moment.date_only)
        else ""
    )
    ways = [
        f"{spelt}{f' as {as_text(way)}' if way else ''}{at}"
        for way in dict.fromkeys((moment.format, moment.twin))
        if way or way is moment.format
    ]
    either = " or ".join(f"`{way}`" for way in ways)
    why = f":{moment.doubt.rpartition(':')[2]}, so only you know" if moment.twin else ""
    hour = ", at the time of day that a date alone means" if at else ""
    return f"write {either} in {_source(part)}{hour}{why}"


def _as_number(part: Part, texts: Sequence[str]) -> str:
    proposals = numerals.proposals(texts)
    if not proposals:
        return ""
    if len(proposals) == 1:
        return f"say how numbers are written there: `numbers {as_text(proposals[0])}` in {_source(part)}"
    return f"say how numbers are written there: {_readings(texts, proposals)}, in {_source(part)}"


def _readings(texts: Sequence[str], examples: Sequence[str]) -> str:
    """Each example with what it makes of the first value of which they make different numbers, or of as many as it takes to tell them
    all apart."""
    spelt = [numerals.read_example(example) for example in examples]
    told: list[str] = []
    means: list[tuple[Decimal | None, ...]] = [() for _ in examples]
    for text in texts:
        more = [(*before, numerals.read(text, each)) for before, each in zip(means, spelt, strict=True)]
        if len(set(more)) > len(set(means)):
            told, means = [*told, text], more
    said = (
        f"`numbers {as_text(e)}` if "
        + " and ".join(f"`{text}` means {_plain(v)}" for text, v in zip(told, values, strict=True))
        for e, values in zip(examples, means, strict=True)
    )
    return ", or ".join(said)


def _plain(value: Decimal | None) -> str:
    """The number in a form that nobody can mistake for another."""
    if value is None:
        return "no number"
    whole = int(value)
    return f"{whole}" if value == whole else f"{whole} and a fraction"


def translated(source: str, field: RecordField, column: str, word: str) -> str:
    """How a source says what a word of its column means."""
    of_any_case = (v for v in field.values if v.casefold() == word.casefold())
    ours = next(of_any_case, field.values[0] if field.values else "")
    meaning = as_text(ours) if field.type is FieldType.ONE_OF else "true"
    spelt = f"{field.name} = {as_text(column)} where {as_text(word)} means {meaning}"
    return f"say what they mean in {source}, as in `{spelt}`"


# -------------------------------------------------------------------------------------- numbers that could be others


def _misread(readings: Sequence[tuple[Part, Reading]], tally: _Tally, fault: Fault) -> str:
    part, reading = readings[0]
    column = f"`{reading.column}`, the column of `{reading.field.name}`,"
    marks = numerals.shown_marks(tally.shapes, reading.numerals)
    if fault is Fault.CURRENCIES:
        return (
            f"`{part.shown}`: {column} holds numbers in {listed(marks)}, and they are not one amount: give each currency a column "
            "of its own, or convert them"
        )
    if fault is Fault.SOME_PER_CENT:
        return (
            f"`{part.shown}`: {column} holds numbers with `%` and others without, which are not written in one way: write them all alike, "
            f'and say so with `numbers "1,234.56%"` in {_source(part)} where they have it'
        )
    cell, other = _either(readings, tally)
    ways = _readings([cell.text], ("1.234,56", "1,234.56"))
    against = (
        f", and `{other.text}`{_at(other)} is written otherwise"
        if other and fault is Fault.CONTRADICTED
        else ""
    )
    if reading.numerals is not None:
        how = f'`numbers "{reading.numerals.example}"` does not fit the whole column: write its numbers in one way'
        return f"{cell.where}: `{cell.text}` in {column} can be read in two ways{against}; {how}"
    return (
        f"{cell.where}: `{cell.text}` in {column} can be read in two ways{against}: say how numbers are written there in "
        f"{_source(part)}, with {ways}"
    )


def _either(readings: Sequence[tuple[Part, Reading]], tally: _Tally) -> tuple[_Cell, _Cell | None]:
    """A value that can be read in two ways, and one that says it is not the way in which it would be."""
    open_ones = (Shape.EITHER_POINT, Shape.EITHER_ROUND, Shape.EITHER_COMMA)
    comma = readings[0][1].numerals is None or readings[0][1].numerals.decimal == "."
    against = (Shape.COMMA,) if comma else (Shape.POINT, Shape.POINT_3, Shape.POINT_GROUPED)
    first = _cells(readings, lambda r: Shaped(r, open_ones))[0]
    others = _cells(readings, lambda r: Shaped(r, against))
    return first, others[0] if others else None


# ---------------------------------------------------------------------------------------------- ids that are none now


def naming(plan: Plan, record: Record) -> set[str]:
    """The fields by which rows are told apart or find each other."""
    names = {f.name for f in record.fields if f.key}
    names |= {record.link.own} if record.link else set()
    return names | {r.link.theirs for r in plan.given if r.link and r.link.parent == record.name}


def _spoilt_ids(readings: Sequence[tuple[Part, Reading]], own: bool) -> Iterator[str | Problem]:
    stats = _ids(readings, own)
    if stats.spoilt:
        cells = _cells(readings, lambda r: Alike(r, ids.EXPONENT)) or _cells(
            readings, lambda r: Alike(r, ids.ROUNDED)
        )
        reading = readings[0][1]
        yield no_id(cells[0].where, cells[0].text, reading.column, reading.field.name)
    elif stats.may_be_doubtful:
        yield from _doubtful_ids(readings)


def no_id(where: str, text: str, column: str, field: str) -> str:
    """Says that an id is none any more, and what to do."""
    return (
        f"{where}: `{text}` in `{column}`, the column of `{field}`, is not the id any more: a spreadsheet has taken the ids for numbers "
        "and kept 15 digits of them, so that several have become one; export them again as text, without saving the file in a spreadsheet "
        "(or import it there with this column as text)"
    )


def _is_text(part: Part, reading: Reading) -> bool:
    if not isinstance(part.file, Table):
        return True
    return any(c.name == reading.column and c.kind is Kind.TEXT for c in part.file.columns)


def _ids(readings: Sequence[tuple[Part, Reading]], own: bool) -> ids.Ids:
    exponents = long = rounded = 0
    for part, reading in readings:
        some = part.ids(reading)
        exponents, long, rounded = exponents + some[0], long + some[1], rounded + some[2]
    if exponents or not rounded or long != rounded:
        return ids.Ids(exponents, long, rounded)
    zeros, most = readings[0][0].beyond(readings)
    once = own and not any(part.source and part.source.keep for part, _ in readings)
    return ids.Ids(0, long, rounded, zeros, once and most > 1)


def _doubtful_ids(readings: Sequence[tuple[Part, Reading]]) -> Iterator[Problem]:
    """Rounded ids among others that are not."""
    doubtful = readings[0][0].doubtful(readings)
    if not doubtful:
        return
    first = tuple(id for id, _ in doubtful[:SHOWN_EXAMPLES])
    cells = _cells(readings, lambda r: Among(r, first))
    part, reading = readings[0]
    name = reading.field.name
    examples = tuple(Example(None, c.file, c.line, name, c.text) for c in cells[:SHOWN_EXAMPLES])
    yield Problem(part.record.name, "rounded id", sum(n for _, n in doubtful), name, part.shown, examples)


# -------------------------------------------------------------------------------------------------------- in words


def _source(part: Part) -> str:
    if part.source is not None:
        return f"the source `{part.source.name}`"
    return f'a `source … for {part.record.name} from "{part.shown}":`'
