"""Each question of a quiz and its options become one group, which a screen reader calls by the question.

A question is written as HTML, which JupyterLab shows as it is: a <p>, then one <details> for each option.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

_QUESTION = re.compile(r'\A<p(.*?</p>\s*<details class="ev-(?:right|wrong)">.*</details>)\s*\Z', re.DOTALL)


def group_options(app: Sphinx, doctree: nodes.document) -> None:
    """Put a group around each question, named by the question's paragraph."""
    number = 0
    for node in list(doctree.findall(nodes.raw)):
        if found := _QUESTION.match(node.astext()):
            number += 1
            html = f'<div class="ev-question" role="group" aria-labelledby="question-{number}">\n'
            html += f'<p id="question-{number}"{found[1]}\n</div>\n'
            node.replace_self(nodes.raw("", html, format="html"))
