"""Three architectures: who may look where, what is trained, and how it writes."""

import pytest
import torch
from torch.nn import functional as F

from everyvec.attention.seq2seq import END, PAD, START
from everyvec.transformer.architectures import OneStack, Task, TwoStacks, begun, may_look, pick, until_end
from everyvec.transformer.block import Shape

SHAPE = Shape(width=12, heads=3, layers=2, inner=20, positions=9)
WORDS, MASK = 11, 3
SOURCE = torch.tensor([[5, 6, 7, END], [8, 9, END, PAD]])
TARGET = torch.tensor([[10, 4, 6, 5, END], [7, END, PAD, PAD, PAD]])


def networks():
    return {sees: OneStack(WORDS, SHAPE, sees, seed=1) for sees in ("all", "back", "prefix")} | {
        "two stacks": TwoStacks(WORDS, SHAPE, seed=1)
    }


def test_the_three_masks_by_hand():
    rows = {
        sees: may_look(SOURCE[:1, :2], TARGET[:1, :2], sees)[0, 0].int().tolist()
        for sees in ("all", "back", "prefix")
    }
    assert rows["all"] == [[1, 1, 1, 1]] * 4
    assert rows["back"] == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    assert rows["prefix"] == [[1, 1, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    padded = may_look(SOURCE[1:], TARGET[1:, :2], "back")[0, 0]
    assert not padded[:, 3].any()
    assert padded[4:, 2].all()


@pytest.mark.parametrize("sees", ["back", "prefix", "two stacks"])
def test_no_place_knows_what_is_written_after_it(sees):
    network, other = networks()[sees], TARGET.clone()
    other[:, 3:] = 8
    with torch.no_grad():
        one, two = network(SOURCE, TARGET), network(SOURCE, other)
    assert torch.allclose(one[:, :3], two[:, :3], atol=1e-6)
    assert not torch.allclose(one[:, 3], two[:, 3], atol=1e-4)


def test_masked_places_of_an_encoder_know_both_sides():
    network, other = networks()["all"], TARGET.clone()
    other[:, 4] = 8
    with torch.no_grad():
        assert not torch.allclose(network(SOURCE, TARGET)[:, 0], network(SOURCE, other)[:, 0], atol=1e-4)


def test_a_word_of_the_source_knows_the_words_after_it_unless_the_mask_forbids_it():
    other = SOURCE.clone()
    other[0, 2] = 9
    for sees, knows in (("all", True), ("back", False), ("prefix", True)):
        network = networks()[sees]
        with torch.no_grad():
            moved = network.at_the_words(SOURCE)[0, 0] - network.at_the_words(other)[0, 0]
        assert bool(moved.abs().max() > 1e-4) == knows, sees


def test_the_second_copy_of_a_word_knows_the_whole_sentence():
    other = SOURCE.clone()
    other[0, 2] = 9
    network = networks()["back"]
    with torch.no_grad():
        assert not torch.allclose(network(SOURCE, SOURCE)[0, 0], network(other, other)[0, 0], atol=1e-4)


@pytest.mark.parametrize("sees", ["all", "back", "prefix", "two stacks"])
def test_padding_of_the_source_changes_nothing(sees):
    network = networks()[sees]
    with torch.no_grad():
        one, two = network(SOURCE, TARGET[:, :1]), network(F.pad(SOURCE, (0, 3)), TARGET[:, :1])
    assert torch.allclose(one, two, atol=1e-5)


def test_one_stack_and_two_have_the_same_weights_at_the_start_whatever_the_mask():
    all_, back = networks()["all"].state_dict(), networks()["back"].state_dict()
    assert all(torch.equal(weight, back[name]) for name, weight in all_.items())
    assert 0.8 < all_["tokens.weight"].std() / (0.02 * (768 / 12) ** 0.5) < 1.2


@pytest.mark.parametrize("sees", ["back", "two stacks"])
def test_loss_and_writing_by_hand(sees):
    task = Task(networks()[sees], "next", MASK)
    with torch.no_grad():
        logits = task.network(SOURCE, begun(TARGET)).log_softmax(dim=-1)
        by_hand = [-logits[b, t, TARGET[b, t]] for b in (0, 1) for t in range(5) if TARGET[b, t] != PAD]
        assert task(SOURCE, TARGET).item() == pytest.approx(torch.stack(by_hand).mean().item(), abs=1e-5)
        written = task.write(SOURCE, 5)
        again = pick(task.network(SOURCE, begun(written)), draw=False)
    assert written.shape == (2, 5)
    assert written.equal(again)


def test_begun_starts_and_drops_the_last():
    assert begun(TARGET)[0].tolist() == [START, 10, 4, 6, 5]


def test_labels_at_the_word_do_not_count_padding():
    target = torch.tensor([[4, 5, 6, PAD], [7, 8, PAD, PAD]])
    for how in ("at the word", "second copy"):
        task = Task(networks()["back"], how, MASK)
        one, changed = task(SOURCE, target), target.clone()
        changed[0, 3] = 9
        assert one.item() != pytest.approx(task(SOURCE, changed).item(), abs=1e-4)
        assert task.write(SOURCE, 4).shape == (2, 4)


def test_only_masked_tokens_count_and_the_end_fills_the_places(monkeypatch):
    seen = []
    task = Task(networks()["all"], "masked", MASK)
    inner = task.network.forward
    monkeypatch.setattr(
        task.network, "forward", lambda source, written: (seen.append(written), inner(source, written))[1]
    )
    torch.manual_seed(0)
    loss = task(SOURCE, TARGET)
    (written,) = seen
    full = TARGET.masked_fill(TARGET == PAD, END)
    hidden = written == MASK
    assert hidden.any(dim=1).all()
    assert written[~hidden].equal(full[~hidden])
    with torch.no_grad():
        right = inner(SOURCE, written).log_softmax(dim=-1).gather(2, full[..., None])[..., 0]
    assert loss.item() == pytest.approx(-right[hidden].mean().item(), abs=1e-5)


def test_from_the_left_each_token_is_said_after_those_before_it():
    task = Task(networks()["all"], "masked", MASK)
    said = task.write(SOURCE, 5, left=True)
    with torch.no_grad():
        for place in range(5):
            known = said.masked_fill(torch.arange(5) >= place, MASK)
            assert said[:, place].equal(pick(task.network(SOURCE, known), draw=False)[:, place])


@pytest.mark.parametrize(("passes", "calls"), [(None, 5), (1, 1), (2, 2), (5, 5)])
@pytest.mark.parametrize("left", [False, True])
def test_an_encoder_fills_every_place_once(monkeypatch, passes, calls, left):
    task, given = Task(networks()["all"], "masked", MASK), []
    inner = task.network.forward
    monkeypatch.setattr(
        task.network,
        "forward",
        lambda source, written: (given.append(written.clone()), inner(source, written))[1],
    )
    with torch.no_grad():
        task.network.bias[MASK] = -1e9  # so that a mask that is left would show
    written = task.write(SOURCE, 5, passes, left=left)
    assert len(given) == calls
    assert not (written == MASK).any()
    for before, after in zip(given, [*given[1:], written], strict=True):
        known = before != MASK
        assert after[known].equal(before[known])  # nothing is said twice


def test_drawn_tokens_follow_their_probabilities():
    logits = torch.tensor([5.0, 9.0, 1.0, 2.0]).expand(4000, 4)  # padding and start are never said
    torch.manual_seed(0)
    shares = pick(logits, draw=True).bincount(minlength=4) / 4000
    assert shares[:2].sum() == 0
    assert shares[3] == pytest.approx(0.731, abs=0.03)
    assert pick(logits, draw=False).unique().tolist() == [3]


def test_until_end():
    assert until_end(torch.tensor([[5, END, 6], [5, 6, 7]])) == [(5,), (5, 6, 7)]


def test_unknown_ways_are_errors():
    with pytest.raises(ValueError, match="sees is one of"):
        OneStack(WORDS, SHAPE, "forward")
    with pytest.raises(ValueError, match="how is one of"):
        Task(networks()["all"], "backwards", MASK)
    with pytest.raises(ValueError, match="no token 13"):
        networks()["back"](SOURCE + 4, TARGET)
