"""`{explorable} NAME`: something to play with, from data that a cell of the same notebook stored.

The page gets the data as JSON, and the main results as a table for readers without JavaScript;
`_static/explorables.js` and `.css` make the rest. `everyvec.explorable.store` says what the data are.
"""

import json
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
STORED = "data of the explorable "  # how the line begins that JupyterLab shows in the storing cell


def stored_data(app: Sphinx, docname: str) -> list[tuple[str, str]]:
    """The name and the JSON of each explorable whose data the page stores; none where it is no notebook."""
    path = Path(app.srcdir) / f"{docname}.ipynb"
    if not path.is_file():
        return []
    notebook = json.loads(path.read_text(encoding="utf-8"))
    records = (
        output.get("metadata", {}).get("everyvec_explorable")
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
    )
    return [(record["name"], record["data"]) for record in records if record]


class Explorable(SphinxDirective):
    """The explorable named by the argument. The content, one sentence, is for JupyterLab, which shows it."""

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        name, docname = self.arguments[0], self.env.docname
        found = [text for stored, text in stored_data(self.env.app, docname) if stored == name]
        if len(found) != 1:
            return self._complain(
                f"{docname}.ipynb stores data of the explorable {name!r} {len(found)} times, not once: "
                f"one code cell must end with explorable.store({name!r}, data); then run `make execute`"
            )
        data = json.loads(found[0])
        try:
            table = _table(data["table"])
            title = escape(data["title"])
        except (KeyError, TypeError) as error:
            return self._complain(
                f"the data of the explorable {name!r} in {docname}.ipynb lack {error}: readers without "
                "JavaScript need a title and a table (see everyvec.explorable); add it and run `make execute`"
            )
        label = f"explorable-{nodes.make_id(name)}"
        inline = found[0].replace("<", "\\u003c")  # so that no text in it can end the script
        html = (
            f'<div class="ev-explorable" data-explorable="{escape(name)}" '
            f'role="group" aria-labelledby="{label}">'
            f'<h3 class="ev-explorable-title" id="{label}">{title}</h3>'
            f'<script type="application/json">{inline}</script>{table}</div>'
        )
        return [nodes.raw("", html, format="html")]

    def _complain(self, message: str) -> list[nodes.Node]:
        logger.warning(message, location=self.get_location())
        return []


def _table(table: dict) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table["columns"])
    rows = "".join(
        f'<tr><th scope="row">{_cell(first)}</th>'
        + "".join(f"<td>{_cell(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in table["rows"]
    )
    return (
        f'<table class="table"><caption>{escape(table["caption"])}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cell(value: str | int | float) -> str:
    return escape(value) if isinstance(value, str) else f"{value:,}".replace("-", "−")


def add_files(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load the script and the style on the pages that need them, and on no other."""
    if "ev-explorable" in context.get("body", ""):
        app.add_css_file("explorables.css")
        app.add_js_file("explorables.js", loading_method="defer")


def tidy_explorables(app: Sphinx, doctree: nodes.document) -> None:
    """Take out the lines that storing cells print; complain of data that the page does not show."""
    docname = app.env.docname
    shown = "".join(node.astext() for node in doctree.findall(nodes.raw) if "ev-explorable" in node.astext())
    for name, _ in stored_data(app, docname):
        if f'data-explorable="{escape(name)}"' not in shown:
            logger.warning(
                f"{docname}.ipynb stores data of the explorable {name!r}, which its page does not show: "
                f"add a block ```{{explorable}} {name}``` to a markdown cell",
                location=docname,
            )
    for line in [node for node in doctree.findall(nodes.literal_block) if node.astext().startswith(STORED)]:
        node: nodes.Node = line
        while len(node.parent) == 1 and isinstance(node.parent, nodes.container):
            node = node.parent  # an output that holds nothing else would leave an empty box
        node.parent.remove(node)
