"""A run as rows and columns with the numbers of the JSON document: a workbook, a CSV file, and typed rows for a table that is kept."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sladsl.calendars import Zone, instant, zone
from sladsl.data.results import ColumnType, Results
from sladsl.data.results import Value as Typed
from sladsl.data.writing import cell_text
from sladsl.nouns import joined
from sladsl.outcomes import DataEnd
from sladsl.plan.rows import TALLIES
from sladsl.reports.documents import ABSENT, to_json
from sladsl.reports.figure_words import in_full, is_share
from sladsl.reports.run import document as d
from sladsl.reports.run.json import document
from sladsl.reports.verdict_marks import MARKS
from sladsl.reports.words import as_of_doubts, closed_as
from sladsl.runner import Run
from sladsl.verdicts import Verdict

Value = str | int | float | bool | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """A fraction that is shown as a percentage."""

    value: float | int


Cell = Value | Share


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under titles; times are the local clock of the agreement's zone, lengths of time seconds, shares fractions."""

    name: str
    titles: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheets(run: Run) -> list[Sheet]:
    """All sheets of a run, those without a row left out but for the first two."""
    said = document(run)
    where = zone(run.plan.zone)
    made = [
        _summary(run, said),
        _commitments(run, said),
        _kpis(run, said),
        _restated(said, where),
        _of("Breaches", BREACH, said.breaches, where),
        _of("Actions", ACTION, said.actions, where),
        _of("Definitions", DEFINITION, said.definitions, where),
        _of("Leads", LEAD, () if said.leads is ABSENT else said.leads, where),
        _problems(said),
    ]
    return [*made[:2], *(s for s in made[2:] if s.rows)]


FIGURE = ("value", "unit", "numerator", "denominator", "rows")
PERIOD = (
    "period", "start", "verdict", "final", "warning", "in doubt", *FIGURE, *(x.words for x in TALLIES),
    "interval low", "interval high", "can end at low", "can end at high", "reason",
)  # fmt: skip
OUTLOOK = ("room", "missing", "days left", "pace", "pace days")
CLOSED = "closed as"
BREACH = ("commitment", "record", "key", "owner", "entered", "started", "due", "stopped")
ACTION = ("commitment", "cause", "action", "to", "record", "key", "period", "owner", "at", "id")
DEFINITION = ("name", "label", "record", "members", "undated", "mislabelled", "unclassifiable")
LEAD = (
    "commitment", "kpi", "record", "key", "owner", "period", "outcome", "value", "entered", "started", "due", "stopped", "elapsed",
    "branch", "reason", "paused", "running",
)  # fmt: skip
PLACE = ("file", "line", "key", "value")
_TIMES = {"entered", "started", "due", "stopped", "at"}


def commitments(run: Run) -> Sheet:
    """A row for each commitment and period."""
    return _commitments(run, document(run))


def _commitments(run: Run, said: d.RunDocument) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    closed = closed_as(run)
    for c, result in zip(said.commitments, run.commitments, strict=True):
        share = is_share(result.figure)
        head = (c.owner, c.counterparty, c.id, c.kpi)
        for p, judged in zip(c.periods, result.periods, strict=True):
            rows.append(
                (
                    *head,
                    p.target,
                    *_period(p, c.unit, share, zone(run.plan.zone)),
                    _reason(judged.end),
                    *_outlook(p, share),
                    closed.get((c.id, True, p.period, ())),
                )
            )
    titles = ("owner", "counterparty", "commitment", "kpi", "target", *PERIOD, *OUTLOOK, CLOSED)
    return Sheet("Commitments", titles, tuple(rows))


def _period(p: d.JudgedPeriod, unit: str, share: bool, where: Zone) -> Iterator[Cell]:
    yield from (p.period, _local(p.start, where), _word(p.verdict), p.final, p.warning, _doubt(p))
    yield from _figure(p, unit, share)
    yield from p.tallies.by_name.values()
    yield from (None if x is None else Share(x) for x in p.interval or (None, None))
    yield from (_amount(x, share) for x in p.range or (None, None))


def _outlook(p: d.JudgedPeriod, share: bool) -> Iterator[Cell]:
    """What is still in it, in rows or in what is counted; and the pace, which is a value of the figure."""
    yield from (
        (None, None, None)
        if p.headroom is None
        else (p.headroom.room, p.headroom.missing, p.headroom.days_left)
    )
    yield from (None, None) if p.pace is None else (_amount(p.pace.value, share), p.pace.days)


def _figure(p: d.MeasuredPeriod, unit: str, share: bool) -> Iterator[Cell]:
    yield _amount(p.value, share)
    yield "" if share else unit
    yield from (p.numerator, p.denominator, p.rows)


def _amount(value: d.Number, share: bool) -> Cell:
    return Share(value) if share and value is not None else value


def _word(word: Verdict | None) -> Cell:
    return None if word is None else str(word)


def _reason(end: DataEnd | None) -> str | None:
    """Why a period is not judged that would be, did the data not end before the as-of."""
    return None if end is None else end.said


def _doubt(p: d.MeasuredPeriod) -> Cell:
    """How many rows, that could not be read, leave the verdict or its figure in doubt."""
    return None if p.doubt is None else p.doubt.rows


def _summary(run: Run, said: d.RunDocument) -> Sheet:
    where = zone(run.plan.zone)
    facts: list[tuple[Cell, ...]] = [
        ("agreement", said.agreement.name),
        ("between", joined(said.agreement.parties)),
        ("as of", _local(said.as_of, where)),
        *(("", text) for text in as_of_doubts(run.outcomes.as_of, where)),
        ("zone", said.agreement.zone),
    ]
    facts += [(f"rows of {name}", n) for name, n in said.rows.items()]
    facts += [(f"rows of {name}, not yet", n) for name, n in said.not_yet.items() if n]
    for c, result in zip(said.commitments, run.commitments, strict=True):
        over = [pair for pair in zip(c.periods, result.periods, strict=True) if pair[0].complete]
        if over:
            last, m = over[-1][0], over[-1][1].measured
            shown = _amount(last.value, is_share(result.figure))
            if m.now is not None and m.now.point is None:
                bound = result.commitment.in_force(m.period.start).bound
                shown = in_full(run.plan, result.figure, m, (bound, result.commitment.warn))
            facts.append((f"{c.id}, {last.target}", shown, _word(last.verdict), last.period, _doubt(last)))
    facts += [
        ("late rows", len(said.breaches)),
        ("data problems", sum(p.count for p in said.data_problems)),
    ]
    return Sheet(
        "Summary",
        ("what", "value", "verdict", "period", "in doubt"),
        tuple((*f, *[None] * (5 - len(f))) for f in facts),
    )


def _kpis(run: Run, said: d.RunDocument) -> Sheet:
    where = zone(run.plan.zone)
    shares, closed = {r.figure.kpi: is_share(r.figure) for r in run.figures}, closed_as(run)
    rows: list[tuple[Cell, ...]] = [
        (
            k.name,
            ", ".join(x if x is not None else "missing" for x in p.by),
            p.period,
            _local(p.start, where),
            *_figure(p, k.unit, shares[k.name]),
            p.tallies.open,
            _doubt(p),
            closed.get((k.name, False, p.period, p.by)),
        )
        for k in said.kpis
        for p in k.periods
    ]
    return Sheet("KPIs", ("kpi", "by", "period", "start", *FIGURE, "open", "in doubt", CLOSED), tuple(rows))


def _restated(said: d.RunDocument, where: Zone) -> Sheet:
    """A row a figure of a closed period that comes out differently; one more for each of its rows that is known to."""
    rows: list[tuple[Cell, ...]] = []
    for x in said.restated:
        by = ", ".join(value if value is not None else "missing" for value in x.by)
        head = (x.id, by, x.period, x.was, x.now, _local(x.closed_as_of, where), "; ".join(x.changed))
        rows += [(*head, None, None, None), *((*head, r.key, r.was, r.now) for r in x.rows)]
    titles = (
        "figure",
        "by",
        "period",
        "closed as",
        "now",
        "closed as of",
        "what was changed",
        "row",
        "row was",
        "row is",
    )
    return Sheet("Restated", titles, tuple(rows))


def _problems(said: d.RunDocument) -> Sheet:
    """A row an example, since each has its place."""
    rows: list[tuple[Cell, ...]] = []
    for p in said.data_problems:
        head = (p.record, p.field, p.kind, p.subject, p.change, p.count)
        places: list[tuple[Cell, ...]] = [(x.file, x.line, x.key, x.value) for x in p.places]
        places = places or [(p.file, None, key, None) for key in p.examples]
        rows += [(*head, *place) for place in places or [(None,) * len(PLACE)]]
    titles = ("record", "field", "what", "in", "changes", "rows", *PLACE)
    return Sheet("Data problems", titles, tuple(rows))


def _of(
    title: str,
    names: tuple[str, ...],
    rows: Sequence[d.Breach | d.Action | d.Definition | d.Lead],
    where: Zone,
) -> Sheet:
    """The rows with these of their properties, times as the zone's clock shows them."""

    def cell(row: object, name: str) -> Cell:
        value = getattr(row, name)
        return _local(value, where) if name in _TIMES else to_json(value)

    return Sheet(title, names, tuple(tuple(cell(row, name) for name in names) for row in rows))


def _local(text: str | None, where: Zone) -> dt.datetime | None:
    """An instant of the document as the zone's clock shows it."""
    if text is None:
        return None
    at = where.local(instant(dt.datetime.fromisoformat(text)))
    return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=at)


# --- CSV


def csv_text(runs: Sequence[Run], delimiter: str = ",") -> str:
    """`sla run --format csv`: a row for each commitment and period, with the numbers of the JSON document; of several agreements, their
    names and files before them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", delimiter=delimiter)
    several = len(runs) > 1
    for number, run in enumerate(runs):
        sheet, of = commitments(run), (run.plan.name, run.plan.file) if several else ()
        if not number:
            writer.writerow(
                (*(("agreement", "file") if several else ()), *(x.replace(" ", "_") for x in sheet.titles))
            )
        writer.writerows(map(_plain, (*of, *row)) for row in sheet.rows)
    return out.getvalue()


def _plain(cell: Cell) -> object:
    match cell:
        case Share(value=value):
            return value
        case bool():
            return "true" if cell else "false"
        case str():
            return cell_text(cell)
        case None | int() | float():
            return cell
        case _:
            return cell.isoformat(sep=" ")


# --- a workbook

MOST_ROWS = 1_048_575
"""What a sheet holds below its titles."""
_WIDEST = 48


def workbook(run: Run) -> bytes:
    """`sla run --format xlsx`: a workbook that people keep. Text is text, whatever it begins with; shares are numbers shown as percentages.

    `ModuleNotFoundError` where XlsxWriter is not installed."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": run.plan.name, "created": dt.datetime(1980, 1, 1)})
    formats = _formats(book)
    for sheet in sheets(run):
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    colours = {str(v): book.add_format({"font_color": x.sheet, "bold": True}) for v, x in MARKS.items()}
    return {
        "title": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "number": book.add_format({"num_format": "#,##0.######"}),
        **colours,
    }


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for column, title in enumerate(sheet.titles):
        page.write_string(0, column, title, formats["title"])
        page.set_column(column, column, _width(title, [row[column] for row in sheet.rows[:500]]))
    for number, row in enumerate(sheet.rows[:MOST_ROWS], start=1):
        for column, cell in enumerate(row):
            _cell(page, number, column, cell, formats)
    page.freeze_panes(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, min(len(sheet.rows), MOST_ROWS), len(sheet.titles) - 1)
    if len(sheet.rows) > MOST_ROWS:
        page.set_header(f"the first {MOST_ROWS:,} of {len(sheet.rows):,} rows")


def _cell(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            return
        case Share(value=value):
            page.write_number(row, column, value, formats["share"])
        case bool():
            page.write_boolean(row, column, cell)
        case str():
            page.write_string(row, column, cell, formats.get(cell))
        case int():
            page.write_number(row, column, cell, formats["whole"])
        case float():
            page.write_number(row, column, cell, formats["number"])
        case dt.datetime():
            page.write_datetime(row, column, cell, formats["time"])


def _width(title: str, cells: Sequence[Cell]) -> int:
    shown = [
        19 if isinstance(c, dt.datetime) else 8 if isinstance(c, Share) else len(str(c))
        for c in cells
        if c is not None
    ]
    return min(max([len(title) + 3, *shown]) + 1, _WIDEST)


# --- typed rows

_TEXT, _COUNT, _NUMBER = ColumnType.TEXT, ColumnType.COUNT, ColumnType.NUMBER
_TRUTH, _INSTANT = ColumnType.TRUTH, ColumnType.INSTANT
RESULTS = (
    ("agreement", _TEXT), ("promised", _TEXT), ("as_of", _INSTANT), ("commitment", _TEXT), ("owner", _TEXT), ("counterparty", _TEXT),
    ("kpi", _TEXT), ("target", _TEXT), ("period", _TEXT), ("period_start", _INSTANT), ("period_end", _INSTANT), ("verdict", _TEXT),
    ("final", _TRUTH), ("warning", _TRUTH), ("rows_in_doubt", _COUNT), ("value", _NUMBER), ("unit", _TEXT), ("numerator", _COUNT),
    ("denominator", _COUNT), ("row_count", _COUNT), *((x.name, _COUNT) for x in TALLIES if x.kept),
    ("interval_low", _NUMBER), ("interval_high", _NUMBER), ("can_end_at_low", _NUMBER),
    ("can_end_at_high", _NUMBER), ("reason", _TEXT), ("room", _NUMBER), ("missing", _NUMBER), ("days_left", _COUNT), ("pace", _NUMBER),
    ("pace_days", _COUNT), ("closed_as", _TEXT),
)  # fmt: skip


def results(run: Run, promised: str) -> Results:
    """Every judged period of a run. `promised` is the digest of what the agreement promises; shares are numbers from 0 to 1, lengths of
    time seconds, instants in UTC."""
    said = document(run)
    head: tuple[Typed, ...] = (said.agreement.name, promised, _instant(said.as_of))
    closed = closed_as(run)
    rows = [
        (
            *head,
            c.id,
            c.owner,
            c.counterparty,
            c.kpi,
            p.target,
            *_result(p, c.unit),
            _reason(judged.end),
            *_outlook_kept(p),
            closed.get((c.id, True, p.period, ())),
        )
        for c, result in zip(said.commitments, run.commitments, strict=True)
        for p, judged in zip(c.periods, result.periods, strict=True)
    ]
    return Results(RESULTS, tuple(rows))


def _result(p: d.JudgedPeriod, unit: str) -> Iterator[Typed]:
    yield from (p.period, _instant(p.start), _instant(p.end), None if p.verdict is None else str(p.verdict))
    yield from (p.final, p.warning, 0 if p.doubt is None else p.doubt.rows)
    yield from (_number(p.value), unit, p.numerator, p.denominator, p.rows)
    yield from (rows for x, rows in p.tallies.each() if x.kept)
    yield from p.interval or (None, None)
    yield from map(_number, p.range or (None, None))


def _outlook_kept(p: d.JudgedPeriod) -> Iterator[Typed]:
    room = p.headroom
    yield from (
        (None, None, None) if room is None else (_number(room.room), _number(room.missing), room.days_left)
    )
    yield from (None, None) if p.pace is None else (_number(p.pace.value), p.pace.days)


def _number(value: d.Number) -> float | None:
    return None if value is None else float(value)


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
