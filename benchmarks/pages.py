"""Speed as a reader feels it: weight, first answer and slider step of each page, in Chromium.

Times depend on the machine, so they are printed and never asserted. Run by ``make benchmark``.
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"
STEPS = 60

#: From the input event to the frame that shows what it changed.
STEP = """async (input) => {
  const last = Number(input.max), at = Number(input.value);
  input.value = String(at > 0 ? at - 1 : last);
  const start = performance.now();
  input.dispatchEvent(new Event("input", {bubbles: true}));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now() - start;
}"""


def first_answer(page: Page, address: str) -> float:
    """Return seconds from navigation until the first figure is drawn and its words stand."""
    page.goto(address)
    page.locator(".ma-figure").first.scroll_into_view_if_needed()
    page.locator(".ma-figure .main-svg").first.wait_for()
    return page.evaluate("performance.now()") / 1000


def steps(page: Page) -> list[float]:
    """Return the milliseconds of each of many slider steps, over all sliders of the page."""
    sliders = page.locator('.ma-explorable input[type="range"]').all()
    taken: list[float] = []
    for slider in sliders:
        slider.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        taken += [slider.evaluate(STEP) for _ in range(STEPS)]
    return taken


def main() -> None:
    """Print one line for each page with an explorable."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no Chromium was found (install the package chromium)")
    script = (HTML / "_static" / "plotly-basic.min.js").stat().st_size
    own = (HTML / "_static" / "explorable.js").stat().st_size
    print(f"shared by all pages: plotly {script / 1e3:.0f} KB, our script {own / 1e3:.0f} KB")
    print(
        f"{'page':24} {'page KB':>8} {'grids KB':>8} {'first, s':>9} {'step ms':>8} {'p95 ms':>7}"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        for path in sorted(HTML.rglob("*.html")):
            text = path.read_text("utf-8")
            grids = re.findall(r'<section class="ma-explorable".*?</section>', text, re.S)
            if not grids:
                continue
            firsts = []
            for _ in range(3):
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                firsts.append(first_answer(page, path.as_uri()))
                taken = steps(page)
                page.close()
            taken.sort()
            print(
                f"{path.relative_to(HTML)!s:24} {len(text.encode()) / 1e3:8.0f} "
                f"{sum(len(grid.encode()) for grid in grids) / 1e3:8.0f} "
                f"{statistics.median(firsts):9.2f} {statistics.median(taken):8.0f} "
                f"{taken[int(0.95 * len(taken))]:7.0f}"
            )
        browser.close()


if __name__ == "__main__":
    main()
