"""What a file holds that could not be taken as declared: counted in one pass, then the first rows of each kind are looked up.

Nothing here changes a value. Where nothing can be wrong (a typed column that fits its field) no pass is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sladsl.calendars.instants import ClockReading, zone
from sladsl.data import sql
from sladsl.data.asking import (
    BLANK,
    SKIPPED,
    Dropped,
    Kept,
    Local,
    Lost,
    Measured,
    Part,
    Reading,
    Which,
)
from sladsl.data.errors import DataError
from sladsl.data.parts import SqlPart, ordinal, read_again, rows_sql
from sladsl.data.tables import FILE, Table
from sladsl.data.textfile import ROW, SHOWN_EXAMPLES
from sladsl.data.values import Flaw
from sladsl.data.zone_offsets import clock
from sladsl.outcomes import TOLD_APART, Example, Problem
from sladsl.plan import Record, Source

KINDS = {
    Flaw.UNREADABLE: "unreadable value",
    Flaw.OUT_OF_RANGE: "number out of range",
    Flaw.UNKNOWN: "unknown value",
    Flaw.NO_TIME_OF_DAY: "unreadable value",
    Flaw.NO_RESULT: "unreadable value",
    Flaw.MERGED: "unreadable value",
    Flaw.SHOWN_OTHERWISE: "unreadable value",
}
NO_TIME_OF_DAY_HINT = "a date alone is not a time: say at what time of day with `at 09:00` in its source"
HINTS = {
    Flaw.NO_TIME_OF_DAY: NO_TIME_OF_DAY_HINT,
    Flaw.NO_RESULT: "a formula whose result is not in the file: open the workbook in Excel and save it, or paste the values",
    Flaw.MERGED: "one of several merged cells, of which only the first holds the value: unmerge them and fill in each",
    Flaw.SHOWN_OTHERWISE: "a number that is shown with zeros in front: make the column text, and enter what is shown",
}
_MANY_YEARS = 64


@dataclass(frozen=True, slots=True)
class Finding:
    """A kind of problem with the rows that have it."""

    kind: str
    which: Which
    count: int
    reading: Reading | None = None
    hint: str = ""


def survey(part: Part) -> tuple[Problem, ...]:
    """The part's problems, in a stable order. Sets the part's clocks, which local readings need, and what is lost."""
    findings = [*_dropped(part)]
    measured = part.measured()
    _set_clocks(part, measured)
    flawed = [*_flawed(part, [r for r in part.readings if r.field.name in measured.flawed])]
    for finding in flawed:
        assert finding.reading is not None, "a flaw is a field's"
        name = finding.reading.field.name
        part.lost[name] = part.lost.get(name, 0) + finding.count
    findings += flawed
    findings += _odd_readings(part)
    return (
        *_above_header(part),
        *_unreadable_rows(part),
        *_missing_columns(part),
        *_with_examples(part, findings),
    )


def of_rows(part: Part) -> tuple[Problem, ...]:
    """What could not be taken as declared in some rows of a part that has been surveyed, which is asked of them alone."""
    findings = [*_flawed(part, [r for r in part.readings if r.fallible]), *_odd_readings(part)]
    return _with_examples(part, findings)


def lost_keys(part: Part) -> Iterator[tuple[str, list[str]]]:
    """Each field that could not be read somewhere, with the keys of those rows; the part has been surveyed before."""
    for reading in part.readings:
        if part.lost.get(reading.field.name):
            yield reading.field.name, part.lost_keys(reading)


def _dropped(part: Part) -> Iterator[Finding]:
    for why, kind in ((BLANK, "blank row"), (SKIPPED, "skipped row")):
        if why in part.dropped:
            yield Finding(kind, Dropped(why), part.dropped[why])


def _above_header(part: Part) -> tuple[Problem, ...]:
    """Lines that were passed over because the columns that are asked for are named below them."""
    if isinstance(part.file, Table) or not part.file.above:
        return ()
    lines = part.file.above
    examples = tuple(
        Example(None, part.shown, line, None, text[:200]) for line, text in lines[:SHOWN_EXAMPLES]
    )
    return (Problem(part.record.name, "line above the header", len(lines), None, part.shown, examples),)


def _unreadable_rows(part: Part) -> tuple[Problem, ...]:
    if isinstance(part.file, Table) or not part.file.unreadable.count:
        return ()
    rows = part.file.unreadable
    examples = tuple(Example(None, part.shown, line, None, text) for line, text in rows.first)
    return (Problem(part.record.name, "unreadable row", rows.count, None, part.shown, examples),)


def _missing_columns(part: Part) -> tuple[Problem, ...]:
    if not part.absent:
        return ()
    (rows,) = part.counts([Kept()])
    return tuple(Problem(part.record.name, "missing column", rows, name, part.shown) for name in part.absent)


def _flawed(part: Part, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        for flaw, count in part.flaws(reading):
            yield Finding(KINDS[flaw], Lost(reading, flaw), count, reading, HINTS.get(flaw, ""))


# ------------------------------------------------------------------------------------------------------ clocks


def _set_clocks(part: Part, measured: Measured) -> None:
    for reading in part.readings:
        name = reading.field.name
        ends = reading.bounds or measured.local.get(name)
        if ends is None:
            continue
        if part.source is None or part.source.zone is None:
            raise DataError(_no_zone(part, reading))
        part.clocks[name] = clock(zone(part.source.zone), _years(part, reading, *ends))


def _years(part: Part, reading: Reading, first: int, last: int) -> Sequence[int]:
    years = range(_year(first), _year(last) + 1)
    return years if len(years) <= _MANY_YEARS else part.years(reading)


def _year(local: int) -> int:
    return (datetime(1970, 1, 1) + timedelta(microseconds=local)).year


def _no_zone(part: Part, reading: Reading) -> str:
    example = _with_examples(part, [Finding("", Local(reading), 1, reading)])[0].examples[0]
    line = f", line {example.line}" if example.line else ""
    how = no_zone_hint(part.source, part.record, part.shown)
    value = f"`{example.value}` in " if example.value else ""
    return f"`{part.shown}`{line}: {value}`{reading.field.name}` is a local time, and nothing says in which zone; {how}"


def no_zone_hint(source: Source | None, record: Record, shown: str) -> str:
    """How to say in which zone local times are."""
    if source is not None:
        return f'add `times in "America/New_York"` (where they were written) to the source `{source.name}`'
    return (
        f'write a `source … for {record.name} from "{shown}":` with `times in "America/New_York"` (where they were written), or '
        "write the times with their offset"
    )


ODD = {
    ClockReading.NONEXISTENT: "nonexistent local time",
    ClockReading.AMBIGUOUS: "ambiguous local time",
}


def _odd_rows(part: Part) -> Iterator[tuple[ClockReading, Local]]:
    """For each field and kind of odd reading that its zone has in these years: the rows that have one."""
    for reading in part.readings:
        clock = part.clocks.get(reading.field.name)
        if clock is not None and len(clock.readings) > 1:
            for kind in ODD:
                yield kind, Local(reading, kind)


@dataclass(frozen=True, slots=True)
class OtherReading:
    """A row's local time that could have meant another instant: the one that was taken, and the other."""

    record: str
    key: str
    field: str
    kind: ClockReading
    taken: int
    other: int


def other_readings(parts: Iterable[Part], most: int) -> tuple[list[OtherReading], int]:
    """The times of some parts that could be read otherwise, in the order of their rows' keys, and how many there are beyond `most`.

    Rows without a key are left out, as they are everywhere.
    """
    readings: list[OtherReading] = []
    beyond = 0
    for part in parts:
        for kind, odd in _odd_rows(part):
            which = replace(odd, keyed=True)
            assert part.source is not None, "only a source says in which zone local times are"
            assert part.source.zone is not None
            place, name = zone(part.source.zone), which.reading.field.name
            left = most - len(readings)
            asked = part.locals(which, left)
            for row, local in asked:
                taken, other = place.to_instant(local)[0], place.other_reading(local)
                readings.append(OtherReading(part.record.name, row, name, kind, taken, other))
            if len(asked) == left:
                (keyed,) = part.counts([which])
                beyond += keyed - left
    return readings, beyond


def _odd_readings(part: Part) -> Iterator[Finding]:
    asked = [*_odd_rows(part)]
    for (kind, which), count in zip(asked, part.counts([which for _, which in asked]), strict=True):
        if count:
            yield Finding(ODD[kind], which, count, which.reading)


# ---------------------------------------------------------------------------------------------------- examples


def _with_examples(part: Part, findings: Sequence[Finding]) -> tuple[Problem, ...]:
    rows = [part.first(finding.which, SHOWN_EXAMPLES) for finding in findings]
    table = isinstance(part.file, Table)
    places = (
        {} if isinstance(part.file, Table) else part.file.places([row.row for some in rows for row in some])
    )
    problems = []
    for finding, some in zip(findings, rows, strict=True):
        field = finding.reading.field.name if finding.reading else None
        examples = []
        for row in some:
            place = places.get(row.row)
            value = row.raw if table or place is None else _cell(finding.reading, place.cells)
            line = row.row if table else (place.line if place else None)
            examples.append(Example(row.key, row.file or part.shown, line, field, value))
        problems.append(
            Problem(
                part.record.name,
                finding.kind,
                finding.count,
                field,
                part.shown,
                tuple(examples),
                finding.hint,
            )
        )
    return tuple(problems)


def _cell(reading: Reading | None, cells: Mapping[int, str | None]) -> str | None:
    """The cell as the file has it; a blank row or a skipped one is shown by what it holds."""
    if reading is None:
        return ", ".join(cell for cell in cells.values() if cell)[:200] or None
    return cells.get(reading.cell) if reading.column else None


# ------------------------------------------------------------------------------------------------- rows that occur again

# Rows of a record that has no key: those that are equal in everything their files say are one row.
#
# What is compared is what stands in the files, in every column and before anything is hidden or read, so that neither the as-of nor a
# column that happens not to be mapped decides how many rows there are. That costs nothing where no two rows have the same values in their
# fields, which a single pass finds out; only rows that do are looked at whole. Rows with the same values that differ elsewhere stay apart,
# and are listed with the columns they differ in: one of those is what a key could be made of.

_SHOWN_COLUMNS = 5
_NUMBER = "#part"
_HASH, _FILE, _PLACE, _CELLS, _AGAIN, _OTHER = map(
    sql.name, ("#hash", "#file", "#n", "#cells", "#again", "#other")
)
"""Names that no field has."""


def each_once(connection: Any, parts: Sequence[SqlPart], name: str) -> tuple[Problem, ...]:
    """Takes rows that occur again out of the parts of one record without a key, and says which; `name` begins what is made on the way."""
    values = f"{name} values"
    union = " UNION ALL ".join(
        f"SELECT {n} AS {sql.name(_NUMBER)}, * FROM ({rows_sql(p)})" for n, p in enumerate(parts)
    )
    fields = [sql.name(r.field.name) for r in parts[0].readings]
    sql.rows(
        connection,
        f"CREATE VIEW {sql.name(values)} AS SELECT *, hash({', '.join(fields)}) AS {_HASH} FROM ({union})",
    )
    rows, different = sql.row(connection, f"SELECT count(*), count(DISTINCT {_HASH}) FROM {sql.name(values)}")
    if rows == different:
        return ()
    repeated = f"SELECT {_HASH} FROM {sql.name(values)} GROUP BY {_HASH} HAVING count(*) > 1"
    alike, whole = f"{name} alike", f"{name} whole"
    sql.rows(
        connection,
        f"CREATE TABLE {sql.name(alike)} AS SELECT * FROM {sql.name(values)} WHERE {_HASH} IN ({repeated})",
    )
    names = _columns(parts)
    for n, part in enumerate(parts):
        _add_whole(connection, n, part, names, alike, whole)
    numbered = _numbered(connection, fields, alike, whole, name)
    _take_out(connection, parts, numbered)
    return (*_equal(connection, parts, numbered), *_told_apart(connection, parts, fields, names, numbered))


def _columns(parts: Sequence[SqlPart]) -> list[tuple[str, int]]:
    """The columns of all files: each name, and its how-manyth it is in a file that has it twice."""
    return list(dict.fromkeys(key for part in parts for key in _of(part)))


def _of(part: SqlPart) -> list[tuple[str, int]]:
    return columns_of(
        [c.name for c in part.file.columns] if isinstance(part.file, Table) else part.file.names
    )


def columns_of(names: Sequence[str]) -> list[tuple[str, int]]:
    """The columns of a file, each with its how-manyth of its name it is."""
    return [(name, names[:at].count(name)) for at, name in enumerate(names)]


def _add_whole(
    connection: Any, n: int, part: SqlPart, names: Sequence[tuple[str, int]], alike: str, whole: str
) -> None:
    """Adds the part's rows that are alike others, with all their cells as texts: what a file does not have is an empty cell."""
    at = {key: f"c{number}" for number, key in enumerate(_of(part))}
    cells = ", ".join(f"nullif(CAST({at[key]} AS VARCHAR), '')" if key in at else "NULL" for key in names)
    asked = f"SELECT row FROM {sql.name(alike)} WHERE {sql.name(_NUMBER)} = {n}"
    into = f"INSERT INTO {sql.name(whole)}" if n else f"CREATE TABLE {sql.name(whole)} AS"
    file = sql.name(FILE) if isinstance(part.file, Table) else "NULL"

    def query(relation: str) -> str:
        columns = f"{n} AS {sql.name(_NUMBER)}, {ordinal(part)} AS row, CAST({file} AS VARCHAR) AS {_FILE}, {sql.name(ROW)} AS {_PLACE}"
        return f"SELECT * FROM (SELECT {columns}, CAST([{cells}] AS VARCHAR[]) AS {_CELLS} FROM {relation}) WHERE row IN ({asked})"

    if isinstance(part.file, Table):
        sql.rows(connection, f"{into} {query(part.file.scan(part.file.columns))}")
        return
    read_again(connection, part.file, f"{into} {query('sla_stream')}")


def _numbered(connection: Any, fields: Sequence[str], alike: str, whole: str, name: str) -> str:
    """The rows with the same values, in the order of their files: numbered among those that are equal in every cell (`again`), and with
    the first of those among all with the same values (`other`)."""
    order = f"{sql.name(_NUMBER)}, {_FILE}, {_PLACE}"
    joined = f"{sql.name(alike)} a JOIN {sql.name(whole)} w USING (row, {sql.name(_NUMBER)})"
    both = f"SELECT a.*, w.{_FILE}, w.{_PLACE}, w.{_CELLS} FROM {joined}"
    same = ", ".join(fields)
    again = f"SELECT *, row_number() OVER (PARTITION BY {same}, {_CELLS} ORDER BY {order}) AS {_AGAIN} FROM ({both})"
    other = f"SELECT *, row_number() OVER (PARTITION BY {same}, {_AGAIN} ORDER BY {order}) AS {_OTHER} FROM ({again})"
    table = f"{name} numbered"
    sql.rows(connection, f"CREATE TABLE {sql.name(table)} AS {other}")
    return table


def _take_out(connection: Any, parts: Sequence[SqlPart], numbered: str) -> None:
    for n, part in enumerate(parts):
        gone = f"SELECT row FROM {sql.name(numbered)} WHERE {_AGAIN} > 1 AND {sql.name(_NUMBER)} = {n}"
        if sql.row(connection, f"SELECT count(*) FROM ({gone})")[0]:
            left = f"{part.relation} once"
            query = f"SELECT * FROM {sql.name(part.relation)} WHERE {ordinal(part)} NOT IN ({gone})"
            sql.rows(connection, f"CREATE VIEW {sql.name(left)} AS {query}")
            part.relation = left


def _equal(connection: Any, parts: Sequence[SqlPart], numbered: str) -> Iterator[Problem]:
    yield from _listed(connection, parts, numbered, "equal rows", f"{_AGAIN} > 1")


def _told_apart(
    connection: Any,
    parts: Sequence[SqlPart],
    fields: Sequence[str],
    names: Sequence[tuple[str, int]],
    numbered: str,
) -> Iterator[Problem]:
    same = ", ".join(fields)
    differ = ", ".join(
        f"count(DISTINCT coalesce({_CELLS}[{at}], '')) > 1 AS d{at}" for at in range(1, len(names) + 1)
    )
    groups = f"SELECT {differ} FROM {sql.name(numbered)} WHERE {_AGAIN} = 1 GROUP BY {same}"
    asked = ", ".join(f"coalesce(bool_or(d{at}), false)" for at in range(1, len(names) + 1))
    different = sql.row(connection, f"SELECT {asked} FROM ({groups})")
    columns = [name for (name, _), differs in zip(names, different, strict=True) if differs]
    hint = told_apart_hint(parts[0].record, columns)
    yield from _listed(connection, parts, numbered, TOLD_APART, f"{_AGAIN} = 1 AND {_OTHER} > 1", hint)


def told_apart_hint(record: Record, columns: Sequence[str]) -> str:
    """Says in which columns rows differ that are alike where they are read."""
    more = len(columns) - _SHOWN_COLUMNS
    names = ", ".join(f"`{name}`" for name in columns[:_SHOWN_COLUMNS])
    shown = f"{names} and {more} more" if more > 0 else names
    return f"they differ in {shown}, so each counts; where one of these says which row it is, make it the key of `{record.name}`"


def _listed(
    connection: Any, parts: Sequence[SqlPart], numbered: str, kind: str, where: str, hint: str = ""
) -> Iterator[Problem]:
    rows = f"FROM {sql.name(numbered)} WHERE {where}"
    count = sql.row(connection, f"SELECT count(*) {rows}")[0]
    part, n = sql.name(_NUMBER), SHOWN_EXAMPLES
    first = sql.rows(
        connection,
        f"SELECT {part}, {_FILE}, {_PLACE}, row {rows} ORDER BY {part}, {_FILE}, {_PLACE} LIMIT {n}",
    )
    yield from repeated(parts, kind, count, first, hint)


def repeated(
    parts: Sequence[Part],
    kind: str,
    count: int,
    first: Sequence[tuple[int, str | None, int, str]],
    hint: str = "",
) -> Iterator[Problem]:
    """The problem of rows that occur again, if there are any; of the `first` of them the number of its part, its file, row and key."""
    if count:
        yield Problem(parts[0].record.name, kind, count, None, None, tuple(_examples(parts, first)), hint)


def _examples(parts: Sequence[Part], rows: Sequence[tuple[int, str | None, int, str]]) -> Iterator[Example]:
    for number, name, n, key in rows:
        file = parts[number].file
        place = None if isinstance(file, Table) else file.places([n]).get(n)
        line = n if isinstance(file, Table) else (place.line if place else None)
        yield Example(key, name or parts[number].shown, line)
