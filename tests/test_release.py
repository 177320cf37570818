"""What a release carries: the site as a zip file, and the whole book as one document to print."""

from __future__ import annotations

import re
import sys
import zipfile
from collections import Counter

import pytest
from bs4 import BeautifulSoup

from conftest import HTML, ROOT

sys.path.insert(0, str(ROOT / "_ext"))
import paper
import release


@pytest.fixture(scope="module")
def whole() -> BeautifulSoup:
    return BeautifulSoup(paper.whole_book(), "html.parser")


def test_the_zip_holds_the_site_and_is_the_same_again(tmp_path):
    for name in ("one", "two"):
        release.pack(ROOT / "data", tmp_path / f"{name}.zip", "mutual-aid-data")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as packed:
        packed.extractall(tmp_path)
    for path in (ROOT / "data").iterdir():
        assert (tmp_path / "mutual-aid-data" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.page
def test_the_site_opens_from_a_folder_with_an_odd_name(browser, tmp_path):
    """As from a stick: unpacked somewhere else, opened as a file."""
    from conftest import Visit

    release.pack(HTML, tmp_path / "site.zip", "a böok, 互助")
    with zipfile.ZipFile(tmp_path / "site.zip") as packed:
        packed.extractall(tmp_path)
    page = tmp_path / "a böok, 互助" / "chapters" / "sharing.html"
    seen = Visit(browser, page.as_uri(), theme="light", width=1280)
    seen.bring("one-notice")
    assert (seen.outside, seen.errors) == ([], [])
    seen.context.close()


def test_the_whole_book_holds_every_page_in_order(whole):
    articles = [one["id"] for one in whole.select("main > article")]
    assert articles == [paper.prefix(name) for name in paper.pages()]
    for name, article in zip(paper.pages(), whole.select("main > article"), strict=True):
        page = BeautifulSoup((HTML / f"{name}.html").read_text("utf-8"), "html.parser")
        for kind in (".ma-explorable", ".ma-question", ".ma-guess", ".exercise", ".solution", "h2"):
            assert len(article.select(kind)) == len(page.select(f"article {kind}")), (name, kind)


def test_each_address_in_the_whole_book_is_one_place_of_it(whole):
    repeated = Counter(one["id"] for one in whole.select("[id]"))
    # Sphinx gives these to every exercise and solution.
    assert {one.partition("--")[2] for one, times in repeated.items() if times > 1} <= {
        "exercise-content",
        "solution-content",
    }
    links = [one["href"] for one in whole.select("a[href]:not([data-link])")]
    within = [to for to in links if to.startswith("#")]
    assert len(within) > 3000
    assert {to[1:] for to in within} <= repeated.keys()
    # The printer would write where on this machine a file lies.
    assert [to for to in links if not to.startswith("#") and not re.match(r"https?:", to)] == []


def test_names_of_controls_go_with_them(whole):
    """Labels, groups and buttons of one page do not reach into another."""
    ids = {one["id"] for one in whole.select("[id]")}
    named = [
        word
        for attribute in ("for", "aria-labelledby")
        for one in whole.select(f"[{attribute}]")
        for word in " ".join(one.get_attribute_list(attribute)).split()
    ]
    assert len(named) > 200
    assert set(named) <= ids
    groups = Counter(one["name"] for one in whole.select('input[type="radio"]'))
    assert max(groups.values()) <= 6
