"""The as-of in documents: an instant, and the row of the data that it is from."""

from __future__ import annotations

from typing import Annotated

from sladsl.calendars import Zone, iso
from sladsl.outcomes import AsOf, DataEnd
from sladsl.reports.documents import ABSENT, Absent, Named, shape
from sladsl.reports.words import as_of_doubts

Instant = Annotated[str, Named("instant", pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z$")]


@shape("other_time")
class OtherTime:
    as_of: Instant
    record: str
    field: str | None
    key: str | None
    otherwise: OtherTime | Absent = ABSENT


@shape()
class AsOfFrom:
    record: str
    field: str | None
    key: str | None
    otherwise: Annotated[
        OtherTime | Absent,
        "there where nothing lies within 30 days before the as-of: what it would be without this row",
    ] = ABSENT
    later_than_now: Annotated[
        OtherTime | Absent,
        "there where the data hold a time later than the present, which is never the as-of: the latest",
    ] = ABSENT


FromRow = Annotated[AsOfFrom | None, "the row that set the as-of; null when it was given"]


@shape("data_end", about="a source that says how fresh it is, and whose data end before a given as-of")
class EndOfData:
    source: str
    record: str
    latest: Annotated[Instant | None, "its latest time up to the as-of; null: it has none"]
    stale: Annotated[bool, "the as-of is later than its `fresh within` allows"]


@shape(
    "quiet_source",
    about="a source that does not say how fresh it is, and whose latest time lies oddly long before a given as-of (or the agreement's "
    "end): what should have happened since is judged as if it had not",
)
class QuietSource:
    source: str
    latest: Annotated[Instant, "its latest time up to then"]


QuietSources = Annotated[
    tuple[QuietSource, ...] | Absent,
    "there where the data of a source may end before the as-of, and nobody says it",
]


Doubts = Annotated[
    tuple[str, ...] | Absent,
    "there where something is odd about the as-of or about where the data end: in words, as the text has it",
]


def doubts_of(at: AsOf, where: Zone) -> tuple[str, ...] | Absent:
    """What is odd about the as-of, and about where the data end."""
    return tuple(as_of_doubts(at, where)) or ABSENT


def quiet_sources(at: AsOf) -> tuple[QuietSource, ...] | Absent:
    """The sources whose data seem to end before a given as-of."""
    return tuple(QuietSource(x.source, iso(x.latest)) for x in at.quiet) or ABSENT


def end_of_data(end: DataEnd) -> EndOfData:
    """Where the data of a source end."""
    return EndOfData(end.source, end.record, None if end.latest is None else iso(end.latest), end.stale)


def as_of_from(at: AsOf) -> AsOfFrom | None:
    """The row that an as-of is from; None where it was given. `otherwise` is there where it stands alone, `later_than_now` where a time was
    passed over."""
    if at.record is None:
        return None
    return AsOfFrom(
        record=at.record,
        field=at.field,
        key=at.key,
        otherwise=ABSENT if at.otherwise is None else _other(at.otherwise),
        later_than_now=ABSENT if at.ahead is None else _other(at.ahead),
    )


def _other(at: AsOf) -> OtherTime:
    assert at.record is not None, "an as-of that was not given is of a row"
    otherwise = ABSENT if at.otherwise is None else _other(at.otherwise)
    return OtherTime(iso(at.instant), at.record, at.field, at.key, otherwise)
