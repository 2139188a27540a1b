"""`sla verify`: what was proven, rows that were found and what was not decided; as text, JSON and SARIF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import indent, wrap
from typing import Annotated

from sladsl.compiler import Compilation
from sladsl.diagnostics import Severity
from sladsl.nouns import plural
from sladsl.proving.questions import BROKEN, WRONG, Answer, Finding, Kind, Verified
from sladsl.reports.check_documents import Found, Position, sarif_of, stretch
from sladsl.reports.documents import document, document_text, shape
from sladsl.reports.run.document import Count
from sladsl.reports.terminal import Style, paint, safe

WIDTH = 100
NO_TIME = "there was no time for more questions: `--within` gives them more"
Each = Sequence[tuple[Compilation, Verified]]


# --- the JSON document


@shape()
class FindingOf:
    kind: Kind
    answer: Annotated[
        Answer, "`proven`: it holds of all rows; `a row`: there is such a row; `not decided`: see `reason`"
    ]
    wrong: Annotated[bool, "whether it is a mistake: the exit status is 1 where one is"]
    text: Annotated[str, "what was found, in a sentence"]
    file: str
    start: Position | None
    end: Annotated[Position | None, "exclusive"]
    test: Annotated[str, "the row as a test of the agreement; empty where there is none"]
    reason: Annotated[str, "why nothing was decided; else empty"]


@shape()
class AgreementOf:
    file: str
    asked: Annotated[Count, "how many questions the solver was asked"]
    known: Annotated[Count, "of which the answer was known from before, by their meaning"]
    without: Annotated[Count, "of which it proved that there is no such row"]
    cut: Annotated[bool, "whether there was no time for more questions"]
    findings: tuple[FindingOf, ...]


@document(
    "sladsl.verify/1", title="sla verify --format json", about="What holds of all rows that there could be."
)
class VerifyDocument:
    agreements: tuple[AgreementOf, ...]


def json_text(each: Each) -> str:
    """The document as text that ends with a line feed."""
    return document_text(VerifyDocument(agreements=tuple(_agreement(c, v) for c, v in each)))


def _agreement(compilation: Compilation, verified: Verified) -> AgreementOf:
    findings = tuple(_finding(compilation, x) for x in verified.findings)
    return AgreementOf(
        file=compilation.source.name,
        asked=verified.asked,
        known=verified.known,
        without=verified.without,
        cut=verified.cut,
        findings=findings,
    )


def _finding(compilation: Compilation, x: Finding) -> FindingOf:
    start, end = stretch(x.span, compilation.sources.get(x.file))
    return FindingOf(
        kind=x.kind,
        answer=x.answer,
        wrong=x.is_wrong,
        text=x.text,
        file=x.file,
        start=start,
        end=end,
        test=x.test,
        reason=x.reason,
    )


# --- SARIF


def sarif_text(each: Each) -> str:
    """What is wrong as warnings, all else as notes."""
    all_found, rules = [], {}
    for compilation, verified in each:
        for x in verified.findings:
            code = f"verify/{x.kind.name.lower()}"
            severity = Severity.WARNING if x.is_wrong else Severity.HINT
            rules[code] = (
                x.kind.value,
                Severity.WARNING if x.kind in WRONG | BROKEN else Severity.HINT,
            )
            start, end = stretch(x.span, compilation.sources.get(x.file))
            text = f"{x.text}: not decided, {x.reason}" if x.reason else x.text
            all_found.append(Found(code, severity, text, x.file, start, end, "", (), x.test, ()))
        if verified.cut:
            rules["verify/time"] = "questions that were not asked", Severity.HINT
            file = compilation.source.name
            all_found.append(Found("verify/time", Severity.HINT, NO_TIME, file, None, None, "", (), "", ()))
    return sarif_of(all_found, rules)


# --- text


def report(each: Each, colour: bool = False) -> str:
    """All of it, ending with a line feed."""
    return "\n".join("".join(f"{line.rstrip()}\n" for line in _of_one(c, v, colour)) for c, v in each)


def tests(each: Each) -> str:
    """The rows alone, as tests in the language."""
    return "\n".join(f"{x.test}\n" for _, verified in each for x in verified.findings if x.test)


def _of_one(compilation: Compilation, verified: Verified, colour: bool) -> Iterator[str]:
    yield paint(safe(compilation.source.name), Style.STRONG, colour)
    wrong = [x for x in verified.findings if x.is_wrong]
    told = [x for x in verified.findings if not x.is_wrong and x.answer is not Answer.UNDECIDED]
    proven = [x for x in told if x.kind is Kind.NEVER]
    told = [x for x in told if x.kind is not Kind.NEVER]
    undecided = [x for x in verified.findings if x.answer is Answer.UNDECIDED]
    summary = f"{_questions(verified.asked)}: {len(wrong)} wrong, {len(undecided)} not decided"
    summary += f"; {verified.known:,} answered before" if verified.known else ""
    yield paint(summary, Style.ERROR if wrong else Style.GOOD, colour)
    if verified.cut:
        yield paint(NO_TIME, Style.WARNING, colour)
    for title, own in (("Wrong", wrong), ("Proven", proven), ("To know", told), ("Not decided", undecided)):
        if own:
            yield from ("", paint(title, Style.STRONG, colour))
        for x in own:
            yield from _finding_lines(compilation, x, colour)


def _questions(number: int) -> str:
    return f"{number:,} {'question' if number == 1 else plural('question')}"


def _finding_lines(compilation: Compilation, x: Finding, colour: bool) -> Iterator[str]:
    source = compilation.sources.get(x.file)
    place = f"{x.file}:{source.position(x.span.start)}" if source is not None else x.file
    yield from wrap(safe(x.text), WIDTH, initial_indent="  ", subsequent_indent="    ")
    yield paint(f"    {safe(place)}", Style.FAINT, colour)
    if x.reason:
        yield from wrap(safe(x.reason), WIDTH, initial_indent="    ", subsequent_indent="    ")
    if x.test:
        yield from indent("\n".join(map(safe, x.test.split("\n"))), "    ").split("\n")
