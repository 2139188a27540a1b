"""What an agreement would have come to with other values, in Python."""

from __future__ import annotations

from functools import cached_property

from sladsl.api.tables import Rows
from sladsl.backtesting import Backtest
from sladsl.reports.backtest import json, page, sheet, text
from sladsl.reports.backtest import words as said
from sladsl.reports.table import html_text


class AgreementBacktest:
    """Every combination of values that was tried, the agreement as it is among them. Made by `Agreement.backtest`; `backtest` is the same
    as values (`sladsl.backtesting`)."""

    def __init__(self, backtest: Backtest) -> None:
        self.backtest = backtest

    @cached_property
    def summary(self) -> Rows:
        """A row for each combination and each commitment that is not everywhere the same: the values, whether it is the agreement as it is
        (`now`), how many periods are `met`, `missed`, `provisional` or something else (`others`), how many rows are `late`, and how many
        actions follow."""
        from sladsl.data import table_of

        return Rows(table_of(sheet.summary(self.backtest), (), (), sheet.COUNTS, sheet.FLAGS))

    @cached_property
    def periods(self) -> Rows:
        """A row for each combination, commitment and period: the columns of `sla backtest --format csv` (`docs/backtest.md`), with times in
        UTC, shares from 0 to 1 and lengths of time in seconds."""
        from sladsl.data import table_of

        return Rows(
            table_of(sheet.columns(self.backtest), sheet.TIMES, sheet.NUMBERS, sheet.COUNTS, sheet.FLAGS)
        )

    @property
    def suggested(self) -> str | None:
        """The strictest value that was kept as often as was asked; None where there is none, or nothing can be suggested (`report` says
        why)."""
        suggestion = self.backtest.suggestion
        return None if suggestion is None else suggestion.value

    def report(self, everything: bool = False) -> str:
        """The text of `sla backtest`; `everything` shows all periods."""
        return text.report(self.backtest, everything)

    def to_json(self) -> str:
        """The document of `sla backtest --format json`."""
        return json.report(self.backtest)

    def to_html(self) -> str:
        """The page of `sla backtest --format html`, which needs `sladsl[review]`."""
        return page.document_text(self.backtest)

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        head = "".join(
            f"<div>{html_text(x)}</div>" for x in (said.when(self.backtest), *said.asked(self.backtest))
        )
        told = (
            ""
            if self.backtest.suggestion is None
            else f"<div>{html_text(said.suggestion(self.backtest.suggestion))}</div>"
        )
        return f"{head}{self.summary._repr_html_()}{told}"
