"""The page that a student gets: what it says, what it must not show, and that nothing in it runs."""

import copy
import itertools
import json
import re
import shutil
from collections.abc import Callable

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import InvalidNotebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from staffroom import feedback
from staffroom.course import files_in
from staffroom.engine import STOPPED
from staffroom.outcome import Mark, Outcome, Question

from .conftest import Tiny, rows

TEST = """assert double(1) == 2, "is the factor right?"
### BEGIN HIDDEN TESTS
# purpose: numbers below zero
secret_value = -7
assert double(secret_value) == -14, f"no: {secret_value}"
### END HIDDEN TESTS
assert double(2) == 4"""
VISIBLE, HIDDEN = 1, 5  # lines of TEST


def managed(cell: NotebookNode, name: str, **meta: object) -> NotebookNode:
    cell.metadata["nbgrader"] = {"grade_id": name, "grade": False, "solution": False, "task": False} | meta
    return cell


def answer(*outputs: NotebookNode, name: str = "double") -> NotebookNode:
    return managed(new_code_cell("def double(x): ...", outputs=list(outputs)), name, solution=True)


def checks(*outputs: NotebookNode, line: int | None = None, source: str = TEST) -> NotebookNode:
    cell = managed(new_code_cell(source, outputs=list(outputs)), "test_double", grade=True, locked=True)
    cell.metadata["staffroom"] = {"line": line}
    return cell


def failed(kind: str, text: str) -> NotebookNode:
    trace = ["\x1b[31mTraceback\x1b[0m", "over the lines around: secret_value", f"{kind}: {text}"]
    return new_output("error", ename=kind, evalue=text, traceback=trace)


def shown(html: str = "", **data: str) -> NotebookNode:
    return new_output("display_data", data | ({"text/html": html} if html else {}))


def outcome(reason: str = "", stopped: bool = False, points: float | None = 0.0, **more: object) -> Outcome:
    return Outcome(
        "ada", "numbers", [Question("double", points, 2.0, reason, stopped, ["test_double"])], **more
    )


def release(*cells: NotebookNode) -> list[NotebookNode]:
    """What students get of the tests among these cells."""
    tests = copy.deepcopy([cell for cell in cells if cell.metadata.get("nbgrader", {}).get("locked")])
    for cell in tests:
        cell.source = re.sub(r"(?s)### BEGIN HIDDEN TESTS\n.*?(### END HIDDEN TESTS\n|\Z)", "", cell.source)
    return tests


def page(
    *cells: NotebookNode,
    about: Outcome | None = None,
    mark: Mark | None = None,
    trusted: tuple[str, ...] = (),
    stub: list[NotebookNode] | None = None,
) -> str:
    stub = [*(release(*cells) if stub is None else stub), *map(new_markdown_cell, trusted)]
    notebooks = new_notebook(cells=list(cells)), new_notebook(cells=stub)
    marks = {"test_double": mark or Mark(0.0, 2.0)}
    return feedback.render("nb", notebooks[0], marks, about or outcome(), notebooks[1]).decode()


def body(*cells: NotebookNode, **more: object) -> Tag:
    return BeautifulSoup(page(*cells, **more), "html.parser").body


def table(soup: Tag) -> dict[str, tuple[str, str]]:
    """Question → its points, and what cost points: each reason on a line of its own."""
    rows = [row.find_all(["td", "th"]) for row in soup.table.find_all("tr")]
    lines = {name: why.find_all("div") or [why] for name, _, why in rows[1:]}
    return {
        name.get_text(): (points.get_text(), "\n".join(line.get_text() for line in lines[name]))
        for name, points, _ in rows[1:]
    }


# ---------------------------------------- what it says


def test_the_table_has_each_question_the_penalty_and_the_total() -> None:
    about = outcome("is the factor right?", points=1.5, penalty=0.5, about=["Run in 1.0 s.", "a < b"])
    about.questions.append(Question("essay", 3.0, 4.0, "", False, ["essay"]))
    soup = body(answer(), checks(failed("AssertionError", "is the factor right?"), line=VISIBLE), about=about)
    assert table(soup) == {
        "double": ("1.5 of 2", "is the factor right?"),
        "essay": ("3 of 4", ""),
        "handed in late": ("−0.5", ""),
        "total": ("4 of 6", ""),
    }
    assert [line.get_text() for line in soup.ul.find_all("li")] == ["Run in 1.0 s.", "a < b"]


def test_points_that_a_person_still_has_to_give_are_no_zero() -> None:
    soup = body(answer(), checks(), about=outcome(points=None), mark=Mark(None, 2.0))
    points, _ = table(soup)["double"]
    assert points == "… of 2"
    assert soup.find(id="test_double").h2.get_text().endswith("… of 2")
    assert "a person still has to give" in table(soup)["total"][1]


def test_a_comment_is_markdown_as_in_nbgraders_own_feedback() -> None:
    said = f"well *said*: `f(x)` <script>{RUN}</script>\n\n- but\n- too short"
    comment = body(answer(), checks(), mark=Mark(1.0, 2.0, comment=said)).find(class_="comment")
    assert [tag.get_text() for tag in comment.find_all(["em", "code", "li"])] == [
        "said",
        "f(x)",
        "but",
        "too short",
    ]
    assert RUN not in comment.get_text()


def test_a_comment_too_long_to_be_made_into_html_is_shown_as_text() -> None:
    said = "*so* " * feedback.MOST
    assert body(checks(), mark=Mark(1.0, 2.0, comment=said)).find(class_="comment").pre.get_text() == said


def test_a_question_leads_to_where_it_was_answered() -> None:
    soup = body(answer(), checks())
    assert (
        soup.find(id=soup.table.a["href"].removeprefix("#")).find("pre").get_text().startswith("def double")
    )


def test_each_reason_has_its_own_line() -> None:
    """Joined by " / " they could not be told from a fraction."""
    tests = [
        managed(
            new_code_cell("", outputs=[failed("AssertionError", said)]), f"test_{n}", grade=True, locked=True
        )
        for n, said in enumerate(("1 / 2 is 0.5", "no"))
    ]
    question = Question("double", 0.0, 2.0, "1 / 2 is 0.5 / no", False, ["test_0", "test_1"])
    soup = body(answer(), *tests, about=Outcome("ada", "numbers", [question]))
    assert table(soup)["double"][1] == "1 / 2 is 0.5\nno"


@pytest.mark.parametrize(
    ("points", "cell", "why"),
    [
        (0.0, "test_double", "a test gave no points"),
        (1.5, "test_double", "a test gave only part of its points"),
        (2.0, "test_double", ""),
        (0.0, "double", "not answered"),
        (None, "double", ""),
    ],
)
def test_lost_points_have_a_reason_though_no_test_failed(points: float, cell: str, why: str) -> None:
    about = Outcome("ada", "numbers", [Question("double", points, 2.0, "", False, [cell])])
    assert table(body(answer(), checks(), about=about))["double"][1] == why


def test_an_assertion_without_a_message_is_shown_itself() -> None:
    source = "import math\nassert double(1) == 2"
    for hidden in ("", "\n### BEGIN HIDDEN TESTS\nassert 0\n### END HIDDEN TESTS"):
        cell = checks(failed("AssertionError", ""), line=2, source=source + hidden)
        error = body(cell, about=outcome("a test failed")).find(class_="error")
        assert error.get_text() == "AssertionError: assert double(1) == 2"


def test_a_failed_test_without_a_message_has_a_reason_beside_a_hidden_one() -> None:
    hidden = checks(failed("AssertionError", "-7"), line=HIDDEN)
    silent = managed(
        new_code_cell("assert 0", outputs=[failed("AssertionError", "")]), "test_2", grade=True, locked=True
    )
    silent.metadata["staffroom"] = {"line": 1}
    question = Question("double", 0.0, 2.0, "-7 / a test failed", False, ["test_double", "test_2"])
    soup = body(answer(), hidden, silent, about=Outcome("ada", "numbers", [question]))
    assert table(soup)["double"][1] == "hidden test failed (AssertionError): numbers below zero\nassert 0"


def test_a_visible_test_shows_its_message_and_no_traceback() -> None:
    soup = body(checks(failed("AssertionError", "is the factor right?"), source="assert double(1) == 2"))
    assert soup.find(class_="error").get_text() == "AssertionError: is the factor right?"


def test_an_answer_shows_its_traceback_without_colours() -> None:
    said = body(answer(failed("ValueError", "<i>mine</i>"))).find(class_="error").get_text()
    assert said.startswith("Traceback\n")
    assert said.endswith("ValueError: <i>mine</i>")


def test_tables_of_pandas_and_figures_stay() -> None:
    style = "<style scoped>.dataframe tbody { vertical-align: top }</style>"
    frame = f'<div>{style}<table class="dataframe"><tr><th colspan="2">n</th></tr></table></div>'
    soup = body(answer(shown(frame), shown(**{"image/png": "iVBO\nRw0=", "text/plain": "<Figure>"})))
    assert soup.find("th", colspan="2").get_text() == "n"
    assert "vertical-align" not in soup.get_text()
    assert soup.img["src"] == "data:image/png;base64,iVBORw0="
    assert all(image["alt"] for image in soup.find_all("img"))


def test_a_picture_in_the_instructors_markdown_is_shown() -> None:
    text = "![a plan](attachment:plan.png)"
    pictures = {"plan.png": {"image/png": "iVBORw0="}}
    cell = new_markdown_cell(text, attachments=pictures)
    assert body(cell, stub=[cell]).img["src"] == "data:image/png;base64,iVBORw0="
    assert body(cell, stub=[new_markdown_cell(text)]).pre.get_text() == text, "without its picture, as it is"


def test_the_instructors_formulas_are_shown_as_they_are_written() -> None:
    """No script runs on the page, so none can typeset them."""
    text = "The loss $a_1 < \\log b$ and\n\n$$\\text{<b> & c}$$\n\n\\begin{align}x &= \\frac12\\end{align}"
    soup = body(new_markdown_cell(text), trusted=(text,))
    for formula in ("$a_1 < \\log b$", "$$\\text{<b> & c}$$", "\\begin{align}x &= \\frac12\\end{align}"):
        assert formula in soup.get_text()
    assert not soup.find("b")


def test_a_students_formula_stays_as_it_was() -> None:
    """These few characters would make megabytes, in seconds."""
    names = "abcdehjkmnpqr"
    macros = [rf"\newcommand{{\f{b}}}{{{{\f{a}}}{{\f{a}}}}}" for a, b in itertools.pairwise(names)]
    text = rf"$\newcommand{{\fa}}{{x}}{''.join(macros)}\fr$"
    soup = body(new_markdown_cell(text))
    assert text in soup.get_text()
    assert not soup.find("math")


# ---------------------------------------- what is hidden


def test_of_a_hidden_test_only_its_purpose_is_shown() -> None:
    printed = new_output("stream", name="stdout", text="saw -7")
    said = page(
        answer(), checks(printed, failed("AssertionError", "no: -7"), line=HIDDEN), about=outcome("no: -7")
    )
    assert said.count("hidden test failed (AssertionError): numbers below zero") == 2, (
        "in the table, in the cell"
    )
    text = BeautifulSoup(said, "html.parser").body.get_text()
    assert "# hidden test, its purpose: numbers below zero" in text
    assert "is the factor right?" in text, "the visible tests around it stay"
    assert "double(2) == 4" in text.replace("\n", "")
    for secret in ("secret_value", "-7", "-14", "HIDDEN TESTS"):
        assert secret not in text


# A student's function chooses what it raises: no word in its message may make the page show the rest.
@pytest.mark.parametrize(
    "bait", ["", "ended ", "hidden ", "limit: ", "not answered ", "points given by hand "]
)
@pytest.mark.parametrize("kind", ["ValueError", "TimeLimit", "ProcessEnded", "Seen77"])
def test_an_error_that_quotes_a_hidden_input_is_not_quoted(bait: str, kind: str) -> None:
    error = failed(kind, f"{bait}77")
    for line, source in (
        (HIDDEN, TEST),
        (HIDDEN, TEST.replace("### END HIDDEN TESTS", "")),
        (None, TEST),
    ):
        said = page(
            answer(),
            checks(error, line=line, source=source),
            about=outcome(f"{kind}: {bait}77", stopped=True),
        )
        assert "77" not in BeautifulSoup(said, "html.parser").body.get_text()


LATER = "assert double(1) == 2, f'got {double(1)}'\nassert double(2) == 4, 'is it twice?'"


@pytest.mark.parametrize(
    ("error", "line", "says"),
    [
        (
            failed("AssertionError", "got [77]"),
            1,
            f"assert double(1) == 2, f'got {{double(1)}}' ({feedback.AFTER})",
        ),
        (failed("AssertionError", "is it twice?"), 2, "is it twice?"),
        (failed("AssertionError", "is it"), 2, f"assert double(2) == 4, 'is it twice?' ({feedback.AFTER})"),
        (
            failed("ValueError", "77"),
            2,
            f"ValueError: assert double(2) == 4, 'is it twice?' ({feedback.AFTER})",
        ),
        (failed("Seen77", ""), 2, f"an error: assert double(2) == 4, 'is it twice?' ({feedback.AFTER})"),
    ],
)
@pytest.mark.parametrize("same", [False, True])
def test_a_hidden_input_that_was_kept_is_not_shown_by_a_later_test(
    error: NotebookNode, line: int, says: str, same: bool
) -> None:
    printed = new_output("stream", name="stdout", text="kept 77")
    if same:
        start = TEST.replace("assert double(2) == 4", "")
        cells = [checks(printed, error, line=line + start.count("\n"), source=start + LATER)]
        name = "test_double"
    else:
        later = managed(new_code_cell(LATER, outputs=[printed, error]), "later", grade=True, locked=True)
        later.metadata["staffroom"] = {"line": line}
        cells, name = [checks(), later], "later"
    about = outcome(f"{error.ename}: {error.evalue}".removeprefix("AssertionError: "), True)
    about.questions[0].cells = ["test_double", name]
    soup = body(answer(), *cells, about=about)
    assert table(soup)["double"][1] == says
    assert "77" not in soup.get_text()


def test_a_hidden_input_that_was_kept_is_not_shown_by_a_later_cell_of_the_students() -> None:
    printed = new_output("stream", name="stdout", text="kept 77")
    before, after = new_code_cell("1", outputs=[printed]), new_code_cell("2", outputs=[printed, shown("77")])
    bad = managed(new_code_cell("raise Bad", outputs=[failed("Seen77", "77")]), "other", solution=True)
    bad.metadata["staffroom"] = {"line": 1}
    given_ = managed(new_code_cell("print(data)", outputs=[printed]), "data", locked=True)
    about = outcome()
    about.questions.append(Question("other", 0.0, 2.0, "Seen77: 77", True, ["test_other"]))
    soup = body(before, answer(), checks(), after, bad, given_, about=about)
    assert soup.get_text().count("77") == 1, "before the hidden test"
    assert table(soup)["other"][1] == f"an error: {feedback.AFTER}"
    assert soup.get_text().count(feedback.AFTER) == 4


# Another delimiter, or a preprocessor of the course's own: what the release lacks is hidden.
@pytest.mark.parametrize("word", ["HIDDEN TESTS", "INSTRUCTOR'S", ""])
@pytest.mark.parametrize("line", [HIDDEN, None])
def test_what_the_release_does_not_have_is_hidden_whatever_delimits_it(word: str, line: int | None) -> None:
    cell = checks(failed("AssertionError", "no: -7"), line=line, source=TEST.replace("HIDDEN TESTS", word))
    said = body(cell, about=outcome("no: -7"), stub=release(checks())).get_text()
    assert "numbers below zero" in said
    assert "is the factor right?" in said
    assert not re.search(r"secret_value|-7|###", said)


def test_a_test_that_the_release_does_not_have_is_hidden_as_a_whole() -> None:
    said = body(checks(failed("AssertionError", "no: -7"), line=VISIBLE), about=outcome("no"), stub=[])
    assert "numbers below zero" in said.get_text()
    assert not re.search(r"double\(\d|no: -7", said.get_text())


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_hidden_line_may_be_like_a_visible_one(order: tuple[int, int]) -> None:
    same = 'for n in some:\n    assert f(n), f"no: {n}"'
    parts = f"some = [1]\n{same}", f"### BEGIN\nsome = [77]\n{same}\n### END"
    source = "\n".join(parts[n] for n in order)
    at = 3 if order[0] == 0 else 4  # the line of the assertion in the first part
    stub = [checks(source=parts[0])]
    for line, hidden in ((at, order[0] == 1), (at + 5 - 2 * order[0], order[0] == 0)):
        cell = checks(failed("AssertionError", "no: 77"), line=line, source=source)
        said = body(cell, about=outcome("no: 77"), stub=stub).get_text()
        assert "[77]" not in said
        assert "no: 77" not in said or not hidden


def test_each_of_two_hidden_tests_keeps_its_purpose() -> None:
    block = "### BEGIN HIDDEN TESTS\n# purpose: {0}\n\nassert {0}\n### END HIDDEN TESTS\n"
    source = "assert a\n\n" + block.format("bc") + "\n" + block.format("de")
    for line, purpose in ((6, "bc"), (12, "de")):
        cell = checks(failed("AssertionError", ""), line=line, source=source)
        soup = body(cell, about=outcome("no"))
        assert soup.find(class_="error").get_text() == f"hidden test failed (AssertionError): {purpose}"
        assert re.findall("its purpose: (..)", soup.get_text()) == ["bc", "de"]


def test_a_hidden_test_needs_no_purpose() -> None:
    cell = checks(failed("TypeError", "-7"), line=HIDDEN, source=TEST.replace("# purpose", "# other"))
    soup = body(answer(), cell, about=outcome("TypeError: -7"))
    assert table(soup)["double"][1] == "hidden test failed (TypeError)"
    assert soup.find(class_="error").get_text() == "hidden test failed (TypeError)"
    assert "# hidden test\n" in soup.find(id="test_double").find("pre").get_text()


def test_a_mark_scheme_is_not_shown() -> None:
    text = "Draw it.\n### BEGIN MARK SCHEME\n2 points for the axes\n### END MARK SCHEME\n*Here.*"
    cell = managed(new_markdown_cell(text), "draw", task=True, locked=True)
    stub = managed(new_markdown_cell("Draw it.\n*Here.*"), "draw", task=True, locked=True)
    soup = body(cell, stub=[stub])
    assert soup.find("section").p.get_text() == "Draw it.\nHere."
    assert "axes" not in soup.get_text()


def test_the_message_of_a_visible_line_is_shown_beside_hidden_tests() -> None:
    soup = body(answer(), checks(failed("TypeError", "mine"), line=VISIBLE), about=outcome("TypeError: mine"))
    assert table(soup)["double"][1] == "TypeError: mine"
    assert soup.find(class_="error").get_text() == "TypeError: mine"


@pytest.mark.parametrize("reason", ["not answered", "points given by hand"])
def test_a_reason_that_quotes_nothing_stays(reason: str) -> None:
    soup = body(answer(), checks(failed("AssertionError", "no: -7"), line=HIDDEN), about=outcome(reason))
    assert table(soup)["double"][1] == reason


def test_a_limit_is_told_though_it_was_met_in_a_hidden_test() -> None:
    said = "stopped after 2 s (limit: cell_seconds)"
    cell = checks(failed("TimeLimit", said), line=HIDDEN)
    cell.metadata["staffroom"]["why"] = STOPPED
    soup = body(answer(), cell, about=outcome(f"{said}, in cell test_double", True))
    assert said in table(soup)["double"][1]
    assert said in soup.find(class_="error").get_text()


def test_an_error_in_the_answer_itself_comes_first() -> None:
    cells = answer(failed("NameError", "no numpy here")), checks(failed("NameError", "double"), line=HIDDEN)
    soup = body(*cells, about=outcome("NameError: no numpy here", True))
    assert table(soup)["double"][1] == (
        "NameError: no numpy here\nhidden test failed (NameError): numbers below zero"
    )


@pytest.mark.parametrize(
    ("points", "reason", "shown"),
    [
        (0.0, "no: -7", "see the page of part 2"),
        (None, "no: -7", "see the page of part 2"),
        (2.0, "no: -7", ""),
        (1.0, "points given by hand", "points given by hand"),
        (0.0, "not answered", "not answered"),
        (0.0, "", "a test gave no points"),
    ],
)
def test_another_notebooks_reasons_are_left_to_its_own_page(
    points: float | None, reason: str, shown: str
) -> None:
    about = outcome(reason, points=points)
    about.questions[0].notebook = "part 2"
    soup = body(answer(), checks(), about=about)
    assert table(soup)["double"][1] == shown
    assert soup.h1.get_text() == "numbers, nb: ada", "which of the notebooks this is"
    links = {"part%202.html"} if shown.startswith("see") else set()
    assert {a["href"] for a in soup.table.find_all("a")} == {"part%202.html#double"} | links


def test_two_notebooks_may_have_questions_of_one_name() -> None:
    here, there = (
        Question("double", 0.0, 2.0, "no", False, ["test_double"], notebook=n) for n in ("nb", "b")
    )
    cells = answer(), checks(failed("AssertionError", "no"), line=VISIBLE)
    soup = body(*cells, about=Outcome("ada", "numbers", [here, there]))
    reasons = [row.find_all("td")[2].get_text() for row in soup.table.find_all("tr")[1:3]]
    assert reasons == ["no", "see the page of b"]


# ---------------------------------------- what must not run

RUN = "window.pwned=1"
HOSTILE_HTML = [
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}><script>{RUN}</script></svg>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe src='javascript:parent.{RUN}'></iframe>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<form action='javascript:{RUN}'><input autofocus onfocus={RUN}><button>b</button></form>",
    f"<a href='javascript:{RUN}'>click</a><a href='&#106;avascript:{RUN}'>click</a>",
    f"<a href='d&#97;\tta:text/html,<script>{RUN}</script>'>click</a>",
    f"<a href='java\tscript:{RUN}'>click</a><a href='data:text/html,<script>{RUN}</script>'>click</a>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/gone'><base href='http://127.0.0.1:9/'>",
    "<style>@import 'http://127.0.0.1:9/a.css'; body{background:url(http://127.0.0.1:9/b)}</style>",
    "<link rel=stylesheet href='http://127.0.0.1:9/c.css'><object data='http://127.0.0.1:9/d'></object>",
    "<div style='background:url(http://127.0.0.1:9/e)'>x</div><video src='http://127.0.0.1:9/f'></video>",
    f"<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror={RUN}&gt;'>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'></noscript>",
    f"</pre></div></section><script>{RUN}</script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt><style><style></style><script>{RUN}//",
]
HOSTILE_MARKDOWN = [
    f"[click](javascript:{RUN}) [click][1] <javascript:{RUN}>\n\n[1]: javascript:{RUN}",
    f'![x](http://127.0.0.1:9/g.png) ![x" onerror="{RUN}](x)',
    f"$\\href{{javascript:{RUN}}}{{click}}$ $$</script><script>{RUN}</script>$$",
    f"\\begin{{a}}<img src=x onerror={RUN}>\\end{{a}}",
    f'```html" onclick="{RUN}\n<script>{RUN}</script>\n```',
    f"```mermaid\n<script>{RUN}</script>\n```",
    f'# <script>{RUN}</script> " onclick="{RUN}',
]


def hostile() -> list[NotebookNode]:
    """A notebook that tries, in every place where a student's text can stand, to have something run."""
    outputs = [shown(html) for html in HOSTILE_HTML]
    outputs += [
        shown(**{kind: f"<svg xmlns='http://www.w3.org/2000/svg' onload='{RUN}'></svg>", "text/plain": "svg"})
        for kind in ("image/svg+xml", "application/pdf", "text/latex")
    ]
    outputs += [
        shown(**{"application/javascript": RUN, "text/plain": "script"}),
        shown(**{"text/markdown": HOSTILE_MARKDOWN[0], "text/plain": "markdown"}),
        shown(**{"image/png": f'x" onerror="{RUN}'}),
        new_output(
            "stream", name="stdout", text=f"\x1b[31m<script>{RUN}</script>\x1b]8;;javascript:{RUN}\x07"
        ),
        new_output(
            "error",
            ename="<script>",
            evalue=f"<img src=x onerror={RUN}>",
            traceback=[f"<script>{RUN}</script>"],
        ),
    ]
    outputs[0].metadata = {"text/html": {"isolated": True}, "image/png": {"width": f"1 onerror={RUN}"}}
    code = new_code_cell(f"</pre><script>{RUN}</script>", outputs=outputs)
    named = managed(new_code_cell("1"), f'"><script>{RUN}</script>', grade=True, solution=True)
    test = checks(failed(f"<script>{RUN}</script>", f"<script>{RUN}</script>"), line=VISIBLE)
    texts = [new_markdown_cell(text) for text in [*HOSTILE_MARKDOWN, *HOSTILE_HTML]]
    raw = NotebookNode(
        cell_type="raw", source=f"<script>{RUN}</script>", metadata={"raw_mimetype": "text/html"}
    )
    return [code, named, test, raw, *texts]


def hostile_page() -> str:
    about = outcome(f"<script>{RUN}</script>", about=[f"<script>{RUN}</script>"])
    about.student, about.assignment = f"</title><script>{RUN}</script>", f"<img src=x onerror={RUN}>"
    return page(*hostile(), about=about, mark=Mark(0.0, 2.0, comment=f"<img src=x onerror={RUN}>"))


def test_no_active_content_is_left() -> None:
    soup = BeautifulSoup(hostile_page(), "html.parser")
    forbidden = "script iframe object embed form input button svg math video audio link base details".split()
    assert not soup.find_all(forbidden)
    assert len(soup.find_all("meta")) == 3, "the page's own"
    assert len(soup.find_all("style")) == 1
    for tag in soup.body.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"], tag
        assert tag.get("href", "#").startswith(("#", "http", "mailto:")), tag
        assert tag.get("src", "data:image/").startswith("data:image/"), tag
    assert "click" in soup.get_text(), "what it says stays"


def test_the_page_forbids_what_it_does_not_need() -> None:
    policy = BeautifulSoup(page(), "html.parser").find("meta", {"http-equiv": "Content-Security-Policy"})[
        "content"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["base-uri"] == rules["form-action"] == "'none'", "which no default-src covers"
    assert "script-src" not in rules


@pytest.mark.parametrize(
    "text",
    ["\\begin{a}" * 5_000, "<div>" * 8_000, "![a](" * 8_000, "(" * 40_000, "\ud800<b>\udfff"],
    ids=["begin", "div", "image", "bracket", "surrogate"],
)
def test_what_is_slow_to_parse_is_shown_as_it_is(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    clean = feedback._clean
    monkeypatch.setattr(feedback, "_clean", lambda html: made.append(len(html)) or clean(html))
    cells = [new_markdown_cell(text), new_code_cell(text, outputs=[shown(text, **{"text/plain": "instead"})])]
    said = page(*cells)
    if len(text) > feedback.MOST:
        assert not made
        assert text.replace("<", "&lt;").replace(">", "&gt;") in said
        assert "instead" in said


def test_a_cell_is_read_as_python_whatever_language_it_says_it_is_in() -> None:
    """Pygments' other lexers are as slow as the student who wrote for them likes."""
    soup = body(new_code_cell("%%html\n<b>bold</b>"), new_code_cell("return 1"))
    assert [tag.get_text() for tag in soup.find_all(class_=["nt", "k"])] == ["return"]


def test_what_cannot_be_parsed_is_shown_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def deep(html: str) -> None:
        raise RecursionError

    monkeypatch.setattr(feedback, "_clean", deep)
    soup = body(new_markdown_cell("*mine*"), answer(shown("<b>bold</b>", **{"text/plain": "instead"})))
    assert soup.find("pre").get_text() == "*mine*"
    assert soup.find(class_="output").get_text() == "instead"


def test_a_page_makes_only_so_much_into_html(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "MOST_IN_ALL", 20)
    cells = [new_markdown_cell("*abc*"), new_code_cell("1", outputs=[shown("<i>abcdefg</i>")])]
    said = body(*cells, *[new_markdown_cell("*last*")] * 2)
    assert [tag.get_text() for tag in said.find_all(["em", "i"])] == ["abc", "abcdefg"]
    assert said.get_text().count("*last*") == 2


def test_a_hidden_test_stays_hidden_where_the_page_is_too_long_to_be_made_into_html() -> None:
    filler = [new_markdown_cell("x" * feedback.MOST)] * (feedback.MOST_IN_ALL // feedback.MOST)
    for said in (body(*filler, checks()), body(checks(source="# long\n" * feedback.MOST + TEST))):
        assert "# hidden test, its purpose: numbers below zero" in said.get_text()
        assert "secret_value" not in said.get_text()


def test_outputs_may_be_lists_of_lines() -> None:
    picture = new_output("display_data", {"image/png": ["iVBO", "Rw0="]})
    frame = new_output("display_data", {"text/html": ["<table><tr>", "<td>1</td></tr></table>"]})
    text = new_output("stream", name="stdout", text=["a\n", "b"])
    soup = body(answer(picture, frame, text))
    assert soup.img["src"].endswith("iVBORw0=")
    assert soup.find("section").td.get_text() == "1"
    assert "a\nb" in soup.get_text()


# ---------------------------------------- what formgrader shows of it


def formgraded(*cells: NotebookNode, clean: bool = True) -> str:
    """What formgrader makes of an executed notebook that we have stored."""
    nb = new_notebook(cells=copy.deepcopy(list(cells)))
    for cell in nb.cells:
        managed(cell, str(cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)), solution=True)
    feedback.still(nb, new_notebook()) if clean else None
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    keys = (
        "base_url notebook_id submission_id assignment_id student first_name last_name notebook_path".split()
    )
    resources = dict.fromkeys(keys, "x") | {"index": 0, "total": 1}
    return HTMLExporter(config=config).from_notebook_node(nb, resources=resources)[0]


ACTIVE = "script iframe object embed form button svg math video audio link base details meta style".split()


def active(said: str) -> list[Tag]:
    soup = BeautifulSoup(said, "html.parser").find(id="notebook-container")
    bad = [tag for tag in soup.find_all(ACTIVE) if tag.parent.get("class") != ["btn-group"]]
    for tag in soup.find_all(True):
        where = re.sub(r"[\0- ]", "", str(tag.get("href") or tag.get("src") or "#")).lower()
        bad += [tag] * any(name.startswith("on") for name in tag.attrs)
        bad += [tag] * (not where.startswith(("#", "http", "mailto:", "data:image/", "x")))
    return bad + re.findall(r"\\href\b", soup.get_text())


def test_what_formgrader_shows_holds_nothing_that_runs() -> None:
    cells = [cell for cell in hostile() if "</title>" not in str(cell.metadata)]
    cells[1].metadata.nbgrader.grade_id = "named"  # which is the instructor's, and no student's
    cells += [
        new_markdown_cell(text)
        for text in (r"$\hr&#101;f{javascript:1}{x}$", "<br onclick=1>", "![](attachment:no)")
    ]
    attached = {"p.png": {"text/html": "PHNjcmlwdD4="}}
    with pytest.raises(InvalidNotebook, match="missing attachment"):  # one student's stops the page
        formgraded(cells[-1], clean=False)
    assert len(active(formgraded(*cells[:-1], clean=False))) > 30, "or this test looks at nothing"
    said = formgraded(*cells, new_markdown_cell("![x](attachment:p.png)", attachments=attached))
    assert active(said) == []
    assert "click" in said


def test_who_marks_by_hand_sees_figures_tables_and_formulas() -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'/>"
    picture = {"p.png": {"image/png": "iVBORw0="}}
    text = "**bold** $a<b$ `x<b`<br>![x](attachment:p.png)\n\n| a |\n|---|\n| 1 |"
    outputs = [
        shown(**{"image/png": "iVBO"}),
        shown(**{"image/svg+xml": drawing}),
        shown("<table><tr><td>7</td></tr></table>"),
    ]
    outputs += [shown(**{"text/latex": "$x^2$"}), new_output("stream", name="stdout", text="said")]
    cells = [new_code_cell("1", outputs=outputs), new_markdown_cell(text, attachments=picture)]
    soup = BeautifulSoup(formgraded(*cells), "html.parser").find(id="notebook-container")
    kinds = [image["src"].partition(";")[0] for image in soup.find_all("img")]
    assert kinds == ["data:image/png", "data:image/svg+xml", "data:image/png"]
    assert [cell.get_text() for cell in soup.find_all("td")] == ["7", "1"]
    assert {"$x^2$", "said", "$a< b$", "bold"} <= {*re.findall(r"\$.*?\$|said|bold", soup.get_text())}
    nb = new_notebook(cells=copy.deepcopy(cells))
    feedback.still(nb, new_notebook())
    sources = [image["src"] for image in body(*nb.cells).find_all("img")]
    assert [src.partition(";")[0] for src in sources] == kinds, "the student's page has them, too"
    assert sources[-1] == "data:image/png;base64,iVBORw0="
    again = copy.deepcopy(nb)
    feedback.still(again, new_notebook())
    assert again == nb


def test_what_the_instructor_wrote_stays_as_it_is() -> None:
    cell = new_markdown_cell("<details><b>Hint</b></details> <script>1</script>")
    nb = new_notebook(cells=[cell, managed(new_markdown_cell("<script>2</script>"), "a", locked=True)])
    feedback.still(nb, new_notebook(cells=[copy.deepcopy(cell)]))
    assert [c.source for c in nb.cells] == [
        "<details><b>Hint</b></details> <script>1</script>",
        "<script>2</script>",
    ]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a/page.html", "a/page.html.txt"),
        ("x.SVG", "x.SVG.txt"),
        ("x.xhtml", "x.xhtml.txt"),
        ("x.xml", "x.xml.txt"),
        ("x.js", "x.js.txt"),
        ("plot.png", "plot.png"),
        ("data.csv", "data.csv"),
        ("timestamp.txt", "timestamp.txt"),
    ],
)
def test_no_file_that_was_handed_in_is_a_page_of_formgraders(name: str, kept: str) -> None:
    assert feedback.shelved(name) == kept


def test_a_class_is_stored_without_scripts(tiny: Tiny) -> None:
    nb = tiny.answered()
    nb.cells[-1].source = "Because <script>1</script>."
    nb.cells[1].source += "\nfrom IPython.display import HTML"
    nb.cells.append(new_code_cell("from IPython.display import HTML\nHTML('<b>bold</b><script>1</script>')"))
    folder = tiny.submit("ada", nb).parent
    (folder / "page.html").write_text("<script>1</script>")
    assert tiny.run("grade", "numbers").code == 0
    stored = files_in(tiny.root / "autograded/ada/numbers")
    assert sorted(stored) == ["numbers.ipynb", "page.html.txt"]
    cells = nbformat.reads(stored["numbers.ipynb"].decode(), as_version=4).cells
    assert [cell.source for cell in cells if cell.cell_type == "markdown"][
        -1
    ] == "Because < script>1< /script>."
    assert cells[-1].outputs[0].data["text/html"] == "<b>bold</b>"


@pytest.mark.parametrize("whose", ["the instructor's", "the student's", "what was stored"])
def test_a_code_cell_may_lack_outputs(tiny: Tiny, whose: str) -> None:
    paths = {
        "the instructor's": tiny.root / "solutions/numbers/numbers.ipynb",
        "the student's": tiny.submit("ada"),
    }
    if whose == "what was stored":
        assert tiny.run("grade", "numbers").code == 0
        shutil.rmtree(tiny.root / "feedback")
    path = paths.get(whose, tiny.root / "autograded/ada/numbers/numbers.ipynb")
    nb = json.loads(path.read_text())
    for cell in nb["cells"]:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
    path.write_text(json.dumps(nb))
    said = tiny.run("grade", "numbers")
    assert (said.code, said.err) == (0, "")
    assert rows(tiny)["ada"]["double"] == "2"
    assert "double(3) == 6" in BeautifulSoup(tiny.feedback("ada"), "html.parser").get_text()


# ---------------------------------------- in a browser


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium: apt install chromium")
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def visit(browser, tmp_path) -> Callable[..., tuple]:
    def visit(html: str, width: int = 1000, scheme: str = "light") -> tuple:
        (tmp_path / "page.html").write_text(html, encoding="utf-8")
        tab = browser.new_page(viewport={"width": width, "height": 700}, color_scheme=scheme)
        asked = []
        tab.on("request", lambda request: asked.append(request))
        tab.goto((tmp_path / "page.html").as_uri())
        return tab, [r for r in asked[1:] if not r.url.startswith("data:image/") and r.failure != "csp"]

    return visit


@pytest.mark.browser
@pytest.mark.parametrize("policy", [True, False], ids=["as it is", "without its policy"])
def test_nothing_runs_and_nothing_is_fetched(visit, policy: bool) -> None:
    """Cleaning alone would do; the page's policy is the second wall."""
    html = hostile_page()
    tab, asked = visit(html if policy else html.replace("Content-Security-Policy", "X-None"))
    for link in tab.locator("a").all():
        if not (link.get_attribute("href") or "").startswith("http"):
            link.dispatch_event("click")
    assert tab.evaluate("window.pwned") is None
    assert not asked
    assert tab.url.startswith("file:")
    tab.close()


@pytest.mark.browser
def test_the_policy_alone_would_stop_a_script(visit) -> None:
    attack = f"<script>{RUN}</script><img src=x onerror={RUN}><img src='http://127.0.0.1:9/h'></body>"
    tab, asked = visit(page().replace("</body>", attack))
    assert tab.evaluate("window.pwned") is None
    assert not asked
    tab.close()


CONTRAST = """() => {
  const channels = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => channels(colour).slice(0, 3).map(n => n / 255)
    .map(n => n <= .03928 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4)
    .reduce((sum, n, i) => sum + n * [.2126, .7152, .0722][i], 0);
  const ground = tag => {
    const colour = getComputedStyle(tag).backgroundColor;
    return (channels(colour)[3] ?? 1) || !tag.parentElement ? colour : ground(tag.parentElement);
  };
  return [...document.body.querySelectorAll("*")]
    .filter(tag => [...tag.childNodes].some(node => node.nodeType == 3 && node.data.trim()))
    .map(tag => [tag.outerHTML.slice(0, 80), light(getComputedStyle(tag).color), light(ground(tag))])
    .map(([tag, a, b]) => [tag, (Math.max(a, b) + .05) / (Math.min(a, b) + .05)]);
}"""
CODE = """@cache  # once
def double(x: int = 0x1F, *rest) -> float:
    \"\"\"Twice.\"\"\"
    global other
    raise ValueError(f"no {x!r:>5}\\n", None, self, __name__, 1.5, r"a") if not x else lambda: x @ 2
class A(int): pass
?"""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_can_be_read_by_day_and_by_night(visit, scheme: str) -> None:
    theirs = (
        "A [link](https://example.org), $x$, `code`\n\n<div style='background: #ffe'>yellow</div>\n\n"
        "<font color='#000080'>blue</font> <span style='color: #800'>red</span>\n\n"
        "```python\nreturn 1 # x\n```"
    )
    cells = [
        new_markdown_cell(theirs),
        managed(
            new_code_cell(
                CODE,
                outputs=[
                    failed("ValueError", "no"),
                    new_output("stream", name="stdout", text="said"),
                    shown("<table><tr><th>a</th><td>1</td></tr></table>"),
                    shown(**{"image/png": "iVBORw0="}),
                ],
            ),
            "double",
            solution=True,
        ),
        checks(failed("AssertionError", "no"), line=HIDDEN),
    ]
    html = page(*cells, about=outcome("no", about=["Run"]), mark=Mark(0.0, 2.0, "*so*"), trusted=(theirs,))
    tab, _ = visit(html, scheme=scheme)
    found = tab.evaluate(CONTRAST)
    assert len(found) > 60
    assert [tag for tag in found if tag[1] < 4.5] == []
    colours = tab.evaluate(
        "[...document.querySelectorAll('pre .k, pre')].map(tag => getComputedStyle(tag).color)"
    )
    assert len(set(colours)) > 1, "keywords have their own"
    ground = "rgb(255, 255, 255)"
    assert (tab.evaluate("getComputedStyle(document.body).backgroundColor") == ground) == (scheme == "light")
    assert tab.evaluate("getComputedStyle(document.querySelector('img')).backgroundColor") == ground, (
        "a transparent figure has black axes"
    )
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1000])
def test_code_and_outputs_need_no_scrolling_on_a_phone(visit, width: int) -> None:
    long = "word " * 100
    cell = answer(new_output("stream", name="stdout", text=long), failed("ValueError", long))
    cell.source = f"# {long}"
    tab, _ = visit(page(cell), width)
    source, said, error = tab.evaluate(
        "[...document.querySelectorAll('pre')].map(pre => pre.scrollWidth <= pre.clientWidth)"
    )
    assert source
    assert error
    assert said == (width == 390), "where there is room, the columns of an array stay"
    tab.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 1000])
def test_it_fits_a_phone(visit, width: int) -> None:
    name, long = "a_question_with_quite_a_long_name", "x" * 300
    wide = "<table><tr>" + "<td>1234567890</td>" * 40 + "</tr></table>"
    about = outcome(points=2.0, about=[long])
    about.questions.append(Question(name, None, 12.5, f"AssertionError: {long}", False, [name]))
    cells = [
        managed(
            new_code_cell(f"{name} = '{long}'", outputs=[shown(wide), failed("ValueError", long)]),
            name,
            grade=True,
        ),
        new_markdown_cell(f"{long}\n\n{wide}"),
    ]
    tab, _ = visit(page(*cells, about=about), width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.locator("td.points").first.bounding_box()["height"] < 60, "points on one line"
    tab.close()
