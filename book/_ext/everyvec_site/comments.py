"""One Markdown page for two readers: JupyterLab's preview, which knows plain Markdown, and this site.

What only the site understands stands in a comment, which JupyterLab does not show: `<!-- site: {.lead} -->`.
What only JupyterLab is to show stands between `<!-- elsewhere -->` and `<!-- /elsewhere -->`.
"""

import re

from sphinx.application import Sphinx

_SITE = re.compile(r"<!-- site:\s*(.*?)\s*-->", re.DOTALL)
_ELSEWHERE = re.compile(r"<!-- elsewhere -->.*?<!-- /elsewhere -->", re.DOTALL)


def read_comments(app: Sphinx, docname: str, source: list[str]) -> None:
    """Make of a page what the site is to show."""
    if app.env.doc2path(docname).endswith(".md"):
        text = _ELSEWHERE.sub(lambda found: "\n" * found[0].count("\n"), source[0])
        source[0] = _SITE.sub(lambda found: found[1], text)


def setup(app: Sphinx) -> None:
    app.connect("source-read", read_comments)
