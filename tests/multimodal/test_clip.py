"""The text encoders, the shared space and its loss. That all equal open_clip's is in test_loading.py."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from everyvec import training
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import (
    CLIP,
    MeanOfWords,
    TextTransformer,
    class_vectors,
    contrastive_loss,
    contrastive_loss_plain,
    picture_vectors,
)
from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.transformer.block import Shape

V = 13
SHAPE = Shape(width=12, heads=3, layers=2, inner=20, positions=9)
IDS = torch.tensor([[1, 5, 9, 2, 0, 0], [1, 12, 2, 0, 0, 0], [1, 5, 3, 7, 4, 2], [1, 9, 5, 2, 0, 0]])


@pytest.fixture
def pictures():
    return torch.rand(4, 3, 9, 7, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def clip():
    return CLIP(CNN(SMALL), MeanOfWords(V, 10), width=8).eval()


def test_a_mean_of_words_counts_no_marks_and_is_the_same_caption_by_caption():
    texts = MeanOfWords(V, 10)
    vectors = texts(IDS)
    torch.testing.assert_close(vectors[2], texts.words.weight[[5, 3, 7, 4]].mean(dim=0))
    torch.testing.assert_close(vectors, texts.plain(IDS))
    torch.testing.assert_close(vectors[0], vectors[3])  # no order
    for compute in (texts, texts.plain):
        texts.zero_grad()
        (compute(IDS) ** 2).sum().backward()
        assert not texts.words.weight.grad[:3].any(), "marks learn nothing"
        assert texts.words.weight.grad[12].abs().sum() > 0


def test_a_text_transformer_reads_at_the_end_and_not_behind_it():
    texts = TextTransformer(V, SHAPE).eval()
    vectors, states = texts(IDS), texts.decoder.states(IDS)
    torch.testing.assert_close(vectors[0], states[0, 3])
    torch.testing.assert_close(vectors[2], states[2, 5])
    assert not torch.allclose(vectors[0], vectors[3], atol=1e-4), "order counts"
    behind = IDS.clone()
    behind[0, 4:], behind[1, 3:] = 2, 7  # the end once more, or anything
    torch.testing.assert_close(texts(behind), vectors)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((slice(1, 2), 1, 2), "caption 1 of the batch is empty"),
        ((slice(2, 3), 5, 4), "caption 2 of the batch has no end token 2"),
        ((slice(3, 4), 0, 5), "caption 3 of the batch does not begin with the start token 1"),
        ((slice(0, 1), 1, 13), "there is no token 13"),
    ],
)
def test_a_caption_that_a_text_transformer_cannot_read_is_refused(change, message):
    rows, column, token = change
    ids = IDS.clone()
    ids[rows, column] = token
    with pytest.raises(ValueError, match=message):
        TextTransformer(V, SHAPE)(ids)


def test_a_caption_longer_than_the_positions_and_an_empty_one_are_refused():
    with pytest.raises(ValueError, match="captions of 10 tokens are longer than the model's 9 positions"):
        TextTransformer(V, SHAPE)(torch.full((2, 10), 5))
    with pytest.raises(ValueError, match="caption 1 of the batch is empty"):
        MeanOfWords(V, 10)(torch.tensor([[1, 5, 2], [1, 2, 0]]))


def test_both_encoders_give_vectors_of_length_one_and_scores_are_cosines_over_temperature(clip, pictures):
    images, texts = clip.encode_images(pictures), clip.encode_texts(IDS[:3])
    assert images.shape == (4, 8)
    for vectors in (images, texts):
        torch.testing.assert_close(vectors.norm(dim=1), torch.ones(len(vectors)))
    scores = clip.scores(images, texts)
    assert scores.shape == (4, 3)
    cosine = F.cosine_similarity(
        clip.image_map(clip.images(pictures))[1], clip.text_map(clip.texts(IDS))[2], 0
    )
    torch.testing.assert_close(scores[1, 2], cosine / 0.07)
    assert clip.temperature == pytest.approx(0.07)


def test_the_temperature_has_a_bound_from_which_it_can_come_back(pictures):
    clip = CLIP(CNN(SMALL), MeanOfWords(V, 10), width=8)
    with torch.no_grad():
        clip.log_factor.fill_(8.0)
    clip(pictures, IDS).backward()
    assert clip.temperature == pytest.approx(0.01)
    assert clip.log_factor.item() == pytest.approx(math.log(100))
    assert clip.log_factor.grad.abs() > 1e-3
    with pytest.raises(ValueError, match=r"at least 0\.01, not 0\.005"):
        CLIP(CNN(SMALL), MeanOfWords(V, 10), temperature=0.005)


@pytest.mark.parametrize("kinds", [None, torch.tensor([4, 7, 4, 1, 7]), torch.arange(5)])
def test_the_loss_is_the_same_pair_by_pair(kinds):
    scores = torch.randn(5, 5, generator=torch.Generator().manual_seed(3)).requires_grad_()
    fast, plain = contrastive_loss(scores, kinds), contrastive_loss_plain(scores, kinds)
    torch.testing.assert_close(fast, plain)
    found, wanted = (torch.autograd.grad(loss, scores)[0] for loss in (fast, plain))
    torch.testing.assert_close(found, wanted)
    if kinds is not None and len(kinds.unique()) < 5:
        assert found[0, 2] == found[2, 0] == found[1, 4] == 0, "twins are no negatives"
        assert not torch.allclose(fast, contrastive_loss(scores))


def test_the_loss_looks_in_both_directions():
    scores = torch.tensor([[0.0, 0.0], [9.0, 9.0]])  # rows know nothing, columns decide for the second
    rows = math.log(2)
    columns = (math.log(1 + math.exp(9)) + math.log(1 + math.exp(-9))) / 2
    assert contrastive_loss(scores).item() == pytest.approx((rows + columns) / 2, rel=1e-5)


def test_pictures_with_one_caption_are_no_negatives_of_each_other(clip, pictures):
    scores = clip.scores(clip.encode_images(pictures), clip.encode_texts(IDS[[0, 1, 0, 2]]))
    wanted = contrastive_loss_plain(scores, torch.tensor([0, 1, 0, 2]))
    torch.testing.assert_close(clip(pictures, IDS[[0, 1, 0, 2]]), wanted)


def test_pictures_and_captions_must_be_pairs(clip, pictures):
    with pytest.raises(ValueError, match=r"a square of scores, not \(4, 3\)"):
        clip(pictures, IDS[:3])


def test_vectors_in_parts_are_those_of_all_at_once_and_the_mode_stays(pictures):
    shape = Shape(width=12, heads=3, layers=1, inner=20, positions=9, dropout=0.5)
    clip = CLIP(CNN(SMALL), TextTransformer(V, shape), width=8).train()
    vectors, classes = picture_vectors(clip, pictures, at_once=3), class_vectors(clip, IDS, at_once=3)
    assert clip.training
    assert clip.texts.training
    clip.eval()
    torch.testing.assert_close(vectors, clip.encode_images(pictures).detach(), rtol=0, atol=1e-6)
    torch.testing.assert_close(classes, clip.encode_texts(IDS).detach(), rtol=0, atol=1e-6)
    assert not vectors.requires_grad


def test_colours_are_learned_and_an_unseen_pair_is_named_by_a_sentence():
    """Pictures of one colour above another; the pair of the test never occurs in training."""
    colours = {"red": (1.0, 0, 0), "green": (0, 1.0, 0), "blue": (0, 0, 1.0), "white": (1.0, 1, 1)}
    pairs = [(top, low) for top in colours for low in colours if top != low]
    unseen = ("red", "blue")

    def picture(top, low):
        made = torch.zeros(3, 8, 8)
        made[:, :4], made[:, 4:] = (torch.tensor(colours[name])[:, None, None] for name in (top, low))
        return made

    sentences = [f"top{top} low{low}" for top, low in pairs]
    captions = Captions(sentences)
    seen = [number for number, pair in enumerate(pairs) if pair != unseen]
    pictures, ids = torch.stack([picture(*pair) for pair in pairs]), captions.encode(sentences)
    pixels = nn.Flatten()
    pixels.width = 3 * 8 * 8
    clip = CLIP(pixels, MeanOfWords(len(captions), 16), width=16)
    training.fit(clip, (pictures[seen], ids[seen]), epochs=60, batch_size=11, lr=3e-2)
    answers = clip.scores(picture_vectors(clip, pictures), class_vectors(clip, ids)).argmax(dim=1)
    assert answers.tolist() == list(range(12))
