"""What `sla diff --format json` says, as types: `diff.schema.json` is made from them."""

from __future__ import annotations

from typing import Annotated

from sladsl.comparing import Relation, What
from sladsl.reports.as_of_document import Instant
from sladsl.reports.documents import document, shape
from sladsl.reports.run.document import Count


@shape("side", about="one of the two agreements")
class Side:
    file: str
    meaning: Annotated[
        str, "16 hexadecimal digits of what it means: layout, comments, order and spelling do not change them"
    ]


@shape(about="what is said under a title")
class Part:
    title: Annotated[str, "what of the declaration it is; empty where its words say it"]
    before: Annotated[str | None, "null where nothing is said"]
    after: Annotated[str | None, "null where nothing is said"]


@shape(about="a condition of a declaration beside the one before, over all rows that could be")
class ConditionOf:
    title: Annotated[str, "which of the declaration's conditions it is; empty for its only one"]
    relation: Annotated[
        Relation | None,
        "proven: `stronger` when whatever meets it now met it before; `incomparable` by the two rows; null where nothing is proven",
    ]
    lost: Annotated[str | None, "a row that met it before and does not now; null where none was made"]
    gained: Annotated[str | None, "a row that meets it now and did not; null where none was made"]


@shape(about="a declaration that means something else")
class ChangeOf:
    what: What
    kind: Annotated[str, "what is declared: `definition`, `commitment`, `source`, …"]
    name: str
    title: Annotated[str, "what a reader knows it by"]
    through: Annotated[
        tuple[str, ...],
        "the titles of the changes by which alone it is one, where its own words are the same",
    ]
    conditions: Annotated[
        tuple[ConditionOf, ...], "of those that differ, what is known; empty where nothing is, or none does"
    ]
    parts: tuple[Part, ...]


@shape(about="another name for the same, everywhere")
class RenamedOf:
    kind: str
    of: Annotated[
        str | None, "of a field: its record; of a value of an enumeration: its field, such as lead.tier"
    ]
    old: str
    new: str


@shape(about="the same in another file")
class MovedOf:
    kind: str
    name: str
    title: str
    old: str
    new: str


@shape("value", about="a figure of a period")
class Value:
    verdict: Annotated[str | None, "null for a KPI of which nothing is promised"]
    value: Annotated[float | int | None, "a share as its fraction, a length of time in microseconds"]
    shown: str
    rows: Count


@shape("figure", about="a figure that comes out differently")
class Figure:
    id: Annotated[str, "of the commitment, or of the KPI, under its new name"]
    period: str
    by: tuple[str | None, ...]
    verdict_changes: bool
    before: Value | None
    after: Value | None


@shape("members", about="how many rows are in a definition")
class Members:
    definition: str
    before: Count
    after: Count


@shape(about="rows that come to something else")
class RowsOf:
    subject: Annotated[str, "a definition, or the id of a figure"]
    is_definition: bool
    record: str
    before: str
    after: str
    count: Count
    keys: Annotated[tuple[str, ...], "the first of them"]


@shape(about="what some changes add to the difference; those before it are made already")
class CauseOf:
    titles: tuple[str, ...]
    figures: tuple[Figure, ...]
    members: tuple[Members, ...]


@shape(about="both agreements judged on the same data at one as-of")
class DataDifference:
    as_of: Instant
    figures: tuple[Figure, ...]
    members: tuple[Members, ...]
    rows: tuple[RowsOf, ...]
    causes: Annotated[
        tuple[CauseOf, ...], "in the order in which the changes were made; together they are the whole"
    ]


@shape(about="one agreement before and after")
class AgreementDifference:
    name: Annotated[str, "what it calls itself; empty for a file without an agreement"]
    whole: Annotated[What, "whether the agreement itself is new or gone"]
    old: Side | None
    new: Side | None
    renamed: tuple[RenamedOf, ...]
    moved: tuple[MovedOf, ...]
    changes: tuple[ChangeOf, ...]
    on_data: Annotated[DataDifference | None, "null where it was compared in words alone"]
    unjudged: Annotated[str | None, "why it was not judged on data, where that was not asked for"]


@document(
    "sladsl.diff/1",
    title="sla diff --format json",
    about="What differs in meaning between agreements: in words, and on data where they were judged on some.",
)
class DiffDocument:
    agreements: tuple[AgreementDifference, ...]
