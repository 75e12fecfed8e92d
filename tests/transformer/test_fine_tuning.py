"""Fine-tuning: each way trains what it says, and the given decoder stays as it is."""

import math

import pytest
import torch
from torch.nn import functional as F

from everyvec.transformer import fine_tuning, reviews_decoder
from everyvec.transformer.block import Shape
from everyvec.transformer.decoder import Decoder

SHAPE = Shape(width=12, heads=3, layers=2, inner=20, positions=20)
V = 11


@pytest.fixture
def decoder():
    return Decoder(V, SHAPE, seed=1).eval()


def rows(count, seed=0):
    """Tokens with padding at the end, which are real, and labels that the second token tells."""
    generator = torch.Generator().manual_seed(seed)
    ids = torch.randint(1, V, (count, 6), generator=generator)
    real = torch.arange(6) < torch.randint(3, 7, (count, 1), generator=generator)
    return ids * real, real, (ids[:, 1] > 5).long() + (ids[:, 1] > 8)


def test_the_head_reads_the_last_real_state(decoder):
    model = fine_tuning.Classifier(decoder, 12, 3).eval()
    ids, real, _ = rows(5)
    for n in range(5):
        length = int(real[n].sum())
        alone = decoder.states(ids[n : n + 1, :length])[0, -1]
        torch.testing.assert_close(
            model.logits(ids, real)[n], model.head(alone), atol=1e-5, rtol=0, msg="padding changes the state"
        )


@pytest.mark.parametrize("way", fine_tuning.WAYS)
def test_each_way_learns_and_leaves_the_given_decoder_alone(decoder, way):
    before = {name: value.clone() for name, value in decoder.state_dict().items()}
    data = rows(40)
    model = fine_tuning.fine_tune(decoder, way, (0.01, 0.05), data, steps=40)
    assert all(value.equal(before[name]) for name, value in decoder.state_dict().items())
    assert all(weight.requires_grad for weight in decoder.parameters())
    most = data[2].bincount().max().item() / 40
    assert model.accuracy(*data) >= most - 0.1
    if way in ("from scratch", "full"):
        assert model.accuracy(*data) > most + 0.1


def test_the_head_and_the_rest_have_their_own_rates(decoder):
    # the head's rate for everything
    model = fine_tuning.fine_tune(decoder, "full", (0.0, 0.05), rows(8), steps=3)
    same = [a.equal(b) for a, b in zip(model.decoder.parameters(), decoder.parameters(), strict=True)]
    assert all(same)
    fresh = fine_tuning.Classifier(decoder, 12, 3)
    assert not model.head.weight.equal(fresh.head.weight)


def test_perplexity_is_that_of_all_tokens_with_a_prompt_or_without(decoder):
    ids = torch.randint(0, V, (230, 5), generator=torch.Generator().manual_seed(3))  # more than two parts
    with torch.no_grad():
        scores = decoder.scores(decoder.states(ids[:, :-1]))
        expected = math.exp(F.cross_entropy(scores.flatten(0, 1), ids[:, 1:].flatten()).item())
    assert fine_tuning.perplexity(decoder, ids) == pytest.approx(expected, rel=1e-4)
    prompted = fine_tuning.WAYS["prompt tuning"](decoder, 0)
    assert fine_tuning.perplexity(prompted, ids) > 1


def test_the_best_rate_has_the_highest_mean_and_is_the_lowest_of_equal_ones():
    assert fine_tuning.best({"0.001": [0.2, 0.6], "0.01": [0.5, 0.3], "0.1": [0.1, 0.6]}) == 0.001


def test_the_shipped_decoder_guesses_words_and_a_damaged_one_is_an_error(tmp_path, monkeypatch):
    model = reviews_decoder.load()
    assert not model.training
    rows = reviews_decoder.stream("valid", reviews_decoder.ROW)
    assert rows.shape[1] == reviews_decoder.ROW
    assert fine_tuning.perplexity(model, rows[:60]) < 90  # a unigram has 171
    damaged = tmp_path / "weights"
    monkeypatch.setattr(reviews_decoder, "WEIGHTS", damaged)
    with pytest.raises(FileNotFoundError, match=r"tools\.tuning pretrain"):
        reviews_decoder.load()
    damaged.write_bytes(b"x")
    with pytest.raises(ValueError, match="damaged"):
        reviews_decoder.load()


def test_a_sentence_stands_between_two_end_marks():
    ids, real = reviews_decoder.encode(["The film is good.", "Bad"])
    assert ids[0, 0] == ids[0, -1] == 0
    assert real.sum(dim=1).tolist() == [7, 3]
    texts, labels = reviews_decoder.drawn("valid", 3, 0)
    assert len(texts) == 12
    assert labels.bincount().tolist() == [3, 3, 3, 3]
