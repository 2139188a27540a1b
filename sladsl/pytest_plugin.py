"""pytest collects the tests in `.sla` files: `agreement.sla::a Saturday lead is answered on Monday`.

Nothing of the language is imported before a file with a test is found, so that a run without any pays nothing for it. `-p no:sladsl`
turns it off for a run, `sla_tests = false` in pytest's configuration for a project.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.lowering import Meaning
    from sladsl.model import Test
    from sladsl.testing import Tested

_TEST = re.compile(rb'^test\s*"', re.M)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("sla_tests", "collect the tests in .sla files", type="bool", default=True)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A file with a `test` in it; one that has none is of no concern here, whatever else is wrong with it."""
    if file_path.suffix != ".sla" or not parent.config.getini("sla_tests"):
        return None
    if not _TEST.search(file_path.read_bytes()):
        return None
    return Agreement.from_parent(parent, path=file_path)


class Broken(Exception):
    """A file whose tests cannot be run: its text is all that is shown."""


class Failed(Exception):
    """A test that fails: its text is all that is shown."""


class Agreement(pytest.File):
    """A `.sla` file and the tests that stand in it."""

    def collect(self) -> Iterable[pytest.Item]:
        from sladsl.testing.cases import meaning_of

        compilation = self._compiled()
        means = meaning_of(compilation)
        name = next(n for n in compilation.sources if Path(n).resolve() == self.path.resolve())
        for test in compilation.model.tests:
            if test.origin.file == name:
                yield Promise.from_parent(self, name=test.label, given=(compilation, means, test))

    def _compiled(self) -> Compilation:
        """The file by itself, or where it only makes sense as a part, the agreement that imports it."""
        own = _compile(self.path)
        if own.plan is not None:
            return own
        for other in self._importers():
            whole = _compile(other)
            if whole.plan is not None and self.path.resolve() in {Path(n).resolve() for n in whole.sources}:
                return whole
        raise Broken(_said(own))

    def _importers(self) -> Iterator[Path]:
        """The files of the project that may import this one, by their text."""
        mention = f'{self.path.name}"'.encode()
        for folder, folders, files in os.walk(self.config.rootpath):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            for file in sorted(files):
                path = Path(folder, file)
                if path.suffix == ".sla" and path != self.path and mention in path.read_bytes():
                    yield path

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, Broken) else super().repr_failure(excinfo)


class Promise(pytest.Item):
    """One `test` of an agreement."""

    def __init__(self, *, given: tuple[Compilation, Meaning, Test], **more: Any) -> None:
        super().__init__(**more)
        self.compilation, self.means, self.test = given

    def runtest(self) -> None:
        from sladsl.testing.running import tested

        outcome = tested(self.compilation, self.means, self.test)
        if not outcome.passed:
            raise Failed(self._text(outcome))

    def _text(self, outcome: Tested) -> str:
        from sladsl.reports.testing.text import failure

        return failure(outcome, self.compilation.sources, self.means.builder.zone)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, Failed) else super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int, str]:
        source = self.compilation.sources[self.test.origin.file]
        line = source.position(self.test.origin.span.start).line
        return self.path, line - 1, self.name


def _compile(path: Path) -> Compilation:
    import click

    from sladsl.cli.reading import compile_file

    try:
        here = Path.cwd()
        return compile_file(str(path.relative_to(here) if path.is_relative_to(here) else path))
    except click.ClickException as error:
        raise Broken(error.format_message()) from None


def _said(compilation: Compilation) -> str:
    """The drawn errors, or that there is no agreement."""
    from sladsl.diagnostics import Severity
    from sladsl.reports.diagnostics import draw

    errors = [d for d in compilation.diagnostics if d.severity is Severity.ERROR]
    name = compilation.source.name
    drawn = [draw(d, compilation.sources) for d in errors]
    return (
        "\n\n".join(drawn)
        or f"`{name}` has tests and no `agreement`, and no file of the project that has one imports it"
    )
