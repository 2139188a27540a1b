"""Agreements in Python: from a file or a text to something that runs."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sladsl.api.backtests import AgreementBacktest
from sladsl.api.comparisons import AgreementDiff, AgreementReconciliation
from sladsl.api.results import AgreementRun
from sladsl.api.stories import TestResults
from sladsl.backtesting import Impossible, backtest, changed, constants, varied, wish
from sladsl.comparing import compare
from sladsl.comparing.on_data import Data, on_data
from sladsl.compiler import Compilation, compile_text
from sladsl.diagnostics import Diagnostic, Severity
from sladsl.extras import not_installed
from sladsl.plan import Plan
from sladsl.present import now
from sladsl.reconciling import ASKED, reconcile, stated_column
from sladsl.reports.diagnostics import draw, summary
from sladsl.reports.diff.words import Agreements
from sladsl.reports.figure_words import now as figure_now
from sladsl.runner import RunError
from sladsl.runner import run as run_plan
from sladsl.workspace import Unreadable, read_file, reader, shown_root, workspace


class AgreementError(Exception):
    """An agreement that cannot be run; its text is what `sla check` would print, and `diagnostics` are the same as values."""

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message)
        self.diagnostics = diagnostics


class Agreement:
    """A compiled agreement. Made by `sladsl.compile`; it never changes, and may be run as often as one likes."""

    def __init__(self, compilation: Compilation, plan: Plan) -> None:
        self.compilation = compilation
        self.plan = plan

    @property
    def name(self) -> str:
        """What stands behind `agreement`."""
        return self.plan.name

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What the checker has to say about it: warnings and notes, since with an error there would be no agreement."""
        return self.compilation.diagnostics

    @property
    def records(self) -> tuple[str, ...]:
        """The records that can be given to `run`, by name."""
        return tuple(r.name for r in self.plan.given)

    def run(
        self,
        data: Mapping[str, object] | None = None,
        /,
        *,
        as_of: str | dt.date | dt.datetime | None = None,
        period: str | None = None,
        **records: object,
    ) -> AgreementRun:
        """Judge the agreement on data.

        Each record is given by its name: a path, a pandas or polars data frame, a pyarrow table, an Ibis table of DuckDB, or a list of
        dictionaries. A record that is not given is read from the agreement's own sources. `data` is the same as a mapping, for a
        record called like an argument here, or a source by its name. Data are read through the record's source if it has one: its
        columns, its zone, its missing texts.

        `as_of` is a date (its 00:00 in the agreement's zone), a time (local there, unless it has an offset) or its text; without one it
        is the latest time in the data that the agreement reads and that is not in the future. `period` is a label such as `2026-10`:
        only what overlaps it is given. A relative path starts at the working folder.

        Errors: `sladsl.DataError` for data that cannot be read, `sladsl.RunError` for an as-of or a period that cannot.
        """
        bindings = self._bindings(data, records)
        with _installed():
            made = run_plan(self.plan, bindings, as_of=_moment(as_of), period=period, now=now())
            return AgreementRun(made, self.compilation)

    def with_(self, *changes: str) -> Agreement:
        """The agreement with other values in the place of some of its constants, each in the words of the agreement:
        `agreement.with_("sales.response_time within 2 business hours")`.

        Errors: `sladsl.RunError` for a text that says no constant of the agreement, or more than one value; `AgreementError` for a value
        with which it has errors.
        """
        variations = varied(self.compilation, changes)
        for v in variations:
            if len(v.values) > 1:
                raise RunError(f"`{v.constant.address}` is to be one value, and not {len(v.values)}")
        with _possible():
            made = changed(self.compilation, [(v.constant, v.values[0]) for v in variations])
            assert made.plan is not None, "`changed` gives none without"
            return Agreement(made, made.plan)

    def backtest(
        self,
        vary: str | Sequence[str],
        data: Mapping[str, object] | None = None,
        /,
        *,
        as_of: str | dt.date | dt.datetime | None = None,
        suggest: str | None = None,
        **records: object,
    ) -> AgreementBacktest:
        """What the agreement would have come to with other values: `agreement.backtest("quota 100..200 by 10", lead=leads)`.

        `vary` is a constant and the values it takes, in the words of the agreement (`docs/backtest.md`); of several all combinations are
        tried. `suggest` asks for the strictest value that was kept so often: `"met in 11 of 12"`. Data and `as_of` are those of `run`.

        Errors: those of `run`; `sladsl.RunError` also for a text that says no constant or no wish, `AgreementError` for a value with which
        the agreement has errors.
        """
        variations = varied(self.compilation, [vary] if isinstance(vary, str) else vary)
        wished = None if suggest is None else wish(suggest)
        bindings = self._bindings(data, records)
        with _installed(), _possible():
            made = backtest(
                self.compilation, variations, bindings, as_of=_moment(as_of), now=now(), wished=wished
            )
            return AgreementBacktest(made)

    def reconcile(
        self,
        against: str,
        data: Mapping[str, object] | None = None,
        /,
        *,
        means: Mapping[str, str] | None = None,
        written: str | None = None,
        zone: str | None = None,
        commitment: str | None = None,
        ask: int = ASKED,
        as_of: str | dt.date | dt.datetime | None = None,
        **records: object,
    ) -> AgreementReconciliation:
        """Hold what becomes of each row against a column of another report:
        `agreement.reconcile('lead."MQL SLA"', means={"Late": "missed"})`.

        `against` names the column, as `--against` of `sla reconcile` does; `means`, `written` (`--as`), `zone`, `commitment` and `ask` are
        its options (`docs/howto/trusting.md`). Data and `as_of` are those of `run`.

        Errors: those of `run`; `sladsl.RunError` also for a text that names no column, and a commitment that is not there or in doubt.
        """
        column = stated_column(against, tuple((means or {}).items()), written, zone)
        bindings = self._bindings(data, records)
        with _installed():
            made = reconcile(
                self.compilation,
                column,
                bindings,
                commitment=commitment,
                most=ask,
                as_of=_moment(as_of),
                now=now(),
            )
            return AgreementReconciliation(made)

    @property
    def constants(self) -> tuple[str, ...]:
        """The addresses of the constants that can be varied."""
        return tuple(x.address for x in constants(self.compilation))

    def _bindings(
        self, data: Mapping[str, object] | None, records: Mapping[str, object]
    ) -> list[tuple[str, object]]:
        given = {**(data or {}), **records}
        self._check(given)
        return [(name, _path_or_data(x)) for name, x in given.items()]

    def test(self, only: str | None = None) -> TestResults:
        """Runs the tests that stand in the agreement and in what it imports; `only` those in whose name this text occurs."""
        from sladsl.testing import named, run_tests

        return TestResults(run_tests(self.compilation, named(only)), self.compilation.sources)

    def _check(self, given: Mapping[str, object]) -> None:
        """What would be said in the words of the command line otherwise."""
        from sladsl.data import DataError
        from sladsl.data.errors import did_you_mean, listed

        sources = {s.name: s.record for s in self.plan.sources}
        for name in given:
            if name not in (*self.records, *sources):
                raise DataError(
                    f"there is no record `{name}`{did_you_mean(name, self.records)}: the agreement's records are {listed(self.records)}"
                )
        fed = {*sources.values(), *given}
        for name in self.records:
            if name not in fed:
                raise DataError(f"there are no data for `{name}`: give them as `run({name}=…)`")

    def __repr__(self) -> str:
        owed = ", ".join(c.id for c in self.plan.commitments) or "no commitments"
        return f"<agreement {self.name!r}: {owed}>"


def compile(path: str | os.PathLike[str] | None = None, *, text: str | None = None) -> Agreement:
    """The agreement in a file, or in a text.

    A file's imports and sources are found from its own folder, a text's from the working folder. `AgreementError` for one that has errors,
    holds no `agreement`, or cannot be read.
    """
    compilation = _compiled(path, text)
    if compilation.has_errors:
        raise _mistaken(compilation)
    if compilation.plan is None:
        raise AgreementError(f"`{compilation.source.name}` has no `agreement`, so there is nothing to run")
    return Agreement(compilation, compilation.plan)


def check(path: str | os.PathLike[str] | None = None, *, text: str | None = None) -> tuple[Diagnostic, ...]:
    """Everything the checker has to say about a file or a text: errors, warnings and notes, in the order they stand in.

    `AgreementError` only for a file that cannot be read.
    """
    return _compiled(path, text).diagnostics


def diff(
    old: Agreement,
    new: Agreement,
    data: Mapping[str, object] | None = None,
    /,
    *,
    words: bool = False,
    as_of: str | dt.date | dt.datetime | None = None,
    period: str | None = None,
    **records: object,
) -> AgreementDiff:
    """What differs in meaning between two agreements, and on data: `sladsl.diff(sladsl.compile("old.sla"), agreement, lead=leads)`.

    `words` compares in words alone, and reads no data. Else both are judged on the same data at one as-of, and each change gets what it
    adds (`docs/diff.md`); data, given by the names of the new agreement, `as_of` and `period` are those of `Agreement.run`, and so are
    errors.
    """
    comparison = compare(old.compilation, new.compilation)
    file = new.compilation.source.name
    was = old.compilation.source.name if old.compilation.source.name != file else ""
    if words:
        return AgreementDiff(Agreements(file, comparison, was))
    given = Data(new._bindings(data, records), _moment(as_of), period, now=now())
    with _installed():
        judged = on_data(comparison, given, lambda plan: lambda figure, m: figure_now(plan, figure, m))
        return AgreementDiff(Agreements(file, comparison, was, on_data=judged))


TEXT = "<text>"


def _compiled(path: str | os.PathLike[str] | None, text: str | None) -> Compilation:
    if (path is None) == (text is None):
        raise TypeError("give either a path or `text=`")
    name = TEXT if path is None else os.fspath(path)
    try:
        written = text if text is not None else read_file(name)
    except Unreadable as error:
        raise AgreementError(f"`{name}` {error.reason}") from None
    return compile_text(written, name, read=reader(workspace(name)), root=shown_root(name))


def _mistaken(compilation: Compilation) -> AgreementError:
    errors = tuple(d for d in compilation.diagnostics if d.severity is Severity.ERROR)
    drawn = "\n\n".join(draw(d, compilation.sources) for d in errors)
    return AgreementError(f"{summary(errors, compilation.source.name)}\n\n{drawn}", errors)


@contextmanager
def _possible() -> Iterator[None]:
    """Around the work with other values: one with which the agreement has errors is its error."""
    try:
        yield
    except Impossible as error:
        mistaken = _mistaken(error.compilation)
        raise AgreementError(f"{error}: {mistaken}", mistaken.diagnostics) from None


@contextmanager
def _installed() -> Iterator[None]:
    """Around work on data: what is not installed for it is said."""
    try:
        yield
    except ModuleNotFoundError as error:
        said = not_installed(error)
        if said is None:
            raise
        raise RunError(said) from None


def _moment(as_of: str | dt.date | dt.datetime | None) -> str | None:
    return as_of.isoformat() if isinstance(as_of, dt.date) else as_of


def _path_or_data(given: object) -> object:
    return os.fspath(given) if isinstance(given, os.PathLike) else given
