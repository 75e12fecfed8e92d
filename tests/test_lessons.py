"""Every lesson has the shape that a learner can count on (CONTRIBUTING.md, "Add a lesson").

Each check names the defect that it is there for. What the cells compute is nbval's business.
"""

import re
from pathlib import Path

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
LESSONS = sorted(path for path in (ROOT / "book").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
CURRICULUM = (ROOT / "book" / "curriculum.yml").read_text(encoding="utf-8")


@pytest.fixture(params=LESSONS, ids=lambda path: path.stem)
def lesson(request):
    return nbformat.read(request.param, as_version=4)


def code_cells(lesson):
    return [cell for cell in lesson.cells if cell.cell_type == "code"]


def prose(lesson):
    return "\n\n".join(cell.source for cell in lesson.cells if cell.cell_type == "markdown")


def claims(lesson):
    outputs = [output for cell in code_cells(lesson) for output in cell.outputs]
    return [o.metadata["everyvec"] for o in outputs if "everyvec" in o.get("metadata", {})]


def test_there_are_lessons_and_the_table_of_contents_lists_them_all():
    listed = re.findall(r"(?:file|root): *(\S+)", (ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert {str(path.relative_to(ROOT).with_suffix("")) for path in LESSONS} <= set(listed)
    assert LESSONS


def test_each_row_of_the_curriculum_that_it_names_has_a_claim(lesson):
    # a row that is told and not measured
    rows = lesson.metadata.everyvec["rows"]
    assert rows
    assert {claim["row"] for claim in claims(lesson)} == set(rows)


def test_it_makes_three_to_five_claims(lesson):
    # boxes of one shape become wallpaper: what does not answer the lesson's question is a plain assert
    assert 3 <= len(claims(lesson)) <= 5


def test_code_of_claims_and_figures_is_folded_on_the_site(lesson):
    # half of a page was code that draws
    for cell in code_cells(lesson):
        draws = any("image/png" in output.get("data", {}) for output in cell.outputs)
        claimed = any("everyvec" in output.get("metadata", {}) for output in cell.outputs)
        if draws or claimed:
            assert "hide-input" in cell.metadata.get("tags", []), cell.source


def test_what_a_claim_asks_for_is_more_than_chance_gives(lesson):
    # a threshold below chance, which a model that guesses would pass
    for claim in claims(lesson):
        if claim["at_least"] is not None and claim["chance"] is not None:
            assert claim["at_least"] > claim["chance"], claim["claim"]
        assert claim["measured"] == claim["measured"], claim["claim"]  # NaN


def test_it_asks_predicts_breaks_scales_and_checks(lesson):
    # a lesson that tells before it asks, or that hides where the effect ends
    text = prose(lesson)
    for part in (
        "**Question.**",
        "**Predict.**",
        "## Where it breaks",
        "## Real-world size",
        "## Check yourself",
    ):
        assert part in text, f"no {part!r}"
    assert text.index("**Question.**") < text.index("**Predict.**") < text.index("## Check yourself")
    assert "**Go on:**" in text


def test_time_and_memory_stand_at_the_top(lesson):
    # a learner on an old laptop must know before starting
    first = lesson.cells[0].source
    assert re.search(r"[Aa]bout \d+ minutes", first), first
    assert re.search(r"\d+ s and [\d.]+ GiB on two laptop cores", first), first
    # what the learner does not need before starting stands at the end
    assert "course map" not in first
    last = lesson.cells[-1].source
    assert "[course map](../course-map.md)" in last[last.index("**Go on:**") :], last
    assert set(lesson.metadata.everyvec) == {"rows", "minutes", "cpu", "gpu"}


def test_outputs_are_stored_and_clean(lesson):
    # an empty page on the site; a stored traceback; a progress bar or a warning between text and figure
    assert any(cell.outputs for cell in code_cells(lesson))
    for cell in code_cells(lesson):
        for output in cell.outputs:
            assert output.output_type != "error", output.get("evalue")
            assert output.get("name") != "stderr", (cell.source, output.text)


def test_every_figure_has_words_for_who_cannot_see_it(lesson):
    for cell in code_cells(lesson):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt) > 60, cell.source


def test_a_cell_fits_a_screen(lesson):
    for cell in code_cells(lesson):
        lines = cell.source.splitlines()
        assert len(lines) <= 36, f"{len(lines)} lines:\n{cell.source}"
        assert max(map(len, lines), default=0) <= 120, cell.source


def test_the_quiz_has_one_right_option_to_each_question_and_answers_every_option(lesson):
    quiz = next(cell.source for cell in lesson.cells if "ev-quiz" in cell.source)
    questions, options = [], []
    for element in (
        BeautifulSoup(quiz, "html.parser").find("div", class_="ev-quiz").find_all(["p", "details"])
    ):
        if element.name == "p":
            questions.append(element.get_text())
            options.append([])
        else:
            options[-1].append(element)
    assert len(questions) >= 3
    places = []
    for question, answers in zip(questions, options, strict=True):
        kinds = [answer["class"][0] for answer in answers]
        assert kinds.count("ev-right") == 1, question
        assert kinds.count("ev-wrong") >= 2, question
        places.append(kinds.index("ev-right"))
        for answer in answers:
            why = answer.get_text().removeprefix(answer.summary.get_text())
            assert len(why) > 30, f"{question}: {answer.summary.get_text()}"
    assert len(set(places)) > 1, "the right answer is always in the same place"


def test_rows_exist_in_the_curriculum(lesson):
    known = {str(row["id"]) for module in yaml.safe_load(CURRICULUM) for row in module["rows"]}
    assert set(lesson.metadata.everyvec["rows"]) <= known


def test_prose_keeps_the_house_style(lesson):
    # exclamation marks, emoji, and the two words that tell a learner that what is hard for them is easy
    text = re.sub(r"`[^`]*`|<[^>]+>|!\[", "", prose(lesson))
    assert "!" not in text
    assert not re.search(r"\b(simply|just)\b", text, re.IGNORECASE)
    assert not re.search("[\U0001f300-\U0001faff]", text)


def test_every_myth_of_a_lesson_stands_on_the_myths_page():
    # a myth that is settled in a lesson and told nowhere else
    page = (ROOT / "book" / "myths.md").read_text(encoding="utf-8")
    told = re.findall(r"\]\((\S+?\.ipynb)#myth-", page)
    settled = [
        path.relative_to(ROOT / "book").as_posix()
        for path in LESSONS
        for _ in re.findall(r"(?m)^## Myth: ", prose(nbformat.read(path, as_version=4)))
    ]
    assert sorted(told) == sorted(settled)


def test_the_page_on_gpus_lists_the_lessons_with_a_larger_run():
    # a larger run that nobody hears of, or one that is promised and not there
    page = (ROOT / "book" / "gpu.md").read_text(encoding="utf-8")
    told = re.findall(r"(?m)^\| \[.+?\]\((\S+?\.ipynb)\) \|", page)
    larger = []
    for path in LESSONS:
        lesson = nbformat.read(path, as_version=4)
        chooses = any("machine.choose(" in cell.source for cell in code_cells(lesson))
        larger += [path.relative_to(ROOT / "book").as_posix()] * chooses
        assert not (chooses and lesson.metadata.everyvec["gpu"].startswith("none")), path.stem
    assert sorted(told) == larger


def test_every_self_check_question_has_a_quiz_item_in_the_lesson_that_it_names():
    # an answer on the self-check page that no lesson lets one try
    page = (ROOT / "book" / "self-check.md").read_text(encoding="utf-8")
    parts = re.split(r"(?m)^## (\d+)\. ", page)[1:]
    asked = dict(zip(parts[::2], parts[1::2], strict=True))
    assert asked
    for number, text in asked.items():
        lesson = re.search(r"\[quiz\]\((\S+\.ipynb)#check-yourself\)", text)[1]
        quiz = prose(nbformat.read(ROOT / "book" / lesson, as_version=4))
        assert f'<p data-self-check="{number}">' in quiz, number


def test_lessons_cover_every_row_of_a_module_that_has_lessons():
    # a row of a finished module that no lesson proves; and a module still called unfinished that is finished
    covered = {row for path in LESSONS for row in nbformat.read(path, as_version=4).metadata.everyvec["rows"]}
    for module in yaml.safe_load(CURRICULUM):
        rows = {str(row["id"]) for row in module["rows"]}
        if module.get("being_written"):
            assert rows & covered < rows, f"module {module['module']} is written: take being_written away"
        else:
            assert not rows & covered or rows <= covered, rows - covered
