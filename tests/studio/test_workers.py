"""The command line and the language server in a browser's worker: they say what they say elsewhere, nothing leaves, and what is called
off ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.conftest import ROOT, Watched

EXAMPLES = ROOT / "examples"
HANDOFF = EXAMPLES / "handoff"
JUDGED = [
    ("run",),
    ("run", "--format", "json"),
    ("run", "--format", "json", "--leads", "--all"),
    ("due", "--format", "json"),
    ("diff", "AGREEMENT"),
    ("test", "--format", "json"),
]
KEYS = {
    "followup": ("00Q00000",),
    "handoff": ("7301000000000100642",),
    "service_desk": ("INC0001460",),
    "uptime": ("7", "--record", "probe"),
}
"""A row of each bundled example to be explained."""
SOME = [
    ("followup", each) for each in (JUDGED[1], JUDGED[3], ("explain", *KEYS["followup"], "--format", "json"))
]
ALL = [
    *((name, each) for name in KEYS for each in JUDGED),
    *((name, ("explain", *key, *more)) for name, key in KEYS.items() for more in ((), ("--format", "json"))),
]
BEGIN = """async () => {
  globalThis.python = await import("/python.js");
  await python.beginService();
  globalThis.worker = new python.PythonWorker({ serves: true });
  return [crossOriginIsolated, await worker.ready];
}"""
RUN = "([argv, cwd]) => worker.run(argv, { cwd })"
WRITE = "([files]) => worker.write(files)"
LONG = 'agreement "Long":\n  zone "UTC"\n\nrecord lead:\n  id key text\n  at time\n\n' + "".join(
    f"kpi k{n} = count of lead\n\n" for n in range(4000)
)


@pytest.fixture(scope="module")
def worker(watched: Watched) -> Watched:
    isolated, ready = watched(BEGIN)
    assert isolated
    assert ready["version"]
    watched(
        WRITE, {f"/work/{path.name}": path.read_text("utf-8") for path in HANDOFF.iterdir() if path.is_file()}
    )
    return watched


def elsewhere(*argv: str, folder: Path = HANDOFF) -> dict[str, Any]:
    """The same command in a process of this machine."""
    environment = {k: v for k, v in os.environ.items() if k != "SLADSL_NOW"} | {
        "PYTHONPATH": f"{ROOT}:{ROOT / 'lsp'}"
    }
    command = [sys.executable, "-m", "sladsl", *argv]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False)
    return {"status": done.returncode, "out": done.stdout.decode(), "err": done.stderr.decode()}


@pytest.mark.parametrize(
    "argv",
    [
        ("check", "handoff.sla"),
        ("test", "handoff.sla"),
        ("doc", "handoff.sla", "--format", "html"),
        ("check", "gone.sla"),
        ("chekc",),
    ],
    ids=" ".join,
)
def test_a_command_says_what_it_says_elsewhere(worker: Watched, argv: tuple[str, ...]) -> None:
    ran = worker(RUN, argv)
    assert {key: ran[key] for key in ("status", "out", "err")} == elsewhere(*argv)


def test_every_bundled_example_is_judged_and_in_the_menu(dist: Path) -> None:
    bundled = sorted(path.parent.name for path in EXAMPLES.glob("*/README.md"))
    assert sorted(KEYS) == bundled
    menu = json.loads((dist / "examples" / "index.json").read_text(encoding="utf-8"))
    assert sorted(each["name"] for each in menu) == sorted([*bundled, "tutorial"])


@pytest.mark.parametrize(("example", "argv"), ALL if os.environ.get("SLADSL_SLOW") else SOME)
def test_an_example_is_judged_as_elsewhere(worker: Watched, example: str, argv: tuple[str, ...]) -> None:
    """Verdicts, lists and explanations to the byte: there by DuckDB, in the browser by the reference interpreter."""
    folder = EXAMPLES / example
    agreement = f"{example}.sla"
    worker(
        WRITE,
        {
            f"/work/{example}/{path.name}": path.read_text("utf-8")
            for path in folder.iterdir()
            if path.is_file()
        },
    )
    command, *more = (agreement if word == "AGREEMENT" else word for word in argv)
    said = [command, agreement, *more]
    ran = worker(RUN, said, f"/work/{example}")
    assert {key: ran[key] for key in ("status", "out", "err")} == elsewhere(*said, folder=folder)


def test_a_file_that_a_command_writes_is_told_and_can_be_read(worker: Watched) -> None:
    ran = worker(RUN, ["doc", "handoff.sla", "--out", "page.md"])
    assert ran["wrote"] == ["/work/page.md"]
    assert worker("() => worker.readText('/work/page.md')") == elsewhere("doc", "handoff.sla")["out"]
    worker("() => worker.remove('/work/page.md')")
    assert "/work/page.md" not in worker("() => worker.list()")


def test_the_language_server_answers(worker: Watched) -> None:
    said = worker(
        """async () => {
          const answer = (is) => new Promise((resolve) => worker.lsp.subscribe((text) => {
            const message = JSON.parse(text);
            if (is(message)) resolve(message);
          }));
          const send = (message) => worker.lsp.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
          const begun = answer((m) => m.id === 1);
          send({ id: 1, method: "initialize", params: { processId: null, rootUri: "file:///work", capabilities: {} } });
          const { result } = await begun;
          send({ method: "initialized", params: {} });
          const wrong = answer((m) => m.method === "textDocument/publishDiagnostics" && m.params.version === 1);
          const textDocument = { uri: "file:///work/new.sla", languageId: "sla", version: 1, text: "kpi a = count of b\\n" };
          send({ method: "textDocument/didOpen", params: { textDocument } });
          const { params } = await wrong;
          return [result.serverInfo.name, params.diagnostics.map((each) => each.code)];
        }"""
    )
    assert said == ["sla", ["SLA201"]]


def test_a_command_that_is_called_off_ends_with_130_and_the_next_one_runs(worker: Watched) -> None:
    worker(WRITE, {"/work/long.sla": LONG})
    ran = worker(
        """async () => {
          const off = new AbortController();
          setTimeout(() => off.abort(), 300);
          return await worker.run(["check", "long.sla"], { signal: off.signal });
        }"""
    )
    assert (ran["status"], ran["out"], ran["err"]) == (130, "", "\ninterrupted\n")
    worker("() => worker.remove('/work/long.sla')")
    assert worker(RUN, ["--version"])["status"] == 0


def test_where_nothing_can_be_interrupted_a_worker_is_begun_anew_with_its_files(worker: Watched) -> None:
    ran = worker(
        """async ([long]) => {
          Object.defineProperty(globalThis, "crossOriginIsolated", { value: false, configurable: true });
          const other = new python.PythonWorker();
          Object.defineProperty(globalThis, "crossOriginIsolated", { value: true });
          await other.write({ "/work/long.sla": long, "/work/a.sla": "record a:\\n  b text\\n" });
          await other.run(["fmt", "a.sla"]);
          const off = new AbortController();
          const running = other.run(["check", "long.sla"], { signal: off.signal });
          const next = other.run(["check", "a.sla"]);
          setTimeout(() => off.abort(), 300);
          const answers = [await running, await next];
          other.end();
          return answers;
        }""",
        LONG,
    )
    assert [each["status"] for each in ran] == [130, 0]


def test_no_inside_is_shown(worker: Watched) -> None:
    """What cannot be carried out is said in words; nothing of Python's or the browser's own reaches a reader."""
    read = "([path]) => worker.read(path).then(() => 'read', (error) => error.message)"
    assert worker(read, "/work/gone") == "there is no such file"
    for path in ("/etc/passwd", "/work/../etc/passwd", "/workshop"):
        assert worker(read, path) == f"{path} is not below /work"
    nested = (
        "record a:\n  b number\n\nkpi k = count of a where " + "(" * 20_000 + "b > 1" + ")" * 20_000 + "\n"
    )
    worker(WRITE, {"/work/nested.sla": nested})
    ran = worker(RUN, ["check", "nested.sla"])
    assert ran["status"] in (1, 2)
    assert "Traceback" not in ran["out"] + ran["err"]
    worker("() => worker.remove('/work/nested.sla')")


def test_nothing_leaves_and_nothing_is_violated(worker: Watched) -> None:
    """Last of what the worker does in this file: all that was asked until here was asked of the studio's own address."""
    assert worker.requests
    assert [url for url in worker.requests if not url.startswith(worker.served.address)] == []
    assert [text for text in worker.complaints if "Content Security Policy" in text] == []
    refused = worker("() => fetch('https://example.com/').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert any("Content Security Policy" in text for text in worker.complaints)  # so it would have been seen


def test_after_the_first_visit_no_network_is_needed(worker: Watched, dist: Path) -> None:
    kept = worker(
        """async ([most]) => {
          python.keepAll();
          for (let tries = 0; tries < 200; tries++) {
            const [name] = (await caches.keys()).filter((each) => each.startsWith("sladsl-studio-"));
            if ((await (await caches.open(name)).keys()).length >= most) return "kept";
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
          return "not kept";
        }""",
        sum(path.is_file() and path.suffix != ".txt" for path in dist.rglob("*")) - 1,
    )
    assert kept == "kept"
    worker.served.stop()
    worker.page.reload()
    isolated, ready = worker(BEGIN)
    assert isolated
    assert ready["version"]
    assert worker(RUN, ["--version"])["status"] == 0


def test_the_command_serves_the_page_until_it_is_ended(dist: Path) -> None:
    import signal
    import urllib.error
    import urllib.request

    command = [sys.executable, "-m", "sladsl", "studio", "--no-browser"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("the studio is at http://127.0.0.1:")
        address = line.split()[4]
        with urllib.request.urlopen(f"{address}pyodide/pyodide.asm.wasm") as answer:
            assert answer.headers["Content-Type"] == "application/wasm"
            assert "'wasm-unsafe-eval'" in answer.headers["Content-Security-Policy"]
        for path, host in (("../package.json", None), ("", "elsewhere.example")):
            asked = urllib.request.Request(f"{address}{path}", headers={"Host": host} if host else {})
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(asked)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130


def test_without_the_page_it_is_said_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    from sladsl.cli import status_of, studio

    monkeypatch.setattr(studio, "__file__", str(tmp_path / "sladsl" / "cli" / "studio.py"))
    assert status_of(["studio", "--no-browser"]) == 2
    assert "npm run build" in capsys.readouterr().err


def test_what_is_judged_while_nobody_waits_can_be_judged() -> None:
    """So that all that judging imports is imported."""
    command = [
        sys.executable,
        "-c",
        "import inside, sys; sys.exit(inside.warm() or 'sladsl.data.memory' not in sys.modules)",
    ]
    paths = f"{ROOT}:{ROOT / 'lsp'}:{ROOT / 'studio' / 'src' / 'workers'}"
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": paths, "SLADSL_ENGINE": "python"}, check=False
    )
    assert done.returncode == 0
