"""Take the picture in README.md from the built book. Run by ``make screenshot``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parent.parent
PICTURE = Path(__file__).with_name("front-page.png")
WIDTH, HEIGHT, ABOVE, MARGIN = 1280, 800, 76, 24


def main() -> None:
    """Show the front page's first figure, with the book's contents beside it."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium was found (install the package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        size = {"width": WIDTH, "height": HEIGHT}
        page = browser.new_page(viewport=size, color_scheme="light")
        page.goto((ROOT / "_build" / "html" / "index.html").as_uri())
        figure = page.locator(".ma-explorable").first
        figure.scroll_into_view_if_needed()
        figure.locator(".main-svg").first.wait_for()
        figure.evaluate("(card, y) => scrollBy(0, card.getBoundingClientRect().y - y)", ABOVE)
        page.wait_for_timeout(500)
        card = figure.evaluate("card => card.getBoundingClientRect().toJSON()")
        right, bottom = card["right"] + MARGIN, card["bottom"] + MARGIN
        page.screenshot(path=PICTURE, clip={"x": 0, "y": 0, "width": right, "height": bottom})
        browser.close()
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size / 1e3:.0f} KB")


if __name__ == "__main__":
    main()
