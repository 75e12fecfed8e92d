"""Lookup: equal to torch's attention and to formulas written as loops, with every mask, in every shape."""

import math

import pytest
import torch
from torch.nn import functional as F

from everyvec.attention import lookup

B, H, N, T, D, E = 2, 3, 4, 5, 7, 6  # all different, so that no swapped axis passes


def made(*leading, seed=0, dtype=torch.float64):
    """Queries, keys and values with scores far from saturation: their spread before scaling is about √7."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((*leading, N, D), (*leading, T, D), (*leading, T, E))
    return [torch.randn(shape, generator=generator, dtype=dtype) + 0.1 for shape in shapes]


def some_mask(*leading):
    """A random mask in which the first query of the first table may look nowhere."""
    mask = torch.rand(*leading, N, T, generator=torch.Generator().manual_seed(1)) < 0.6
    mask[..., 0] |= ~mask.any(-1)  # every row may look somewhere …
    mask[(0,) * len(leading) + (0,)] = False  # … but this one
    return mask


def by_loops(queries, keys, values, mask=None, scale=None):
    """One number at a time, for tables without leading dimensions."""
    scale = 1 / math.sqrt(len(queries[0])) if scale is None else scale
    rows = []
    for i, query in enumerate(queries.tolist()):
        seen = [j for j in range(len(keys)) if mask is None or bool(mask[i, j])]
        powers = {
            j: math.exp(scale * sum(a * b for a, b in zip(query, keys[j].tolist(), strict=True)))
            for j in seen
        }
        total = sum(powers.values())
        rows.append([sum(powers[j] / total * values[j, e].item() for j in seen) for e in range(E)])
    return torch.tensor(rows, dtype=values.dtype)


# ---- from the dictionary to the soft lookup --------------------------------------------------------------


def test_exact_gives_the_value_of_the_equal_key_and_zeros_for_a_query_that_is_no_key():
    _, keys, values = made()
    queries = torch.stack([keys[3], keys[1] + 1e-6, keys[0]])
    expected = torch.stack([values[3], torch.zeros(E, dtype=values.dtype), values[0]])
    assert torch.equal(lookup.exact(queries, keys, values), expected)


def test_exact_takes_the_later_of_two_equal_keys_as_a_dictionary_does():
    keys, values = torch.tensor([[1.0, 2], [3, 4], [1, 2]]), torch.tensor([[10.0], [20], [30]])
    assert lookup.exact(torch.tensor([[1.0, 2]]), keys, values).tolist() == [[30]]


def test_best_gives_the_value_of_the_key_with_the_largest_dot_product_and_the_first_of_equal_ones():
    keys, values = torch.tensor([[1.0, 0], [0, 2], [0, 2]]), torch.tensor([[10.0], [20], [30]])
    queries = torch.tensor([[3.0, 1], [1, 3], [-5, -1]])
    assert lookup.best(queries, keys, values).tolist() == [[10], [20], [20]]


def test_soft_goes_from_the_mean_to_the_best_as_its_dial_is_turned():
    queries, keys, values = made()
    mean = values.mean(0).expand(N, E)
    torch.testing.assert_close(lookup.soft(queries, keys, values, beta=0), mean)
    torch.testing.assert_close(
        lookup.soft(queries, keys, values, beta=1e3), lookup.best(queries, keys, values)
    )
    torch.testing.assert_close(
        lookup.soft(queries, keys, values, beta=0.3), by_loops(queries, keys, values, scale=0.3)
    )


# ---- attend, plain and fast ------------------------------------------------------------------------------


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("scale", [None, 0.3])
def test_attend_equals_the_loops(masked, scale):
    queries, keys, values = made()
    mask = some_mask() if masked else None
    expected = by_loops(queries, keys, values, mask, scale)
    mixture, weights = lookup.attend(queries, keys, values, mask, scale)
    torch.testing.assert_close(mixture, expected)
    torch.testing.assert_close(weights @ values, expected)
    torch.testing.assert_close(lookup.attend_fast(queries, keys, values, mask, scale), expected)


@pytest.mark.parametrize("leading", [(), (B,), (B, H)])
@pytest.mark.parametrize("scale", [None, 0.3])
@pytest.mark.parametrize("kind", ["none", "all", "table", "padding", "causal", "both"])
def test_attend_equals_torch(leading, scale, kind):
    queries, keys, values = made(*leading)
    if kind in ("causal", "both"):
        queries = torch.cat([queries, queries[..., :1, :]], dim=-2)  # T of them
    padding = lookup.padding_mask(torch.tensor([3, 5]), T)  # (B, 1, T)
    padding = {0: padding[0], 1: padding, 2: padding.unsqueeze(1)}[len(leading)]
    mask = {
        "none": None,
        "all": torch.ones(N, T, dtype=torch.bool),
        "table": some_mask(*leading),
        "padding": padding,
        "causal": lookup.causal_mask(T),
        "both": lookup.causal_mask(T) & padding,
    }[kind]
    expected = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask, scale=scale)
    if kind == "table":
        expected[(0,) * len(leading) + (0,)] = 0
    mixture, weights = lookup.attend(queries, keys, values, mask, scale)
    torch.testing.assert_close(mixture, expected)
    torch.testing.assert_close(lookup.attend_fast(queries, keys, values, mask, scale), expected)
    if mask is not None:
        assert (weights[~mask.expand_as(weights)] == 0).all()
    if kind != "table":
        torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))


def test_attend_equals_torch_in_single_precision():
    queries, keys, values = made(B, H, dtype=torch.float32)
    expected = F.scaled_dot_product_attention(queries, keys, values)
    torch.testing.assert_close(lookup.attend(queries, keys, values)[0], expected, atol=1e-5, rtol=0)


def test_the_scale_is_one_over_the_root_of_the_keys_width_and_a_wrong_one_shows():
    queries, keys, values = made(B, H)
    found = lookup.attend(queries, keys, values)[0]
    torch.testing.assert_close(found, lookup.attend(queries, keys, values, scale=D**-0.5)[0])
    for wrong in (1, (H * D) ** -0.5, E**-0.5, 1 / D):
        assert (found - lookup.attend(queries, keys, values, scale=wrong)[0]).abs().max() > 0.01


def test_causal_attention_is_the_same_when_the_future_changes():
    generator = torch.Generator().manual_seed(3)
    states = torch.randn(B, T, D, generator=generator)
    other = states.clone()
    other[:, 3:] += 1
    before, after = (lookup.attend(x, x, x, lookup.causal_mask(T))[0] for x in (states, other))
    assert torch.equal(before[:, :3], after[:, :3])
    assert (before[:, 3:] - after[:, 3:]).abs().min() > 1e-3


@pytest.mark.parametrize("junk", [100.0, -100.0])
def test_what_lies_in_the_padding_is_not_read(junk):
    queries, keys, values = made(B)
    mask = lookup.padding_mask(torch.tensor([2, 4]), T)
    torn = [keys.clone(), values.clone()]
    for table in torn:
        table[0, 2:] = junk
        table[1, 4:] = junk
    for form in (lambda *a: lookup.attend(*a)[0], lookup.attend_fast):
        torch.testing.assert_close(form(queries, *torn, mask), form(queries, keys, values, mask))


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_query_that_may_look_nowhere_gets_zeros_forward_and_backward(fast, dtype):
    tables = [table.requires_grad_() for table in made(B, H, dtype=dtype)]
    mask = some_mask(B, H)
    mixture = lookup.attend_fast(*tables, mask) if fast else lookup.attend(*tables, mask)[0]
    assert (mixture[0, 0, 0] == 0).all()
    assert (mixture.flatten(0, 2)[1:].abs().amax(-1) > 0).all()
    mixture.square().sum().backward()
    for table in tables:
        assert torch.isfinite(table.grad).all()
    assert (tables[0].grad[0, 0, 0] == 0).all()
    if not fast:
        assert (lookup.attend(*tables, mask)[1][0, 0, 0] == 0).all()


def test_a_sequence_that_is_all_padding_gives_zeros():
    queries, keys, values = made(B)
    mask = lookup.padding_mask(torch.tensor([0, 5]), T)
    mixture, _ = lookup.attend(queries, keys, values, mask)
    assert (mixture[0] == 0).all()
    assert (lookup.attend_fast(queries, keys, values, mask)[0] == 0).all()
    torch.testing.assert_close(mixture[1], lookup.attend(queries[1], keys[1], values[1])[0])


@pytest.mark.parametrize("kind", ["none", "some"])
def test_gradients(kind):
    tables = [table.requires_grad_() for table in made(B)]
    mask = some_mask(B) if kind == "some" else None
    assert torch.autograd.gradcheck(lambda *a: lookup.attend(*a, mask), tables)
    assert torch.autograd.gradcheck(lambda *a: lookup.attend_fast(*a, mask), tables)


def test_arguments_stay_as_they_are():
    tables, mask = made(B), some_mask(B)
    before = [table.clone() for table in (*tables, mask)]
    lookup.attend(*tables, mask)
    lookup.attend_fast(*tables, mask)
    lookup.soft(*made(), beta=2.0)
    assert all(torch.equal(a, b) for a, b in zip(before, (*tables, mask), strict=True))


# ---- masks -----------------------------------------------------------------------------------------------


def test_padding_mask():
    assert lookup.padding_mask(torch.tensor([0, 2, 3]), 3).int().tolist() == [
        [[0, 0, 0]],
        [[1, 1, 0]],
        [[1, 1, 1]],
    ]


def test_causal_mask():
    assert lookup.causal_mask(3).int().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]


# ---- learned parts ---------------------------------------------------------------------------------------


def test_additive_scores_equal_their_formula():
    torch.manual_seed(0)
    model = lookup.AdditiveScores(query_dim=D, key_dim=E, hidden=8).double()
    queries, keys = (
        torch.randn(B, N, D, dtype=torch.float64),
        torch.randn(B, T, E, dtype=torch.float64),
    )
    w, u, v = model.query.weight, model.key.weight, model.score.weight[0]
    scores = model(queries, keys)
    assert scores.shape == (B, N, T)
    for b in range(B):
        for i in range(N):
            for j in range(T):
                expected = v @ torch.tanh(w @ queries[b, i] + u @ keys[b, j])
                torch.testing.assert_close(scores[b, i, j], expected)
    assert model(queries[0], keys[0]).equal(scores[0])
    assert torch.autograd.gradcheck(model, [queries.requires_grad_(), keys.requires_grad_()])


def test_attention_projects_queries_keys_and_values():
    torch.manual_seed(0)
    model = lookup.Attention(query_dim=3, state_dim=8, dim=D, value_dim=E).double()
    asking, states = torch.randn(B, N, 3, dtype=torch.float64), torch.randn(B, T, 8, dtype=torch.float64)
    mask = some_mask(B)
    found, weights = model(asking, states, mask)
    queries, keys, values = (
        asking @ model.query.weight.T,
        states @ model.key.weight.T,
        states @ model.value.weight.T,
    )
    for expected, got in zip(lookup.attend(queries, keys, values, mask), (found, weights), strict=True):
        torch.testing.assert_close(got, expected)


def test_attention_without_a_value_matrix_mixes_the_states_themselves():
    torch.manual_seed(0)
    model = lookup.Attention(query_dim=3, state_dim=8, dim=D)
    found, weights = model(torch.randn(N, 3), states := torch.randn(T, 8))
    torch.testing.assert_close(found, weights @ states)
    assert len(list(model.parameters())) == 2


# ---- bad input -------------------------------------------------------------------------------------------

MASK = torch.ones(N, T, dtype=torch.bool)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda q, k, v: (q[..., :-1], k, v), r"queries \(2, 4, 6\) and keys \(2, 5, 7\) must have the same"),
        (lambda q, k, v: (q, k[:, :-1], v), r"keys \(2, 4, 7\) and values \(2, 5, 6\): each key needs one"),
        (lambda q, k, v: (q, k[0], v), r"must be tables, as many of each"),
        (lambda q, k, v: (q, k, v[:1]), r"must be tables, as many of each"),
        (lambda q, k, v: (q[0, 0], k[0], v[0]), r"queries \(7,\), keys .* must be tables"),
        (lambda q, k, v: (q, k[:, :0], v[:, :0]), r"the store is empty"),
        (lambda q, k, v: (q, k, v, MASK.float()), r"the mask must be bool, .* not torch.float32"),
        (lambda q, k, v: (q, k, v, MASK.T), r"the mask \(5, 4\) does not fit the scores \(2, 4, 5\)"),
        (lambda q, k, v: (q, k, v, MASK[:, 0]), r"the mask \(4,\) does not fit"),
        (lambda q, k, v: (q, k, v, MASK.expand(1, 1, N, T)), r"the mask \(1, 1, 4, 5\) does not fit"),
        (lambda q, k, v: (q, k, v, MASK[:B]), r"the mask \(2, 5\) does not fit the scores \(2, 4, 5\)"),
    ],
)
def test_what_does_not_fit_gives_one_clear_line(change, message):
    for form in (lookup.attend, lookup.attend_fast):
        with pytest.raises(ValueError, match=message) as error:
            form(*change(*made(B)))
        assert "\n" not in str(error.value)


def test_a_batch_of_masks_does_not_pass_for_one_of_heads():
    tables = [table[:, :B] for table in made(B, H)]  # as many heads as sequences
    padding = lookup.padding_mask(torch.tensor([3, 5]), T)
    with pytest.raises(ValueError, match=r"the mask \(2, 1, 5\) does not fit the scores \(2, 2, 4, 5\)"):
        lookup.attend(*tables, padding)


def test_lengths_that_do_not_fit_give_one_clear_line():
    for wrong in (torch.tensor([4]), torch.tensor([-1]), torch.tensor([[1]])):
        with pytest.raises(ValueError, match="lengths must be a row of numbers from 0 to 3"):
            lookup.padding_mask(wrong, 3)
