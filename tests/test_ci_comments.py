"""What the templates for build servers write on a change of an agreement: one comment, which is written anew. The services are a `gh` and a
server that answer as GitHub and GitLab do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parent.parent
AGREEMENT = """agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id  key text
  at  time

kpi volume = count of lead

marketing owes sales:
  volume at least 2 per month
"""
GH = """#!{python}
import json, pathlib, sys
kept = pathlib.Path("comments.json")
comments = json.loads(kept.read_text()) if kept.exists() else [{{"id": 7, "body": "a person's", "user": {{"type": "User"}}}}]
words = sys.argv[1:]
where = next(x for x in words if x.startswith("repos/"))
if "--jq" in words:
    assert words[words.index("--jq") + 1] == '.[] | select(.user.type == "Bot" and (.body | startswith("<!-- sla -->"))) | .id'
    print("\\n".join(str(x["id"]) for x in comments if x["user"]["type"] == "Bot" and x["body"].startswith("<!-- sla -->")))
    sys.exit()
body = pathlib.Path(next(x for x in words if x.startswith("body=@"))[6:]).read_text()
if "PATCH" in words:
    next(x for x in comments if str(x["id"]) == where.split("/")[-1])["body"] = body
else:
    assert where == "repos/acme/agreements/issues/3/comments"
    comments.append({{"id": 8 + len(comments), "body": body, "user": {{"type": "Bot"}}}})
kept.write_text(json.dumps(comments))
"""


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """A clone in which an agreement was changed and not committed, with a folder of programs before all others."""
    origin, clone, programs = tmp_path / "origin", tmp_path / "clone", tmp_path / "programs"
    origin.mkdir()
    programs.mkdir()
    (origin / "handoff.sla").write_text(AGREEMENT)
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "one")):
        subprocess.run(["git", *who, *words], cwd=origin, check=True)
    subprocess.run(["git", "clone", "-q", f"file://{origin}", str(clone)], check=True)
    (clone / "handoff.sla").write_text(AGREEMENT.replace("least 2", "least 3"))
    for name, text in (
        ("sla", f'#!/bin/sh\nexec {sys.executable} -m sladsl "$@"\n'),
        ("gh", GH.format(python=sys.executable)),
    ):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    return clone


def environment(clone: Path, **more: str) -> dict[str, str]:
    base = subprocess.run(
        ["git", "rev-parse", "origin/main"], cwd=clone, capture_output=True, text=True, check=True
    ).stdout.strip()
    path = os.pathsep.join(
        [str(clone.parent / "programs"), os.path.dirname(sys.executable), os.environ["PATH"]]
    )
    return {**os.environ, "PATH": path, "PYTHONPATH": os.pathsep.join(sys.path), "BASE": base, **more}


def scripts_of_the_action() -> dict[str, str]:
    """The scripts of the steps, by a word of each."""
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    found = [dedent(x) for x in re.findall(r"^      run: \|\n((?:        .*\n)+)", text, re.M)]
    return {
        name: next(x for x in found if word in x)
        for name, word in (("difference", "sla diff"), ("comment", "gh api"))
    }


def test_the_action_writes_one_comment_and_keeps_it_up_to_date(change: Path) -> None:
    scripts, temporary = scripts_of_the_action(), change.parent / "runner"
    temporary.mkdir()
    env = environment(
        change, WHERE=".", ALONE="--words", RUNNER_TEMP=str(temporary), GITHUB_STEP_SUMMARY=str(temporary / "summary.md"),
        GITHUB_REPOSITORY="acme/agreements", NUMBER="3",
    )  # fmt: skip
    bodies = []
    for quota in (3, 4):
        (change / "handoff.sla").write_text(AGREEMENT.replace("least 2", f"least {quota}"))
        for name in ("difference", "comment"):
            subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", scripts[name]], cwd=change, env=env, check=True
            )
        bodies = [x["body"] for x in json.loads((change / "comments.json").read_text())]
        assert len(bodies) == 2
        assert f"at least 2 → at least {quota}" in bodies[1]
    assert bodies[0] == "a person's"
    assert bodies[1].startswith("<!-- sla -->\n<!-- sla diff -->\n")


def test_what_is_too_long_for_a_comment_is_cut_at_a_line_and_says_where_all_of_it_is(change: Path) -> None:
    """GitHub refuses more than 65,536 characters, and the step would fail."""
    temporary = change.parent / "runner"
    temporary.mkdir()
    line = "| Größe der Verträge, die sich ändern | 1 | 2 |\n"
    (temporary / "difference.md").write_text(line * 3_000, encoding="utf-8")
    env = environment(
        change, RUNNER_TEMP=str(temporary), GITHUB_REPOSITORY="acme/agreements", NUMBER="3", RUN="https://example.com/run/5",
    )  # fmt: skip
    script = scripts_of_the_action()["comment"]
    subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=change, env=env, check=True)
    body = json.loads((change / "comments.json").read_text())[1]["body"]
    first, *shown, empty, last = body.splitlines()
    assert len(body) <= 65_536
    assert len(shown) > 1_000
    assert {*shown} == {line.strip()}
    assert (first, empty) == ("<!-- sla -->", "")
    assert last.endswith("[summary of the run](https://example.com/run/5).")


@contextmanager
def gitlab() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server of notes, of which it gives one a page."""
    notes: list[dict[str, str]] = [{"id": "1", "body": "a person's"}]

    class Handler(BaseHTTPRequestHandler):
        def answer(self, value: object, after: str = "") -> None:
            self.send_response(200)
            self.send_header("X-Next-Page", after)
            self.end_headers()
            self.wfile.write(json.dumps(value).encode())

        def body(self) -> str:
            assert self.headers["PRIVATE-TOKEN"] == "secret"
            return str(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"])

        def do_GET(self) -> None:
            page = int(self.path.rpartition("page=")[2])
            self.answer(notes[page - 1 : page], str(page + 1) if page < len(notes) else "")

        def do_POST(self) -> None:
            notes.append({"id": str(len(notes) + 1), "body": self.body()})
            self.answer(notes[-1])

        def do_PUT(self) -> None:
            note = next(
                x for x in notes if self.path.endswith(f"/projects/5/merge_requests/9/notes/{x['id']}")
            )
            note["body"] = self.body()
            self.answer(note)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", notes
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_the_template_for_gitlab_writes_one_note_and_keeps_it_up_to_date(change: Path) -> None:
    job = (ROOT / "ci" / "gitlab.yml").read_text(encoding="utf-8").partition("sla difference:")[2]
    lines = re.findall(r"^    - (git .*|sla .*)$", job, re.M)
    program = re.findall(r"^    - \|\n((?:      .*\n|\n)+)", job, re.M)
    with gitlab() as (address, notes):
        env = environment(
            change, SLA_PATH=".", SLA_TOKEN="secret", CI_API_V4_URL=address, CI_PROJECT_ID="5", CI_MERGE_REQUEST_IID="9",
        )  # fmt: skip
        env["CI_MERGE_REQUEST_DIFF_BASE_SHA"] = env["BASE"]
        for quota in (3, 4):
            (change / "handoff.sla").write_text(AGREEMENT.replace("least 2", f"least {quota}"))
            script = "\n".join([*lines, *(dedent(x) for x in program)])
            subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=change, env=env, check=True)
            assert [x["body"].startswith("<!-- sla diff -->") for x in notes] == [False, True]
            assert f"at least 2 → at least {quota}" in notes[1]["body"]
