"""Grids of emoji: captions that are true, swapped or bound wrongly, and pairs that no other part names."""

import pytest
import torch
from torch import nn

from everyvec.multimodal.grids import NAMES, World, true_of


@pytest.fixture(scope="module")
def world():
    return World()


def said(world, ids):
    """The two kinds that a caption (6,) names."""
    words = [world.words.words[number] for number in ids]
    assert words[0] == "<start>"
    assert words[2:4] == ["left", "of"]
    assert words[5] == "<end>"
    return NAMES.index(words[1]), NAMES.index(words[4])


def right_of(kinds, columns, kind):
    """The kind directly right of this one, or None."""
    at = kinds.index(kind)
    return kinds[at + 1] if (at + 1) % columns else None


@pytest.mark.parametrize(("rows", "columns", "part"), [(1, 2, "train"), (2, 3, "valid"), (2, 3, "test")])
def test_captions_say_what_they_should(world, rows, columns, part):
    grids = world.grids(80, rows, columns, part, seed=3)
    for number in range(80):
        kinds = grids.kinds[number].tolist()
        assert len(set(kinds)) == rows * columns
        first, second = said(world, grids.choices[number, 0])
        assert (first, second) == (grids.first[number], grids.second[number])
        assert right_of(kinds, columns, first) == second
        assert said(world, grids.choices[number, 1]) == (second, first)
        random = said(world, grids.choices[number, 2])
        assert random[0] != random[1]
        assert world.parts[random] == world.parts[first, second]
        assert world.parts[first, second] == ["train", "valid", "test"].index(part)
        if grids.bound is not None:
            same, other = said(world, grids.bound[number])
            assert same == first
            assert other in kinds
            assert other not in (first, second)
    assert (grids.bound is None) == (rows * columns == 2)


def test_a_pair_has_one_part_in_both_orders(world):
    assert torch.equal(world.parts, world.parts.T)
    shares = [(world.parts == part).triu(1).sum().item() for part in range(3)]
    assert sum(shares) == 120
    assert min(shares) >= 5


def test_cells_are_the_vectors_of_their_kinds(world):
    grids = world.grids(50, 2, 3, "train", seed=1)
    both = world.features[:2, grids.kinds]  # (2, 50, 6, S)
    matches = (both == grids.cells).all(dim=3)  # (2, 50, 6)
    assert bool(matches.any(dim=0).all())
    assert bool(matches.any(dim=2).any(dim=1).all())
    fluent = world.grids(50, 2, 3, "train", seed=1, fluent=True)
    assert torch.equal(fluent.cells, world.features[2, fluent.kinds])


def test_seeds_give_other_pictures_and_the_same_seed_the_same(world):
    one, again, other = (world.grids(40, 2, 3, "train", seed=seed) for seed in (1, 1, 2))
    assert torch.equal(one.cells, again.cells)
    assert not torch.equal(one.kinds, other.kinds)


def test_true_of_counts_neighbours_within_a_row_only():
    kinds = torch.tensor([[4, 2, 7, 1, 3, 5]])  # 4 2 7 above 1 3 5
    first, second = torch.tensor([4, 2, 7, 4, 1, 2]), torch.tensor([2, 4, 1, 7, 3, 7])
    assert true_of(kinds, 3, first, second).tolist() == [[True, False, False, False, True, True]]


def test_an_anchored_word_is_the_mean_of_its_drawings(world):
    words, into = nn.Embedding(len(world.words), 64), nn.Linear(64, 64)
    before = words.weight.clone()
    world.anchor(words, into)
    torch.testing.assert_close(words.weight[world.tokens], world.features[:2].mean(dim=0))
    assert torch.equal(words.weight[:3], before[:3])
    cells = world.features[0]
    torch.testing.assert_close(into(cells), cells)


def test_too_few_pairs_are_named():
    world = World(NAMES[:6])
    world.parts[:] = 0
    with pytest.raises(ValueError, match="only 0 of 10 pictures found: are there pairs for 'test'"):
        world.grids(10, 2, 3, "test", seed=0)
