"""The script that tries learning rates trains what the lesson trains."""

import ast
import json

import pytest

from tests.passes import ROOT
from tools import translators

LESSON = ROOT / "book/3-transformer/translate-with-a-transformer.ipynb"
CODE = "\n".join(
    "".join(cell["source"])
    for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
)


def test_the_lesson_takes_rates_that_the_script_tries():
    rates = next(
        ast.literal_eval(node.value)
        for node in ast.parse(CODE).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "RATES"
    )
    assert set(rates) == set(translators.MODELS)
    assert set(rates.values()) <= set(translators.RATES)


@pytest.mark.parametrize(
    "line",
    [
        f"phrases.draw({translators.TRAINING}, seed=1, max_words={translators.LONGEST})",
        "SHAPE = Shape(width=64, heads=4, layers=1, inner=128, positions=64)",
        '72, "dot", width=64)',
        "78, None, width=64)",
        '"warmup": 0.1, "clip": 1.0',
        "epochs=6, batch_size=32",
    ],
)
def test_it_trains_them_alike(line):
    assert line in CODE


def test_it_measures_on_validation_sentences(monkeypatch):
    monkeypatch.setattr(translators, "VALIDATION", 20)
    parts = []
    draw = translators.phrases.draw

    def drawn(*given, part="train", **how):
        parts.append(part)
        return draw(*given, part=part, **how)

    monkeypatch.setattr(translators.phrases, "draw", drawn)
    for name in translators.MODELS:
        assert 0 <= translators.measure(name, 0.005, seed=0, count=32) <= 1
    assert parts == ["train", "valid"] * len(translators.MODELS)


def test_where_the_lowest_or_highest_rate_is_best_the_next_is_tried(monkeypatch, capsys):
    best = dict(zip(translators.MODELS, (0.0025, 0.00125, 0.005, 0.02), strict=True))
    monkeypatch.setattr(translators, "measure", lambda name, rate, seed, count: 1 - abs(rate - best[name]))
    assert translators.main([]) == 0
    tried = {name: [] for name in best}
    for line in capsys.readouterr().out.splitlines():
        name, rate, _ = line.rsplit(maxsplit=2)
        tried[name].append(float(rate))
    assert list(tried.values()) == [
        [0.0025, 0.005, 0.01, 0.00125],
        [0.0025, 0.005, 0.01, 0.00125, 0.000625],
        [0.0025, 0.005, 0.01],
        [0.0025, 0.005, 0.01, 0.02, 0.04],
    ]
