"""Where a lesson first uses a term of the glossary, it links there. Authors write nothing for it."""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from .lessons import lesson_docnames

GLOSSARY = "book/glossary.md"
_HAN = re.compile(r"\s*([\u3400-\u9fff]+)")
_CHINESE_AFTER = re.compile(r"\s*\(([\u3400-\u9fff]+)")
# Everyday words, too: printed bold they mean the entry, and elsewhere often something else.
_EVERYDAY = {"basket", "chance", "claim", "community", "degree", "edge", "key", "mask", "query", "role"}
_EVERYDAY |= {"depth", "reader", "shortcut", "state", "value", "window"}
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
    """What a lesson may write, in lower case or Chinese → the name, and its entry as the glossary writes it.

    "graph 图, node 节点, edge 边" is one entry with three names; a short form in brackets is one more name.
    """
    terms = {}
    for entry in re.findall(r"^(?!```)\S.*$", text.partition("```{glossary}")[2], re.MULTILINE):
        for part in entry.split(", "):
            name = _HAN.sub("", part)
            long, _, short = name.partition(" (")
            for one in filter(None, (long, short.rstrip(")"))):
                for spelling in (one, f"{one}s", re.sub("y$", "ies", one), re.sub("is$", "es", one)):
                    terms[spelling.lower()] = (one, entry)
            terms |= dict.fromkeys(_HAN.findall(part), (long, entry))
    return terms


def link_terms(app: Sphinx, doctree: nodes.document) -> None:
    """Link each term of a lesson once: where it is first printed bold, or else where it first stands.

    Where Chinese in brackets follows a bold term, the Chinese decides which entry is meant.
    """
    docname = app.env.docname
    path = Path(app.srcdir) / GLOSSARY
    if docname not in lesson_docnames(app) or not path.is_file():
        return
    app.env.note_dependency(GLOSSARY)
    terms = read_terms(path.read_text(encoding="utf-8"))
    spellings = sorted((re.escape(name) for name in terms if not _HAN.match(name)), key=len, reverse=True)
    use = re.compile(rf"(?<![\w-])({'|'.join(spellings)})(?![\w-])".replace(r"\ ", r"\s+"), re.IGNORECASE)
    linked: set[str] = set()
    for strong in list(doctree.findall(nodes.strong)):
        after = strong.next_node(descend=False, siblings=True)
        chinese = _CHINESE_AFTER.match(after.astext()) if isinstance(after, nodes.Text) else None
        name, entry = terms.get(chinese[1], ("", "")) if chinese else ("", "")
        if name and name not in linked and not _within(strong, _NOT_TEXT):
            linked |= {name, terms.get(strong.astext().lower(), (name,))[0]}
            link = _link(strong.children, entry, docname)
            strong.children = []
            strong += link
    for bold in (True, False):
        for node in list(doctree.findall(nodes.Text)):
            if bold == isinstance(node.parent, nodes.strong) and not _within(node, _NOT_TEXT):
                node.parent.replace(node, _linked(node.astext(), use, terms, linked, bold, docname))


def _link(children: list[nodes.Node], entry: str, docname: str) -> addnodes.pending_xref:
    link = addnodes.pending_xref(
        "", refdomain="std", reftype="term", reftarget=entry, refdoc=docname, refwarn=True
    )
    link += nodes.inline("", "", *children, classes=["ev-term"])
    return link


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
        link = _link([nodes.Text(found[0])], entry, docname)
        parts += [nodes.Text(text[end : found.start()]), link]
        end = found.end()
    return [*parts, nodes.Text(text[end:])]
