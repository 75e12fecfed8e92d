"""Where two modalities meet, what a missing one does, and pairs that are read or compared."""

import pytest
import torch
from torch.nn import functional as F

from everyvec import training
from everyvec.multimodal.clip import CLIP, TextTransformer
from everyvec.multimodal.fusion import (
    Align,
    Cells,
    CrossFusion,
    Early,
    Fuse,
    Late,
    first_is_right,
)
from everyvec.multimodal.parts import AlignParts, FuseOne
from everyvec.transformer.block import Shape

A, B, K, N = 5, 7, 3, 6
PARTS = Shape(width=12, heads=3, layers=2, inner=20, positions=4)  # at most four parts
CELLS = Shape(width=12, heads=3, layers=2, inner=20, positions=5)  # a class token and four cells
TEXTS = Shape(width=12, heads=3, layers=2, inner=20, positions=6)
PAIRS = Shape(width=12, heads=3, layers=2, inner=20, positions=11)  # a class token, four cells, six words
V, S = 11, 9


def shaken(model):
    torch.manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.add_(torch.randn_like(weight) * 0.2)
    return model.eval()


def some(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def made(kind):
    """A model and its two inputs."""
    if kind is CrossFusion:
        return shaken(CrossFusion((A, B), PARTS, K)), some(N, 4, A), some(N, 3, B)
    return shaken(kind((A, B), 8, K)), some(N, A), some(N, B)


@pytest.mark.parametrize("kind", [Early, Late, CrossFusion])
def test_scores_are_log_probabilities_to_which_both_modalities_add(kind):
    model, first, second = made(kind)
    scores = model.scores(first, second)
    assert scores.shape == (N, K)
    torch.testing.assert_close(scores.exp().sum(dim=1), torch.ones(N))
    for changed in (model.scores(first.flip(0), second), model.scores(first, second.flip(0))):
        assert not torch.allclose(changed, scores, atol=1e-3)
    labels = torch.tensor([0, 2, 1, 1, 0, 2])
    torch.testing.assert_close(model(first, second, labels), -scores[torch.arange(N), labels].mean())


@pytest.mark.parametrize("kind", [Early, Late, CrossFusion])
def test_a_missing_modality_is_not_read(kind):
    model, first, second = made(kind)
    present = torch.tensor([[True, False], [False, True]] * 3)
    scores = model.scores(first, second, present)
    without_second, without_first = present[:, 0], present[:, 1]
    moved = model.scores(first, second + 5, present)
    torch.testing.assert_close(moved[without_second], scores[without_second])
    assert not torch.allclose(moved[without_first], scores[without_first], atol=1e-3)
    moved = model.scores(first + 5, second, present)
    torch.testing.assert_close(moved[without_first], scores[without_first])
    assert not torch.allclose(moved[without_second], scores[without_second], atol=1e-3)


def test_late_fusion_averages_probabilities_of_those_that_are_there():
    model, first, second = made(Late)
    said = [network(given).softmax(dim=1) for network, given in zip(model.each, (first, second), strict=True)]
    torch.testing.assert_close(model.scores(first, second).exp(), (said[0] + said[1]) / 2)
    only = torch.tensor([[False, True]] * N)
    torch.testing.assert_close(model.scores(first, second, only).exp(), said[1])


@pytest.mark.parametrize("kind", [Early, Late, CrossFusion])
def test_a_table_of_what_is_present_that_does_not_fit_is_refused(kind):
    model, first, second = made(kind)
    for present, message in (
        (torch.ones(N, 2), r"present must be bool \(6, 2\), not torch.float32"),
        (torch.ones(N, 3, dtype=torch.bool), r"not torch.bool \(6, 3\)"),
        (torch.arange(2 * N).view(N, 2) < 9, "example 5 has neither modality"),
    ):
        with pytest.raises(ValueError, match=message):
            model.scores(first, second, present)


def test_too_many_parts_are_refused():
    model, first, second = made(CrossFusion)
    with pytest.raises(ValueError, match=r"P at most 4, not \(6, 5, 5\)"):
        model.scores(some(N, 5, A), second)
    with pytest.raises(ValueError, match=r"not \(6, 5\)"):
        model.scores(first[:, 0], second)


@pytest.fixture
def cells():
    return some(N, 4, S)


@pytest.fixture
def ids():
    ids = torch.randint(3, V, (N, 6), generator=torch.Generator().manual_seed(1))
    ids[:, 0], ids[:, 5] = 1, 2
    ids[2, 3], ids[2, 4:] = 2, 0  # a shorter one
    return ids


def fuse():
    return shaken(Fuse(S, 4, V, PAIRS))


def align():
    return Align(shaken(CLIP(Cells(S, CELLS), TextTransformer(V, TEXTS), width=8)))


@pytest.mark.parametrize("make", [fuse, align])
def test_a_table_holds_the_scores_of_all_pairs(make, cells, ids):
    model = make()
    if make is fuse:
        table = model.table(cells, ids[:5], at_once=7)
    else:
        table = model.table(cells, ids[:5])
    assert table.shape == (6, 5)
    for picture in range(6):
        for caption in range(5):
            one = model.scores(cells[picture : picture + 1], ids[caption : caption + 1])
            torch.testing.assert_close(table[picture, caption], one[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("make", [fuse, align])
def test_places_of_cells_and_of_words_count_and_padding_does_not(make, cells, ids):
    model = make()
    scores = model.scores(cells, ids)
    assert not torch.allclose(model.scores(cells.flip(1), ids), scores, atol=1e-3)
    turned = ids.clone()
    turned[:, 1], turned[:, 2] = ids[:, 2], ids[:, 1]
    assert not torch.allclose(model.scores(cells, turned), scores, atol=1e-3)
    torch.testing.assert_close(model.scores(cells[2:3], ids[2:3, :4]), scores[2:3])


@pytest.mark.parametrize("make", [fuse, align])
def test_the_loss_is_that_of_finding_the_first_of_several_captions(make, cells, ids):
    model = make()
    choices = torch.stack([ids, ids.flip(0), ids.roll(1, 0)], dim=1)  # (B, 3, N)
    scores = torch.stack([model.scores(cells, choices[:, n]) for n in range(3)], dim=1)
    torch.testing.assert_close(model(cells, choices), -scores.log_softmax(dim=1)[:, 0].mean())


def test_first_is_right_where_its_score_is_the_highest():
    assert first_is_right(torch.tensor([[9.0, 0.0], [8.0, 1.0]])) < 1e-2
    assert first_is_right(torch.tensor([[0.0, 9.0], [1.0, 8.0]])) > 5


def test_fuse_learns_which_word_belongs_to_which_cell():
    """Two cells of two colours each; the wrong caption has both words, the wrong way round."""
    draws = torch.Generator().manual_seed(0)
    colours = torch.rand(256, 4, generator=draws).topk(2, dim=1).indices  # (256, 2) two different of four
    cells = F.one_hot(colours, 4).float()
    right = torch.cat([colours + 3, torch.full((256, 1), 2)], dim=1)
    choices = torch.stack([right, right[:, [1, 0, 2]]], dim=1)
    model = Fuse(4, 2, V, Shape(width=24, heads=3, layers=2, inner=48, positions=6))
    training.fit(model, (cells, choices), epochs=25, batch_size=32, lr=5e-3)
    with torch.no_grad():
        better = model.scores(cells, choices[:, 0]) > model.scores(cells, choices[:, 1])
    assert better.float().mean() > 0.95


def test_what_does_not_fit_is_refused(cells, ids):
    empty = ids.clone()
    empty[3] = 0
    for given, message in (
        ((cells[:, :3], ids), r"cells must be \(6, 4, S\), not \(6, 3, 9\)"),
        ((cells[:5], ids), r"cells must be \(6, 4, S\), not \(5, 4, 9\)"),
        ((cells, ids.repeat(1, 2)), "captions of 12 tokens are longer than the model's 6"),
        ((cells, empty), "caption 3 of the batch is empty"),
        ((cells, ids + V), "there is no token"),
    ):
        with pytest.raises(ValueError, match=message):
            fuse().scores(*given)
    with pytest.raises(ValueError, match="11 positions leave no room for words behind 10 parts"):
        Fuse(S, 10, V, PAIRS)
    with pytest.raises(ValueError, match=r"cells must be \(B, 4, S\), not \(6, 3, 9\)"):
        Cells(S, CELLS)(cells[:, :3])


def align_parts(whole=False):
    return AlignParts(shaken(CLIP(Cells(S, CELLS), TextTransformer(V, TEXTS), width=8)), whole)


@pytest.mark.parametrize("whole", [False, True])
def test_parts_are_compared_word_by_word(cells, ids, whole):
    model = align_parts(whole)
    seen, said = model.encode_parts(cells), model.encode_words(ids)
    assert seen.shape == (6, 1 if whole else 4, 8)
    expected = torch.zeros(6, 6)
    for picture in range(6):
        for caption in range(6):
            words = [said[caption, n] for n in range(6) if ids[caption, n] > 2]  # no padding, start or end
            best = [max(float(part @ word) for part in seen[picture]) for word in words]
            expected[picture, caption] = model.clip.factor() * sum(best) / len(best)
    torch.testing.assert_close(model.table(cells, ids), expected)
    torch.testing.assert_close(model.scores(cells, ids), expected.diagonal())
    choices = torch.stack([ids, ids.flip(0)], dim=1)
    torch.testing.assert_close(
        model(cells, choices),
        -torch.stack([expected.diagonal(), expected.fliplr().diagonal()], dim=1)
        .log_softmax(dim=1)[:, 0]
        .mean(),
    )


def test_a_cell_knows_its_neighbours_and_its_place(cells, ids):
    model = align_parts()
    other = cells.clone()
    other[:, 3] += 1
    assert not torch.allclose(model.encode_parts(other)[:, 0], model.encode_parts(cells)[:, 0], atol=1e-3)
    assert not torch.allclose(model.scores(cells.flip(1), ids), model.scores(cells, ids), atol=1e-3)


def test_fuse_of_one_vector_sees_what_the_encoder_gives(cells, ids):
    one = Shape(width=12, heads=3, layers=2, inner=20, positions=8)  # a class token, one part, six words
    model = FuseOne(shaken(Cells(S, CELLS)), shaken(Fuse(12, 1, V, one)))
    expected = model.fuse.scores(model.cells(cells)[:, None], ids)
    torch.testing.assert_close(model.scores(cells, ids), expected)
    assert not torch.allclose(model.scores(cells.flip(1), ids), expected, atol=1e-3)
    choices = torch.stack([ids, ids.flip(0)], dim=1)
    assert model(cells, choices).ndim == 0
