"""The page a student gets: points, reasons, the notebook with its outputs, and nothing that is hidden."""

from __future__ import annotations

import base64
import builtins
import contextlib
import functools
import html
import itertools
import json
import mimetypes
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import bleach
import jinja2
from bs4 import BeautifulSoup
from markupsafe import Markup
from nbconvert.filters import Highlight2HTML, strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbgrader.utils import is_locked
from pygments.formatters import HtmlFormatter

from .course import first_line, grader
from .engine import STOPPED, error_of
from .outcome import Mark, Outcome, Question

WITHHELD = "hidden test failed"  # stands for a message that a student must not see
AFTER = "what it says is left out: it ran after a hidden test"
UNTOUCHED, BY_HAND = "not answered", "points given by hand"
AGAIN = "points were given by hand to an earlier answer; this one waits for a person"
SAFE = (UNTOUCHED, BY_HAND, AGAIN)  # reasons that quote no test
# What parses a student's Markdown and HTML takes time that grows with the square of the length, and no limit
# holds here: what is longer, or comes after so much, is shown as plain text.
MOST, MOST_IN_ALL = 30_000, 300_000
SHOWN = ("image/png", "image/jpeg", "text/html", "text/plain")
PURPOSE = re.compile(r"[ \t]*#[ \t]*purpose:(.+)")
PAGE = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
STYLES = {"light": "default", "dark": "github-dark"}  # of Pygments' own, two with enough contrast
CSS = {scheme: Markup(HtmlFormatter(style=style).get_style_defs("pre")) for scheme, style in STYLES.items()}
TEMPLATE = jinja2.Environment(autoescape=True).from_string(PAGE)
TAGS = "p pre span div h1 h2 h3 h4 h5 h6 br hr table thead tbody tfoot tr th td caption dl dt dd del".split()
TAGS = {*bleach.ALLOWED_TAGS, *TAGS, "img"}
IMAGES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")  # nothing in an <img> runs
PICTURE = re.compile(rf"data:({'|'.join(map(re.escape, IMAGES))});base64,([A-Za-z0-9+/=]*)")
DRAWN = re.compile(rf'<img src="{PICTURE.pattern}">')
# Tags that a student's Markdown may have as they are: bare, or a picture that lies beside the notebook.
BARE = r"</?(?:br|hr|b|i|u|em|strong|sub|sup|p|[ou]l|li|table|thead|tbody|tr|td|th|code|pre|h[1-6])\s*/?>"
BARE = re.compile(BARE + r'|<img(?: (?:src|alt|title|width|height)="[^"<>&:]*")*\s*/?>|<(?=[a-z/!?])', re.I)
ACTIVE = re.compile(r"html|xml|svg|script")  # types of files that a browser would run


def hide(cell: NotebookNode, public: dict[str, str]) -> tuple[str, dict[int, str]]:
    """A cell without its hidden lines, and the purpose of each (line numbers from 1). `public`: grade id →
    source in the release. Whatever took a line away there, it is hidden here."""
    if not is_locked(cell):
        return cell.source, {}  # a student's
    return _hidden(cell.source, public.get(grader(cell).get("grade_id"), ""), cell.cell_type == "code")


@functools.lru_cache(200)
def _hidden(source: str, public: str, code: bool) -> tuple[str, dict[int, str]]:
    lines, given = source.split("\n"), public.split("\n")
    # A line like one of the release's can stand among the hidden ones: shown is what only that one can be.
    last = {(len(given) + 1 - n, len(lines) + 1 - at) for n, at in _places(lines[::-1], given[::-1])}
    certain = {at for _, at in last.intersection(_places(lines, given))}
    shown: list[str] = []
    purposes: dict[int, str] = {}
    for visible, group in itertools.groupby(enumerate(lines, 1), lambda line: line[0] in certain):
        part = dict(group)
        if not visible:
            said = {at: match[1].strip() for at, line in part.items() if (match := PURPOSE.match(line))}
            purpose = next(iter(said.values()), "")
            for at in part:
                purposes[at] = purpose = said.get(at, purpose)
            told = dict.fromkeys(said.values() or [purpose]) if code else ()
            part = {n: "# hidden test" + f", its purpose: {why}" * bool(why) for n, why in enumerate(told)}
        shown += part.values()
    return "\n".join(shown), purposes


def _places(lines: list[str], given: list[str]) -> Iterator[tuple[int, int]]:
    """The number of each given line, and its first place after those before it, both from 1."""
    at = 0
    for n, line in enumerate(given, 1):
        with contextlib.suppress(ValueError):
            at = lines.index(line, at) + 1
            yield n, at


def public_error(cell: NotebookNode, public: dict[str, str], after: bool = False) -> str | None:
    """What a student may read of the error that a cell ended in, if it did: of a hidden test's, its purpose,
    since its message can show the hidden inputs; `after` one, what stands in the test."""
    if (error := error_of(cell)) is None:
        return None
    line = cell.metadata.get("staffroom", {}).get("line")
    engines = cell.metadata.get("staffroom", {}).get("why") == STOPPED
    kind = error.ename if hasattr(builtins, error.ename) else "an error"
    lines, purposes = cell.source.split("\n"), hide(cell, public)[1]
    if purposes and not engines and (not line or line in purposes):
        return f"{WITHHELD} ({kind}): {purposes.get(line, 'not known which test')}".removesuffix(": ")
    # The page has no traceback that would say which assertion it was.
    here = lines[line - 1].strip() if line and line <= len(lines) else ""
    told = error.evalue or here
    if (after or any(line and at < line for at in purposes)) and not engines:
        if not is_locked(cell):  # which of a student's lines failed, and how, can show them, too
            return f"an error: {AFTER}"
        statement = "\n".join(lines[line - 1 : line + 4]) if line else ""
        if kind != error.ename or (
            error.evalue and not any(f"{q}{error.evalue}{q}" in statement for q in "'\"")
        ):
            told = f"{here} ({AFTER})"
    else:
        kind = error.ename
    return ": ".join(filter(None, (kind, told)))


def public_reasons(question: Question, errors: dict[str, str | None]) -> list[str]:
    """What a student may read of why a question lost points; `errors`: grade id → the public error of a
    cell of the page's notebook. Its own reason can quote a hidden test: where one failed, it is made anew;
    and for a question of another notebook nothing is told but what quotes no test."""
    if question.reason in SAFE:
        return [question.reason]
    if not question.reason:  # no cell ended in an error
        if question.points is None or question.points >= question.max_points:
            return []
        if question.name in question.cells:  # it waits for a person unless it is as it was handed out
            return [] if question.points else [UNTOUCHED]
        return ["a test gave only part of its points" if question.points else "a test gave no points"]
    mine = [errors[name] for name in question.cells if name in errors]
    found = [errors.get(question.name), *mine]  # an error in the answer itself comes first
    told = [*dict.fromkeys(first_line(e.removeprefix("AssertionError: ")) for e in found if e)]
    withheld = any(error and (error.startswith(WITHHELD) or AFTER in error) for error in found)
    if withheld or " / ".join(told) == question.reason:
        return told
    return [question.reason] if mine else []


def render(
    name: str, nb: NotebookNode, marks: dict[str, Mark], outcome: Outcome, stub: NotebookNode
) -> bytes:
    """The HTML page of the executed notebook `name`; `stub` is its release."""
    public = {grader(cell).get("grade_id"): cell.source for cell in stub.cells}
    markdown = (cell for cell in stub.cells if cell.cell_type == "markdown")
    trusted = {cell.source: json.dumps(cell.get("attachments", {})) for cell in markdown}  # the instructor's
    # A student's function can keep a hidden test's inputs, and whatever of theirs runs later can show them.
    hiding = [cell.cell_type == "code" and bool(hide(cell, public)[1]) for cell in nb.cells]
    after = [*itertools.accumulate([False, *hiding], lambda one, other: one or other)]
    late = {id(cell) for cell, later in zip(nb.cells, after, strict=False) if later}
    found = {grader(c).get("grade_id"): public_error(c, public, id(c) in late) for c in nb.cells}
    rows = []
    for question in outcome.questions:  # two notebooks may have questions of the same name
        here = question.notebook in (name, "")
        href = "" if here else f"{quote(question.notebook)}.html"
        rows.append((question, href, public_reasons(question, found if here else {})))
    room = [MOST_IN_ALL]
    lost = marks and name in outcome.lost  # what stands in its place is not the student's
    page = TEMPLATE.render(
        outcome=outcome,
        rows=rows,
        title=outcome.assignment + f", {name}" * any(href for _, href, _ in rows),
        total=sum(question.max_points for question in outcome.questions),
        shown=lambda points: "…" if points is None else f"{points:g}",
        breakable=lambda name: Markup("_<wbr>").join(name.split("_")),
        css=CSS,
        cells=[_shown(c, marks, public, trusted, room, id(c) in late) for c in ([] if lost else nb.cells)],
    )
    return page.encode("utf-8", "replace")


def _shown(
    cell: NotebookNode, marks: dict, public: dict, trusted: dict[str, str], room: list[int], late: bool
) -> dict:
    """What a cell shows. `room`: how much may still be made HTML; `late`: it ran after a hidden test."""
    meta = grader(cell)
    name = meta.get("grade_id", "")
    kind = "answer" if meta.get("solution") or meta.get("task") else "graded" if meta.get("grade") else ""
    shown = {"kind": kind, "name": name if kind else "", "mark": (mark := marks.get(name)), "outputs": []}
    if mark and mark.comment:
        shown["comment"] = _or_text(_made(_markdown, mark.comment, room), mark.comment)
    (source, hidden), made = hide(cell, public), None
    if cell.cell_type == "code":
        error = public_error(cell, public, late)
        if hidden or late:  # what the student's code prints here can show hidden inputs
            shown["outputs"] = [{"kind": "error", "text": error}] if error else []
            if late and not error and cell.get("outputs"):
                shown["outputs"] = [{"kind": "text", "text": f"({AFTER})"}]
        else:
            made_of = (_output(cell, output, error, room) for output in cell.get("outputs", ()))
            shown["outputs"] = [*filter(None, made_of)]
        made = _made(_highlighted, source, room)
    elif cell.cell_type == "markdown":
        theirs = functools.partial(_markdown, attachments=cell.get("attachments"))
        made = _trusted(source, trusted[source]) if source in trusted else _made(theirs, source, room)
    return shown | {"html": _or_text(made, source)}


def _or_text(made: Markup | None, text: str) -> Markup:
    return made or Markup("<pre>%s</pre>") % text


def _output(cell: NotebookNode, output: NotebookNode, error: str | None, room: list[int]) -> dict | None:
    if output.output_type == "stream":
        return {"kind": "text", "text": strip_ansi("".join(output.text))}
    if output.output_type == "error":
        test = grader(cell).get("grade") and not grader(cell).get("solution")
        trace = strip_ansi("\n".join(output.traceback))
        return {"kind": "error", "text": error if test or not trace else trace}
    for kind in filter(output.data.__contains__, SHOWN):
        text = "".join(output.data[kind])  # or a list of lines
        if kind.startswith("image/"):
            return {"kind": "image", "type": kind, "text": _base64(text)}
        if kind == "text/plain":
            return {"kind": "text", "text": text}
        if drawn := DRAWN.fullmatch(text):
            return {"kind": "image", "type": drawn[1], "text": drawn[2]}
        if made := _made(_clean, text, room):
            return {"kind": "html", "html": made}
    return None


def _made(make: Callable[[str], Any], text: str, room: list[int]) -> Any:
    """HTML of a text that may be a student's; None where it is too long, or nothing can be made of it."""
    room[0] -= len(text)
    with contextlib.suppress(Exception):  # such as a RecursionError
        return make(text) if len(text) <= MOST and room[0] >= 0 else None


# Most cells are the same for every student.
@functools.lru_cache(200)
def _highlighted(source: str) -> Markup:
    # Not IPython's: blank lines took it minutes, and what follows %%perl or %%html is read as that language.
    return Markup(Highlight2HTML(pygments_lexer="python3")(source))


@functools.lru_cache(200)
def _trusted(source: str, attachments: str) -> Markup | None:
    with contextlib.suppress(Exception):  # such as a picture that is not there
        return Markup(_rendered(source, json.loads(attachments)))


def _markdown(source: str, attachments: dict[str, dict[str, str]] | None = None) -> Markup:
    """HTML of a student's Markdown. A number stands for a picture's data, which would take long to parse."""
    pictures = {data: "" for parts in (attachments or {}).values() for data in parts.values()}
    pictures = {data: f"{number:032}" for number, data in enumerate(pictures)}
    held = {f: {kind: pictures[data] for kind, data in p.items()} for f, p in (attachments or {}).items()}
    made = str(_clean(_rendered(source, held)))  # in this order: Markdown makes new links
    for data, number in pictures.items():
        made = made.replace(f';base64,{number}"', f';base64,{_base64(data)}"')
    return Markup(made)


def _rendered(source: str, attachments: dict) -> str:
    return MarkdownWithMath(IPythonRenderer(escape=False, attachments=attachments)).render(source)


def _base64(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9+/=]", "", text)


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "img":
        return name in ("alt", "title", "width", "height") or bool(name == "src" and PICTURE.fullmatch(value))
    spans = name in ("colspan", "rowspan") and tag in ("th", "td")
    return spans or name == "title" or (tag == "a" and name == "href" and _scheme(value) != "data")


def _scheme(link: str) -> str:
    """What a browser takes for a link's scheme: it reads past white space and the like."""
    return re.sub(r"[\0- \x7f-\xa0\s]", "", html.unescape(link)).partition(":")[0].lower()


def _clean(text: str) -> Markup:
    bare = re.sub(r"(?is)<(style|script)\b.*?(</\1\s*>|\Z)", "", text)  # else their text would stay
    protocols = {*bleach.ALLOWED_PROTOCOLS, "data"}
    return Markup(bleach.clean(bare, TAGS, _allowed, protocols, strip=True))


# --------------------------------------- what formgrader shows, with the rights of whoever marks by hand


def still(nb: NotebookNode, stub: NotebookNode) -> None:
    """Take all that could run out of an executed notebook: formgrader shows it as it is stored, and a script
    in it could set grades. Figures, tables and formulas stay."""
    given, room = {cell.source for cell in stub.cells}, [MOST_IN_ALL]
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            if "data" in output:
                _still(output, room)
        for parts in cell.get("attachments", {}).values():
            parts.update({kind: _base64(data) for kind, data in parts.items()})
            for kind in parts.keys() - {*IMAGES}:
                del parts[kind]
        if cell.cell_type != "code" and not is_locked(cell) and cell.source not in given:
            text = _no_links(BARE.sub(lambda tag: tag[0] if len(tag[0]) > 1 else "< ", cell.source))
            quiet = functools.partial(_quiet, attachments=cell.get("attachments", {}))
            if cell.cell_type == "markdown" and not _made(quiet, text, room):
                text = "\n".join(f"    {line}" for line in text.splitlines())  # shown as it is
            cell.source = text


def _still(output: NotebookNode, room: list[int]) -> None:
    data = {kind: "".join(text) for kind, text in output.data.items() if isinstance(text, (str, list))}
    kept = {kind: data[kind] for kind in ("text/plain", "text/latex") if kind in data}
    kept |= {kind: _base64(data[kind]) for kind in IMAGES[1:3] if kind in data}
    if "text/html" in data:
        page = _made(_clean, data["text/html"], room)
    elif "image/svg+xml" in data:
        drawn = base64.b64encode(data["image/svg+xml"].encode("utf-8", "replace")).decode()
        page = f'<img src="data:image/svg+xml;base64,{drawn}">'
    else:
        page = _made(_markdown, data.get("text/markdown", ""), room)
    page = _no_links(str(page or ""))
    kept |= {"text/html": page} if page and "\\href" not in html.unescape(page) else {}
    kept |= {"text/latex": _no_links(kept["text/latex"])} if "text/latex" in kept else {}
    output.data = NotebookNode(kept or {"text/plain": "[what this showed could run, and is left out]"})
    output.metadata = NotebookNode()


def _no_links(text: str) -> str:
    return re.sub(r"\\href(?![A-Za-z])", r"\\text", text)  # in a formula: it may lead to a script


def _quiet(source: str, attachments: dict) -> bool:
    """Whether nothing in a student's Markdown could run."""
    made = _rendered(source, attachments)
    for tag in BeautifulSoup(made, "html.parser").find_all(["a", "img"]):
        where = str(tag.get("href") or tag.get("src"))
        picture = tag.name == "img" and PICTURE.fullmatch(where)
        if _scheme(where) in ("javascript", "vbscript", "data") and not picture:
            return False
    return "\\href" not in html.unescape(made)


def shelved(name: str) -> str:
    """A handed-in file's name in autograded/: formgrader serves it, and a page would be one of its own."""
    return f"{name}.txt" if ACTIVE.search(str(mimetypes.guess_type(name)[0])) else name
