"""What the other side's column says, and whether both sides say the same of a row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sladsl.calendars import DAY, MINUTE, SECOND, is_zone, zone
from sladsl.nouns import joined
from sladsl.outcomes import OutcomeRow
from sladsl.plan import RowOutcome
from sladsl.runner import RunError


class Kind(StrEnum):
    """What the other side's column says of a row."""

    OUTCOME = "outcome"
    DUE = "due date"
    DURATION = "length of time"


class Rounding(StrEnum):
    """How lengths of time were rounded to what they are written in."""

    DOWN = "rounded down"
    NEAREST = "rounded to the nearest"
    UP = "rounded up"


class Said(StrEnum):
    """What a value of the other side can stand for. `NONE`: it says nothing of the row."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    EXCLUDED = "excluded"
    COUNTED = "counted"
    NONE = "none"


_VERDICTS = {
    RowOutcome.MET: Said.MET,
    RowOutcome.MISSED: Said.MISSED,
    RowOutcome.OPEN: Said.OPEN,
    RowOutcome.PAUSED: Said.OPEN,
    RowOutcome.EXCLUDED: Said.EXCLUDED,
    RowOutcome.COUNTED: Said.COUNTED,
}
"""By what became of a row; of any other it has no verdict."""
_DECIDED = frozenset({Said.MET, Said.MISSED, Said.COUNTED})
_WORDS = {"paused": Said.OPEN, **{str(x): x for x in Said}}
"""What needs no translation: the language's own words."""


@dataclass(frozen=True, slots=True)
class StatedColumn:
    """The other side's column. `record`: a record's or a source's name. `means` are (text, verdict) pairs, `written` what `--as` says,
    `zone` whose clock its times are of, None for the source's."""

    record: str
    name: str
    means: tuple[tuple[str, str], ...] = ()
    written: str | None = None
    zone: str | None = None


_AGAINST = re.compile(r'([A-Za-z_][A-Za-z0-9_]*)\.(?:"(.+)"|(.+))', re.DOTALL)


def stated_column(
    against: str, means: tuple[tuple[str, str], ...], written: str | None, zone: str | None
) -> StatedColumn:
    """The column that `lead."MQL SLA"` names; `RunError` where it names none, or what is said of it cannot be."""
    named = _AGAINST.fullmatch(against.strip())
    if named is None:
        raise RunError(f"""`{against}` names no column: write it as in `lead."MQL SLA"`""")
    if zone is not None and not is_zone(zone):
        raise RunError(f"there is no zone `{zone}`: expected a name such as `Europe/Berlin`")
    if means and written is not None:
        raise RunError(
            "what texts mean is of verdicts, how they are written of due dates and lengths of time: leave one of them out"
        )
    unknown = next((word for _, word in means if word not in set(Said)), None)
    if unknown is not None:
        raise RunError(
            f"a text of the column cannot mean `{unknown}`: expected {joined(map(str, Said), 'or')}"
        )
    return StatedColumn(named[1], named[2] or named[3], means, written, zone)


@dataclass(frozen=True, slots=True)
class There:
    """What the other side says: the text as it stands (None: blank), and the verdict, instant or length that it is. None with a text: it
    cannot be read."""

    text: str | None
    value: Said | int | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """How the column was read: what it says, how it is written, to what (microseconds), whose clock it is by, how lengths are rounded."""

    kind: Kind
    written: str | None
    whole: int
    zone: str
    rounding: Rounding = Rounding.DOWN
    means: tuple[tuple[str, Said], ...] = ()


class Match(StrEnum):
    AGREES = "agrees"
    NEITHER = "no verdict on either side"
    DIFFERS = "differs"


def understood(
    column: StatedColumn, stated: Mapping[str, Any], place: str, numbers: str | None
) -> tuple[Read, dict[str, There]]:
    """How the column is read, and what it says of each row."""
    from sladsl.data import DataError
    from sladsl.data.stated import CLOCKS, SPANS, read_spans, read_times, span_like, time_format

    typed = next((x for x in stated.values() if x is not None and not isinstance(x, str)), None)
    if isinstance(typed, int):
        kind = Kind.DUE if typed > 366 * DAY else Kind.DURATION  # instants of our time, or spans below a year
        read = Read(kind, None, SECOND, place)
        return read, {k: There(None if x is None else str(x), x) for k, x in stated.items()}
    texts = {
        k: None if x is None else f"{x.normalize():f}" if typed is not None else str(x)
        for k, x in stated.items()
    }
    counts = Counter(x for x in texts.values() if x is not None)
    if not counts:
        raise DataError(f"the column `{column.name}` says nothing of any row")
    verdicts = _verdicts(column, counts)
    if verdicts is not None:
        read = Read(Kind.OUTCOME, None, SECOND, place, means=tuple(verdicts.items()))
        return read, {k: There(x, None if x is None else verdicts.get(x)) for k, x in texts.items()}
    written = column.written
    is_span = written in SPANS or (written is None and span_like(list(counts)))
    is_time, form = (written is not None, written) if written is not None else time_format(counts)
    if is_span:
        spans = read_spans(list(counts), written, numbers)
        _check_readable(column, counts, spans.read)
        said = _each(texts, {x: (value, False) for x, value in spans.read.items()})
        return Read(Kind.DURATION, written, spans.whole, place), said
    if is_time:
        times = read_times(list(counts), form)
        _check_readable(column, counts, times.read)
        return Read(Kind.DUE, form, times.whole, place), _each(texts, times.read)
    raise DataError(_how_to_say(column, counts, {*SPANS, *CLOCKS}))


def _check_readable(column: StatedColumn, counts: Mapping[str, int], read: Collection[str]) -> None:
    """`DataError` for a column of which less than half can be read so."""
    from sladsl.data import DataError

    lost = [x for x in counts if x not in read]
    if 2 * sum(counts[x] for x in lost) > sum(counts.values()):
        how = "" if column.written is None else f' as "{column.written}"'
        raise DataError(
            f"most of the column `{column.name}` cannot be read{how}, such as {_seen(sorted(lost)[:3], counts)}"
        )


def _each(texts: Mapping[str, str | None], read: Mapping[str, tuple[int, bool]]) -> dict[str, There]:
    told = {k: (x, None if x is None else read.get(x)) for k, x in texts.items()}
    return {
        k: There(x, None if found is None else found[0], found is not None and found[1])
        for k, (x, found) in told.items()
    }


def _verdicts(column: StatedColumn, counts: Mapping[str, int]) -> dict[str, Said] | None:
    """What each text stands for; None for a column that holds no words of this kind. `DataError` where some are translated and another is
    not."""
    from sladsl.data import DataError
    from sladsl.data.errors import listed

    means = {text.strip(): Said(verdict) for text, verdict in column.means}
    own = {x: means.get(x.strip(), _WORDS.get(x.strip().lower())) for x in counts}
    known = {x: verdict for x, verdict in own.items() if verdict is not None}
    if not means and len(known) < len(own):
        return None
    unknown = sorted((x for x in own if x not in known), key=lambda x: (-counts[x], x))
    if unknown:
        are = "is" if len(unknown) == 1 else "are"
        raise DataError(
            f"{_seen(unknown, counts)} in the column `{column.name}` {are} not translated: {_translate(unknown)}"
        )
    unused = [x for x in means if x not in {y.strip() for y in counts}]
    if unused:
        raise DataError(
            f"no row has {listed(unused)} in the column `{column.name}`: its values are {_seen(sorted(counts), counts)}"
        )
    return known


def _seen(texts: Sequence[str], counts: Mapping[str, int]) -> str:
    shown = ", ".join(f"`{x}` ({counts[x]:,})" for x in texts[:8])
    return shown if len(texts) <= 8 else f"{shown} and {len(texts) - 8:,} more"


def _translate(texts: Sequence[str]) -> str:
    shown = " ".join(f'--means "{x}" …' for x in texts[:4])
    return f"say what each stands for, {', '.join(map(str, Said))}, as in `{shown}`"


def _how_to_say(column: StatedColumn, counts: Counter[str], spans: Iterable[str]) -> str:
    common = [x for x, _ in counts.most_common(8)]
    few = len(counts) <= 12
    words = f"if they are verdicts, {_translate(common)}; " if few else ""
    return (
        f"it is not clear what the column `{column.name}` says ({_seen(common, counts)}): {words}if they are lengths of time, say their "
        f"unit, as in `--as minutes` ({', '.join(sorted(spans))}); if dates or times, how they are written, as in "
        '`--as "DD.MM.YYYY HH:mm"`'
    )


# ------------------------------------------------------------------------------------------------------ whether they agree


@dataclass(frozen=True, slots=True)
class Comparing:
    """Whether both sides say the same of a row. `zone` is the agreement's."""

    read: Read
    zone: str

    def same(self, here: OutcomeRow | None, there: There, place: str | None = None) -> Match:
        """`place`: another zone by whose clock its times are."""
        ours, theirs = self.here(here), self.there(there, place)
        if self.read.kind is Kind.OUTCOME:
            if ours == theirs:
                return Match.NEITHER if ours is Said.NONE else Match.AGREES
            neither = theirs is Said.NONE and ours not in _DECIDED
            return Match.NEITHER if neither else Match.DIFFERS
        if there.text is not None and there.value is None:
            return Match.DIFFERS
        if ours is None and theirs is None:
            return Match.NEITHER
        return Match.AGREES if ours == theirs else Match.DIFFERS

    def here(self, row: OutcomeRow | None) -> Said | int | None:
        """What we say, to what the other side is written in."""
        match self.read.kind:
            case Kind.OUTCOME:
                return Said.NONE if row is None else _VERDICTS.get(row.outcome, Said.NONE)
            case Kind.DUE:
                if row is None or row.due is None:
                    return None
                return (
                    zone(self.zone).date_of(row.due) if self.read.whole == DAY else row.due // self.read.whole
                )
            case Kind.DURATION:
                if (
                    row is None
                    or row.elapsed is None
                    or row.stopped is None
                    or row.outcome is RowOutcome.UNDECIDED
                ):
                    return None
                return _rounded(int(row.elapsed.scaleb(6)), self.read.whole, self.read.rounding)

    def there(self, said: There, place: str | None = None) -> Said | int | None:
        value = said.value
        match self.read.kind:
            case Kind.OUTCOME:
                return Said.NONE if value is None else value
            case Kind.DUE:
                at = self.instant(said, place)
                if at is None or isinstance(value, Said) or value is None:
                    return None
                return value // DAY if self.read.whole == DAY else at // self.read.whole
            case Kind.DURATION:
                assert not isinstance(value, Said), "lengths of time are numbers"
                return None if value is None else _rounded(value, self.read.whole, Rounding.NEAREST)

    def nearly(self, here: OutcomeRow | None, there: There) -> str:
        """How far both sides are apart, where that is less than a minute; nothing of verdicts."""
        ours, theirs = self.here(here), self.there(there)
        if self.read.kind is Kind.OUTCOME or ours is None or theirs is None or self.read.whole >= MINUTE:
            return ""
        apart = abs(int(ours) - int(theirs)) * self.read.whole
        return "it is less than a minute away, for no reason that was asked" if apart < MINUTE else ""

    def instant(self, said: There, place: str | None = None) -> int | None:
        """When something is due there."""
        if said.value is None or isinstance(said.value, Said):
            return None
        return zone(place or self.read.zone).to_instant(said.value)[0] if said.local else said.value


def _rounded(value: int, whole: int, how: Rounding) -> int:
    match how:
        case Rounding.DOWN:
            return value // whole
        case Rounding.NEAREST:
            return (2 * value + whole) // (2 * whole)
        case Rounding.UP:
            return -(-value // whole)


def with_best_rounding(
    comparing: Comparing, rows: Mapping[str, OutcomeRow], theirs: Mapping[str, There]
) -> Comparing:
    """Lengths of time are written in whole units of some rounding: that with which most rows agree."""
    if comparing.read.kind is not Kind.DURATION:
        return comparing
    ways = [replace(comparing, read=replace(comparing.read, rounding=x)) for x in Rounding]
    agreeing = [sum(way.same(rows.get(k), x) is Match.AGREES for k, x in theirs.items()) for way in ways]
    return ways[agreeing.index(max(agreeing))]


# ------------------------------------------------------------------------------------------------------------------- causes
