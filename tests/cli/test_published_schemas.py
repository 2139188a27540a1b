"""SARIF and JUnit documents, held against the schemas that are published for them. CONTRIBUTING.md says where those come from."""

from __future__ import annotations

import json
import os
from pathlib import Path

import jsonschema
import pytest
from command_line import Sla, runner
from test_junit import AGREEMENT

ROOT = Path(__file__).parents[2]
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"
GOLDEN = sorted((ROOT / "tests" / "golden" / "diagnostics").glob("*.sla"))
SCHEMAS = os.environ.get("SLADSL_PUBLISHED_SCHEMAS")

pytestmark = pytest.mark.skipif(SCHEMAS is None, reason="SLADSL_PUBLISHED_SCHEMAS names no folder of schemas")


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def test_sarif(sla: Sla) -> None:
    schema = json.loads(Path(str(SCHEMAS), "sarif-2.1.0.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft7Validator(schema)
    results = 0
    for path in (HANDOFF, *GOLDEN):
        document = sla("check", path, "--format", "sarif").json
        assert [error.message for error in validator.iter_errors(document)] == [], path.name
        results += len(document["runs"][0]["results"])
    assert results > 90


def test_junit(sla: Sla, tmp_path: Path) -> None:
    etree = pytest.importorskip("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(Path(str(SCHEMAS), "junit-10.xsd"))))
    (tmp_path / "tests.sla").write_text(AGREEMENT)
    for asked in (
        ("test", "tests.sla", "--junit", "report.xml"),
        ("test", HANDOFF, "--junit", "report.xml"),
        ("run", HANDOFF, "--as-of", "2026-10-15", "--format", "junit", "--out", "report.xml"),
    ):
        sla(*asked)
        report = tmp_path / "report.xml"
        assert schema.validate(etree.parse(str(report))), (asked, schema.error_log)
        report.unlink()
