"""Figures, durations and instants in words: always with enough digits that the reader can see the verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from sladsl.calendars import DAY, HOUR, MINUTE, SECOND, Zone, day_date
from sladsl.calendars import zone as zone_of
from sladsl.nouns import plural
from sladsl.outcomes import AsOf, DataEnd, Quiet
from sladsl.reports.terminal import safe
from sladsl.runner import Restated, Run
from sladsl.verdicts import digits
from sladsl.verdicts.statistics import rounded

_UNITS = {"second": SECOND, "minute": MINUTE, "hour": HOUR, "day": DAY, "week": 7 * DAY}
_ALL_OR_NONE = (Fraction(0), Fraction(100))


def share(value: Fraction, limits: Iterable[Fraction] = ()) -> str:
    """A fraction as a percentage: `91.6%`; `89.96%` where `90.0%` would hide on which side of a limit of 90% it is.

    0% and 100% are always limits: only all of them is `100%`.
    """
    return _visible(value * 100, [*(limit * 100 for limit in limits), *_ALL_OR_NONE], _ALL_OR_NONE) + "%"


def number(value: Fraction, limits: Iterable[Fraction] = ()) -> str:
    """A number with thousands separated; a whole one without decimals."""
    if value.denominator == 1:
        return f"{value.numerator:,}"
    text = _visible(value, limits, least=1 if abs(value) >= 10 else 2)
    return text.rstrip("0") if Fraction(text.replace(",", "").replace("−", "-")) == value else text


def span(value: Fraction, unit: str = "", limits: Iterable[Fraction] = ()) -> str:
    """Microseconds in a unit's words: `3.5 business hours`; in the largest units that fit, `2 h 5 min`, where there is none."""
    singular = unit.removeprefix("business ").removesuffix("s")
    size = _UNITS.get(singular)
    if size is None:
        return plain_span(round(value))
    text = number(value / size, [limit / size for limit in limits])
    prefix = "business " if unit.startswith("business ") else ""
    return f"{text} {prefix}{singular}" if text == "1" else f"{text} {prefix}{singular}s"


def plain_span(value: int) -> str:
    """Microseconds as a person says them, in at most two units: `2 h 5 min`, `3 d 4 h`, `12 s`."""
    if value < 0:
        return "−" + plain_span(-value)
    parts: list[str] = []
    for size, word in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")):
        count, value = divmod(value, size)
        if parts or count:
            parts.append(f"{count} {word}")
    shown = [part for part in parts[:2] if not part.startswith("0 ")]
    return " ".join(shown) or "0 s"


def local(at: int, zone: Zone) -> str:
    """An instant as the zone's clock shows it, written as in the language: `2026-03-09 14:00`; seconds where there are some."""
    clock = zone.local(at)
    day, rest = divmod(clock, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    seconds = f":{rest // SECOND:02d}" if rest else ""
    part = f".{rest % SECOND:06d}".rstrip("0") if rest % SECOND else ""
    return f"{day_date(day).isoformat()} {hours:02d}:{minutes:02d}{seconds}{part}"


def as_of_words(at: AsOf, zone: Zone) -> str:
    """`2026-03-09 14:00 UTC`, and where it was not given which row it is from."""
    come = " and that has come" if at.ahead else ""
    row = f": the latest time that the agreement reads{come} ({_row(at)})" if at.record else ""
    return f"{local(at.instant, zone)} {zone.name}{row}"


def as_of_doubts(at: AsOf, zone: Zone) -> list[str]:
    """What is odd about a time that was taken for the as-of, or was not: a line each."""
    doubts = []
    alone, other = at, at.otherwise
    while other is not None:
        so = f'without it the as-of is {local(other.instant, zone)} ({_row(other)}; `--as-of "{local(other.instant, zone)}"`)'
        doubts.append(
            f"nothing lies within 30 days before {local(alone.instant, zone)} ({_row(alone)}): {so}"
        )
        alone, other = other, other.otherwise
    if at.ahead is not None:
        ahead = at.ahead
        doubts.append(
            f"{local(ahead.instant, zone)} ({_row(ahead)}) is later than now, and so never the as-of"
        )
    return [
        *doubts,
        *(stale(x, zone) for x in at.ends if x.stale),
        *([_quiet(at.quiet, zone)] if at.quiet else []),
    ]


def _quiet(quiet: Sequence[Quiet], zone: Zone) -> str:
    ends = ", of ".join(
        f"{x.source} {'' if n else 'end '}on {local(x.latest, zone)}" for n, x in enumerate(quiet)
    )
    return (
        f"data of {ends}, long before {local(quiet[0].until, zone)}: what should have happened since then is judged as if it had not. "
        f"If the export ends there, say so in {'its source' if len(quiet) == 1 else 'their sources'} (`fresh within 2 days`), and that "
        "waits for later data"
    )


def stale(end: DataEnd, zone: Zone) -> str:
    """What is said of old data: `data of calls end on 2026-03-23 09:05, …`."""
    if end.latest is None:
        return f"there are no data of {end.source}: nothing that rests on them is judged"
    return (
        f"data of {end.source} end on {local(end.latest, zone)}, which is more than {_length(end.within)} before the as-of: what needs "
        "later ones is not judged"
    )


def _length(span: int) -> str:
    """`2 days`, `36 hours`: a span as it may have been written."""
    size, word = next(
        x
        for x in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"), (1, "µs"))
        if span % x[0] == 0
    )
    return rows_of(span // size, word)


def _row(at: AsOf) -> str:
    """`deal 3, closing`: where a time that may be the as-of stands."""
    return f"{safe(' '.join(x for x in (at.record, at.key) if x))}, {at.field}"


def listed(items: Iterable[str], total: int) -> str:
    """`L-7, L-9 and 3 more`."""
    shown = list(items)
    more = total - len(shown)
    if not shown:
        return f"{total:,}"
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def rows_of(n: int, record: str) -> str:
    """`1 lead`, `3 leads`, `2 activities`: rows by their record's own name."""
    return f"{n:,} {record if n == 1 else plural(record)}"


def _visible(
    value: Fraction, limits: Iterable[Fraction], bare: tuple[Fraction, ...] = (), least: int = 1
) -> str:
    """Rounded to as few decimals, from `least` on, as leave it on the same side of every limit; `bare` values have none."""
    if value in bare:
        return str(value)
    places = digits(value, limits, least)
    scaled = rounded(value, places) * 10**places
    whole, part = divmod(abs(scaled.numerator), 10**places)
    return f"{'−' if scaled < 0 else ''}{whole:,}.{part:0{places}d}"


def sample_words(one_in: int, rows: Mapping[str, int]) -> str:
    """What is said of a report on a part of the rows, wherever there is one."""
    seen = ", ".join(rows_of(many, record) for record, many in rows.items())
    return (
        f"a sample: about one row in {one_in}, with all that belongs to it ({seen}); figures are estimates, counts are of the sample, "
        "and nothing is judged"
    )


SHOWN_RESTATED = 5
"""Rows that are named of a figure that comes out differently."""


def restated(run: Run) -> Iterator[str]:
    """`restated: response_time 2026-03: met 96.2% → missed 94.8% …`, a sentence each figure of a closed period."""
    where = zone_of(run.plan.zone)
    for x in run.restated:
        rows = restated_rows(x)
        why = f"closed as of {local(x.closed, where)}; {'; '.join(x.changed)}"
        yield f"restated: {part(x.id, x.by)} {x.period}: {x.was} → {x.now} ({why}){f': {rows}' if rows else ''}"


def closed_as(run: Run) -> dict[tuple[object, ...], str]:
    """What was recorded of the figures of closed periods that come out differently: by commitment's id or KPI, which of both that is, the
    period, and the values of a part."""
    return {(x.id, x.judged, x.period, x.by): x.was for x in run.restated}


def part(figure: str, by: Iterable[str | None]) -> str:
    """A figure, or the part of it that has these values."""
    return " ".join([figure, *("missing" if value is None else value for value in by)])


def restated_rows(x: Restated) -> str:
    """`L-481: missed → not counted, L-490: met → missed and 3 more`; nothing where no rows were kept."""
    rows = [f"{r.key}: {r.was} → {r.now}" for r in x.rows[:SHOWN_RESTATED]]
    return listed(rows, len(x.rows)) if rows else ""
