"""Three roles of one text network: what each sees, what they share, and which wrong pairs are drawn."""

import pytest
import torch
from torch.nn import functional as F

from everyvec import training
from everyvec.multimodal.blip import BLIP, hard_negatives
from everyvec.multimodal.captions import END, PAD, START, Captions
from everyvec.multimodal.clip import contrastive_loss
from everyvec.multimodal.cnn import CNN, SMALL
from everyvec.multimodal.connector import places
from everyvec.transformer.block import Shape
from everyvec.transformer.generation import Choice

V = 13
SHAPE = Shape(width=12, heads=3, layers=2, inner=20, positions=6)
IDS = torch.tensor([[1, 5, 9, 2, 0], [1, 12, 2, 0, 0], [1, 5, 3, 7, 2], [1, 9, 5, 2, 0]])


@pytest.fixture
def pictures():
    return torch.rand(4, 3, 12, 9, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def blip():
    made = BLIP(CNN(SMALL), V, SHAPE, width=8)
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in made.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    return made.eval()


@pytest.fixture
def seen(blip, pictures):
    return places(blip.images, pictures).detach()


def test_the_roles_share_all_but_what_makes_them_different(blip):
    for alone, reads, writes in zip(blip.texts.blocks, blip.reader, blip.writer, strict=True):
        assert alone.attention is reads.attention is not writes.attention
        assert alone.widen is reads.widen is writes.widen
        assert alone.narrow is reads.narrow is writes.narrow
        assert reads.cross is writes.cross
        assert alone.cross is None
    count = sum(weight.numel() for weight in blip.parameters())
    whole = sum(weight.numel() for weight in [*blip.reader.parameters(), *blip.writer.parameters()])
    assert count > whole


def test_the_encoder_reads_both_ways_and_no_padding(blip):
    vectors = blip.encode_texts(IDS)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(4))
    torch.testing.assert_close(blip.encode_texts(IDS[1:2, :3]), vectors[1:2], rtol=0, atol=1e-6)
    assert not torch.allclose(vectors[0], vectors[3], atol=1e-3), "order counts"


def test_pictures_are_compared_by_the_mean_of_their_places(blip, pictures, seen):
    wanted = F.normalize(blip.image_map(seen.mean(dim=1)), dim=1)
    torch.testing.assert_close(blip.encode_images(pictures), wanted)


def test_the_matcher_looks_at_the_picture_and_at_all_words_but_no_padding(blip, pictures, seen):
    logits = blip.matches(seen, IDS)
    assert logits.shape == (4, 2)
    assert not torch.allclose(blip.matches(seen.flip(0), IDS), logits, atol=1e-3)
    changed = IDS.clone()
    changed[:, 1] = 8
    assert not torch.allclose(blip.matches(seen, changed), logits, atol=1e-3)
    torch.testing.assert_close(blip.matches(seen[1:2], IDS[1:2, :3]), logits[1:2])
    torch.testing.assert_close(blip.match(pictures, IDS), logits.softmax(dim=1)[:, 1])


def test_the_writer_looks_at_the_picture_and_only_back(blip, seen):
    logits = blip.next_words(seen, IDS)
    assert logits.shape == (4, 5, V)
    changed = IDS.clone()
    changed[:, 3] = 8
    after = blip.next_words(seen, changed)
    torch.testing.assert_close(after[:, :3], logits[:, :3])
    assert not torch.allclose(after[:, 3:], logits[:, 3:], atol=1e-3)
    assert not torch.allclose(blip.next_words(seen.flip(0), IDS), logits, atol=1e-3)


def test_wrong_captions_are_drawn_by_their_scores_and_never_right_ones():
    draws = torch.Generator().manual_seed(0)
    scores = torch.randn(5, 5, generator=draws) * 2
    kinds = torch.tensor([0, 1, 0, 2, 1])
    drawn = torch.stack([hard_negatives(scores, kinds, draws) for _ in range(4000)])  # (4000, 5)
    for row in range(5):
        shares = torch.bincount(drawn[:, row], minlength=5) / 4000
        wrong = [column for column in range(5) if kinds[column] != kinds[row]]
        wanted = torch.zeros(5)
        wanted[wrong] = scores[row, wrong].softmax(dim=0)
        torch.testing.assert_close(shares, wanted, rtol=0, atol=0.04)
        assert shares[kinds == kinds[row]].sum() == 0


def test_the_three_losses_are_of_pairs_of_right_and_wrong_and_of_the_next_words(blip, pictures, seen):
    itc, itm, lm = blip.losses(pictures, IDS)
    scores = blip.scores(blip.encode_images(pictures), blip.encode_texts(IDS))
    torch.testing.assert_close(itc, contrastive_loss(scores))
    nats, count = 0.0, 0
    for row, caption in enumerate(IDS.tolist()):
        words = [token for token in caption if token != PAD]
        for place in range(1, len(words)):
            logits = blip.next_words(seen[row : row + 1], torch.tensor([words[:place]]))[0, -1]
            nats, count = nats - logits.log_softmax(dim=0)[words[place]], count + 1
    torch.testing.assert_close(lm, nats / count)
    torch.manual_seed(3)
    itm, total = blip.losses(pictures, IDS)[1], 0.0
    torch.manual_seed(3)
    captions = hard_negatives(scores, torch.arange(4))
    others = hard_negatives(scores.T, torch.arange(4))
    for row in range(4):
        for picture, caption, fits in ((row, row, 1), (row, captions[row], 0), (others[row], row, 0)):
            logits = blip.matches(seen[picture][None], IDS[caption][None])[0]
            total = total - logits.log_softmax(dim=0)[fits]
    torch.testing.assert_close(itm, total / 12)
    torch.manual_seed(3)
    torch.testing.assert_close(blip(pictures, IDS), itc + itm + lm)


def test_captions_end_and_padding_follows(blip, pictures, seen):
    blip.train()
    ids = blip.caption(pictures, steps=5, choice=Choice(temperature=1.0), seed=1)
    assert blip.training
    blip.eval()
    assert (ids[:, 0] == START).all()
    assert ids.shape[1] <= 6
    for row in ids.tolist():
        if END in row:
            assert all(token == PAD for token in row[row.index(END) + 1 :])
    greedy = blip.caption(pictures, steps=3)
    assert torch.equal(greedy[:, 1], blip.next_words(seen, greedy[:, :1])[:, 0].argmax(dim=1))


def test_it_learns_to_match_and_to_write():
    colours = {"red": (1.0, 0, 0), "green": (0, 1.0, 0), "blue": (0, 0, 1.0), "white": (1.0, 1, 1)}
    captions = Captions(colours)
    ids = captions.encode(list(colours)).repeat(4, 1)
    pictures = torch.tensor(list(colours.values()))[:, :, None, None].expand(-1, -1, 4, 4).repeat(4, 1, 1, 1)
    blip = BLIP(CNN((16,)), len(captions), Shape(width=16, heads=2, layers=1, inner=32, positions=3), width=8)
    training.fit(blip, (pictures, ids), epochs=80, batch_size=16, lr=1e-2)
    assert torch.equal(blip.caption(pictures[:4], steps=2), ids[:4])
    with torch.no_grad():
        fits = torch.stack([blip.match(pictures[:4], ids[[n] * 4]) for n in range(4)], dim=1)
    assert torch.equal(fits.argmax(dim=1), torch.arange(4)), fits


def test_what_does_not_fit_is_refused(blip, pictures):
    empty = IDS.clone()
    empty[2, 1:4], empty[2, 4] = 2, 0
    for ids, message in (
        (IDS.repeat(1, 2), "captions of 10 tokens are longer than the model's 6 positions"),
        (empty, "caption 2 of the batch is empty"),
        (IDS[[1, 1, 1, 1]], "all captions of the batch are the same"),
        (IDS + V, "there is no token"),
    ):
        with pytest.raises(ValueError, match=message):
            blip(pictures, ids)
    with pytest.raises(ValueError, match="caption 2 of the batch is empty"):
        blip.match(pictures, empty)


def test_without_hard_pairs_all_wrong_ones_are_equally_probable(blip, pictures, monkeypatch):
    asked = []
    drawn = lambda scores, kinds: asked.append(scores) or hard_negatives(scores, kinds)  # noqa: E731
    monkeypatch.setattr("everyvec.multimodal.blip.hard_negatives", drawn)
    blip.losses(pictures, IDS, hard=False)
    assert [bool((scores == 0).all()) for scores in asked] == [True, True]
    blip.losses(pictures, IDS)
    assert [bool((scores == 0).all()) for scores in asked[2:]] == [False, False]
