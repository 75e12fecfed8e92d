"""The stored study is the one that the script makes: its variants, its rates, its seeds."""

import json

import pytest
import torch

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


def test_no_two_parts_of_shapes_have_one_seed_and_an_order_is_the_same_for_all_parts():
    first, second = (study.pictures("shapes", 5, seed)["train"][0] for seed in (0, 1))
    assert not torch.equal(first, study.pictures("shapes", 5, 0)["test"][0][:5])
    assert not torch.equal(first, second)
    see = study.order("shapes", "CNN, patches reordered", 3)
    assert torch.equal(see(first), study.order("shapes", "ViT, patches reordered", 3)(first))
    assert not torch.equal(see(first), first)
    assert torch.equal(study.order("shapes", "CNN", 3)(first), first)
