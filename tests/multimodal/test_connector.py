"""Vision states as tokens before the words: what learns, what is predicted from what, and the cache."""

import pytest
import torch
from torch.nn import functional as F

from everyvec import training
from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.multimodal.connector import PictureReader, Resampler, linear, look, mlp
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder

V, D, S, T = 17, 12, 10, 5
SHAPE = Shape(width=D, heads=3, layers=2, inner=20, positions=16)
ASKED = Shape(width=D, heads=2, layers=1, inner=18, positions=3)  # three tokens


@pytest.fixture
def seen():
    return torch.randn(4, T, S, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def ids():
    return torch.randint(3, V, (4, 6), generator=torch.Generator().manual_seed(1))


def shaken(model):
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.3)
    return model


@pytest.fixture
def reader():
    return PictureReader(linear(S, D), shaken(Decoder(V, SHAPE))).eval()


def test_a_vits_patches_and_a_cnns_grid_are_looked_at_row_by_row():
    pictures = torch.rand(5, 3, 8, 12, generator=torch.Generator().manual_seed(0))
    vit = ViT((8, 12), 4, Shape(width=12, heads=3, layers=1, inner=20, positions=7, dropout=0.5)).train()
    states = look(vit, pictures, at_once=2)
    assert vit.training
    torch.testing.assert_close(states, vit.eval().states(pictures)[:, 1:].detach(), rtol=0, atol=1e-6)
    cnn = CNN(SMALL)
    cells = look(cnn, pictures, at_once=2)
    assert cells.shape == (5, 1 * 2, 64)
    torch.testing.assert_close(cells[:, 1], cnn.grid(pictures)[:, :, 0, 1].detach())
    assert not cells.requires_grad


@pytest.mark.parametrize("make", [linear, mlp])
def test_each_state_becomes_a_token_by_itself(make, seen):
    connector = make(S, D)
    assert connector(seen).shape == (4, T, D)
    torch.testing.assert_close(connector(seen)[:, 2], connector(seen[:, 2]))
    assert torch.equal(make(S, D, seed=1)(seen), make(S, D, seed=1)(seen))
    first, second, third = (connector(seen + step) for step in range(3))
    assert torch.allclose(second - first, third - second, atol=1e-5) == (make is linear)


def test_a_resampler_gives_as_many_tokens_as_asked_for_in_no_order_of_states(seen):
    resampler = shaken(Resampler(S, ASKED))
    tokens = resampler(seen)
    assert tokens.shape == (4, 3, D)
    torch.testing.assert_close(resampler(seen.flip(1)), tokens)
    assert not torch.allclose(tokens[:, 0], tokens[:, 1], atol=1e-3), "each query asks for its own"
    assert not torch.allclose(resampler(seen * 2), tokens, atol=1e-3)


def test_only_the_connector_learns_and_the_language_model_drops_nothing(seen, ids):
    shape = Shape(width=D, heads=3, layers=2, inner=20, positions=16, dropout=0.5)
    reader = PictureReader(mlp(S, D), shaken(Decoder(V, shape))).train()
    before = [weight.clone() for weight in reader.decoder.parameters()]
    wanted = torch.ones_like(ids, dtype=torch.bool)
    assert reader(seen, ids, wanted) == reader(seen, ids, wanted)
    losses = training.fit(reader, (seen, ids, wanted), epochs=30, batch_size=4, lr=3e-2).losses
    assert losses[-1] < losses[0] - 0.1
    assert all(torch.equal(*pair) for pair in zip(before, reader.decoder.parameters(), strict=True))


def test_a_wanted_token_is_predicted_from_the_place_before_it(reader, seen, ids):
    wanted = torch.zeros_like(ids, dtype=torch.bool)
    wanted[0, 0], wanted[1, 3], wanted[1, 5] = True, True, True
    losses = []
    for row, place in wanted.nonzero().tolist():
        tokens = torch.cat([reader.connector(seen[row]), reader.decoder.tokens(ids[row, :place])])
        states = tokens + reader.decoder.positions.weight[: len(tokens)]
        mask = torch.ones(len(tokens), len(tokens), dtype=torch.bool).tril()
        states = states[None]
        for block in reader.decoder.blocks:
            states = block(states, mask)
        scores = reader.decoder.scores(reader.decoder.norm(states))[0, -1]
        losses.append(F.cross_entropy(scores, ids[row, place]))
    torch.testing.assert_close(reader(seen, ids, wanted), torch.stack(losses).mean())


def test_the_picture_changes_the_answer_and_a_cache_does_not(reader, seen, ids):
    answers = reader.answer(seen, ids, steps=4)
    assert answers.shape == (4, 4)
    assert torch.equal(answers, reader.answer(seen, ids, steps=4, cached=False))
    assert not torch.equal(answers, reader.answer(seen.flip(0), ids, steps=4))
    written = torch.cat([ids, answers], dim=1)
    states = reader.decoder.states(written, prompt=reader.connector(seen))
    assert torch.equal(reader.decoder.scores(states)[:, -5:-1].argmax(dim=-1), answers)


def test_after_its_end_an_answer_is_over(reader, seen, ids):
    free = reader.answer(seen, ids, steps=5)
    row, place = (free[:, :-1] != free[:, 1:]).nonzero()[0].tolist()  # another token follows it
    end = int(free[row, place])
    ended = reader.answer(seen, ids, steps=5, end=end)
    for row, other in zip(ended.tolist(), free.tolist(), strict=True):
        length = other.index(end) if end in other else 5
        assert row == other[:length] + [end] * (5 - length)


def test_what_does_not_fit_is_refused(reader, seen, ids):
    wanted = torch.ones_like(ids, dtype=torch.bool)
    for given, message in (
        ((seen, ids, wanted[:, 1:]), r"wanted must be bool \(4, 6\)"),
        ((seen, ids, wanted.long()), r"not torch.int64 \(4, 6\)"),
        ((seen, ids, ~wanted), "no token of this batch is wanted"),
        ((seen[:2], ids, wanted), r"vision states \(2, 5, 10\) are not \(B, T, S\) for 4 texts"),
        ((seen, ids.repeat(1, 2), wanted.repeat(1, 2)), "17 tokens are more than the model's 16 positions"),
    ):
        with pytest.raises(ValueError, match=message):
            reader(*given)
    with pytest.raises(ValueError, match=r"a prompt is \(P, 12\) or \(4, P, 12\) vectors, not \(4, 5, 10\)"):
        PictureReader(torch.nn.Identity(), reader.decoder)(seen, ids, wanted)
