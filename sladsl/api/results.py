"""What came of a run, in Python: figures by name and period, rows as tables, and a short table for a glance."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl import runner
from sladsl.api.stories import Explanation
from sladsl.api.tables import ByName, Cell, Problems, Rows
from sladsl.calendars import iso
from sladsl.compiler import Compilation
from sladsl.reports.documents import to_json
from sladsl.reports.run import document as d
from sladsl.reports.run import glance, json, text

if TYPE_CHECKING:
    import pyarrow as pa


class AgreementRun:
    """What one run found. Made by `Agreement.run`; it is of the data as they were then, and never changes."""

    def __init__(self, run: runner.Run, compilation: Compilation) -> None:
        self.run = run
        self._compilation = compilation

    @property
    def as_of(self) -> dt.datetime:
        """The instant as of which everything is judged, in UTC."""
        return _instant(iso(self.run.outcomes.as_of.instant))

    @cached_property
    def commitments(self) -> ByName[str, ByName[str, Cell]]:
        """Each commitment by its id, by period: `run.commitments["sales.response_time"]["2026-10"].value`."""
        return ByName(
            {
                c.commitment.id: ByName(
                    {
                        cell.period: cell
                        for cell in (_cell(json.judged_period(self.run, c, j)) for j in c.periods)
                    }
                )
                for c in self.run.commitments
            }
        )

    @cached_property
    def kpis(self) -> ByName[str, ByName[str, Cell]]:
        """Each KPI by its name, by period, as a whole. Who owes it or not, it is the KPI's own figure."""
        return ByName(
            {
                r.figure.kpi: ByName(
                    {m.period.label: _cell(json.kpi_period(self.run, r.figure, m)) for m in r.periods}
                )
                for r in self._tracked()
            }
        )

    @cached_property
    def breakdowns(self) -> ByName[str, ByName[tuple[str | None, ...], Cell]]:
        """Each KPI that has a `for each`, by period and the values of its fields: `run.breakdowns["conversion"]["2026-10", "retail"]`."""
        return ByName(
            {
                r.figure.kpi: ByName(
                    {
                        (m.period.label, *m.by): _cell(json.kpi_period(self.run, r.figure, m))
                        for m in r.breakdown
                    }
                )
                for r in self._tracked()
                if r.figure.by_names
            }
        )

    def _tracked(self) -> Iterator[Any]:
        return (r for r in self.run.figures if r.figure.id == r.figure.kpi)

    @property
    def verdicts(self) -> ByName[str, ByName[str, str | None]]:
        """Each commitment's verdict by period: `met`, `missed`, `provisional`, `no data`, `insufficient`, `suspended`; None where it
        is not judged."""
        return ByName(
            {
                id: ByName({p: cell.verdict for p, cell in cells.items()})
                for id, cells in self.commitments.items()
            }
        )

    @property
    def problems(self) -> Problems:
        """Data that could not be taken as declared: counted, with examples."""
        return Problems(self.run.problems)

    def breaches(self) -> Rows:
        """Every row that is past its deadline: commitment, record, key, owner, entered, started, due, stopped (times in UTC)."""
        from sladsl.data import breach_table

        late_rows = self.run.outcomes.breaches
        return Rows(breach_table(x for c in self.run.plan.commitments for x in late_rows.get(c.id, ())))

    def leads(self) -> Rows:
        """What became of each row in each figure: the columns of `sla run --leads` (`docs/leads.md`), which add up to the figures.

        It is worked out at each call, in about the time that the run took, and held in memory; for very many rows write a file with
        `write_leads`. Numbers are exact decimals, times in UTC, lengths of time seconds.
        """
        from sladsl.data import row_table

        tables: list[pa.Table] = []
        runner.outcome_rows(self.run, lambda table: tables.append(row_table(table)))
        return Rows(tables[0])

    def write_leads(self, path: str | os.PathLike[str]) -> None:
        """The same as a .csv, .parquet or .jsonl file, written by the engine; the file appears whole or not at all.

        `sladsl.RunError` for a file that the data come from, `sladsl.DataError` for one that cannot be written.
        """
        runner.write_rows(self.run, Path(path))

    def due(self, within: str | None = None) -> Rows:
        """The clocks that run as of the run's as-of, the most pressing first: the columns of `sla due` (`docs/due.md`), with times in UTC
        and lengths of time in seconds.

        `within` is a length of time as an agreement writes it (`"4 business hours"`): of what is due, only what is due by then.
        `sladsl.RunError` for one that is none.
        """
        from sladsl.data import table_of
        from sladsl.open_clocks import duration_of, of_loaded
        from sladsl.reports.due.sheet import NUMBERS, TIMES, columns

        assert self.run.loaded is not None, "a run that was made on data has them"
        window = None if within is None else duration_of(within)
        clocks = of_loaded(self._compilation, self.run.loaded, self.run.outcomes.as_of, window)
        return Rows(table_of(columns(clocks.clocks), TIMES, NUMBERS))

    def explain(self, key: str, *, record: str | None = None, commitment: str | None = None) -> Explanation:
        """What became of the row with this key and why: every condition with its values, every clock with each interval of open time.

        `record` says of which record the key is, where several have it; `commitment` (`sales.response_time`) tells only this one.
        `sladsl.RunError` for what is not there.
        """
        from sladsl.explaining.explain_row import explain_loaded

        assert self.run.loaded is not None, "a run that was made on data has them"
        at = self.run.outcomes.as_of
        return Explanation(
            explain_loaded(self._compilation, self.run.loaded, at, key, record=record, commitment=commitment)
        )

    def to_json(self) -> str:
        """The document of `sla run --format json`."""
        return json.report(self.run)

    def report(self, everything: bool = False) -> str:
        """The report of `sla run`; `everything` shows every period, breach and key."""
        return text.report(self.run, everything, False)

    def __repr__(self) -> str:
        return glance.plain(self.run)

    def _repr_html_(self) -> str:
        return glance.html(self.run)


def _cell(period: d.JudgedPeriod | d.KpiPeriod) -> Cell:
    own: dict[str, Any] = {f.name: getattr(period, f.name) for f in fields(period)}
    own.update(own.pop("tallies").by_name)
    verdict, doubt = own.get("verdict"), own["doubt"]
    return Cell(
        **{
            **own,
            "start": _instant(period.start),
            "end": _instant(period.end),
            "verdict": None if verdict is None else str(verdict),
            "doubt": None if doubt is None else to_json(doubt),
            **{x: None if own.get(x) is None else to_json(own[x]) for x in ("headroom", "pace", "said")},
            "data_end": to_json(own["data_end"]) if own.get("data_end") is not None else None,
        }
    )


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
