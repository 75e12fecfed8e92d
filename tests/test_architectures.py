"""The study that *Which architecture?* shows: what its tool writes, and what is stored."""

import ast
import json

import pytest

from everyvec.transformer import four_baselines, four_tasks
from tests.passes import ROOT
from tools import architectures

STORED = json.loads((ROOT / architectures.TABLE).read_text(encoding="utf-8"))
LESSON = ROOT / "book/3-transformer/which-architecture.ipynb"


def test_the_stored_study_is_the_one_that_the_tool_would_write():
    # settings of the tool that changed, and a table that did not
    assert [(run["task"], run["network"], run["how"]) for run in STORED["runs"]] == list(architectures.RUNS)
    assert STORED["rates"] == list(architectures.RATES)
    assert STORED["seeds"] == list(architectures.SEEDS)
    assert STORED["epochs"] == four_tasks.EPOCHS
    assert (STORED["batch"], STORED["training"]) == (four_tasks.BATCH, four_tasks.TRAINING)
    assert set(STORED["baselines"]) == set(four_tasks.EPOCHS)
    longer = [(run["task"], run["network"], run["how"]) for run in STORED["longer"]]
    assert longer == [run for run in architectures.RUNS if run in set(longer)]
    assert {run[0] for run in longer} == {"generation", "translation"}
    assert all(len(run["test"]) == len(architectures.SEEDS) for run in STORED["longer"])


@pytest.mark.parametrize(
    "run", STORED["runs"], ids=lambda run: f"{run['task']}: {run['network']}, {run['how']}"
)
def test_each_rate_is_the_best_on_validation_and_no_rate_at_the_edge_of_the_grid(run):
    assert len(run["test"]) == len(architectures.SEEDS)
    assert run["valid"][str(run["rate"])] == max(run["valid"].values())
    assert {str(rate) for rate in architectures.RATES} <= set(run["valid"])
    rates = sorted(map(float, run["valid"]))
    assert run["rate"] not in (rates[0], rates[-1]) or len(rates) == len(architectures.RATES) + 2


def test_all_have_about_the_same_number_of_parameters():
    for name in four_tasks.EPOCHS:
        sizes = [run["parameters"] for run in STORED["runs"] if run["task"] == name]
        assert max(sizes) < 1.005 * min(sizes)


def test_the_lesson_trains_with_the_rates_that_the_study_chose():
    code = "\n".join(
        "".join(cell["source"])
        for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
    )
    calls = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "trained"
    ]
    runs = {run[:3] for run in architectures.RUNS}
    assert calls
    assert {tuple(ast.literal_eval(given) for given in call.args) for call in calls} <= runs


def test_the_tool_writes_every_run(monkeypatch, tmp_path):
    class Trained:
        how = "masked"

        def parameters(self):
            return []

    monkeypatch.setattr(architectures, "train", lambda *given: Trained())
    monkeypatch.setattr(architectures, "score", lambda task, name, part="test", passes=None: {"right": 0.5})
    monkeypatch.setattr(
        four_baselines, "baselines", lambda: {name: {"simple": 0.25} for name in four_tasks.EPOCHS}
    )
    assert architectures.main(["--out", str(tmp_path / "table.json")]) == 0
    table = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert table["longer"][0]["test"] == table["runs"][8]["test"]
    assert table["runs"][8]["test"][0] == {"right": 0.5, "passes": {"1": 0.5, "2": 0.5, "4": 0.5, "8": 0.5}}


def test_where_the_lowest_or_highest_rate_is_best_the_next_is_tried(monkeypatch):
    for best, tried in ((0.004, 3), (0.002, 4), (0.001, 5), (0.0001, 5), (0.02, 5)):
        rates = []

        class Trained:
            how = "next"

            def __init__(self, rate):
                self.rate = rate

            def parameters(self):
                return []

        def train(name, network, how, rate, seed, rates=rates):
            rates.append(rate)
            return Trained(rate)

        monkeypatch.setattr(architectures, "train", train)
        monkeypatch.setattr(
            architectures,
            "score",
            lambda task, name, part="test", best=best: {"right": -abs(task.rate - best)},
        )
        run = architectures.measure(*architectures.RUNS[1])
        assert len(run["valid"]) == tried
        assert rates[tried:] == [run["rate"]] * 2
