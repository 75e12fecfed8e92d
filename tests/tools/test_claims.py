"""`make claims`: lessons under other seeds, and what makes a claim one that holds."""

import json
import math
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import claims, execute

ROOT = Path(__file__).parents[2]


def verdict(stored, *others, at_least=None, at_most=None):
    return claims.Verdict(at_least, at_most, stored, list(others))


@pytest.mark.parametrize(
    ("found", "admitted"),
    [
        (verdict(0.9, 0.88, 0.92, at_least=0.8), True),
        (verdict(0.9, 0.81, 0.99, at_least=0.8), False),  # holds everywhere, with less room than its spread
        (verdict(0.9, 0.79, 0.92, at_least=0.8), False),
        (verdict(0.1, 0.12, 0.11, at_most=0.2), True),
        (verdict(0.5, 0.52, 0.48, at_least=0.3, at_most=0.53), False),
        (verdict(1.0, 1.0, 1.0, at_least=1.0), True),
        (verdict(0.9, math.nan, 0.9, at_least=0.1), False),  # a run that did not get to the claim
    ],
)
def test_a_claim_is_admitted_where_the_worst_run_has_room_for_the_spread(found, admitted):
    assert found.admitted is admitted


CELL = """
from everyvec import seeds
from everyvec.claims import claim
value = {value}
claim("it holds", row="1.1", measured=value, at_least=0.5, baseline=0.0, chance=0.0)
"""


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """A function that stores a lesson of these cells, run with its own seeds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVERYVEC_SEEDS", raising=False)

    def make(*sources):
        path = Path("book/one.ipynb")
        path.parent.mkdir(exist_ok=True)
        notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
        notebook.metadata.kernelspec = dict(execute.KERNELSPEC)
        nbformat.write(notebook, path)
        execute.execute(path)
        return path

    return make


def test_a_claim_that_hangs_on_its_seed_is_found(lesson, capsys):
    lesson(CELL.format(value="0.9 if seeds.of(0) == 0 else 0.4"), "assert seeds.of(0) == 0, 'another seed'")
    assert claims.main(["--seeds", "2", "--jobs", "2"]) == 1
    said = capsys.readouterr().out
    assert "FAILS" in said
    assert said.count("AssertionError: another seed") == 2  # a plain assert counts, too; the claim's own once
    row = json.loads(claims.TABLE.read_text())["book/one.ipynb"]["it holds"]
    assert row == {"at_least": 0.5, "at_most": None, "stored": 0.9, "others": [0.4, 0.4]}


def test_a_claim_that_holds_is_admitted_and_a_run_is_done_once(lesson, capsys, monkeypatch):
    lesson(CELL.format(value="0.9 + 0.01 * (seeds.of(0) % 3)"))
    assert claims.main(["--seeds", "2"]) == 0
    assert "admitted" in capsys.readouterr().out
    monkeypatch.setattr(execute, "run", lambda *_, **__: pytest.fail("it ran again"))
    assert claims.main(["--seeds", "2"]) == 0
    with pytest.raises(pytest.fail.Exception, match="it ran again"):
        claims.main(["--seeds", "3"])


def test_bad_arguments_are_told(lesson, capsys):
    with pytest.raises(SystemExit):
        claims.main(["--seeds", "0"])
    assert claims.main(["book/none.ipynb"]) == 1
    assert "book/none.ipynb: no such file" in capsys.readouterr().err


def test_every_claim_of_the_lessons_is_admitted_in_the_stored_table():
    # a claim that was added or changed, and never run with other seeds
    table = json.loads((ROOT / claims.TABLE).read_text(encoding="utf-8"))
    for path in execute.lessons(ROOT / "book"):
        rows = table.get(path.relative_to(ROOT).as_posix(), {})
        stored = {record["claim"]: record for record in claims.records(execute.read(path))}
        assert set(rows) == set(stored), f"{path}: run `make claims`"
        for text, row in rows.items():
            asked = {key: stored[text][key] for key in ("at_least", "at_most")}
            assert asked == {key: row[key] for key in asked}, f"{path}: {text}: run `make claims`"
            found = claims.Verdict(**asked, stored=stored[text]["measured"], others=row["others"])
            assert len(found.others) >= 4, text
            assert found.admitted, (text, found.margin, found.spread)
