"""Pages of exercises/: the notebooks as students get them, with what a reader of the site needs to know."""

import json
import re
from html import escape

from sphinx.application import Sphinx

FOLDER = "exercises/"
_HOW = """
:::{{admonition}} How to work on it
:class: ev-exercise
This page is for reading. To work on the exercise, open `{docname}.ipynb` in JupyterLab: `make lab` in your
copy of the course starts it. [How to study](../../book/start.md#in-an-exercise) says what to do there.
:::
"""


def show_exercise(app: Sphinx, docname: str, source: list[str]) -> None:
    """Say below the title how to work on the exercise; fold each graded test and say its points."""
    if not docname.startswith(FOLDER):
        return
    notebook = json.loads(source[0])
    first = notebook["cells"][0]
    title, *rest = "".join(first["source"]).split("\n")
    first["source"] = "\n".join([title, _HOW.format(docname=docname), *rest])
    for cell in notebook["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        if cell["cell_type"] == "code" and about.get("grade") and not about.get("solution"):
            label = escape(_label("".join(cell["source"]), about["points"]), quote=False)
            cell["metadata"]["tags"] = [*cell["metadata"].get("tags", []), "hide-input"]
            cell["metadata"]["mystnb"] = {"code_prompt_show": label, "code_prompt_hide": label}
    source[0] = json.dumps(notebook)


def _label(test: str, points: float) -> str:
    """A test's points, and the first sentence of its first line where that is a comment."""
    count = f"Test, {points:g} point" + ("" if points == 1 else "s")
    said = re.match(r"# (.+?)(\. |\.?$)", test, re.MULTILINE)
    return f"{count}: {said[1].replace('`', '')}" if said else count


def leave_out_colab(app: Sphinx, pagename: str, template: str, context: dict, doctree: object) -> None:
    """An exercise has no line that installs the course's packages, so no button opens it in Colab."""
    if pagename.startswith(FOLDER):
        for group in context.get("header_buttons", []):
            if group.get("label") == "launch-buttons":
                group["buttons"] = [
                    button for button in group["buttons"] if "colab.research.google.com" not in button["url"]
                ]


def setup(app: Sphinx) -> None:
    app.connect("source-read", show_exercise)
    app.connect("html-page-context", leave_out_colab, priority=900)  # after the theme has made its buttons
