"""`sla check` for programs: its JSON document, typed once, and SARIF 2.1.0, which code hosts show beside the changed lines."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import PurePath
from typing import Annotated, Any

from sladsl.diagnostics import CODES, Diagnostic, Safety, Severity
from sladsl.reports.documents import Limits, document, document_text, shape
from sladsl.reports.inert import inert_json
from sladsl.source import Source, Span

# --- the JSON document


@shape("position", about="lines and columns are counted from 1, columns in code points")
class Position:
    line: Annotated[int, Limits(minimum=1)]
    column: Annotated[int, Limits(minimum=1)]


@shape()
class Label:
    file: str
    start: Position | None
    end: Annotated[Position | None, "exclusive"]
    text: str


@shape()
class Edit:
    start: Position | None
    end: Annotated[Position | None, "exclusive"]
    text: Annotated[str, "what is put in the place of this stretch"]


@shape()
class Fix:
    title: str
    safety: Safety
    edits: tuple[Edit, ...]


@shape()
class Found:
    code: str
    severity: Severity
    message: str
    file: str
    start: Annotated[Position | None, "null for a file that could not be read"]
    end: Annotated[Position | None, "exclusive"]
    label: str
    labels: Annotated[tuple[Label, ...], "other places that it is about"]
    help: Annotated[str, "what to do; empty where there is nothing to say"]
    fixes: tuple[Fix, ...]


@shape()
class Summary:
    errors: int
    warnings: int
    hints: int


@document(
    "sladsl.check/1",
    title="sla check --format json",
    about="What is wrong with agreements, and where; by file, then by place.",
)
class CheckDocument:
    files: Annotated[
        tuple[str, ...], "the agreements that were checked, without those that one of them imports"
    ]
    summary: Summary
    diagnostics: tuple[Found, ...]


def report(files: Sequence[str], diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """The document as text, ending with a line feed."""
    count = [d.severity for d in diagnostics].count
    return document_text(
        CheckDocument(
            files=tuple(files),
            summary=Summary(
                errors=count(Severity.ERROR), warnings=count(Severity.WARNING), hints=count(Severity.HINT)
            ),
            diagnostics=tuple(found(d, sources) for d in diagnostics),
        )
    )


def found(d: Diagnostic, sources: Mapping[str, Source]) -> Found:
    """A diagnostic, as the document has it."""
    own = sources.get(d.file)
    start, end = stretch(d.span, own)
    return Found(
        code=d.code,
        severity=d.severity,
        message=d.message,
        file=d.file,
        start=start,
        end=end,
        label=d.label,
        labels=tuple(_label(x.file or d.file, x.span, x.text, sources) for x in d.labels),
        help=d.help,
        fixes=tuple(
            Fix(
                title=fix.title,
                safety=fix.safety,
                edits=tuple(_edit(edit.span, edit.text, own) for edit in fix.edits),
            )
            for fix in d.fixes
        ),
    )


def _label(file: str, span: Span, text: str, sources: Mapping[str, Source]) -> Label:
    start, end = stretch(span, sources.get(file))
    return Label(file=file, start=start, end=end, text=text)


def _edit(span: Span, text: str, source: Source | None) -> Edit:
    start, end = stretch(span, source)
    return Edit(start=start, end=end, text=text)


def stretch(span: Span, source: Source | None) -> tuple[Position | None, Position | None]:
    """Where it begins and ends; None for a file that could not be read."""
    if source is None:
        return None, None
    start, end = source.position(span.start), source.position(span.end)
    return Position(line=start.line, column=start.column), Position(line=end.line, column=end.column)


# --- SARIF

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_HOME = "https://github.com/sladsl/sladsl"


def sarif(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """The SARIF document as text, ending with a line feed."""
    rules = {d.code: (CODES[d.code].title, CODES[d.code].severity) for d in diagnostics}
    return sarif_of([found(d, sources) for d in diagnostics], rules)


def sarif_of(all_found: Sequence[Found], rules: Mapping[str, tuple[str, Severity]]) -> str:
    """What was found as a SARIF document, with what each code is about and how grave it is by itself."""
    driver = {
        "name": "sla",
        "version": version("sladsl"),
        "informationUri": _HOME,
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": title},
                "defaultConfiguration": {"level": _LEVELS[severity]},
            }
            for code, (title, severity) in sorted(rules.items())
        ],
    }
    results = [_result(x) for x in all_found]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return inert_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _result(d: Found) -> dict[str, Any]:
    text = d.message + (f"\n{d.help}" if d.help else "")
    places = [{"id": n, **_location(label, label.text)} for n, label in enumerate(d.labels)]
    return {
        "ruleId": d.code,
        "level": _LEVELS[d.severity],
        "message": {"text": text},
        "locations": [_location(d)],
        **({"relatedLocations": places} if places else {}),
    }


def _location(at: Found | Label, text: str = "") -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(at.file)}}
    if at.start is not None and at.end is not None:
        place["region"] = {
            "startLine": at.start.line,
            "startColumn": at.start.column,
            "endLine": at.end.line,
            "endColumn": at.end.column,
        }
    return {"physicalLocation": place, **({"message": {"text": text}} if text else {})}


def _uri(path: str) -> str:
    """A path as a URI: UTF-8, with a percent sign before the bytes that mean something else there; a whole one names its scheme."""
    if PurePath(path).is_absolute():
        return PurePath(path).as_uri()
    return re.sub(rb"[^A-Za-z0-9._~/-]", lambda m: b"%%%02X" % m[0][0], path.encode()).decode("ascii")


# --- GitLab's code quality

_GRAVE = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.HINT: "info"}


def code_quality(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    """The report that GitLab shows on a merge request, as text that ends with a line feed. A mistake keeps its fingerprint when it moves to
    another line."""
    before: Counter[tuple[str, str, str]] = Counter()
    issues = []
    for d in (found(each, sources) for each in diagnostics):
        own = (d.file, d.code, d.message)
        issues.append(
            {
                "description": d.message + (f" ({d.help})" if d.help else ""),
                "check_name": d.code,
                "fingerprint": sha256("\0".join((*own, str(before[own]))).encode()).hexdigest(),
                "severity": _GRAVE[d.severity],
                "location": {"path": d.file, "lines": {"begin": d.start.line if d.start else 1}},
            }
        )
        before[own] += 1
    return inert_json(json.dumps(issues, indent=2, ensure_ascii=False)) + "\n"
