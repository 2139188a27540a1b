"""What became of one row and why, and what became of an agreement's tests, in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from sladsl.explaining import Story
from sladsl.reports.explain import json, markdown, text
from sladsl.reports.inert import inert
from sladsl.reports.table import Head, html_table, html_text
from sladsl.reports.testing.text import failure, summary
from sladsl.source import Source
from sladsl.testing import TestRun


class Explanation:
    """One row's story. Made by `AgreementRun.explain`; `story` is the same as values (`sladsl.explaining.story`)."""

    def __init__(self, story: Story) -> None:
        self.story = story

    def report(self) -> str:
        """The text of `sla explain`."""
        return text.report(self.story, False)

    def to_markdown(self) -> str:
        """The same for a chat or a pull request."""
        return markdown.report(self.story)

    def to_json(self) -> str:
        """The document of `sla explain --format json`."""
        return json.report(self.story)

    def __repr__(self) -> str:
        return self.report()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


@dataclass(frozen=True, slots=True)
class TestResult:
    """What became of one `test`: its name, and of one that fails why and what would have made it pass, else an empty text."""

    __test__ = False  # for pytest, which takes the name for a class of tests

    name: str
    file: str
    line: int
    passed: bool
    why: str


class TestResults:
    """What became of an agreement's tests. Made by `Agreement.test`; as a condition it is whether all of them pass."""

    __test__ = False

    def __init__(self, run: TestRun, sources: Mapping[str, Source]) -> None:
        self.run = run
        self.results = tuple(
            TestResult(
                t.label,
                t.file,
                sources[t.file].position(t.span.start).line,
                t.passed,
                "" if t.passed else failure(t, sources, run.zone),
            )
            for t in run.tests
        )

    @property
    def passed(self) -> bool:
        """Whether all pass; an agreement without tests has none that fails."""
        return all(t.passed for t in self.results)

    @property
    def failed(self) -> tuple[TestResult, ...]:
        return tuple(t for t in self.results if not t.passed)

    def report(self) -> str:
        """The text of `sla test`."""
        return "\n\n".join([*(t.why for t in self.failed), summary(self.run.tests)])

    def __bool__(self) -> bool:
        return self.passed

    def __len__(self) -> int:
        return len(self.results)

    def __repr__(self) -> str:
        return self.report()

    def _repr_html_(self) -> str:
        heads = [Head(title) for title in ("test", "place", "result")]
        rows = [(t.name, f"{t.file}:{t.line}", "passed" if t.passed else "failed") for t in self.results]
        told = "".join(f"<pre>{escape(inert(t.why))}</pre>" for t in self.failed)
        return f"{html_table(heads, rows)}<div>{html_text(summary(self.run.tests))}</div>{told}"
