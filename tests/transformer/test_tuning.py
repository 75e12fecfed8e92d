"""Tuning: nothing changes before training, the right weights are trained, and merging changes no result."""

import math

import pytest
import torch

from everyvec.transformer import tuning
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder

V, SHAPE = 23, Shape(width=20, heads=4, layers=2, inner=28, positions=30)


def model(seed=0):
    made = Decoder(V, SHAPE, seed).eval()
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(len(weight))) * 0.1)
    return made


@pytest.fixture
def ids():
    return torch.randint(0, V, (3, 7), generator=torch.Generator().manual_seed(1))


def scores(made, ids, real=None):
    with torch.no_grad():
        return made.scores(made.states(ids, real))


def step(made, ids):
    """One large step of the weights that are trained."""
    optimizer = torch.optim.SGD(list(tuning.trained(made)), lr=2.0)
    optimizer.zero_grad()
    loss = torch.nn.functional.cross_entropy(
        made.scores(made.states(ids[:, :-1])).flatten(0, 1), ids[:, 1:].flatten()
    )
    loss.backward()
    optimizer.step()


CHANGES = {
    "lora": lambda made: tuning.lora(made, rank=3, alpha=7),
    "adapters": lambda made: tuning.adapters(made, narrow=5),
    "biases": tuning.biases,
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_begins_as_the_model_was_and_trains_only_what_it_should(name, ids):
    before = model()
    made = CHANGES[name](model())
    torch.testing.assert_close(scores(made, ids), scores(before, ids), rtol=0, atol=0)
    old = {key: value.clone() for key, value in made.state_dict().items()}
    names = {key for key, weight in made.named_parameters() if weight.requires_grad}
    for _ in range(2):  # the first step of LoRA changes B alone, since A's gradient comes through B
        step(made, ids)
    changed = {key for key, value in made.state_dict().items() if not torch.equal(value, old[key])}
    # A key's bias adds the same to all scores of a query, which softmax does not see: it has no gradient.
    assert changed | {key for key in names if key.endswith("key.bias")} == names
    assert not torch.allclose(scores(made, ids), scores(before, ids), atol=1e-3)


def test_how_many_weights_each_trains():
    def count(made):
        return sum(weight.numel() for weight in tuning.trained(made))

    width, layers = SHAPE.width, SHAPE.layers
    assert count(tuning.lora(model(), rank=3, alpha=7)) == layers * 2 * 2 * 3 * width
    assert count(tuning.lora(model(), 3, 7, where=("widen",))) == layers * 3 * (width + SHAPE.inner)
    assert count(tuning.adapters(model(), 5)) == layers * 2 * (2 * 5 * width + 5 + width)
    assert count(tuning.biases(model())) == sum(
        w.numel() for n, w in model().named_parameters() if n.endswith("bias")
    )
    assert count(tuning.prompted(model(), 6)) == 6 * width
    assert count(tuning.freeze(model())) == 0


def test_lora_is_its_formula_with_alpha_over_rank(ids):
    linear = torch.nn.Linear(6, 4)
    layer = tuning.LoRA(linear, rank=2, alpha=5)
    torch.nn.init.normal_(layer.b)
    states = torch.randn(3, 6)
    wanted = states @ (linear.weight + 5 / 2 * layer.b @ layer.a).T + linear.bias
    torch.testing.assert_close(layer(states), wanted)
    assert layer.a.std() > 0.1, "both factors are zero: nothing could be learned"
    assert layer.a.abs().max() <= math.sqrt(1 / 6) + 1e-6


def test_merging_changes_no_result_and_can_be_taken_back(ids):
    made = tuning.lora(model(), rank=3, alpha=7)
    for part in made.modules():
        if isinstance(part, tuning.LoRA):
            torch.nn.init.normal_(part.b, std=0.2)
    before = scores(made, ids)
    weight = made.blocks[0].attention.query.linear.weight.clone()
    for _ in range(2):  # twice: the product is added once
        tuning.merge(made)
        torch.testing.assert_close(scores(made, ids), before, rtol=0, atol=1e-5)
    assert not torch.allclose(made.blocks[0].attention.query.linear.weight, weight, atol=1e-3)
    made.blocks[0].attention.query.unmerge()
    torch.testing.assert_close(made.blocks[0].attention.query.linear.weight, weight, rtol=0, atol=1e-6)


def test_a_prompt_of_tokens_vectors_is_as_if_these_tokens_stood_there(ids):
    plain = model()
    made = tuning.prompted(model(), 4)
    before = torch.tensor([3, 9, 9, 0])
    with torch.no_grad():
        made.prompt.copy_(plain.tokens.weight[before])
        wanted = plain.scores(plain.states(torch.cat([before.expand(3, -1), ids], dim=1)))[:, 4:]
    torch.testing.assert_close(scores(made, ids), wanted, rtol=0, atol=1e-5)
    padded = torch.nn.functional.pad(ids, (2, 0))
    real = torch.nn.functional.pad(torch.ones_like(ids, dtype=torch.bool), (2, 0))
    torch.testing.assert_close(scores(made, padded, real)[:, 2:], wanted, rtol=0, atol=1e-5)
    old = made.prompt.detach().clone()
    step(made, ids)
    assert not torch.equal(made.prompt, old)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: tuning.lora(model(), 21, 7), "rank of 21"),
        (lambda: tuning.lora(model(), 0, 7), "rank of 0"),
        (
            lambda: tuning.lora(model(), 2, 7, where=("q_proj", "v_proj")),
            "no linear layer called q_proj or v_proj",
        ),
    ],
)
def test_bad_input_gets_one_line_that_says_so(call, says):
    with pytest.raises(ValueError, match=says):
        call()
