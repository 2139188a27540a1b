"""Rows of a record that has no key: those that are equal in everything their files say are one row.

What is compared is what stands in the files, in every column and before anything is hidden or read, so that neither the as-of nor a column
that happens not to be mapped decides how many rows there are. That costs nothing where no two rows have the same values in their fields,
which a single pass finds out; only rows that do are looked at whole. Rows with the same values that differ elsewhere stay apart, and are
listed with the columns they differ in: one of those is what a key could be made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sladsl.data import sql
from sladsl.data.parts import Part, ordinal, read_again, rows_sql
from sladsl.data.tables import FILE, Table
from sladsl.data.textfile import ROW, SHOWN_EXAMPLES
from sladsl.outcomes import TOLD_APART, Example, Problem

_SHOWN_COLUMNS = 5
_NUMBER = "#part"


def each_once(connection: Any, parts: Sequence[Part], name: str) -> tuple[Problem, ...]:
    """Takes rows that occur again out of the parts of one record without a key, and says which; `name` begins what is made on the way."""
    values = f"{name} values"
    union = " UNION ALL ".join(
        f"SELECT {n} AS {sql.name(_NUMBER)}, * FROM ({rows_sql(p)})" for n, p in enumerate(parts)
    )
    fields = [sql.name(r.field.name) for r in parts[0].readings]
    sql.rows(
        connection,
        f"CREATE VIEW {sql.name(values)} AS SELECT *, hash({', '.join(fields)}) AS h FROM ({union})",
    )
    rows, different = sql.row(connection, f"SELECT count(*), count(DISTINCT h) FROM {sql.name(values)}")
    if rows == different:
        return ()
    repeated = f"SELECT h FROM {sql.name(values)} GROUP BY h HAVING count(*) > 1"
    alike, whole = f"{name} alike", f"{name} whole"
    sql.rows(
        connection,
        f"CREATE TABLE {sql.name(alike)} AS SELECT * FROM {sql.name(values)} WHERE h IN ({repeated})",
    )
    names = _columns(parts)
    for n, part in enumerate(parts):
        _add_whole(connection, n, part, names, alike, whole)
    numbered = _numbered(connection, fields, alike, whole, name)
    _take_out(connection, parts, numbered)
    return (*_equal(connection, parts, numbered), *_told_apart(connection, parts, fields, names, numbered))


def _columns(parts: Sequence[Part]) -> list[tuple[str, int]]:
    """The columns of all files: each name, and its how-manyth it is in a file that has it twice."""
    return list(dict.fromkeys(key for part in parts for key in _of(part)))


def _of(part: Part) -> list[tuple[str, int]]:
    names = [c.name for c in part.file.columns] if isinstance(part.file, Table) else list(part.file.names)
    return [(name, names[:at].count(name)) for at, name in enumerate(names)]


def _add_whole(
    connection: Any, n: int, part: Part, names: Sequence[tuple[str, int]], alike: str, whole: str
) -> None:
    """Adds the part's rows that are alike others, with all their cells as texts: what a file does not have is an empty cell."""
    at = {key: f"c{number}" for number, key in enumerate(_of(part))}
    cells = ", ".join(f"nullif(CAST({at[key]} AS VARCHAR), '')" if key in at else "NULL" for key in names)
    asked = f"SELECT row FROM {sql.name(alike)} WHERE {sql.name(_NUMBER)} = {n}"
    into = f"INSERT INTO {sql.name(whole)}" if n else f"CREATE TABLE {sql.name(whole)} AS"
    file = sql.name(FILE) if isinstance(part.file, Table) else "NULL"

    def query(relation: str) -> str:
        columns = f"{n} AS {sql.name(_NUMBER)}, {ordinal(part)} AS row, CAST({file} AS VARCHAR) AS f, {sql.name(ROW)} AS n"
        return f"SELECT * FROM (SELECT {columns}, CAST([{cells}] AS VARCHAR[]) AS cells FROM {relation}) WHERE row IN ({asked})"

    if isinstance(part.file, Table):
        sql.rows(connection, f"{into} {query(part.file.scan(part.file.columns))}")
        return
    read_again(connection, part.file, f"{into} {query('sla_stream')}")


def _numbered(connection: Any, fields: Sequence[str], alike: str, whole: str, name: str) -> str:
    """The rows with the same values, in the order of their files: numbered among those that are equal in every cell (`again`), and with
    the first of those among all with the same values (`other`)."""
    order = f"{sql.name(_NUMBER)}, f, n"
    both = f"SELECT a.*, w.f, w.n, w.cells FROM {sql.name(alike)} a JOIN {sql.name(whole)} w USING (row, {sql.name(_NUMBER)})"
    same = ", ".join(fields)
    again = (
        f"SELECT *, row_number() OVER (PARTITION BY {same}, cells ORDER BY {order}) AS again FROM ({both})"
    )
    other = (
        f"SELECT *, row_number() OVER (PARTITION BY {same}, again ORDER BY {order}) AS other FROM ({again})"
    )
    found = f"{name} numbered"
    sql.rows(connection, f"CREATE TABLE {sql.name(found)} AS {other}")
    return found


def _take_out(connection: Any, parts: Sequence[Part], numbered: str) -> None:
    for n, part in enumerate(parts):
        gone = f"SELECT row FROM {sql.name(numbered)} WHERE again > 1 AND {sql.name(_NUMBER)} = {n}"
        if sql.row(connection, f"SELECT count(*) FROM ({gone})")[0]:
            left = f"{part.relation} once"
            query = f"SELECT * FROM {sql.name(part.relation)} WHERE {ordinal(part)} NOT IN ({gone})"
            sql.rows(connection, f"CREATE VIEW {sql.name(left)} AS {query}")
            part.relation = left


def _equal(connection: Any, parts: Sequence[Part], numbered: str) -> Iterator[Problem]:
    yield from _listed(connection, parts, numbered, "equal rows", "again > 1")


def _told_apart(
    connection: Any,
    parts: Sequence[Part],
    fields: Sequence[str],
    names: Sequence[tuple[str, int]],
    numbered: str,
) -> Iterator[Problem]:
    same = ", ".join(fields)
    differ = ", ".join(
        f"count(DISTINCT coalesce(cells[{at}], '')) > 1 AS d{at}" for at in range(1, len(names) + 1)
    )
    groups = f"SELECT {differ} FROM {sql.name(numbered)} WHERE again = 1 GROUP BY {same}"
    asked = ", ".join(f"coalesce(bool_or(d{at}), false)" for at in range(1, len(names) + 1))
    found = sql.row(connection, f"SELECT {asked} FROM ({groups})")
    columns = [f"`{name}`" for (name, _), differs in zip(names, found, strict=True) if differs]
    more = len(columns) - _SHOWN_COLUMNS
    shown = ", ".join(columns[:_SHOWN_COLUMNS]) + (f" and {more} more" if more > 0 else "")
    hint = f"they differ in {shown}, so each counts; where one of these says which row it is, make it the key of `{parts[0].record.name}`"
    yield from _listed(connection, parts, numbered, TOLD_APART, "again = 1 AND other > 1", hint)


def _listed(
    connection: Any, parts: Sequence[Part], numbered: str, kind: str, where: str, hint: str = ""
) -> Iterator[Problem]:
    rows = f"FROM {sql.name(numbered)} WHERE {where}"
    count = sql.row(connection, f"SELECT count(*) {rows}")[0]
    if not count:
        return
    part, n = sql.name(_NUMBER), SHOWN_EXAMPLES
    first = sql.rows(connection, f"SELECT {part}, f, n, row {rows} ORDER BY {part}, f, n LIMIT {n}")
    yield Problem(parts[0].record.name, kind, count, None, None, tuple(_examples(parts, first)), hint)


def _examples(parts: Sequence[Part], rows: Sequence[tuple[int, str | None, int, str]]) -> Iterator[Example]:
    for number, name, n, key in rows:
        file = parts[number].file
        place = None if isinstance(file, Table) else file.places([n]).get(n)
        line = n if isinstance(file, Table) else (place.line if place else None)
        yield Example(key, name or parts[number].shown, line)
