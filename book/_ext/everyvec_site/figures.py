"""The course's figures stand in the page itself, so that their ink and their paper are the page's own."""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
PIXELS = 1.5  # for one unit of a figure, on a page that has room: text of 11 points is then 16.5 pixels high
_SIZE = re.compile(r'<svg\b[^>]*? viewBox="0 0 ([\d.]+) ([\d.]+)"[^>]*>')


def inline_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Put each picture that is an SVG of the course's own (class `ev-figure`) into the page.

    Runs before Sphinx collects the images, which would copy the file.
    """
    docname = app.env.docname
    number = 0
    for image in list(doctree.findall(nodes.image)):
        if not image["uri"].endswith(".svg") or "://" in image["uri"]:
            continue
        path = Path(app.env.relfn2path(image["uri"], docname)[1])
        svg = path.read_text(encoding="utf-8") if path.is_file() else ""
        if 'class="ev-figure' not in svg:
            continue
        if not image.get("alt"):
            logger.warning("a figure without words for who cannot see it: %s", path.name, location=image)
        number += 1
        app.env.note_dependency(str(path))
        inlined = _in_page(svg, image, number)
        image.replace_self(nodes.raw("", inlined, format="html"))


def _in_page(svg: str, image: nodes.image, number: int) -> str:
    """`svg` with the name and the classes of `image`, its size in pixels, and ids of its own on the page."""
    size = _SIZE.search(svg)
    width, height = (round(PIXELS * float(side)) for side in size.groups())
    if "width" in image:
        width, height = (image[side].removesuffix("px") for side in ("width", "height"))
    classes = " ".join(["ev-figure", *image.get("classes", [])])
    opening = (
        f'<svg class="{classes}" role="img" aria-label="{escape(image.get("alt", ""))}" width="{width}" '
        f'height="{height}" viewBox="0 0 {size[1]} {size[2]}" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink">'
    )
    svg = opening + svg[size.end() :]
    for name in set(re.findall(r' id="([^"]+)"', svg)):
        for before, after in (('id="', '"'), ('href="#', '"'), ("url(#", ")")):
            svg = svg.replace(f"{before}{name}{after}", f"{before}figure-{number}-{name}{after}")
    return svg
