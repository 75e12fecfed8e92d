"""Where a lesson first uses a term of the glossary, it links there. Authors write nothing for it."""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from .lessons import lesson_docnames

GLOSSARY = "book/glossary.md"
_HAN = re.compile(r"\s*[\u3400-\u9fff]+")
# Everyday words, too: printed bold they mean the entry, and elsewhere often something else.
_EVERYDAY = {"basket", "chance", "claim", "community", "degree", "edge", "role", "shortcut", "window"}
# What stands in one of these is no text in which a term is used.
_NOT_TEXT = (
    nodes.title,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.reference,
    nodes.raw,
    addnodes.pending_xref,
)


def read_terms(text: str) -> dict[str, tuple[str, str]]:
    """What a lesson may write, in lower case → the name, and its entry as the glossary writes it.

    "graph 图, node 节点, edge 边" is one entry with three names; a short form in brackets is one more name.
    """
    terms = {}
    for entry in re.findall(r"^(?!```)\S.*$", text.partition("```{glossary}")[2], re.MULTILINE):
        for name in _HAN.sub("", entry).split(", "):
            long, _, short = name.partition(" (")
            for one in filter(None, (long, short.rstrip(")"))):
                for spelling in (one, f"{one}s", re.sub("y$", "ies", one), re.sub("is$", "es", one)):
                    terms[spelling.lower()] = (one, entry)
    return terms


def link_terms(app: Sphinx, doctree: nodes.document) -> None:
    """Link each term of a lesson once: where it is first printed bold, or else where it first stands."""
    docname = app.env.docname
    path = Path(app.srcdir) / GLOSSARY
    if docname not in lesson_docnames(app) or not path.is_file():
        return
    app.env.note_dependency(GLOSSARY)
    terms = read_terms(path.read_text(encoding="utf-8"))
    spellings = sorted(map(re.escape, terms), key=len, reverse=True)
    use = re.compile(rf"(?<![\w-])({'|'.join(spellings)})(?![\w-])".replace(r"\ ", r"\s+"), re.IGNORECASE)
    linked: set[str] = set()
    for bold in (True, False):
        for node in list(doctree.findall(nodes.Text)):
            if bold == isinstance(node.parent, nodes.strong) and not _within(node, _NOT_TEXT):
                node.parent.replace(node, _linked(node.astext(), use, terms, linked, bold, docname))


def _within(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def _linked(
    text: str, use: re.Pattern, terms: dict, linked: set[str], bold: bool, docname: str
) -> list[nodes.Node]:
    """The text, its terms that are not linked yet as links; adds their names to `linked`."""
    parts: list[nodes.Node] = []
    end = 0
    for found in use.finditer(text):
        name, entry = terms[" ".join(found[0].lower().split())]
        if name in linked or (name in _EVERYDAY and not bold):
            continue
        linked.add(name)
        link = addnodes.pending_xref(
            "", refdomain="std", reftype="term", reftarget=entry, refdoc=docname, refwarn=True
        )
        link += nodes.inline("", found[0], classes=["ev-term"])
        parts += [nodes.Text(text[end : found.start()]), link]
        end = found.end()
    return [*parts, nodes.Text(text[end:])]
