"""The live form in JupyterLab: a real kernel, driven by keyboard in Chromium."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from playwright.sync_api import expect

from conftest import ROOT

pytestmark = pytest.mark.page


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    """Start JupyterLab on a copy of the chapters, as a reader on Binder would find it."""
    folder, state = tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("state")
    for path in (ROOT / "chapters").glob("*.ipynb"):
        shutil.copy(path, folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # The kernel starts by itself, as it does on Binder, where a fresh server asks no questions.
    settings = state / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"autoStartDefaultKernel": true}')
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MUTUALAID")}
    environment |= {
        "JUPYTER_CONFIG_DIR": str(state / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(state / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(state / "workspaces"),
    }
    server = subprocess.Popen(
        [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
            "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--IdentityProvider.token=",
            f"--ServerApp.root_dir={folder}", "--LabApp.news_url=",
        ],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    for _ in range(120):
        try:
            urllib.request.urlopen(f"{address}/api/status", timeout=2)
            break
        except OSError:
            time.sleep(0.5)
    else:
        server.kill()
        pytest.fail("JupyterLab did not start")
    yield address
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def notebook(browser, lab):
    """Open the notebook in JupyterLab and run all its cells, once: it takes long to start."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/history.ipynb")
    page.wait_for_selector(".jp-Notebook", timeout=60_000)
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    widgets = page.locator(".jupyter-widgets").first
    for _ in range(4):
        # JupyterLab drops the command if it comes before the kernel has said hello.
        page.get_by_role("menuitem", name="Run").click()
        page.get_by_text("Run All Cells", exact=True).click()
        with contextlib.suppress(PlaywrightTimeoutError):
            widgets.wait_for(timeout=20_000)
            break
    widgets.wait_for(timeout=60_000)
    yield page
    context.close()


def test_an_explorable_answers_the_keyboard_in_jupyterlab(notebook):
    figure = notebook.locator(".jupyter-widgets .js-plotly-plot").first
    figure.scroll_into_view_if_needed(timeout=60_000)
    figure.locator(".main-svg").first.wait_for(timeout=60_000)
    words = notebook.locator('.widget-html-content p[aria-live="polite"]').first
    expect(words).to_have_text(re.compile("^Oct 16, 2018"))
    drawn = figure.evaluate("f => JSON.stringify(f.data)")
    slider = notebook.locator(".jupyter-widgets [role=slider]").first
    slider.focus()
    notebook.keyboard.press("ArrowRight")
    expect(words).to_have_text(re.compile("^Oct 17, 2018"), timeout=30_000)
    notebook.wait_for_timeout(500)
    assert figure.evaluate("f => JSON.stringify(f.data)") != drawn


def test_a_question_answers_the_keyboard_in_jupyterlab(notebook):
    radio = notebook.locator(".widget-radio-box input").first
    radio.scroll_into_view_if_needed(timeout=60_000)
    radio.focus()
    notebook.keyboard.press("Space")
    notebook.get_by_role("button", name="Check my answer").first.focus()
    notebook.keyboard.press("Enter")
    notebook.get_by_text("Not quite.").wait_for(timeout=60_000)
