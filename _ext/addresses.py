"""Keep the list of addresses that have been published. Run by ``make addresses`` before a release.

Pages, and the places on them that somebody may have linked to, are added to the list and never
taken away: a test asks that each still leads somewhere. A page that moves gets a line under
``redirects`` in ``_config.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
HTML = ROOT / "_build" / "html"
LIST = ROOT / "tests" / "addresses.txt"

#: Made by Sphinx for itself, or for the rows of tables, whose keys are tested elsewhere.
_LEFT_OUT = {"genindex.html", "py-modindex.html", "search.html", "chapters/tables.html"}
_PLACE = re.compile(
    r'<(?:section|div|dt|li)\b[^>]*?\bid="((?!after-|id\d|exercise-content|solution-content)[^"]+)"'
)


def places(page: Path) -> set[str]:
    """Return the places of a page to which one can link: sections, figures, exercises, terms."""
    article = page.read_text("utf-8").partition("<article")[2].partition("</article>")[0]
    return set(_PLACE.findall(article))


def addresses() -> Iterator[str]:
    """Yield each page of the built book, and each place on it."""
    for page in sorted(HTML.rglob("*.html")):
        name = page.relative_to(HTML).as_posix()
        if name in _LEFT_OUT or name.startswith("_static/"):
            continue
        yield name
        if not name.startswith("slides/"):
            yield from sorted(f"{name}#{place}" for place in places(page))


def main() -> None:
    """Add what is new to the list."""
    known = set(LIST.read_text("utf-8").split()) if LIST.exists() else set()
    LIST.write_text("\n".join(sorted(known | set(addresses()))) + "\n", "utf-8")


if __name__ == "__main__":
    main()
