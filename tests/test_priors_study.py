"""The stored study is the one that the script makes: its variants, its rates, its seeds."""

import json
from itertools import combinations
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional as F

from everyvec.multimodal.cnn import CNN
from everyvec.multimodal.priors import Unshared
from everyvec.multimodal.vit import ViT
from tools import priors_study as study

TABLE = json.loads(study.TABLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("data", "variant", "counts"), study.JOBS)
def test_each_variant_has_the_rate_that_was_best_on_the_validation_part(data, variant, counts):
    here = [row for row in TABLE["tried"] if (row["data"], row["variant"]) == (data, variant)]
    rates = {*study.RATES[variant[:3]], study.MORE.get((data, variant), study.RATES[variant[:3]][0])}
    assert {row["rate"] for row in here} == rates
    assert {row["pictures"] for row in here} == {counts[0]}
    best = max(here, key=lambda row: row["valid"])["rate"]
    runs = [row for row in TABLE["runs"] if (row["data"], row["variant"]) == (data, variant)]
    assert {row["rate"] for row in runs} == {best}
    for count in counts:
        assert [r["seed"] for r in runs if (r["pictures"], r["steps"]) == (count, study.STEPS[data])] == [
            31,
            32,
        ]


def test_no_two_parts_of_shapes_have_one_seed():
    # as many in each part: with other numbers one seed draws other pictures
    first = [given[0][:5] for seed in (0, 1) for given in study.pictures("shapes", 1000, seed).values()]
    assert len(first) == 6
    assert not any(one.equal(other) for one, other in combinations(first, 2))


def test_an_order_is_the_same_for_all_networks_and_another_for_each_seed():
    shapes, _ = study.pictures("shapes", 5, 0)["train"]
    see = study.order("shapes", "CNN, patches reordered", 3)
    assert torch.equal(see(shapes), study.order("shapes", "ViT, patches reordered", 3)(shapes))
    assert not torch.equal(see(shapes), study.order("shapes", "CNN, patches reordered", 4)(shapes))
    assert not torch.equal(see(shapes), shapes)
    assert torch.equal(study.order("shapes", "CNN", 3)(shapes), shapes)


def test_patches_stay_whole_and_pixels_leave_them():
    drawn = torch.rand(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    for variant, whole in (("CNN, patches reordered", True), ("CNN, pixels reordered", False)):
        seen = study.order("digits", variant, 3)(drawn)
        before, after = (F.avg_pool2d(shown, 2).flatten(1).sort(dim=1).values for shown in (drawn, seen))
        assert torch.allclose(before, after, atol=1e-6) == whole
        assert torch.equal(seen.flatten(1).sort(dim=1).values, drawn.flatten(1).sort(dim=1).values)


@pytest.mark.parametrize(("data", "variant"), [(data, variant) for data, variant, _ in study.JOBS])
def test_a_variant_lacks_what_its_name_says(data, variant):
    network = study.encoder(data, variant, seed=0)
    assert type(network) is (ViT if variant.startswith("ViT") else CNN)
    assert any(isinstance(part, Unshared) for part in network.modules()) == ("unshared" in variant)
    if variant.startswith("ViT"):
        table = network.positions.weight
        assert table.requires_grad == bool(table.any()) == ("no positions" not in variant)


def test_a_run_trains_with_so_many_pictures_and_steps_and_counts_the_right(monkeypatch):
    seen = {}
    monkeypatch.setattr(study.training, "fit", lambda model, data, **how: seen.update(how, data=data))
    row = study.run("digits", "CNN", 64, 1e-2, seed=0)
    assert [len(tensor) for tensor in seen["data"]] == [64, 64]
    assert seen["epochs"] * 64 == study.STEPS["digits"] * seen["batch_size"]
    assert row["pictures"] == 64
    scores = torch.tensor([[0.0, 3.0], [2.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    asked = SimpleNamespace(scores=lambda shown: scores)
    assert study.right(asked, None, torch.tensor([1, 0, 0, 1])) == 0.75


def test_the_rate_is_chosen_on_the_validation_part(monkeypatch):
    def run(data, variant, count, rate, seed, steps=None):
        return {"rate": rate, "seed": seed, "valid": -rate, "test": rate}

    written = []
    monkeypatch.setattr(study, "run", run)
    monkeypatch.setattr(study, "linear", lambda *given: {"rate": None, "seed": None})
    monkeypatch.setattr(study, "write", lambda tried, runs: written.append((list(tried), list(runs))))
    study.main()
    tried, runs = written[-1]
    lowest = {rates[0] for rates in study.RATES.values()}
    assert {row["rate"] for row in runs} == {None, *lowest}
    assert {row["rate"] for row in tried} > lowest
    assert {row["seed"] for row in tried} == {0}
