"""Print the whole book as one PDF, from the built pages. Run by ``make pdf``.

The pages are joined into one document, so that a link to another chapter becomes a link within
the PDF. Each explorable shows its first state, and its table; solutions are open.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
import time
from pathlib import Path
from string import Template

import yaml
from bs4 import BeautifulSoup, Tag

import mutualaid

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"
PDF = ROOT / "_build" / "mutual-aid.pdf"
TEMPLATE = Template(Path(__file__).with_name("paper.html").read_text("utf-8"))

#: The print is smaller than the screen; so wide is the text of a sheet in the screen's pixels.
SCALE = 0.8
WIDTH = round(176 / 25.4 * 96 / SCALE)

#: Attributes that name an element by its id, one or several.
_NAMING = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
#: What paper has no use for.
_DROPPED = ".headerlink, .copybtn, .ma-skip, .ma-meanings, script:not([type='application/json'])"


def pages() -> list[str]:
    """Return the names of the book's pages, in order."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    return [toc["root"], *(one["file"] for part in toc["parts"] for one in part["chapters"])]


def prefix(page: str) -> str:
    """Return what stands before the ids of a page, so that none occurs twice."""
    return f"{page.rpartition('/')[2]}--"


def article(page: str, known: set[str]) -> Tag:
    """Return the content of a page, with ids and links as the whole book has them."""
    soup = BeautifulSoup((HTML / f"{page}.html").read_text("utf-8"), "html.parser")
    found = soup.select_one("article.bd-article")
    if found is None:
        raise ValueError(f"{page}.html has no article")
    for one in found.select(_DROPPED):
        one.decompose()
    mine = prefix(page)
    for one in found.find_all(True):
        if "id" in one.attrs:
            one["id"] = mine + one["id"]
        for name in _NAMING:
            if name in one.attrs:
                said = one[name] if isinstance(one[name], list) else str(one[name]).split()
                one[name] = " ".join(mine + word for word in said)
        if one.name == "input" and "name" in one.attrs:
            one["name"] = mine + one["name"]
    found["id"] = mine
    for link in found.select("a[href]"):
        if to := within(page, str(link["href"]), known):
            link["href"] = to
        else:
            del link["href"]
    return found


def within(page: str, to: str, known: set[str]) -> str:
    """Return an address as a place in the whole book; nothing for a file beside its pages."""
    if re.match(r"\w+:", to):
        return to
    path, _, place = to.partition("#")
    folder = Path(page).parent
    other = page if not path else (folder / path).as_posix().removesuffix(".html")
    while "/../" in f"/{other}":
        other = re.sub(r"(^|/)[^/]+/\.\./", r"\1", other)
    return f"#{prefix(other)}{place}" if other in known else ""


def whole_book() -> str:
    """Return all pages as one document."""
    names = pages()
    articles = [article(name, set(names)) for name in names]
    head = BeautifulSoup((HTML / "index.html").read_text("utf-8"), "html.parser").head
    assert head is not None
    looks = head.select('link[rel="stylesheet"], script[src*="explorable.js"]')
    return TEMPLATE.substitute(
        version=mutualaid.__version__,
        date=dt.datetime.now(dt.UTC).date().isoformat(),
        looks="\n".join(map(str, looks)),
        articles="\n".join(map(str, articles)),
    )


def main(pdf: Path = PDF) -> None:
    """Write the document beside the pages, print it, and take it away again."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("no Chromium was found (install the package chromium)")
    start = time.monotonic()
    joined = HTML / "whole-book.html"
    joined.write_text(whole_book(), "utf-8")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            # As wide as the sheet's text, so that figures are drawn for it.
            page = browser.new_page(viewport={"width": WIDTH, "height": 1000}, color_scheme="light")
            page.set_default_timeout(120_000)
            page.goto(joined.as_uri())
            page.wait_for_selector('html[data-explorables="ready"]', state="attached")
            for figure in page.locator(".ma-figure").all():
                figure.scroll_into_view_if_needed()
                figure.locator(".main-svg").first.wait_for()
            page.pdf(
                path=pdf,
                scale=SCALE,
                prefer_css_page_size=True,
                print_background=True,
                outline=True,
                tagged=True,
            )  # fmt: skip
            browser.close()
    finally:
        joined.unlink()
    print(f"{pdf.relative_to(ROOT)}: {time.monotonic() - start:.0f} seconds")


if __name__ == "__main__":
    main()
