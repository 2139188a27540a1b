"""What differs between two agreements, and between an agreement and another report, in Python."""

from __future__ import annotations

from fractions import Fraction
from functools import cached_property
from typing import Any

from sladsl.api.tables import Rows
from sladsl.closing import ClosedFigure
from sladsl.reconciling import Reconciliation
from sladsl.reports.diff import json as diff_json
from sladsl.reports.diff import markdown as diff_markdown
from sladsl.reports.diff import text as diff_text
from sladsl.reports.diff.words import Agreements
from sladsl.reports.reconcile import json, markdown, sheet, text
from sladsl.reports.table import html_text


def _rows(rows: list[dict[str, Any]], names: tuple[str, ...], **kinds: tuple[str, ...]) -> Rows:
    from sladsl.data import table_of

    columns = {name: [row[name] for row in rows] for name in names}
    return Rows(table_of(columns, (), kinds.get("numbers", ()), kinds.get("counts", ())))


def _number(x: ClosedFigure | None) -> float | None:
    return None if x is None or x.value is None else float(Fraction(x.value))


class AgreementDiff:
    """What differs in meaning between two agreements, and on data. Made by `sladsl.diff`; `difference` is the same as values. It is true
    where a verdict is another one; in words alone, where anything was added, taken away or changed."""

    def __init__(self, difference: Agreements) -> None:
        self.difference = difference

    def __bool__(self) -> bool:
        return self.difference.differs

    @cached_property
    def changes(self) -> Rows:
        """A row for each part of a declaration that says something else: `what` became of it (added, removed, changed), `kind`, `name`,
        `part`, and its words `before` and `after`."""
        rows = [
            {"what": x.what.value, "kind": x.kind, "name": x.name, "part": part.title, "before": part.before, "after": part.after}
            for x in self.difference.comparison.changes
            for part in x.parts
        ]  # fmt: skip
        return _rows(rows, ("what", "kind", "name", "part", "before", "after"))

    @cached_property
    def figures(self) -> Rows:
        """A row for each figure of a period that is another one: its `id` under the new name, `period`, the verdicts and the values
        `before` and `after` (shares from 0 to 1, lengths of time in microseconds). Empty where it was not judged on data."""
        found = () if self.difference.on_data is None else self.difference.on_data.figures
        rows = [
            {
                "id": x.one.id,
                "period": x.one.period,
                "verdict_before": x.before and x.before.verdict,
                "verdict_after": x.after and x.after.verdict,
                "value_before": _number(x.before),
                "value_after": _number(x.after),
            }
            for x in found
        ]
        names = ("id", "period", "verdict_before", "verdict_after", "value_before", "value_after")
        return _rows(rows, names, numbers=names[4:])

    def report(self, everything: bool = False) -> str:
        """The text of `sla diff`; `everything` shows every figure and row."""
        return diff_text.report([self.difference], everything, False)

    def to_json(self) -> str:
        """The document of `sla diff --format json`."""
        return diff_json.report([self.difference])

    def to_markdown(self, everything: bool = False) -> str:
        """The comment of `sla diff --format markdown`."""
        return diff_markdown.report([self.difference], everything)

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        return f"<pre>{html_text(self.report())}</pre>"


class AgreementReconciliation:
    """Our outcome of each row beside a column of another report. Made by `Agreement.reconcile`; `reconciliation` is the same as values. It
    is true where all rows agree."""

    def __init__(self, reconciliation: Reconciliation) -> None:
        self.reconciliation = reconciliation

    def __bool__(self) -> bool:
        return not self.reconciliation.differ

    @cached_property
    def causes(self) -> Rows:
        """A row for each cause: its words (`cause`), how many `rows` are given to it, how many of them nothing else explains (`alone`), and
        how many rows that agree would differ with it (`breaks`, of those that were asked)."""
        rows = [
            {"cause": x.words, "rows": x.explains, "alone": x.alone, "breaks": x.breaks}
            for x in self.reconciliation.causes
        ]
        return _rows(rows, ("cause", "rows", "alone", "breaks"), counts=("rows", "alone", "breaks"))

    @cached_property
    def differences(self) -> Rows:
        """A row for each row on which the sides differ: the columns of `sla reconcile --format csv`, as texts."""
        heads, *rows = sheet.table(self.reconciliation)
        told = [dict(zip(heads, (None if x is None else str(x) for x in row), strict=True)) for row in rows]
        return _rows(told, heads)

    def report(self, everything: bool = False) -> str:
        """The text of `sla reconcile`; `everything` shows every row."""
        return text.report(self.reconciliation, everything, False)

    def to_json(self) -> str:
        """The document of `sla reconcile --format json`."""
        return json.report(self.reconciliation)

    def to_csv(self) -> str:
        """The sheet of `sla reconcile --format csv`."""
        return sheet.csv_text(self.reconciliation)

    def to_markdown(self, everything: bool = False) -> str:
        """The report of `sla reconcile --format markdown`."""
        return markdown.report(self.reconciliation, everything)

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        return f"<pre>{html_text(self.report())}</pre>"
