"""The site's Sphinx extension: pages made from the lessons' stored outputs; a check that all are there."""

import re
import zlib
from html import unescape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging

from . import comments, exercises
from .chinese import mark_page
from .course_map import CourseMap, ModuleMap
from .emoji import EmojiTable
from .evidence import Evidence, OneClaim
from .explorable import Explorable, add_files, tidy_explorables
from .figures import inline_figures
from .glossary import link_terms
from .lessons import lesson_docnames, read_lesson
from .quiz import group_options

logger = logging.getLogger(__name__)
_SIZE = re.compile(r'style="width: (\d+)px; height: (\d+)px;"')
_REDIRECT = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Everything Is a Vector</title>
<link rel="icon" href="_static/favicon.svg"><meta http-equiv="refresh" content="0; url={page}"></head>
<body><p><a href="{page}">Everything Is a Vector</a></p></body></html>
"""


def mark_claims(app: Sphinx, doctree: nodes.document) -> None:
    """Give each claim's box an id, so that the Evidence page can point at it."""
    if app.env.docname not in lesson_docnames(app):
        return
    boxes = [node for node in doctree.findall(nodes.raw) if "ev-claim" in node.astext()]
    for claim in read_lesson(app, app.env.docname).claims:
        found = [box for box in boxes if f">{claim.text}<" in unescape(box.astext())]
        if len(found) != 1:
            message = "the page shows %s boxes, not one, for the claim: %s"
            logger.warning(message, len(found), claim.text, location=app.env.docname)
            continue
        place = nodes.container(ids=[claim.anchor], classes=["ev-place"])
        found[0].replace_self(place)
        place += found[0]


def tidy_page(
    app: Sphinx, pagename: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Keep MathJax (1.1 MB) off pages without math, and give figures their size as attributes.

    Sphinx loads MathJax on the landing page too when any page below it has math. A size in a style attribute,
    unlike one in width and height, makes the page jump when a figure that is wider than a phone has loaded.
    """
    if not app.env.get_domain("math").data["has_equations"].get(pagename):
        context["script_files"] = [
            script
            for script in context["script_files"]
            if "mathjax" not in (script.filename or "") and "MathJax" not in script.attributes.get("body", "")
        ]
    if "body" in context:
        body = _SIZE.sub(r'width="\1" height="\2"', context["body"])
        # MyST-NB's name for each control that shows code hides what is written on it.
        context["body"] = body.replace('<summary aria-label="Toggle hidden content">', "<summary>")


def check_pages(app: Sphinx, exception: Exception | None) -> None:
    """Fail unless every page of the table of contents was written; leave nothing stale behind.

    Raises:
        ExtensionError: when a page is missing or has no title.
    """
    if app.builder.name != "html":
        return
    if exception is not None or app._warncount:
        # Otherwise the next build would find these pages "unchanged", warn about nothing and pass.
        (Path(app.doctreedir) / "environment.pickle").unlink(missing_ok=True)
        return
    wanted = {name.removesuffix(".ipynb").removesuffix(".md") for name in app.config.external_site_map}
    out = Path(app.outdir)
    for docname in sorted(wanted):
        if not (out / f"{docname}.html").is_file():
            raise ExtensionError(f"{docname} is in _toc.yml but was not built: is there an .md or .ipynb?")
        if app.env.titles[docname].astext() in ("", "<no title>"):
            raise ExtensionError(f"{app.env.doc2path(docname)} has no title: begin it with a line '# Title'")
    folders = [out / top / folder for top in ("", "_sources") for folder in ("book", "exercises")]
    for page in [page for folder in folders for page in folder.rglob("*.*")]:
        name = page.relative_to(out).as_posix().removeprefix("_sources/")
        if page.is_file() and name.rsplit(".", 1)[0] not in wanted:
            page.unlink()  # of a page that the table of contents no longer has
    (out / "index.html").write_text(_REDIRECT.format(page=f"{app.config.master_doc}.html"), encoding="utf-8")


def setup(app: Sphinx) -> dict:
    comments.setup(app)
    exercises.setup(app)
    app.add_directive("evidence", Evidence)
    app.add_directive("claim", OneClaim)
    app.add_directive("module-map", ModuleMap)
    app.add_directive("course-map", CourseMap)
    app.add_directive("emoji", EmojiTable)
    app.add_directive("explorable", Explorable)
    app.connect("doctree-read", mark_claims)
    app.connect("doctree-read", tidy_explorables)
    app.connect("doctree-read", inline_figures, priority=400)  # before Sphinx collects the images
    app.connect("doctree-read", link_terms)
    app.connect("doctree-read", group_options)
    app.connect("html-page-context", mark_page, priority=400)  # before the theme reads the list of headings
    app.connect("html-page-context", add_files)
    app.connect("html-page-context", tidy_page, priority=900)  # after Sphinx has added MathJax
    app.connect("build-finished", check_pages)
    sources = sorted(path for kind in ("*.py", "*.svg") for path in Path(__file__).parent.rglob(kind))
    return {
        "version": "1",
        "env_version": zlib.crc32(
            b"".join(source.read_bytes() for source in sources)
        ),  # re-read all when it changes
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
