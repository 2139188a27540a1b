"""How long the studio takes in a real browser: from the pause after a key until what is wrong is drawn, and until leads are judged.

    python -m benchmarks.studio
    python -m benchmarks.studio --keys 100 --leads 20000 --rounds 3

Both are asked in turns, in one page that stays open, each round told with the load of the machine. The page itself measures; beside the
time that passes stands the processor time of the page's workers, which a busy machine changes less.

A key: the bundled handoff is open with its data, and a definition is typed into it; from the moment at which the page asks the language
server in the worker to the next picture that has the answer in it, so that waiting for a picture counts, and the pause in which somebody
still types does not. Leads: the gallery's `speed-to-lead` is open with made leads and as many touches, and a line of it changes; from the
moment at which judging is asked for to the picture with the verdicts. The first of these has the files handed over and the agreement
opened. `studio/dist` must be built.
"""

from __future__ import annotations

import argparse
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from sladsl.cli import studio

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parent.parent
DIST = ROOT / "studio" / "dist"
POLICY = ROOT / "gallery" / "speed-to-lead" / "reference.sla"
TYPED = "\ndefine Big:\n  MQL when company_size >= 1_000 and country is known\n  since mql_at\n\nkpi big = count of Big\n"
DRAWN = """async (before) => {
  for (let tries = 0; tries < 200; tries++) {
    const [entry] = performance.getEntriesByName("diagnostics drawn");
    if (entry !== undefined && entry.startTime !== before) return [entry.startTime, entry.duration];
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return null;
}"""
JUDGED = """async ([files, change]) => {
  const { project, judging } = studio;
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve()));
  if (files !== null) {
    const data = new Map(Object.entries(files.data).map(([name, text]) => [name, new TextEncoder().encode(text)]));
    project.open(new Map(Object.entries(files.agreements)), data);
    project.set({ panel: "verdicts" });
  }
  const [name, text] = [...project.state.agreements][0];
  project.text(name, `${text}# ${change}\\n`);
  while (!studio.typing.settled || studio.typing.problems.get(name) === undefined) await frame();
  const begun = performance.now();
  judging.soon(0);
  while (judging.said.run?.edition !== project.edition) await frame();
  await frame();
  return [performance.now() - begun, judging.said.run.value.rows];
}"""


@contextmanager
def opened() -> Iterator[Page]:
    """A page of the studio that is built, ready to be typed in."""
    from playwright.sync_api import sync_playwright

    server = studio.server_of(DIST, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.goto(f"http://{studio.HOST}:{server.server_port}/")
        page.wait_for_function("() => globalThis.studio?.loading === ''", timeout=120_000)
        yield page
        browser.close()
    server.shutdown()


def keystrokes(page: Page, keys: int) -> list[float]:
    """Milliseconds for each key."""
    page.evaluate("() => studio.openExample('handoff')")
    page.wait_for_function(
        "() => studio.judging.said.run?.edition === studio.project.edition", timeout=120_000
    )
    page.get_by_role("tab", name="Problems").click()
    page.get_by_role("textbox", name="Agreement handoff.sla").click()
    page.keyboard.press("Control+End")
    page.wait_for_timeout(2_000)
    took, before = list[float](), page.evaluate(DRAWN, -1)[0]
    for key in (TYPED * (keys // len(TYPED) + 1))[:keys]:
        page.keyboard.type(key)
        before, milliseconds = page.evaluate(DRAWN, before)
        took.append(milliseconds)
    return took


def judgements(page: Page, leads: int, times: int) -> list[tuple[float, float]]:
    """Seconds for each time that the leads are judged, and of the workers' processor."""
    took = list[tuple[float, float]]()
    for number in range(times):
        before = _processor()
        milliseconds, rows = page.evaluate(JUDGED, [_files(leads) if number == 0 else None, number])
        assert rows == {"lead": leads, "touch": leads}, rows
        took.append((milliseconds / 1_000, _processor() - before))
    return took


def _processor() -> float:
    """Seconds of the processor that workers of pages of ours have taken until now."""
    parents, ticks = dict[int, int](), dict[int, int]()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(process.name)] = int(_after_name(process / "stat")[1])
            tasks = [
                task for task in process.glob("task/*") if "DedicatedWorker" in (task / "comm").read_text()
            ]
            ticks[int(process.name)] = sum(sum(map(int, _after_name(task / "stat")[11:13])) for task in tasks)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    ours = {os.getpid()}
    while more := {child for child, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(ticks.get(process, 0) for process in ours) / os.sysconf("SC_CLK_TCK")


def _after_name(stat: Path) -> list[str]:
    return stat.read_text().rpartition(")")[2].split()


def _files(leads: int) -> dict[str, Any]:
    random, begin = Random(22), datetime(2026, 1, 5, 8)
    lead, touch = ["id,owner,requested_at"], ["id,lead,type,direction,at"]
    for number in range(leads):
        requested = begin + timedelta(minutes=random.randrange(60 * 24 * 300))
        lead.append(f"L{number},rep {number % 40},{requested:%Y-%m-%d %H:%M}")
        answered = requested + timedelta(minutes=random.expovariate(1 / 90))
        kind = random.choices(("call", "email", "page_view"), (5, 4, 1))[0]
        touch.append(f"C{number},L{number},{kind},outbound,{answered:%Y-%m-%d %H:%M}")
    data = {"lead.csv": "\n".join(lead), "touch.csv": "\n".join(touch)}
    return {"agreements": {"speed.sla": POLICY.read_text(encoding="utf-8")}, "data": data}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=100)
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with opened() as page:
        for number in range(1, asked.rounds + 1):
            load = os.getloadavg()[0]
            first, *after = judgements(page, asked.leads, 6)
            passed = [seconds for seconds, _ in after]
            print(
                f"round {number}, load {load:.1f}: {asked.leads:,} leads: {first[0]:.1f} s ({first[1]:.1f} s of the processor), "
                f"after a change median {median(passed):.1f} s, shortest {min(passed):.1f} s, longest {max(passed):.1f} s "
                f"({median(processor for _, processor in after):.1f} s of the processor)"
            )
            load = os.getloadavg()[0]
            took = keystrokes(page, asked.keys)
            print(
                f"round {number}, load {load:.1f}: {len(took)} keys: median {median(took):.1f} ms, "
                f"p95 {quantiles(took, n=20)[-1]:.1f} ms, longest {max(took):.1f} ms",
                flush=True,
            )


if __name__ == "__main__":
    main()
