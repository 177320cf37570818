"""The glossary within reach: a word's meaning where it is used, and search by its Chinese term.

- Each page carries the meanings of the words that it links to; ``assets/glossary.js`` shows one
  where a reader points at the word or comes to it by keyboard.
- A term such as ``waiting period (等待期, děngdàiqī)`` is found by its characters, and by its
  pronunciation with tones and without, and the search leads to the term itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

GLOSSARY = "chapters/glossary"
#: A term with its Chinese form and how to say it.
_SPELLED = re.compile(r"\((?P<characters>[^(),]*[\u4e00-\u9fff][^(),]*), (?P<spoken>[^()]+)\)$")


def terms(env: BuildEnvironment) -> Iterator[tuple[list[nodes.term], str]]:
    """Yield the forms of each entry of the glossary, with its meaning as text."""
    for item in env.get_doctree(GLOSSARY).findall(nodes.definition_list_item):
        meaning = " ".join(one.astext() for one in item.findall(nodes.paragraph))
        yield list(item.findall(nodes.term)), meaning.replace("\n", " ")


def spellings(term: str) -> list[str]:
    """Return how a Chinese term may be typed: characters, pinyin, pinyin without tones.

    >>> spellings("waiting period (等待期, děngdàiqī)")
    ['等待期', 'děngdàiqī', 'dengdaiqi']
    >>> spellings("jury")
    []
    """
    found = _SPELLED.search(term)
    if found is None:
        return []
    spoken = found["spoken"]
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFD", spoken)
        if not unicodedata.combining(letter)
    )
    joined = re.sub(r"[ '’]", "", plain)
    return list(dict.fromkeys([found["characters"], spoken, plain, joined]))


def index_spellings(app: Sphinx, doctree: nodes.document) -> None:
    """Let the search find each term by its Chinese form; the printed index stays as it is."""
    if app.env.docname != GLOSSARY:
        return
    for term in doctree.findall(nodes.term):
        for index in term.findall(addnodes.index):
            index["entries"] += [
                ("single", one, term["ids"][0], "main", None) for one in spellings(term.astext())
            ]


def carry_meanings(
    app: Sphinx, page: str, template: str, context: dict[str, object], doctree: object
) -> None:
    """Write the meanings of the words that a page links to at its end, hidden."""
    body = context.get("body")
    if not isinstance(body, str) or page == GLOSSARY:
        return
    used = set(re.findall(r'href="[^"]*glossary\.html#(term-[^"]+)"', body))
    if not used:
        return
    meanings = "".join(
        f'<p role="tooltip" id="meaning-{identifier}">{escape(forms[-1].astext())}: '
        f"{escape(meaning)}</p>"
        for forms, meaning in terms(app.env)
        for form in forms
        for identifier in form["ids"]
        if identifier in used
    )
    context["body"] = f'{body}<div class="ma-meanings" hidden>{meanings}</div>'


def setup(app: Sphinx) -> dict[str, object]:
    """Register with Sphinx."""
    app.connect("doctree-read", index_spellings)
    app.connect("html-page-context", carry_meanings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
