"""`sla test --format json`: the document that `test.schema.json` describes. Instants are UTC with `Z`; lines count from 1."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from sladsl.calendars import Zone, iso
from sladsl.reports.tests_text import why_lines
from sladsl.source import Source
from sladsl.testing import Check, Tested, TestRun
from sladsl.testing.coverage import Coverage, Seen

Sources = Mapping[str, Source]
Ran = Sequence[tuple[TestRun, Sources]]


def schema() -> dict[str, Any]:
    """The JSON Schema of the document."""
    text = (resources.files("sladsl.reports") / "test.schema.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def document_text(ran: Ran, covered: Sequence[tuple[Coverage, Sources]]) -> str:
    tests = [_test(test, sources, run.zone) for run, sources in ran for test in run.tests]
    passed = sum(t["passed"] for t in tests)
    document: dict[str, Any] = {
        "schema": "sladsl.test/1",
        "summary": {"tests": len(tests), "passed": passed, "failed": len(tests) - passed},
        "tests": tests,
    }
    if covered:
        document["coverage"] = _coverage(covered)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _test(test: Tested, sources: Sources, zone: Zone) -> dict[str, Any]:
    return {
        "name": test.label,
        "file": test.file,
        "line": _line(test.file, test.span.start, sources),
        "passed": test.passed,
        "as_of": None if test.as_of is None else iso(test.as_of),
        "error": test.unfit or None,
        "notes": list(test.notes),
        "expectations": [_check(c, test, sources, zone) for c in test.checks],
    }


def _check(check: Check, test: Tested, sources: Sources, zone: Zone) -> dict[str, Any]:
    why = None if check.passed else "\n".join(why_lines(check, test, sources, zone))
    return {
        "text": check.text,
        "line": _line(check.file, check.span.start, sources),
        "passed": check.passed,
        "why": why,
    }


def _coverage(covered: Sequence[tuple[Coverage, Sources]]) -> dict[str, Any]:
    reached, sides = sum(c.reached for c, _ in covered), sum(c.sides for c, _ in covered)
    return {
        "percent": reached * 100 // sides if sides else 100,
        "reached": reached,
        "sides": sides,
        "conditions": [_seen(x, sources) for c, sources in covered for x in c.conditions],
    }


def _seen(x: Seen, sources: Sources) -> dict[str, Any]:
    return {
        "owner": x.owner,
        "text": x.text,
        "file": x.file,
        "line": _line(x.file, x.span.start, sources),
        "true": x.true,
        "false": x.false,
        "missing": x.missing,
        "never": list(x.never),
    }


def _line(file: str, offset: int, sources: Sources) -> int:
    return sources[file].position(offset).line
