"""The page a student gets: points, reasons, the notebook with its outputs, and nothing that is hidden."""

from __future__ import annotations

import builtins
import functools
import re
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML, markdown2html, strip_ansi
from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode
from pygments.formatters import HtmlFormatter

from .course import first_line, grader
from .outcome import Mark, Outcome

OURS = ("TimeLimit", "CPULimit", "ProcessEnded")  # names of errors that the engine gives


def hide(source: str) -> tuple[str, dict[int, str]]:
    """A test cell without its hidden tests, and the purpose of each hidden line (line numbers from 1)."""
    shown: list[str] = []
    purposes: dict[int, str] = {}
    block: list[int] | None = None
    for number, line in enumerate(source.split("\n"), 1):
        if "BEGIN HIDDEN TESTS" in line:
            block, purpose = [], "hidden test"
        if block is None:
            shown.append(line)
            continue
        block.append(number)
        if match := re.match(r"\s*#\s*purpose:\s*(.+)", line):
            purpose = match[1].strip()
        if "END HIDDEN TESTS" in line:
            purposes |= dict.fromkeys(block, purpose)
            shown.append(f"# hidden test, its purpose: {purpose}")
            block = None
    return "\n".join(shown), purposes


def public_error(cell: NotebookNode) -> str | None:
    """What a student may read of the error that a cell ended in: of a hidden test's, its purpose alone, since
    its message can show the hidden inputs. None where there was no error."""
    error = next((output for output in cell.get("outputs", []) if output.output_type == "error"), None)
    if error is None:
        return None
    kind = error.ename if hasattr(builtins, error.ename) or error.ename in OURS else "an error"
    if "BEGIN HIDDEN TESTS" in cell.source and error.ename not in OURS:
        purposes, line = hide(cell.source)[1], cell.metadata.get("staffroom", {}).get("line")
        if not line or line in purposes:
            return f"hidden test failed ({kind}): {purposes.get(line, 'not known which test')}"
    return f"{error.ename}: {error.evalue}"


def render(nb: NotebookNode, marks: dict[str, Mark], outcome: Outcome, trusted: frozenset[str]) -> bytes:
    """The HTML page of one executed notebook. `trusted`: the texts of the instructor's own Markdown."""
    cells = {grader(cell).get("grade_id"): cell for cell in nb.cells}
    reasons = {}
    for question in outcome.questions:
        shown = [public_error(cells[name]) for name in question.cells if name in cells]
        hidden = [text for text in shown if text and text.startswith("hidden test failed")]
        # The instructor's reason has the hidden test's own message; this one what is public.
        public = " / ".join(dict.fromkeys(first_line(text) for text in shown if text))
        reasons[question.name] = public if hidden and not question.stopped else question.reason
        if question.stopped and hidden and "hidden" not in question.reason:
            reasons[question.name] = "; ".join(dict.fromkeys([_safe(question.reason), *hidden]))
    page = _template().render(
        outcome=outcome,
        reasons=reasons,
        total=sum(question.max_points for question in outcome.questions),
        shown=lambda points: "…" if points is None else f"{points:g}",
        breakable=lambda name: Markup("_<wbr>").join(name.split("_")),
        css=Markup(HtmlFormatter().get_style_defs("pre")),
        cells=[_shown(cell, marks.get(grader(cell).get("grade_id", "")), trusted) for cell in nb.cells],
    )
    return page.encode("utf-8", "replace")


def _safe(reason: str) -> str:
    """A reason without the message of an error that may have come out of a hidden test."""
    return (
        reason
        if reason == "not answered" or "limit:" in reason or "ended" in reason
        else "stopped by an error"
    )


def _shown(cell: NotebookNode, mark: Mark | None, trusted: frozenset[str]) -> dict[str, Any]:
    """What the template shows of a cell."""
    meta = grader(cell)
    name = meta.get("grade_id", "")
    kind = "answer" if meta.get("solution") or meta.get("task") else "graded" if meta.get("grade") else ""
    shown = {"kind": kind, "name": name if kind else "", "mark": mark, "outputs": []}
    if cell.cell_type == "code":
        source = hide(cell.source)[0]
        if source != cell.source:  # what the student's code prints here can show hidden inputs
            error = public_error(cell)
            shown["outputs"] = [{"kind": "error", "text": error}] if error else []
        else:
            shown["outputs"] = [part for part in (_output(cell, output) for output in cell.outputs) if part]
        return shown | {"html": _highlighted(source)}
    if cell.cell_type == "markdown":
        return shown | {"html": _markdown(cell.source, cell.source in trusted)}
    return shown | {"html": Markup("<pre>%s</pre>") % cell.source}


def _output(cell: NotebookNode, output: NotebookNode) -> dict[str, Any] | None:
    if output.output_type == "stream":
        return {"kind": "text", "text": strip_ansi(output.text)}
    if output.output_type == "error":
        test = grader(cell).get("grade") and not grader(cell).get("solution")
        trace = strip_ansi("\n".join(output.traceback))
        return {"kind": "error", "text": public_error(cell) if test or not trace else trace}
    for kind in ("image/png", "image/jpeg"):
        if kind in output.data:
            return {"kind": "image", "type": kind, "text": re.sub(r"[^A-Za-z0-9+/=]", "", output.data[kind])}
    if "text/html" in output.data:
        return {"kind": "html", "html": Markup(_sanitiser().sanitize_html_tags(output.data["text/html"]))}
    return {"kind": "text", "text": output.data["text/plain"]} if "text/plain" in output.data else None


# Most cells are the same for every student.
@functools.lru_cache(1000)
def _highlighted(source: str) -> Markup:
    return Markup(Highlight2HTML(pygments_lexer="ipython3")(source))


@functools.lru_cache(1000)
def _markdown(source: str, trusted: bool) -> Markup:
    made = markdown2html(source)
    return Markup(made if trusted else _sanitiser().sanitize_html_tags(made))


@functools.cache
def _sanitiser() -> SanitizeHTML:
    more = "p pre span div img h1 h2 h3 h4 h5 h6 br hr table thead tbody tfoot tr th td caption dl dt dd del"
    made = SanitizeHTML(strip=True)
    made.tags = [*made.tags, *more.split()]
    made.attributes = {**made.attributes, "th": ["colspan", "rowspan"], "td": ["colspan", "rowspan"]}
    return made


@functools.cache
def _template() -> jinja2.Template:
    text = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    return jinja2.Environment(autoescape=True).from_string(text)
