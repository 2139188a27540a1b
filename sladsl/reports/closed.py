"""The record of a closed period: `closed/2026-03.json`, read and written. `closed.schema.json` is made from the types."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from sladsl.calendars import instant, iso
from sladsl.closing import Close, ClosedFigure, RowsOf
from sladsl.reports.as_of_document import Instant
from sladsl.reports.documents import document, document_text, shape
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import safe
from sladsl.reports.words import part

SCHEMA = "sladsl.closed/1"


class Malformed(ValueError):
    """A file that is no record of a closed period; the text says why, to go on where its name ends."""


@shape()
class RecordedFigure:
    id: Annotated[str, "the commitment's id; of a KPI of which nothing is promised, its name"]
    kpi: str
    by: Annotated[tuple[str | None, ...], "of a part of a KPI's breakdown: its values"]
    period: str
    start: Instant
    end: Instant
    verdict: Annotated[str | None, "null: of a KPI"]
    final: Annotated[
        bool, "on data that only grow nothing of it changes; false: it waited for more when it was closed"
    ]
    value: Annotated[str | None, "exactly, as a fraction; a length of time in microseconds"]
    shown: Annotated[str, "in words"]
    numerator: int | None
    denominator: int | None
    rows: int


@shape()
class Calendars:
    digest: Annotated[
        str,
        "of when they are open, from the first of the periods to the as-of, and of where the periods begin and end",
    ]
    tzdata: str
    holidays: Annotated[str, "the version of the library"]


@shape()
class Rows:
    rows: int
    digest: Annotated[str, "of what they say, in any order"]
    near: Annotated[int, "those of them that have a time in the period or later, or none"]
    near_digest: str


@shape()
class Closing:
    agreement: str
    file: str
    as_of: Instant
    closed_at: Instant
    version: Annotated[str, "of `sladsl`"]
    provisional: Annotated[bool, "it was closed though not everything was final"]
    reason: Annotated[str | None, "why it was closed again"]
    meaning: Annotated[str, "the digits of what the agreement promises"]
    calendars: Calendars
    data: Annotated[Mapping[str, Rows], "by record: what its rows said as of the close"]
    figures: tuple[RecordedFigure, ...]
    rows_file: Annotated[str | None, "beside this file: what became of each row"]


@document(
    SCHEMA,
    title="sla close",
    about="The figures of a period as they were closed. Of an agreement the last close counts, and those before it are kept.",
)
class ClosedPeriod:
    period: str
    closes: tuple[Closing, ...]


def text_of(period: str, closes: Sequence[Close]) -> str:
    """The file."""
    return document_text(ClosedPeriod(period=period, closes=tuple(map(_closing, closes))))


def _closing(x: Close) -> Closing:
    return Closing(
        agreement=x.agreement,
        file=x.file,
        as_of=iso(x.as_of),
        closed_at=iso(x.closed_at),
        version=x.version,
        provisional=x.provisional,
        reason=x.reason,
        meaning=x.meaning,
        calendars=Calendars(digest=x.calendars, tzdata=x.tzdata, holidays=x.holidays),
        data={
            name: Rows(rows=r.rows, digest=r.digest, near=r.near, near_digest=r.near_digest)
            for name, r in x.data.items()
        },
        figures=tuple(_figure(f) for f in x.figures),
        rows_file=x.rows_file,
    )


def _figure(f: ClosedFigure) -> RecordedFigure:
    return RecordedFigure(
        id=f.id,
        kpi=f.kpi,
        by=f.by,
        period=f.period,
        start=iso(f.start),
        end=iso(f.end),
        verdict=f.verdict,
        final=f.final,
        value=f.value,
        shown=f.shown,
        numerator=f.numerator,
        denominator=f.denominator,
        rows=f.rows,
    )


def read(text: str) -> tuple[str, tuple[Close, ...]]:
    """The period of a file, and its closes, the first one first. `Malformed` for what is none."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"is no JSON ({error})") from None
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise Malformed(f"is no record of a closed period: its `schema` is not `{SCHEMA}`")
    try:
        return str(said["period"]), tuple(map(_read, said["closes"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Malformed(f"is no whole record of a closed period ({type(error).__name__}: {error})") from None


def _read(x: Mapping[str, Any]) -> Close:
    plain = {
        n: x[n] for n in ("agreement", "file", "version", "provisional", "reason", "meaning", "rows_file")
    }
    return Close(
        **plain,
        as_of=_instant(x["as_of"]),
        closed_at=_instant(x["closed_at"]),
        calendars=x["calendars"]["digest"],
        tzdata=x["calendars"]["tzdata"],
        holidays=x["calendars"]["holidays"],
        data={
            name: RowsOf(r["rows"], r["digest"], r["near"], r["near_digest"]) for name, r in x["data"].items()
        },
        figures=tuple(
            ClosedFigure(
                **{n: f[n] for n in RecordedFigure.__dataclass_fields__ if n not in {"by", "start", "end"}},
                by=tuple(f["by"]),
                start=_instant(f["start"]),
                end=_instant(f["end"]),
            )
            for f in x["figures"]
        ),
    )


def _instant(text: str) -> int:
    import datetime as dt

    return instant(dt.datetime.fromisoformat(text))


def shown(period: str, closes: Sequence[Close]) -> str:
    """The record for a reader: of each agreement the last close whole, and of those before when and why."""
    lines: list[str] = []
    for name in dict.fromkeys(c.agreement for c in closes):
        *before, last = [c for c in closes if c.agreement == name]
        lines += [f"{safe(name)}, {period}"] if not lines else ["", f"{safe(name)}, {period}"]
        lines.append(
            f"closed {iso(last.closed_at)} as of {iso(last.as_of)}, by sladsl {last.version}{why(last)}"
        )
        lines += (
            f"  before: closed {iso(c.closed_at)} as of {iso(c.as_of)}{why(c)}" for c in reversed(before)
        )
        cells = [
            (
                safe(part(f.id, f.by)),
                f.period,
                (f.verdict or "") if f.final else f"{f.verdict or ''} (waits)".strip(),
                f.shown,
                f"{f.numerator:,} of {f.denominator:,}"
                if f.denominator is not None and f.numerator is not None
                else f"{f.rows:,}",
            )
            for f in last.figures
        ]
        heads = (Head("figure"), Head("period"), Head("verdict"), Head("value", right=True), Head("counted"))
        lines += table(heads, cells, indent=2) if cells else ["  no period of it ended then"]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def why(c: Close) -> str:
    """What is odd about a close: that it was one of figures that were not final, or one more."""
    again = f", again: {safe(c.reason)}" if c.reason else ""
    return f"{', while provisional' if c.provisional else ''}{again}"
