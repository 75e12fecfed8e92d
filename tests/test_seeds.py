"""Seeds: one variable moves them all, and nothing in the library or a lesson makes its own."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from everyvec import seeds
from everyvec.data import digits, graphs, shop, world
from everyvec.pretext.skipgram import SkipGram
from everyvec.pretext.walks import first_order

ROOT = Path(__file__).parents[1]
# Generators and arguments that would not move with EVERYVEC_SEEDS. (A digest of a text may seed one: which
# words of a sentence are swapped belongs to the sentence, as its part of a split does.)
OWN = re.compile(
    r"default_rng\(|RandomState\(|random\.seed\(|Random\((?!(?:f.\{)?seeds\.of\(|zlib\.crc32\()"
    r"|manual_seed\((?!seeds\.of\()"
    r"|random_state=(?!seeds\.of\(|number)"
)


def test_without_the_variable_a_number_is_its_own_seed(monkeypatch):
    monkeypatch.delenv("EVERYVEC_SEEDS", raising=False)
    assert [seeds.of(n) for n in range(3)] == [0, 1, 2]
    assert seeds.rng(5).random() == np.random.default_rng(5).random()


def test_with_it_all_seeds_are_others_and_no_two_sets_meet(monkeypatch):
    drawn = set()
    for number in range(4):
        monkeypatch.setenv("EVERYVEC_SEEDS", str(number))
        drawn |= {seeds.of(n) for n in range(1000)}
    assert len(drawn) == 4000
    assert max(drawn) < 2**32  # scikit-learn's limit


@pytest.mark.parametrize("asked", ["-1", "1.5", "many", "1000"])
def test_what_is_no_number_is_told(monkeypatch, asked):
    monkeypatch.setenv("EVERYVEC_SEEDS", asked)
    with pytest.raises(ValueError, match="whole number from 0 to 999"):
        seeds.of(0)


def test_data_walks_and_models_move_with_it(monkeypatch):
    graph = graphs.karate()
    draws = {
        "world": lambda: world.sentences(5),
        "digits": lambda: digits.load().train_labels[:20].tolist(),
        "shop": lambda: shop.draw(users=5, items=150).log.item.tolist(),
        "planted": lambda: graphs.planted(50, 2, 4, 1).indices.tolist(),
        "walks": lambda: first_order(graph, per_node=1, length=5).tolist(),
        "model": lambda: SkipGram(np.ones(3), dim=2).vectors().tolist(),
    }
    for name, draw in draws.items():
        monkeypatch.setenv("EVERYVEC_SEEDS", "0")
        first, again = draw(), draw()
        assert first == again, name
        monkeypatch.setenv("EVERYVEC_SEEDS", "1")
        assert draw() != first, name


def test_neither_the_library_nor_a_lesson_makes_a_generator_of_its_own():
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "src/everyvec").rglob("*.py")}
    for path in (ROOT / "book").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in path.parts:
            cells = nbformat.read(path, as_version=4).cells
            texts[path] = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    del texts[ROOT / "src/everyvec/seeds.py"]
    found = [f"{path.relative_to(ROOT)}: {m[0]}" for path, text in texts.items() for m in OWN.finditer(text)]
    assert not found


def test_importing_the_measures_of_a_transformer_takes_no_gensim_and_no_scikit_learn():
    code = (
        "import sys; import everyvec.evaluation, everyvec.training, everyvec.neighbours; print(*sys.modules)"
    )
    modules = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"gensim", "sklearn"} & set(modules)
