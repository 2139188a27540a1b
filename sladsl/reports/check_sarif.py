"""`sla check --format sarif`: SARIF 2.1.0, which code hosts show beside the changed lines."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from sladsl.diagnostics import CODES, Diagnostic, Severity
from sladsl.reports.diagnostics import as_json
from sladsl.source import Source

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}
_HOME = "https://github.com/sladsl/sladsl"


def document_text(diagnostics: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    codes = sorted({d.code for d in diagnostics})
    driver = {
        "name": "sla",
        "version": version("sladsl"),
        "informationUri": _HOME,
        "rules": [
            {
                "id": code,
                "shortDescription": {"text": CODES[code].title},
                "defaultConfiguration": {"level": _LEVELS[CODES[code].severity]},
            }
            for code in codes
        ],
    }
    found = as_json(diagnostics, sources)
    results = [_result(d, of) for d, of in zip(diagnostics, found, strict=True)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    document = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _result(diagnostic: Diagnostic, found: Mapping[str, Any]) -> dict[str, Any]:
    text = diagnostic.message + (f"\n{diagnostic.help}" if diagnostic.help else "")
    places = [{"id": n, **_location(label, label["text"])} for n, label in enumerate(found["labels"])]
    return {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": text},
        "locations": [_location(found)],
        **({"relatedLocations": places} if places else {}),
    }


def _location(found: Mapping[str, Any], text: str = "") -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(found["file"])}}
    if found["start"] is not None:
        start, end = found["start"], found["end"]
        place["region"] = {
            "startLine": start["line"],
            "startColumn": start["column"],
            "endLine": end["line"],
            "endColumn": end["column"],
        }
    return {"physicalLocation": place, **({"message": {"text": text}} if text else {})}


def _uri(path: str) -> str:
    """A relative path as a URI: UTF-8, with a percent sign before the bytes that mean something else there."""
    return re.sub(rb"[^A-Za-z0-9._~/-]", lambda m: b"%%%02X" % m[0][0], path.encode()).decode("ascii")
