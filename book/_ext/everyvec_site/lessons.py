"""What the notebooks in the table of contents say about themselves: title, rows of the curriculum, claims."""

import json
from dataclasses import dataclass
from html import escape
from pathlib import Path

import yaml
from docutils.nodes import make_id
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
CLAIMS = "book/claims.json"


@dataclass(frozen=True)
class Claim:
    """One claim as its cell stored it; `None` where a number has no meaning."""

    text: str
    row: str
    measured: float
    baseline: float | None
    baseline_name: str
    chance: float | None
    at_least: float | None
    at_most: float | None
    unit: str
    anchor: str  # id of that claim on the lesson's page
    seeds: tuple[
        float, ...
    ]  # what runs with other seeds measured, from book/claims.json; empty before `make claims`


@dataclass(frozen=True)
class Lesson:
    """One notebook of the table of contents."""

    docname: str  # such as "book/1-pretext/cbow-and-skip-gram"
    title: str
    rows: tuple[str, ...]
    claims: tuple[Claim, ...]


def lesson_docnames(app: Sphinx) -> list[str]:
    """The notebooks of book/ that are in the table of contents, in its order."""
    names = [name.removesuffix(".ipynb") for name in app.config.external_site_map]
    there = [name for name in names if (Path(app.srcdir) / f"{name}.ipynb").is_file()]
    return [name for name in there if name.startswith("book/")]


def read_lesson(app: Sphinx, docname: str) -> Lesson:
    """Read one stored notebook.

    Raises:
        ValueError: when the file is not a notebook or its claims lack a field; the message names the file.
    """
    path = Path(app.srcdir) / f"{docname}.ipynb"
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        headings = (
            line.removeprefix("# ").strip()
            for cell in notebook["cells"]
            if cell["cell_type"] == "markdown"
            for line in "".join(cell["source"]).splitlines()
            if line.startswith("# ")
        )
        title = next(headings, path.stem)
        about = notebook["metadata"].get("everyvec", {})
        table = Path(app.srcdir) / CLAIMS
        tables = json.loads(table.read_text(encoding="utf-8")) if table.exists() else {}
        seeds = tables.get(f"{docname}.ipynb", {})
        claims = tuple(
            Claim(
                text=record["claim"],
                anchor=f"claim-{make_id(record['claim'])[:60].rstrip('-')}",
                seeds=tuple(seeds.get(record["claim"], {}).get("others", ())),
                **{name: record[name] for name in _NUMBERS},
            )
            for cell in notebook["cells"]
            for output in cell.get("outputs", [])
            if (record := output.get("metadata", {}).get("everyvec"))
        )
    except (json.JSONDecodeError, KeyError, TypeError) as error:
        message = f"{path}: cannot read this lesson ({error!r}); re-run it with `make execute` and save it"
        raise ValueError(message) from error
    return Lesson(docname, title, tuple(about.get("rows", ())), claims)


_NUMBERS = ("row", "measured", "baseline", "baseline_name", "chance", "at_least", "at_most", "unit")


class CourseDirective(SphinxDirective):
    """A directive whose content is made from the lessons, and made again when one of them changes."""

    def lessons(self) -> list[Lesson]:
        """Every lesson, in the order of the table of contents."""
        app = self.env.app
        self.env.note_dependency(app.config.external_toc_path)
        self.env.note_dependency(CLAIMS)
        lessons = []
        for docname in lesson_docnames(app):
            self.env.note_dependency(f"{docname}.ipynb")
            lessons.append(read_lesson(app, docname))
        return lessons

    def curriculum(self) -> list[dict]:
        """The modules of `book/curriculum.yml`, each with its rows."""
        path = "book/curriculum.yml"
        self.env.note_dependency(path)
        return yaml.safe_load((Path(self.env.srcdir) / path).read_text(encoding="utf-8"))

    def link(self, docname: str, text: str, anchor: str = "") -> str:
        """HTML of a link from this page to another one."""
        target = self.env.app.builder.get_relative_uri(self.env.docname, docname)
        anchor = f"#{anchor}" if anchor else ""
        return f'<a href="{escape(target + anchor)}">{escape(text)}</a>'

    def complain(self, message: str) -> None:
        """Warn, which under -W fails the build."""
        logger.warning(message, location=self.get_location())
