"""CLIP's training on drawings: what is drawn at random is moved a little and stays in range."""

import pytest
import torch
from torch.nn import functional as F

from everyvec import training
from everyvec.multimodal.captions import Captions
from everyvec.multimodal.clip import CLIP, MeanOfWords, contrastive_loss
from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.multimodal.drawings import DrawingEncoder, Drawings, moved, quick_words

NAMES = ["red cat", "blue cat", "red dog", "blue dog", "red hat", "blue hat"]
WORDS = Captions(NAMES)


@pytest.fixture
def pictures():
    """(2, 6, 3, 16, 12)"""
    return torch.rand(2, 6, 3, 16, 12, generator=torch.Generator().manual_seed(0))


def made(pictures, **how):
    clip = CLIP(CNN(SMALL), MeanOfWords(len(WORDS), 10), width=8)
    return Drawings(
        clip, pictures, [WORDS.encode(NAMES), WORDS.encode([f"{n} {n} cat" for n in NAMES])], **how
    )


def test_what_is_moved_keeps_its_shape_stays_in_range_and_is_another_one():
    torch.manual_seed(0)
    square = torch.zeros(2, 3, 20, 20)
    square[:, :, 8:12, 8:12] = 1
    seen = moved(square)
    assert seen.shape == square.shape
    assert seen.min() >= 0
    assert seen.max() <= 1
    assert not torch.equal(seen[0], seen[1])
    # about as much ink, near the middle, and paper where the window looks past the picture
    ink = seen.sum(dim=(1, 2, 3)) / square.sum(dim=(1, 2, 3))
    assert ((ink > 0.6) & (ink < 1.4)).all()
    torch.testing.assert_close(seen[:, :, 0], torch.zeros(2, 3, 20))
    places = torch.arange(20.0)
    middle = (seen[:, 0].sum(dim=1) @ places) / seen[:, 0].sum(dim=(1, 2))  # (2,)
    assert (middle - 9.5).abs().max() < 3


def test_groups_compare_a_pair_with_its_group_only(pictures):
    pairs = made(pictures, group=2)
    things = torch.arange(5)  # groups of 2, 2 and 1
    torch.manual_seed(3)
    found = pairs(things)
    torch.manual_seed(3)
    houses, tables = torch.randint(2, (5,)), torch.randint(2, (5,))
    images = pairs.clip.encode_images(moved(pictures[houses, things]))
    texts = pairs.clip.encode_texts(pairs.captions[tables, things])
    scores = pairs.clip.scores(images, texts)
    parts = [contrastive_loss(scores[a:b, a:b]) * (b - a) for a, b in ((0, 2), (2, 4), (4, 5))]
    torch.testing.assert_close(found, sum(parts) / 5)
    assert parts[2] == 0  # alone, it has nothing to be told from
    whole = made(pictures, group=5)
    torch.manual_seed(3)
    both = (F.cross_entropy(scores, things) + F.cross_entropy(scores.T, things)) / 2
    torch.testing.assert_close(whole(things), both)


def test_it_learns():
    colours = torch.rand(6, 3, 1, 1, generator=torch.Generator().manual_seed(1)).round(decimals=1)
    pairs = made(colours.expand(2, 6, 3, 16, 12).contiguous())
    history = training.fit(pairs, (torch.arange(6),), epochs=60, batch_size=6, lr=1e-2)
    assert history.smoothed(10) < 0.7 * sum(history.losses[:10]) / 10


def test_captions_of_other_things_are_refused(pictures):
    clip = CLIP(CNN(SMALL), MeanOfWords(len(WORDS), 10), width=8)
    with pytest.raises(ValueError, match=r"6 things are drawn, but the captions are of \[5\]"):
        Drawings(clip, pictures, [WORDS.encode(NAMES[:5])])


def test_the_vector_of_a_picture_depends_on_no_other_once_it_is_trained(pictures):
    encoder = DrawingEncoder((16, 32, 64))
    encoder(pictures[0])  # the running means move
    encoder.eval()
    torch.testing.assert_close(encoder(pictures[0])[:2], encoder(pictures[0, :2]))
    assert encoder.width == 64
    assert not any(isinstance(part, torch.nn.GroupNorm) for part in encoder.modules())


def test_quick_words_start_a_tenth_as_long():
    ratio = quick_words(9, 10, seed=1).words.weight / MeanOfWords(9, 10, seed=1).words.weight
    torch.testing.assert_close(ratio, torch.full_like(ratio, 0.1))
