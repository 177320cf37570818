"""The book's own Sphinx extension: what a page needs that Jupyter Book does not give.

- Cells run in the page form of explorables.
- Formulas become MathML at build time; plotly's script is copied from the installed package.
- A figure in prose, ``7.02<!--=notices/2021-12-1/critical/share-->``, is compared with its row
  and becomes a link to it.
- ``{data-table}`` prints a table of ``data`` with a place to link to for each row,
  ``{cite}`` cites a source, ``{source-list}``, ``{plan-terms}`` and ``{versions}`` print what
  they say; ``{benchmark}`` prints what was measured last, and on which machine.
- The books of the simulated year are written as a file beside the page that offers them.
- Once ``_config.yml`` names the repository, its buttons appear, and a launch button on notebooks.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import tomllib
from functools import partial
from html import escape
from pathlib import Path
from urllib.parse import quote

import latex2mathml.converter
import pandas as pd
import yaml
from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import mutualaid
from mutualaid import history, members
from mutualaid.history import written

ROOT = Path(__file__).parent.parent
TABLES, BIBLIOGRAPHY = "chapters/tables", "chapters/bibliography"

logger = logging.getLogger(__name__)


# ---- figures in prose -----------------------------------------------------------------------

#: A typed figure and the key of its row: ``7.02 yuan<!--=notices/2021-12-1/critical/share-->``.
KEYED = re.compile(
    r"(?P<figure>\d[\d,]*(?:\.\d+)?)(?P<scale>[ \u00a0](?:thousand|million|billion|percent))?"
    r"(?P<rest>[^<>\d]{0,24}?)<!--=(?P<key>[^<>]+?)-->"
)
SCALES = {"": 1.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "percent": 0.01}


def mismatch(match: re.Match[str]) -> str:
    """Compare a keyed figure with its row; return what is wrong, or an empty string."""
    typed, scale = match["figure"].replace(",", ""), (match["scale"] or "").strip("\u00a0 ")
    try:
        value = history.fact(match["key"]).value
    except KeyError as error:
        return str(error.args[0])
    if value is None:
        return f"{match['key']} has no number"
    decimals = len(typed.partition(".")[2])
    if value and not float(typed):
        return f"0 is typed, but {match['key']} is {written(value)}"
    if f"{value / SCALES[scale]:.{decimals}f}" != f"{float(typed):.{decimals}f}":
        return f"{match['figure']} {scale} is typed, but {match['key']} is {written(value)}"
    return ""


def anchor(key: str) -> str:
    """Return the HTML id of a row's key."""
    return re.sub(r"[^a-z0-9]+", "-", key.partition("@")[0].lower()).strip("-")


def link_figures(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn each keyed figure into a link to its row, and refuse one that differs from it."""
    for raw in list(doctree.findall(nodes.raw)):
        if not raw.astext().startswith("<!--="):
            continue
        place = raw.parent.index(raw)
        before = raw.parent[place - 1] if place else None
        text = before.astext() if isinstance(before, nodes.Text) else ""
        tail = list(KEYED.finditer(text + raw.astext()))
        if not tail:
            logger.warning("no figure stands before %s", raw.astext(), location=raw)
            continue
        match = tail[-1]
        if wrong := mismatch(match):
            logger.warning("figure in prose: %s", wrong, location=raw)
            continue
        fact = history.fact(match["key"])
        link = nodes.reference(
            "", "", nodes.Text(text[match.start() :]), internal=True, classes=["ma-fact"],
            refuri=f"{app.builder.get_relative_uri(docname, TABLES)}#{anchor(fact.key)}",
            reftitle=f"{fact.basis}: {fact.source}",
        )  # fmt: skip
        raw.parent[place - 1 : place + 1] = [nodes.Text(text[: match.start()]), link]


# ---- tables of the data folder --------------------------------------------------------------


def region(
    title: str, heads: list[str], rows: list[nodes.row], look: str = "ma-cards"
) -> list[nodes.Node]:
    """Return a table inside a region that scrolls and can be reached by keyboard."""
    group = nodes.tgroup(cols=len(heads))
    group += [nodes.colspec(colwidth=1) for _ in heads]
    head = nodes.row()
    head += [nodes.entry("", nodes.paragraph("", text)) for text in heads]
    body = nodes.tbody()
    body += rows
    group += [nodes.thead("", head), body]
    name, after = escape(title, quote=True), f"after-{anchor(title)}"
    opening = (
        f'<a class="ma-skip" href="#{after}">Skip this table</a>'
        f'<div class="ma-scroll ma-data {look}" tabindex="0" role="region" aria-label="{name}">'
    )
    return [
        nodes.raw("", opening, format="html"),
        nodes.table("", group),
        nodes.raw("", f'</div><span id="{after}"></span>', format="html"),
    ]


def entry(*inside: nodes.Node) -> nodes.entry:
    """Return a cell."""
    return nodes.entry("", nodes.paragraph("", "", *inside))


class DataTable(SphinxDirective):
    """Print a table of ``data``: a row for each value, with its source one step away.

    ``:columns:`` names the columns that are shown, all by default. ``:pivot:`` spreads the
    values over the columns that it names; each value keeps its own place to link to.
    """

    required_arguments = 1
    option_spec = {  # noqa: RUF012
        "columns": directives.unchanged,
        "pivot": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        name = self.arguments[0]
        self.env.note_dependency(str(history.DATA / f"{name}.csv"))
        resource, frame = history.schema(name), history.table(name)
        frame["id"] = history.keys(name).map(anchor)
        # Where sources disagree, the used row takes the address of the key.
        rank = frame.get("status", pd.Series("used", frame.index)).map(history.STATUSES.index)
        first = frame.assign(rank=rank).sort_values("rank", kind="stable").drop_duplicates("id")
        frame["id"] = frame["id"].where(frame.index.isin(first.index), "")
        if "pivot" in self.options:
            return self._pivot(resource, frame, self.options["pivot"].split())
        shown = self.options.get("columns", "").split() or [
            c for c in frame if c not in _FOLDED and c != "id"
        ]
        if "source" in frame:
            shown.append("source")
        if "note" in frame:
            shown.append("how known")
        rows = []
        for _, row in frame.iterrows():
            cells = [self._cell(column, row) for column in shown]
            rows.append(row_of(cells, row["id"], row.get("status", "used")))
        heads = [_HEADS.get(column, column.replace("_", " ")) for column in shown]
        return region(resource["title"], heads, rows)

    def _pivot(
        self, resource: dict[str, object], frame: pd.DataFrame, over: list[str]
    ) -> list[nodes.Node]:
        (source,), (basis,), (unit,) = (set(frame[c]) for c in ("source", "basis", "unit"))
        (index,) = [c for c in resource["schema"]["key"] if c not in over]  # type: ignore[index]
        columns = list(dict.fromkeys(frame[over].itertuples(index=False, name=None)))
        rows = []
        for value, part in frame.groupby(index):
            row = nodes.row("", entry(nodes.Text(str(value))))
            cells = part.set_index(over)
            for column in columns:
                cell = entry(nodes.Text(written(cells.loc[column, "value"])))
                cell["ids"] = [cells.loc[column, "id"]]
                row += cell
            rows.append(row)
        heads = [index, *(", ".join(map(str, column)) for column in columns)]
        said = nodes.paragraph(
            "", f"Columns: {', '.join(over)}. Values {unit}, {basis}. Source: ",
            _citation(self.env, source), nodes.Text("."),
        )  # fmt: skip
        return [said, *region(str(resource["title"]), heads, rows, look="ma-grid")]

    def _cell(self, column: str, row: pd.Series) -> nodes.entry:
        match column:
            case "source":
                return cited(self.env, row)
            case "value":
                return amount(row)
            case "how known":
                return how_known(row)
        cell = row[column]
        text = written(cell) if isinstance(cell, float) else str(cell)
        return entry(nodes.Text(text.replace("_", " ") if column in _WORDS else text))


def cited(env: object, row: pd.Series) -> nodes.entry:
    """Return the cell of a row's sources, the main one first."""
    links: list[nodes.Node] = []
    for key in [row["source"], *row.get("also", "").split("; ")]:
        if key:
            links += [nodes.Text("; ")] * bool(links) + [_citation(env, key)]
    return entry(*links)


def amount(row: pd.Series, words: str = "") -> nodes.entry:
    """Return the cell of a row's value: how it was said, the number or the words, the unit."""
    number = words or ("" if pd.isna(row["value"]) else written(row["value"]))
    return entry(nodes.Text(" ".join(filter(None, (row["approx"], number, row["unit"])))))


def how_known(row: pd.Series) -> nodes.entry:
    """Return the cell that says how a row is known: basis, formula, status, note."""
    said = [row.get("basis", "")]
    if row.get("formula"):
        said.append(f"{row['formula']} of {row['inputs']}")
    if row.get("status", "used") != "used":
        said.append(f"{row['status']}: {row['reason']}")
    return entry(nodes.Text("; ".join(filter(None, [*said, row.get("note", "")]))))


def row_of(cells: list[nodes.entry], label: str, status: str) -> nodes.row:
    """Return a row with its address, if it has one, and the look of its status."""
    look = [f"ma-{status}"] * (status != "used")
    return nodes.row("", *cells, classes=look, ids=[label] if label else [])


#: Columns that are folded into "value", "source" and "how known".
_FOLDED = {
    "unit", "approx", "basis", "status", "reason", "formula", "inputs", "source", "also", "note",
}  # fmt: skip
#: Columns that hold words joined by underscores.
_WORDS = {"quantity", "definition", "dimension", "category", "question", "answer"}
_HEADS = {"name_en": "name", "name_zh": "in Chinese", "as_of": "as of", "text": "in words"}


class PlanTerms(SphinxDirective):
    """Print the terms of every plan, by date, from ``plans.toml``."""

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        self.env.note_dependency(str(history.DATA / "plans.toml"))
        rows = []
        seen: set[str] = set()
        for _, term in history.plan_terms().iterrows():
            cells = [
                entry(nodes.Text(term["plan"].replace("-", " "))),
                entry(nodes.Text(term["item"].replace("_", " "))),
                amount(term, term["text"]),
                entry(nodes.Text(f"{term['from'] or '...'} to {term['to'] or '...'}")),
                cited(self.env, term),
                how_known(term),
            ]
            label = anchor(term["key"])
            rows.append(row_of(cells, "" if label in seen else label, term["status"]))
            seen.add(label)
        heads = ["plan", "term", "value", "in force", "source", "how known"]
        return region("The plans' terms, by date", heads, rows)


def _citation(env: object, key: str) -> nodes.reference:
    source = history.source(key)
    base = env.app.builder.get_relative_uri(env.docname, BIBLIOGRAPHY)  # type: ignore[attr-defined]
    return nodes.reference(
        "", source.name, internal=True, refuri=f"{base}#{anchor(f'sources/{key}')}"
    )


class SourceList(SphinxDirective):
    """Print the sources of one kind, oldest first, each with a place to link to."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the list, or refuse a kind that no source has."""
        self.env.note_dependency(str(history.DATA / "sources.csv"))
        frame = history.table("sources")
        rows = frame[frame["kind"] == self.arguments[0]]
        rows = rows.assign(undated=rows["date"] == "").sort_values(["undated", "date", "source"])
        if rows.empty:
            raise self.error(f"no source is of the kind {self.arguments[0]!r}")
        listing = nodes.bullet_list(classes=["ma-sources"])
        for key in rows["source"]:
            source = history.source(key)
            said = nodes.paragraph("", "", nodes.strong("", source.publisher))
            if source.title:
                said += nodes.Text(f", {source.title}")
            said += nodes.Text(f", {source.date or 'undated'}. {source.about}")
            if source.caution:
                said += nodes.emphasis("", f" {source.caution}")
            if source.address:
                said += nodes.Text(f" Read at {source.address}.")
            said += [nodes.Text(" Key: "), nodes.literal("", key)]
            listing += nodes.list_item("", said, ids=[anchor(f"sources/{key}")])
        return [listing]


class Citation(SphinxRole):
    """Cite a source by its key: publisher and date, leading to the bibliography."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the citation, or warn that there is no such source."""
        try:
            return [nodes.Text("("), _citation(self.env, self.text), nodes.Text(")")], []
        except KeyError as error:
            logger.warning("%s", error.args[0], location=self.get_location())
            return [], []


class Versions(SphinxDirective):
    """Print what built the book: versions of Python and of each library that we name."""

    def run(self) -> list[nodes.Node]:
        """Return a list of names and versions."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        extras = project["optional-dependencies"]
        named = [*project["dependencies"], *extras["book"], *extras["test"], *extras["lab"]]
        libraries = sorted({re.split(r"[<>=!~ ;\[]", name)[0] for name in named})
        items = [("mutualaid", mutualaid.__version__), ("Python", platform.python_version())]
        items += [(name, importlib.metadata.version(name)) for name in libraries]
        listing = nodes.bullet_list()
        for name, version in items:
            listing += nodes.list_item("", nodes.paragraph("", f"{name} {version}"))
        return [listing]


class Benchmark(SphinxDirective):
    """Print what ``make benchmark`` measured: pages, those who draw or expect, or the machine."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a table or a paragraph, or refuse another name."""
        for name in ("members.csv", "machine.json", "pages.json"):
            self.env.note_dependency(str(ROOT / "benchmarks" / name))
        if self.arguments[0] == "pages":
            return self._pages()
        if self.arguments[0] == "machine":
            return [nodes.paragraph("", measured_on())]
        frame = pd.read_csv(ROOT / "benchmarks" / "members.csv")
        frame = frame[frame["kind"] == self.arguments[0]]
        if frame.empty:
            raise self.error(f"nothing of the kind {self.arguments[0]!r} was measured")
        drawn = self.arguments[0] == "drawn"
        rows = []
        for _, row in frame.iterrows():
            said = [row["way"], duration(row["seconds"]), f"{short(row['times_ours'])} times ours"]
            if drawn:
                said.insert(1, f"{row['members']:,} members")
                said.append(f"{short(row['memory_mebibytes'])} MiB")
            # No line ends between a number and its unit.
            cells = [said[0], *(text.replace(" ", "\u00a0", 1) for text in said[1:])]
            rows.append(nodes.row("", *(entry(nodes.Text(text)) for text in cells)))
        if not drawn:
            heads = ["way", "time for one scenario", "beside ours"]
            return region("The plan as expected numbers", heads, rows, look="ma-grid")
        heads = ["way", "size", "time", "beside ours", "memory"]
        table = region("The plan drawn", heads, rows, look="ma-cards ma-narrow")
        largest = frame.loc[frame["way"].eq("ours")[::-1].idxmax()]
        return [
            *table,
            nodes.paragraph(
                "",
                f"At {largest['members']:,} members ours passed "
                f"{short(largest['million_member_periods_per_second'])} million members in "
                f"half-months a second, {short(largest['share_of_sweep'])} of a sweep.",
            ),
        ]

    def _pages(self) -> list[nodes.Node]:
        measured = json.loads((ROOT / "benchmarks" / "pages.json").read_text("utf-8"))
        rows = []
        for page in measured["pages"]:
            said = [
                page["page"].rpartition("/")[2],
                f"{page['kilobytes']} KB",
                f"{page['sent_kilobytes']} KB",
                f"{page['first_seconds']:.2f} s" if "first_seconds" in page else "-",
                f"{page['step_milliseconds']:.0f} / {page['step_95_milliseconds']:.0f} ms"
                if "step_milliseconds" in page
                else "-",
                *(str(page[name]) for name in ("performance", "accessibility", "best-practices")),
            ]
            cells = [text.replace(" ", "\u00a0") for text in said]
            rows.append(nodes.row("", *(entry(nodes.Text(text)) for text in cells)))
        heads = [
            "page", "weight", "sent", "first figure", "slider step", "speed", "access", "practice",
        ]  # fmt: skip
        on = measured["machine"]
        return [
            *region("Each page, as a reader feels it", heads, rows, look="ma-grid"),
            nodes.paragraph("", measured_on(on)),
        ]


def short(number: float) -> str:
    """Return a measured number in two digits, or whole from 100 on."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:#.2g}" if number < 10 else f"{number:.0f}"


def duration(seconds: float) -> str:
    """Return a time in seconds, or in milliseconds where it is short."""
    return f"{short(seconds)} s" if seconds >= 0.1 else f"{short(1000 * seconds)} ms"


def measured_on(on: dict[str, object] | None = None) -> str:
    """Return the sentence that says when, on what and with what was measured."""
    on = on or json.loads((ROOT / "benchmarks" / "machine.json").read_text("utf-8"))
    named = {"python": "Python", "mesa": "Mesa"}
    libraries = ("python", "numpy", "pandas", "mesa", "modelx")
    used = ", ".join(f"{named.get(name, name)} {on[name]}" for name in libraries if name in on)
    return (
        f"Measured on {on['date']}. Processor: {on['processor']}, {on['cores']} cores; memory: "
        f"{on['memory_gibibytes']:.0f} GiB; load before the start: {on['load_before']}. {used}."
    )


# ---- pages ----------------------------------------------------------------------------------


def say_version(app: Sphinx, config: object) -> None:
    """Put version, commit and date into the footer of each page."""
    commit = ""
    if shutil.which("git") and (ROOT / ".git").exists():
        shown = ["git", "describe", "--always", "--dirty=, changed since"]
        done = subprocess.run(shown, capture_output=True, text=True, cwd=ROOT, check=False)
        commit = done.stdout.strip()
    built = dt.datetime.now(dt.UTC).date().isoformat()
    config.html_theme_options["extra_footer"] = (  # type: ignore[attr-defined]
        f"<p>Version {mutualaid.__version__}"
        f"{f' (commit {escape(commit)})' if commit else ''}, built on {built}.</p>"
    )


def launch_address(repository: str, at: str, notebook: str) -> str:
    """Return the address under which Binder opens a notebook in JupyterLab, at a tag or branch."""
    project = repository.removeprefix("https://github.com/")
    return (
        f"https://mybinder.org/v2/gh/{project}/{quote(at, safe='')}"
        f"?urlpath=lab/tree/{quote(notebook)}"
    )


def show_buttons(app: Sphinx, config: object) -> None:
    """Show the repository's buttons if ``_config.yml`` says where the repository is."""
    # Not from the theme's options: there, a url that is not set is that of Jupyter Book itself.
    said = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8")).get("repository") or {}
    url, branch = said.get("url") or "", said.get("branch") or "main"
    if not url:
        return
    if not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+(?<!\.git)", url):
        raise ConfigError(
            "_config.yml: the url of the repository must read "
            f"https://github.com/OWNER/REPOSITORY, but it is {url!r}"
        )
    shown = ("use_repository_button", "use_edit_page_button", "use_issues_button")
    config.html_theme_options.update(  # type: ignore[attr-defined]
        dict.fromkeys(shown, True) | {"repository_url": url, "repository_branch": branch}
    )
    # The theme's own launch button would also stand on Markdown, which JupyterLab only edits.
    app.connect(
        "html-page-context", partial(add_launch, url, said.get("tag") or branch), priority=900
    )


def add_launch(
    repository: str, at: str, app: Sphinx, page: str, template: str,
    context: dict[str, object], doctree: object,
) -> None:  # fmt: skip
    """Put a button on each notebook that opens it on Binder."""
    if context.get("page_source_suffix") == ".ipynb":
        context["header_buttons"].insert(  # type: ignore[attr-defined]
            0,
            {
                "type": "link",
                "icon": "fas fa-rocket",
                "label": "launch-button",
                "tooltip": "Open this notebook in JupyterLab on Binder",
                "url": launch_address(repository, at, f"{page}.ipynb"),
            },
        )


#: The page that offers the books of the simulated year, and the file beside it.
BOOKS = ("chapters/sharing", "simulated-year-2020.zip")


def write_books(app: Sphinx, error: Exception | None) -> None:
    """Write the books of the simulated year beside the page that offers them."""
    page, name = BOOKS
    if error is None and app.builder.format == "html" and page in app.env.found_docs:
        books = members.simulated_year().to_zip()
        (Path(app.outdir) / page).with_name(name).write_bytes(books)


def copy_plotly(app: Sphinx, error: Exception | None) -> None:
    """Copy plotly's script beside ours; a page loads it when a figure comes near."""
    if error is None and app.builder.format == "html":
        script = ROOT / "node_modules" / "plotly.js-basic-dist-min" / "plotly-basic.min.js"
        shutil.copyfile(script, Path(app.outdir) / "_static" / "plotly-basic.min.js")


def write_math(writer: object, node: nodes.Element) -> None:
    """Write a formula as MathML; a displayed one scrolls by itself where it is too wide."""
    inline = isinstance(node, nodes.math)
    formula = latex2mathml.converter.convert(node.astext(), display="inline" if inline else "block")
    if not inline:
        formula = (
            f'<div class="ma-math" tabindex="0" role="group" aria-label="Formula">{formula}</div>'
        )
    writer.body.append(formula)  # type: ignore[attr-defined]
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, object]:
    """Register everything with Sphinx; the cells that it runs inherit the page form."""
    os.environ["MUTUALAID_FORM"] = "page"
    os.environ.setdefault("MUTUALAID_CACHE", str(ROOT / "_build" / "grids"))
    app.add_html_math_renderer("mathml", (write_math, None), (write_math, None))
    app.add_directive("data-table", DataTable)
    app.add_directive("plan-terms", PlanTerms)
    app.add_directive("source-list", SourceList)
    app.add_directive("versions", Versions)
    app.add_directive("benchmark", Benchmark)
    app.add_role("cite", Citation())
    app.connect("config-inited", say_version)
    app.connect("config-inited", show_buttons)
    app.connect("doctree-resolved", link_figures)
    app.connect("build-finished", copy_plotly)
    app.connect("build-finished", write_books)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
