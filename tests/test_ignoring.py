"""`# sla: ignore SLA903`: what `sla check` says of a line short of errors, and a comment that ignores nothing is told."""

from __future__ import annotations

import pytest

from sladsl.compiler import compile_text
from sladsl.diagnostics import Diagnostic
from sladsl.ide.actions import applied, safe_edits
from sladsl.ide.workspace import Workspace
from sladsl.ignoring import said_by_all
from sladsl.source import Span

AGREEMENT = """agreement "A":
  between marketing and sales
  zone "UTC"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00
  closed 2026-12-26{0}

record lead:
  id     key text
  at     time
  to_at  optional time

kpi volume = count of lead
kpi answer = time from at to to_at in business hours

marketing owes sales:
  volume at least 5 per month
  answer within 4 business hours for 90% per month
"""
SATURDAY = ("SLA903", "closed 2026-12-26")


def said(text: str) -> list[tuple[str, str]]:
    return [(d.code, text[d.span.start : d.span.end]) for d in compile_text(text).diagnostics]


@pytest.mark.parametrize(
    ("comment", "left"),
    [
        ("", [SATURDAY]),
        ("  # sla: ignore SLA903", []),
        ("  # a Saturday, # sla: ignore SLA903", [SATURDAY]),
        ("  #sla:ignore sla903, SLA904", [("SLA905", "SLA904")]),
        ("  # sla: ignore SLA904 SLA901", [SATURDAY, ("SLA905", "SLA904"), ("SLA905", "SLA901")]),
        ("  # sla: ignore", [SATURDAY, ("SLA905", "# sla: ignore")]),
    ],
)
def test_what_a_comment_leaves_out(comment: str, left: list[tuple[str, str]]) -> None:
    assert said(AGREEMENT.format(comment)) == left


def test_a_comment_on_a_line_of_its_own_is_about_the_next() -> None:
    assert said(AGREEMENT.format("").replace("  closed", "  # sla: ignore SLA903\n  closed")) == []


def test_an_error_cannot_be_ignored() -> None:
    text = AGREEMENT.format("  # sla: ignore SLA903").replace(
        "count of lead", "count of leed  # sla: ignore SLA201"
    )
    assert said(text) == [("SLA201", "leed"), ("SLA905", "SLA201")]


def test_a_text_is_no_comment() -> None:
    assert said(AGREEMENT.format("").replace('"A"', '"# sla: ignore SLA999"')) == [SATURDAY]


@pytest.mark.parametrize(
    ("comment", "mended"),
    [
        ("  # sla: ignore SLA904", ""),
        ("  # sla: ignore SLA904, SLA901", ""),
        ("  # sla: ignore SLA904, SLA903", "  # sla: ignore SLA903"),
        ("  # sla: ignore SLA903,SLA904", "  # sla: ignore SLA903"),
    ],
)
def test_the_fix_takes_out_what_is_of_no_use(comment: str, mended: str) -> None:
    text = AGREEMENT.format(comment)
    unused = [d for d in compile_text(text).diagnostics if d.code == "SLA905"]
    assert applied(text, safe_edits(unused)) == AGREEMENT.format(mended)


UNUSED = Diagnostic("SLA905", "nothing is said of this line", Span(9, 15), "shared.sla")
LATE = Diagnostic("SLA409", "what comes later is not seen", Span(20, 30), "shared.sla")


def test_a_comment_in_a_shared_file_is_of_use_if_it_is_in_one_agreement() -> None:
    with_it, alone = ["a.sla", "shared.sla"], ["c.sla"]
    assert said_by_all([(with_it, [UNUSED, LATE]), (["b.sla", "shared.sla"], [LATE])]) == [LATE]
    assert said_by_all([(with_it, [UNUSED, LATE]), (["b.sla", "shared.sla"], [UNUSED])]) == [UNUSED, LATE]
    assert said_by_all([(with_it, [UNUSED]), (alone, [])]) == [UNUSED]


def test_the_editor_says_the_same() -> None:
    files = {"a.sla": AGREEMENT.format("  # sla: ignore SLA904")}
    workspace = Workspace(files.__getitem__, lambda _: None)
    workspace.listed(files)
    assert workspace.diagnostics("a.sla") == compile_text(files["a.sla"], "a.sla").diagnostics
    workspace.open("a.sla", 1, AGREEMENT.format("  # sla: ignore SLA903"))
    assert workspace.diagnostics("a.sla") == ()
    workspace.open("a.sla", 2, AGREEMENT.format(""))
    assert [d.code for d in workspace.diagnostics("a.sla")] == ["SLA903"]
