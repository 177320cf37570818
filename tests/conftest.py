"""What several test files share: a browser that may not leave this machine."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"

# The same examples on every machine, and no clock decides a test.
settings.register_profile("book", derandomize=True, deadline=None)
settings.load_profile("book")

_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class ByFile(LoadScopeScheduling):
    """Give each file to one worker, but for the pages, of which each test opens its own.

    A notebook's cells need one kernel, and a module's fixtures are made once.
    """

    def _split_scope(self, nodeid):
        file, *_ = nodeid.split("::")
        return nodeid if file.endswith("test_pages.py") else file


def pytest_xdist_make_scheduler(config, log):
    """Name the scheduler for `pytest -n`."""
    return ByFile(config, log)


@pytest.fixture(scope="session")
def browser():
    """Start Chromium; without one, say so, or fail where one is required."""
    # The shell draws no windows of its own, so that pages open faster.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        said = "no Chromium was found: pages were not looked at (install the package chromium)"
        if os.environ.get("MUTUALAID_BROWSER") == "required":
            pytest.fail(said)
        pytest.skip(said)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield started
        started.close()


class Visit:
    """A page of the book in a fresh profile, with all that went wrong while it was open."""

    def __init__(self, browser, address: str, *, theme: str, width: int) -> None:
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=theme, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.route("**/*", self._route)
        self.page.goto(address)
        self.page.wait_for_selector('html[data-explorables="ready"]', state="attached")

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.errors.append(f"{kind}: {text}")

    def _route(self, route) -> None:
        address = route.request.url
        if address.startswith(("file://", "data:", "blob:", "http://localhost:")):
            route.continue_()
        else:
            self.outside.append(address)
            route.abort()

    def bring(self, name: str) -> None:
        """Bring the figure of one explorable near, and wait until it is drawn."""
        figure = self.page.locator(f"#{name} .ma-figure").first
        figure.scroll_into_view_if_needed()
        figure.locator(".main-svg").first.wait_for()

    def scroll_through(self) -> None:
        """Bring each figure near, and wait until it is drawn."""
        for figure in self.page.locator(".ma-figure").all():
            figure.scroll_into_view_if_needed()
            figure.locator(".main-svg").first.wait_for()


@pytest.fixture
def visit(browser):
    """Open pages of the built book from its folder, and close them after the test."""
    opened: list[Visit] = []

    def open_page(name: str, *, theme: str = "light", width: int = 1280, tail: str = "") -> Visit:
        path = HTML / name
        if not path.exists():
            pytest.fail(f"{path} is missing; run `make book` first")
        opened.append(Visit(browser, path.as_uri() + tail, theme=theme, width=width))
        return opened[-1]

    yield open_page
    for one in opened:
        one.context.close()
