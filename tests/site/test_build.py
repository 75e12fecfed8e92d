"""A build that is not whole fails. Small books in a temporary folder, each broken in one way."""

import json
import shutil

import measure
import pytest
import yaml
from click.testing import CliRunner
from jupyter_book.cli.main import main
from measure import ROOT

CLAIM = {
    "claim": "The measured thing holds",
    "row": "1.4",
    "measured": 0.9,
    "baseline": 0.5,
    "baseline_name": "counting",
    "chance": 0.1,
    "at_least": 0.8,
    "at_most": None,
    "unit": "accuracy",
}


def notebook(rows=("1.4",), **changes) -> str:
    """A stored lesson with one claim."""
    record = CLAIM | changes
    output = {
        "output_type": "display_data",
        "data": {
            "text/plain": "claim holds",
            "text/html": f'<div class="ev-claim"><b>{record["claim"]}</b></div>',
        },
        "metadata": {"everyvec": record},
    }
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# A lesson", "id": "a"},
        {
            "cell_type": "code",
            "metadata": {},
            "source": "1",
            "outputs": [output],
            "execution_count": 1,
            "id": "b",
        },
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    about = {"kernelspec": kernel, "everyvec": {"rows": list(rows)}}
    return json.dumps({"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def book(tmp_path):
    """A small book with the course's own settings and extension."""
    shutil.copy(ROOT / "_config.yml", tmp_path)
    shutil.copytree(ROOT / "book/_ext", tmp_path / "book/_ext", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(
        ROOT / "book/_static", tmp_path / "book/_static", ignore=shutil.ignore_patterns("mathjax")
    )
    shutil.copy(ROOT / "book/curriculum.yml", tmp_path / "book")
    files = {
        "_toc.yml": "format: jb-book\nroot: book/index\nchapters:\n"
        + "".join(f"  - file: book/{name}\n" for name in ("lesson", "course-map", "evidence")),
        "book/index.md": "# Start\n\n[Lesson](lesson.ipynb)\n",
        "book/course-map.md": "# Map\n\n```{course-map}\n```\n",
        "book/evidence.md": "# Evidence\n\n```{evidence}\n```\n",
        "book/lesson.ipynb": notebook(),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def build(book) -> tuple[int, str]:
    """Exit status and output of the build, run inside this process: starting one costs seconds."""
    result = CliRunner().invoke(main, ["build", "-W", "--keep-going", "-n", str(book)])
    return result.exit_code, result.output + str(result.exception or "")


def write(name: str, text: str):
    return lambda book: (book / name).write_text(text, encoding="utf-8")


# What is wrong: how to break the book so, and what the build must say about it.
BROKEN = {
    "a notebook that is cut off": (write("book/lesson.ipynb", notebook()[:-40]), "lesson.ipynb"),
    "a page that does not exist": (
        lambda book: (book / "book/lesson.ipynb").unlink(),
        "nonexisting document",
    ),
    "a link to nowhere": (write("book/index.md", "# Start\n\n[Lesson](leson.ipynb)\n"), "leson.ipynb"),
    "an anchor to nowhere": (write("book/index.md", "# Start\n\n[Lesson](#nowhere)\n"), "nowhere"),
    "an image that is missing": (write("book/index.md", "# Start\n\n![Alt](no.png)\n"), "no.png"),
    "a page without a title": (write("book/index.md", "Words.\n"), "index.md has no title"),
    "a row unknown to the curriculum": (
        write("book/lesson.ipynb", notebook(["1.4", "9.9"])),
        "names row 9.9",
    ),
    "a row without a claim": (write("book/lesson.ipynb", notebook(["1.4", "1.5"])), "no claim for row 1.5"),
    "a claim for another row": (write("book/lesson.ipynb", notebook(["1.4"], row="1.5")), "claims row 1.5"),
    "a claim of which a field is missing": (
        write("book/lesson.ipynb", notebook().replace("chance", "")),
        "chance",
    ),
    "a claim that its page does not show": (
        write("book/lesson.ipynb", notebook().replace("ev-claim", "box")),
        "0 boxes, not one, for the claim: The measured",
    ),
    "a claim quoted but not stored": (write("book/index.md", "# Start\n\n```{claim} Moon\n```\n"), "'Moon'"),
}


def test_whole_book_builds_and_follows_its_lessons(book):
    assert build(book)[0] == 0
    evidence = book / "_build/html/book/evidence.html"
    assert "The measured thing holds" in evidence.read_text(encoding="utf-8")

    table = {"book/lesson.ipynb": {"The measured thing holds": {"others": [0.61, 0.73]}}}
    (book / "book/claims.json").write_text(json.dumps(table), encoding="utf-8")
    assert build(book)[0] == 0
    assert '0.61 <span class="ev-to">to</span> 0.73' in evidence.read_text(encoding="utf-8")

    (book / "book/lesson.ipynb").write_text(notebook(claim="Another thing holds"), encoding="utf-8")
    assert build(book)[0] == 0
    assert "Another thing holds" in evidence.read_text(encoding="utf-8")

    toc = book / "_toc.yml"
    toc.write_text(toc.read_text().replace("  - file: book/course-map\n", ""))
    assert build(book)[0] == 0
    assert not (book / "_build/html/book/course-map.html").exists()


@pytest.mark.parametrize(("break_it", "reason"), BROKEN.values(), ids=BROKEN)
def test_broken_book_fails_says_why_and_goes_on_failing(book, break_it, reason):
    break_it(book)
    for _ in range(
        2
    ):  # nothing changes in between, and Sphinx by itself would then have nothing to complain of
        status, output = build(book)
        assert status != 0
        assert reason in output


def test_command_of_make_site_exits_with_an_error(book):
    BROKEN["an image that is missing"][0](book)
    with pytest.raises(RuntimeError, match=r"no\.png"):
        measure.build(book)


def test_no_hidden_folder_is_searched_for_pages():
    # after one `make lab`, .exchange/ holds what students handed in; it must never be published
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    assert ".*" in config["exclude_patterns"]
