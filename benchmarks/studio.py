"""How long the studio takes from the pause after a key until what is wrong is drawn, in a real browser.

    python -m benchmarks.studio
    python -m benchmarks.studio --keys 100

The bundled handoff is open with its data, and a definition is typed into it, key by key. The page itself measures: from the moment at which
it asks the language server in the worker to the next picture that has the answer in it, so that waiting for a picture counts, and the pause
in which somebody still types does not. `studio/dist` must be built.
"""

from __future__ import annotations

import argparse
import shutil
import threading
from pathlib import Path
from statistics import median, quantiles

from sladsl.cli import studio

DIST = Path(__file__).parent.parent / "studio" / "dist"
TYPED = "\ndefine Big:\n  MQL when company_size >= 1_000 and country is known\n  since mql_at\n\nkpi big = count of Big\n"
MEASURED = """async (before) => {
  for (let tries = 0; tries < 200; tries++) {
    const [entry] = performance.getEntriesByName("diagnostics drawn");
    if (entry !== undefined && entry.startTime !== before) return [entry.startTime, entry.duration];
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return null;
}"""


def keystrokes(keys: int) -> list[float]:
    """Milliseconds for each key."""
    from playwright.sync_api import sync_playwright

    server = studio.server_of(DIST, 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 800})
        page.goto(f"http://{studio.HOST}:{server.server_port}/")
        page.get_by_role("button", name="Marketing to sales lead handoff").click()
        page.get_by_text("Judged in").wait_for(timeout=120_000)
        page.get_by_role("tab", name="Problems").click()
        page.get_by_role("textbox", name="Agreement handoff.sla").click()
        page.keyboard.press("Control+End")
        page.wait_for_timeout(2_000)
        took, before = [], page.evaluate(MEASURED, -1)[0]
        for key in (TYPED * (keys // len(TYPED) + 1))[:keys]:
            page.keyboard.type(key)
            before, milliseconds = page.evaluate(MEASURED, before)
            took.append(milliseconds)
        browser.close()
    server.shutdown()
    return took


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keys", type=int, default=100)
    took = keystrokes(parser.parse_args().keys)
    print(
        f"{len(took)} keys: median {median(took):.1f} ms, p95 {quantiles(took, n=20)[-1]:.1f} ms, longest {max(took):.1f} ms"
    )


if __name__ == "__main__":
    main()
