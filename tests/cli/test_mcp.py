"""What an assistant gets and what it does not: the server is asked by the protocol's own client."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from sladsl.cli.mcp_server import MOST, bounded, masked, server

DRAFT = """agreement "Follow-up":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id      key text
  email   optional text
  mql_at  optional time

record call of lead:
  id  key text
  at  time

define MQL:
  lead when email is known
  since mql_at

event first_call:
  first call

kpi response = time from MQL to first_touch

sales owes marketing:
  response within 4 hours for 90% of MQL per month

source leads for lead from "leads.csv"
source calls for call from "calls.csv"

test "a call within two hours is in time":
  given lead: email "ana@acme.com", mql_at 2026-03-02 10:00
  given call: at 2026-03-02 12:00
  expect response met
"""
MENDED = DRAFT.replace("to first_touch", "to first_call")
LEADS = "id,email,mql_at\nL1,ana@acme.com,2026-03-02 10:00Z\nL2,bo@birch.com,2026-03-03 10:00Z\n"
CALLS = "id,lead,at\nC1,L1,2026-03-02 11:00Z\nC2,L2,2026-03-03 19:00Z\n"
Call = Callable[..., Awaitable[str]]
Golden = Callable[[Path, str], None]
RECORDED = Path(__file__).parents[1] / "golden" / "mcp" / "a_draft.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    inside = tmp_path / "agreements"
    inside.mkdir()
    (inside / "leads.csv").write_text(LEADS)
    (inside / "calls.csv").write_text(CALLS)
    return inside


def asked(folder: Path, talk: Callable[[Call], Awaitable[None]], **how: bool) -> None:
    """A talk with the server of a folder; what is refused begins with `refused: `."""
    from mcp import Client

    async def session() -> None:
        async with Client(server(folder, **how)) as client:

            async def call(tool: str, **arguments: Any) -> str:
                answer = await client.call_tool(tool, arguments)
                [content] = answer.content
                text = str(getattr(content, "text", ""))
                return f"refused: {text.split(': ', 1)[1]}" if answer.is_error else text

            await talk(call)

    anyio.run(session)


def test_a_draft_is_mended_run_and_tested(folder: Path) -> None:
    async def talk(call: Call) -> None:
        wrong = await call("save", path="followup.sla", text=DRAFT)
        assert '"errors": 1' in wrong
        assert "`first_touch`" in wrong
        assert '"file": "followup.sla"' in wrong
        before = DRAFT[: DRAFT.index("first_touch")]
        place = {"line": before.count("\n") + 1, "column": len(before.rpartition("\n")[2]) + 1}
        assert "first_call" in await call("complete", text=DRAFT, **place)
        assert '"errors": 0' in await call("save", path="followup.sla", text=MENDED)
        assert await call("format", text=MENDED) == MENDED
        why = await call("explain", path="followup.sla", key="L2", as_of="2026-04-01")
        assert "response: missed" in why
        assert "bo@birch.com" not in why

    asked(folder, talk, writes=True)

    async def of_the_written(call: Call) -> None:
        assert "1 test passed" in await call("test", path="followup.sla")
        judged = await call("run", path="followup.sla", period="2026-03", as_of="2026-04-01")
        assert "2026-03   missed" in judged
        assert "1 of 2" in judged
        assert "bo@birch.com" in await call("explain", path="followup.sla", key="L2", as_of="2026-04-01")

    asked(folder, of_the_written, shows_values=True)


def test_a_whole_talk_as_it_is_recorded(folder: Path, golden: Golden) -> None:
    """`golden/mcp/a_draft.md`: a draft, the error that is told, the draft mended, its test, its run, and why a lead was late."""
    (folder / "followup.sla").write_text(MENDED)
    lines = ["# A draft is checked, mended, tested and run", ""]

    async def talk(call: Call) -> None:
        async def recorded(tool: str, **arguments: str) -> None:
            shown = {name: "…" if name == "text" else value for name, value in arguments.items()}
            answer = await call(tool, **arguments)
            lines.extend([f"## {tool} {json.dumps(shown, ensure_ascii=False)}", ""])
            if "text" in arguments:
                lines.extend(["```sla", arguments["text"].rstrip(), "```", ""])
            lines.extend(["~~~text", answer.rstrip(), "~~~", ""])

        await recorded("reference", topic="event")
        await recorded("check", text=DRAFT)
        await recorded("check", text=MENDED)
        await recorded("test", path="followup.sla")
        await recorded("run", path="followup.sla", period="2026-03", as_of="2026-04-01")
        await recorded("explain", path="followup.sla", key="L2", as_of="2026-04-01")

    asked(folder, talk)
    golden(RECORDED, "\n".join(lines).rstrip() + "\n")


def test_what_a_change_would_do_is_told(folder: Path) -> None:
    (folder / "old.sla").write_text(MENDED)
    (folder / "new.sla").write_text(MENDED.replace("within 4 hours", "within 40 hours"))
    never = 'never "a lead of two minds":\n  MQL when email is missing\n'
    (folder / "proven.sla").write_text(f"{MENDED}\n{never}")

    async def talk(call: Call) -> None:
        changed = await call("diff", old="old.sla", new="new.sla", as_of="2026-04-01")
        assert "within 4 hours → within 40 hours" in changed
        assert "missed 50.0%" in changed
        assert "sales.response within" in await call("backtest", path="old.sla")
        swept = await call(
            "backtest", path="old.sla", vary=["sales.response within 4, 40 hours"], as_of="2026-04-01"
        )
        assert "1 of 1" in swept
        assert "never “a lead of two minds”" in await call("verify", path="proven.sla")
        for name in ("old", "new"):
            other = {"old": "old.sla", "new": "old.sla", name: "../shared.sla"}
            assert (await call("diff", **other)).startswith("refused: ")
        assert (await call("diff", old="HEAD:old.sla", new="old.sla")).startswith("refused: ")
        assert "exit status 2" in await call("backtest", path="old.sla", vary=["--data=lead=/etc/passwd"])

    asked(folder, talk)


def test_no_module_of_the_folder_runs(folder: Path) -> None:
    """Python looks for what it imports in the working folder first, unless it is told not to."""
    (folder / "followup.sla").write_text(MENDED)
    for name in ("click.py", "sladsl.py", "lark.py"):
        (folder / name).write_text(f"open({str(folder / 'ran')!r}, 'w').close()\n")

    async def talk(call: Call) -> None:
        assert "1 test passed" in await call("test", path="followup.sla")

    asked(folder, talk)
    assert not (folder / "ran").exists()


def test_nothing_outside_of_the_folder_is_read_and_nothing_written(folder: Path) -> None:
    outside = folder.parent / "secret.csv"
    outside.write_text(LEADS)
    (folder.parent / "shared.sla").write_text("record rep:\n  id  key text\n")
    (folder / "link.csv").symlink_to(outside)
    (folder / "link.sla").symlink_to(folder.parent / "shared.sla")
    (folder / "below").mkdir()
    (folder / "below" / "link.sla").symlink_to(outside)
    texts = {
        "above.sla": MENDED.replace('"leads.csv"', '"../secret.csv"'),
        "whole.sla": MENDED.replace('"leads.csv"', f'"{outside}"'),
        "linked.sla": MENDED.replace('"leads.csv"', '"link.csv"'),
        "matched.sla": MENDED.replace('"leads.csv"', '"../*.csv"'),
        "imports.sla": f'import "../shared.sla"\n{MENDED}',
        "server.sla": MENDED.replace('"leads.csv"', '"postgres://h/d#leads"'),
    }
    for name, text in texts.items():
        (folder / name).write_text(text)

    async def talk(call: Call) -> None:
        for tool in ("run", "test", "due", "verify", "backtest"):
            for path in (*texts, "link.sla", "..", "../shared.sla", "/etc/passwd", str(outside)):
                answer = await call(tool, path=path)
                assert answer.startswith("refused: "), (tool, path, answer)
        assert "is on a server" in await call("run", path="server.sla")
        assert "outside" in await call("run", path="above.sla")
        assert (await call("explain", path="server.sla", key="--data=lead=/etc/passwd")).startswith("refused")
        assert "save" in await call("save", path="x.sla", text=""), "there is no such tool"
        assert '"errors": 1' in await call("check", text='import "../shared.sla"\n')
        assert "outside of the folder" in await call("run", path="below")

    asked(folder, talk)
    (folder / "followup.sla").write_text(MENDED)
    (folder / "sla.toml").write_text('[data]\nleads = "postgres://h/d#leads"\n')

    os.mkfifo(folder / "pipe.sla")  # to which nothing could be written as long as nobody reads

    async def of_settings(call: Call) -> None:
        assert "is on a server" in await call("run", path="followup.sla")
        for path in ("x.csv", "../x.sla", "link.sla", "pipe.sla", "sla.toml"):
            assert (await call("save", path=path, text="")).startswith("refused: ")

    asked(folder, of_settings, writes=True)
    assert sorted(os.listdir(folder.parent)) == ["agreements", "secret.csv", "shared.sla"]


def test_the_reference_is_there_by_topic_and_answers_are_bounded(folder: Path) -> None:
    async def talk(call: Call) -> None:
        assert "route, never, source" in await call("reference")
        assert (await call("reference", topic="route")).startswith("## route")
        assert "SLA203, a field that a record does not have" in await call("reference", topic="sla203")

    asked(folder, talk)
    cut = bounded("x" * (MOST + 5))
    assert cut.startswith("x" * MOST)
    assert "and 5 characters more" in cut


def test_what_is_hidden_is_hidden_wherever_a_report_folds_and_no_figure_for_it() -> None:
    told = 'lead 7 (5)\n  name = "Ana de la\n            Cruz" and size = 5, 95% of 55, bo@birch.com, Bo'
    hidden = masked(told, ["Ana de la Cruz", "5", "bo@birch.com", "Bo", ""])
    assert hidden == 'lead 7 (•••)\n  name = "•••" and size = 5, 95% of 55, •••, Bo'
