"""The page a student gets: points, reasons, the notebook with its outputs, and nothing that is hidden."""

from __future__ import annotations

import builtins
import contextlib
import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML, markdown2html, strip_ansi
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from .course import first_line, grader
from .outcome import Mark, Outcome, Question

HIDDEN = "BEGIN HIDDEN TESTS"
WITHHELD = "hidden test failed"  # stands for a message that a student must not see
OURS = ("TimeLimit", "CPULimit", "ProcessEnded")  # names of errors that the engine gives
SAFE = ("not answered", "points given by hand")  # reasons that quote no test
# What parses a student's Markdown and HTML takes time that grows with the square of the length, and no limit
# holds here: what is longer, or comes after so much, is shown as plain text.
MOST, MOST_IN_ALL = 30_000, 300_000
SHOWN = ("image/png", "image/jpeg", "text/html", "text/plain")
BLOCK = re.compile(rf"(?ms)(^[^\n]*{HIDDEN}.*?(?:END HIDDEN TESTS[^\n]*|\Z))")
PAGE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
TEMPLATE = jinja2.Environment(autoescape=True).from_string(PAGE)
TAGS = "p pre span div h1 h2 h3 h4 h5 h6 br hr table thead tbody tfoot tr th td caption dl dt dd del".split()
SANITISER = SanitizeHTML(strip=True)
SANITISER.tags = [*SANITISER.tags, *TAGS]
SANITISER.attributes = SANITISER.attributes | {cell: ["colspan", "rowspan"] for cell in ("th", "td")}


def hide(source: str) -> tuple[str, dict[int, str]]:
    """A test cell without its hidden tests, and the purpose of each hidden line (line numbers from 1)."""
    shown: list[str] = []
    purposes: dict[int, str] = {}
    line = 1
    for part in BLOCK.split(source):
        last = line + part.count("\n")
        if HIDDEN in part:
            said = re.findall(r"(?m)^[ \t]*#[ \t]*purpose:(.+)", part) or ["hidden test"]
            purposes |= dict.fromkeys(range(line, last + 1), said[-1].strip())
            part = f"# hidden test, its purpose: {purposes[line]}"
        shown.append(part)
        line = last
    return "".join(shown), purposes


def public_error(cell: NotebookNode) -> str | None:
    """What a student may read of the error that a cell ended in: of a hidden test's, its purpose alone, since
    its message can show the hidden inputs. None where there was no error."""
    error = next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)
    if error is None:
        return None
    line = cell.metadata.get("staffroom", {}).get("line")
    engines = error.ename in OURS and not line  # with a line it is a class of the student's, so named
    if HIDDEN in cell.source and not engines:
        purposes, kind = hide(cell.source)[1], error.ename if hasattr(builtins, error.ename) else "an error"
        if not line or line in purposes:
            return f"{WITHHELD} ({kind}): {purposes.get(line, 'not known which test')}"
    return f"{error.ename}: {error.evalue}"


def public_reason(question: Question, cells: dict[str, NotebookNode]) -> str:
    """What a student may read of why a question lost points; `cells` are its notebook's, by grade id. The
    question's own reason can quote a hidden test: where one failed, it is made anew from what is public."""
    mine = [cells[name] for name in question.cells if name in cells]
    if not mine:
        return "see the page of its notebook" if question.reason else ""
    errors = [public_error(cell) for cell in mine]
    if question.reason in SAFE or not any(error and error.startswith(WITHHELD) for error in errors):
        return question.reason
    answer = cells.get(question.name)  # an error in the answer itself comes first
    found = [answer and public_error(answer), *errors]
    return " / ".join(dict.fromkeys(first_line(e.removeprefix("AssertionError: ")) for e in found if e))


def render(
    name: str, nb: NotebookNode, marks: dict[str, Mark], outcome: Outcome, trusted: frozenset[str]
) -> bytes:
    """The HTML page of the executed notebook `name`. `trusted`: the texts of the instructor's Markdown."""
    cells = {grader(cell).get("grade_id"): cell for cell in nb.cells}
    reasons = {q.name: public_reason(q, cells if q.notebook in (name, "") else {}) for q in outcome.questions}
    room = [MOST_IN_ALL]
    page = TEMPLATE.render(
        outcome=outcome,
        reasons=reasons,
        total=sum(question.max_points for question in outcome.questions),
        shown=lambda points: "…" if points is None else f"{points:g}",
        breakable=lambda name: Markup("_<wbr>").join(name.split("_")),
        css=Markup(HtmlFormatter().get_style_defs("pre")),
        cells=[_shown(cell, marks.get(grader(cell).get("grade_id", "")), trusted, room) for cell in nb.cells],
    )
    return page.encode("utf-8", "replace")


def _shown(cell: NotebookNode, mark: Mark | None, trusted: frozenset[str], room: list[int]) -> dict[str, Any]:
    """What the template shows of a cell. `room`: how many characters may still be made into HTML."""
    meta = grader(cell)
    name = meta.get("grade_id", "")
    kind = "answer" if meta.get("solution") or meta.get("task") else "graded" if meta.get("grade") else ""
    shown = {"kind": kind, "name": name if kind else "", "mark": mark, "outputs": []}
    source, html = cell.source, None
    if cell.cell_type == "code":
        source = hide(cell.source)[0]
        if source != cell.source:  # what the student's code prints here can show hidden inputs
            error = public_error(cell)
            shown["outputs"] = [{"kind": "error", "text": error}] if error else []
        else:
            shown["outputs"] = list(filter(None, (_output(cell, output, room) for output in cell.outputs)))
        html = _made(_highlighted, source, room)
    elif cell.cell_type == "markdown":
        html = _trusted(source) if source in trusted else _made(_markdown, source, room)
    return shown | {"html": html or Markup("<pre>%s</pre>") % source}


def _output(cell: NotebookNode, output: NotebookNode, room: list[int]) -> dict[str, Any] | None:
    if output.output_type == "stream":
        return {"kind": "text", "text": strip_ansi("".join(output.text))}
    if output.output_type == "error":
        test = grader(cell).get("grade") and not grader(cell).get("solution")
        trace = strip_ansi("\n".join(output.traceback))
        return {"kind": "error", "text": public_error(cell) if test or not trace else trace}
    for kind in filter(output.data.__contains__, SHOWN):
        text = "".join(output.data[kind])  # or a list of lines
        if kind.startswith("image/"):
            return {"kind": "image", "type": kind, "text": re.sub(r"[^A-Za-z0-9+/=]", "", text)}
        if kind == "text/plain":
            return {"kind": "text", "text": text}
        if html := _made(_clean, text, room):
            return {"kind": "html", "html": html}
    return None


def _made(make: Callable[[str], Markup], text: str, room: list[int]) -> Markup | None:
    """HTML of a text that may be a student's; None where it is too long, or nothing can be made of it."""
    room[0] -= len(text)
    with contextlib.suppress(Exception):  # such as a RecursionError
        return make(text) if len(text) <= MOST and room[0] >= 0 else None


# Most cells are the same for every student.
@functools.lru_cache(200)
def _highlighted(source: str) -> Markup:
    return Markup(Highlight2HTML(pygments_lexer="ipython3")(source))


@functools.lru_cache(200)
def _trusted(source: str) -> Markup:
    return Markup(markdown2html(source))


def _markdown(source: str) -> Markup:
    return _clean(markdown2html(source))  # in this order: Markdown makes new links


def _clean(html: str) -> Markup:
    bare = re.sub(r"(?is)<(style|script)\b.*?(</\1\s*>|\Z)", "", html)  # else their text would stay
    return Markup(SANITISER.sanitize_html_tags(bare))
