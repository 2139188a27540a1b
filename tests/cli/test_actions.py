"""`sla actions --post`, and what a reader sees of it. What is given out and when: `tests/giving`; the lines: `golden/cli/actions.md`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import jsonschema
import pytest
from command_line import Sla, runner
from receiver import receiving

from sladsl.reports.documents import json_schema
from sladsl.reports.given import GivenAction

PAGE = Path(__file__).parent.parent / "golden" / "cli" / "actions.md"
NOW = ("--as-of", "2026-04-01", "--ledger", "actions.db")


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    blocks = PAGE.read_text(encoding="utf-8").split("```")
    for block in blocks[1::2]:
        head, _, content = block.partition("\n")
        if head.partition(" ")[2]:
            (tmp_path / head.partition(" ")[2]).write_text(content)
    return runner(tmp_path, monkeypatch, capsys)


def test_actions_are_posted_and_no_secret_is_shown(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving(lambda n: 404 if n == 0 else 200) as receiver:
        monkeypatch.setenv("SLA_ACTIONS_POST", receiver.url)
        first = sla("actions", "answers.sla", *NOW, "--all")
        second = sla("actions", "answers.sla", *NOW)
        third = sla("actions", "answers.sla", *NOW, "--as", "slack")
        slack = sla("actions", "answers.sla", *NOW, "--as", "slack", "--data", "lead=corrected.csv")
    where = receiver.url.partition("/hooks")[0] + "/…"
    assert (first.status, second.status, third.status, slack.status) == (2, 0, 0, 0)
    assert f" of 5 to {where}" in first.out
    assert f"{where} did not take" in first.err
    assert "it answers 404. They are given out again by the next run" in first.err
    assert third.out == "nothing new to give out\n"
    shown = [x.out + x.err for x in (first, second, third, slack)]
    assert "s3cr3tMARK" not in "".join(shown)
    assert [body["text"] for key, body in receiver.taken if key.endswith(".withdrawn")] == [
        "withdrawn: reassign to “pool”: lead L-2 (Answers, sales.answer, late, since 2026-03-02T18:00:00Z, Ana)"
    ]
    given = [body for key, body in receiver.taken if not key.endswith(".withdrawn")]
    assert len({body["id"] for body in given}) == len(given) == 5
    validator = jsonschema.Draft202012Validator(json_schema(GivenAction))
    assert [error.message for body in given for error in validator.iter_errors(body)] == []


def test_two_agreements_of_one_name(sla: Sla) -> None:
    shutil.copy("answers.sla", "again.sla")
    done = sla("actions", "answers.sla", "again.sla", *NOW, "--all")
    assert done.status == 2
    assert "`answers.sla` and `again.sla` are both called “Answers”" in done.err
    assert not Path("actions.db").exists()


def test_without_the_extra(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    done = sla("actions", "answers.sla", *NOW, "--all", "--post", "https://hooks.example/s3cr3tMARK")
    assert done.status == 2
    assert 'pip install "sladsl[post]"' in done.err
    assert "s3cr3tMARK" not in done.err


TOKEN = "Bearer s3cr3tMARK"


def test_a_receiver_is_shown_its_own_token_and_nobody_else_is(
    sla: Sla, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TOKEN", TOKEN)
    Path("key").write_text("k3y\n")
    given = ("--header", "Authorization=env:CRM_TOKEN", "--header", "X-Api-Key=key")
    with receiving(lambda n: 200 if n else 500) as receiver:
        done = sla("actions", "answers.sla", *NOW, "--all", "--post", receiver.url, *given)
    assert done.status == 0
    assert "s3cr3tMARK" not in done.out + done.err
    assert {(h["authorization"], h["x-api-key"]) for h in receiver.headers} == {(TOKEN, "k3y")}
    assert {h["content-type"] for h in receiver.headers} == {"application/json"}


@pytest.mark.parametrize(
    ("header", "says"),
    [
        (f"Authorization: {TOKEN}", "expected a name and where its value is"),
        (f"Authorization={TOKEN}", "is read from a file, and that file is not there"),
        ("Authorization=env:s3cr3tMARK", "that variable of the environment is not set, or empty"),
        ("Authorization=two lines", "is no line of plain text"),
        ("Authorization=empty", "is no line of plain text"),
        ("Authorization=.", "that file is a folder"),
        ("idempotency-key=env:CRM_TOKEN", "is said by the request itself"),
    ],
)
def test_headers_that_cannot_be_sent(
    sla: Sla, monkeypatch: pytest.MonkeyPatch, header: str, says: str
) -> None:
    monkeypatch.setenv("CRM_TOKEN", TOKEN)
    Path("two lines").write_text("a\r\nX-Evil: s3cr3tMARK")
    Path("empty").write_text("\n")
    done = sla("actions", "answers.sla", *NOW, "--all", "--post", "https://hooks.example", "--header", header)
    assert (done.status, done.out) == (2, "")
    assert says in " ".join(done.err.split())
    assert "s3cr3tMARK" not in done.err
    alone = sla("actions", "answers.sla", *NOW, "--all", "--header", "X-Key=env:CRM_TOKEN")
    assert (alone.status, "add `--post URL`" in alone.err) == (2, True)
