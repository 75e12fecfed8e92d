"""Pairs, masks, baselines and the way to transformers and back; on a small collection that is made here."""

import pytest
import torch
from transformers import BertForPreTraining

from everyvec.transformer.attention import sinusoids
from everyvec.transformer.bert import BERT, IGNORED
from everyvec.transformer.block import Shape
from everyvec.transformer.loading import from_bert
from tools.pretrain import bert, ship
from tools.pretrain.texts import Document

WORDS = [f"w{number}" for number in range(40)]


def documents(count: int, length: int = 200) -> list[Document]:
    """Each has words of its own, so that one sees which document a passage is of."""
    return [
        Document(
            ("addresses", "Moby-Dick")[n % 2],
            str(n),
            " ".join(f"d{n} {WORDS[i % 40]}" for i in range(length)),
        )
        for n in range(count)
    ]


@pytest.fixture(scope="module")
def tokenizer():
    return bert.tokenizer_of(documents(6), 400)


@pytest.fixture(scope="module")
def cut(tokenizer):
    return bert.passages(documents(6), tokenizer)


def test_the_tokenizer_reads_one_text_and_a_pair(tokenizer):
    one, pair = tokenizer("W1 d2"), tokenizer("w1", "d2 w3")
    assert tokenizer.convert_ids_to_tokens(one["input_ids"]) == ["[CLS]", "w1", "d2", "[SEP]"]
    assert pair["token_type_ids"] == [0, 0, 0, 1, 1, 1]
    assert tokenizer.mask_token_id == bert.MASK


def test_pairs_follow_each_other_or_are_of_another_document_of_the_source(cut, tokenizer):
    pairs = bert.draw(cut, 200, seed=0)
    assert 0.4 < pairs.other.float().mean() < 0.6
    for ids, real, segments, other in zip(pairs.ids, pairs.real, pairs.segments, pairs.other, strict=True):
        names = [
            {word for word in tokenizer.decode(ids[real & (segments == part)]).split() if word[0] == "d"}
            for part in (0, 1)
        ]
        assert len(names[0]) == len(names[1]) == 1
        assert (names[0] != names[1]) == bool(other)
        numbers = [int(name.pop()[1:]) for name in names]
        assert numbers[0] % 2 == numbers[1] % 2  # of one source
        assert segments[~real].sum() == 0
        assert (ids == bert.SEP).sum() == 2


def test_a_batch_depends_on_its_step_only(cut):
    batches = bert.Batches(cut, 4, 100)
    for one, other in zip(batches(3), bert.Batches(cut, 4, 100)(3), strict=True):
        assert torch.equal(one, other)
    assert batches(3)[0].shape != batches(4)[0].shape or not torch.equal(batches(3)[0], batches(4)[0])


def test_fewer_words_are_masked_while_the_learning_rate_falls(cut):
    def chosen(step: int) -> float:
        ids, targets, *_ = bert.Batches(cut, 60, 100)(step)
        return ((targets != IGNORED).sum() / ((ids > bert.MASK) | (targets != IGNORED)).sum()).item()

    assert chosen(0) == pytest.approx(0.4, abs=0.02)
    assert chosen(64) == pytest.approx(0.4, abs=0.02)
    assert chosen(82) == pytest.approx(0.28, abs=0.03)
    assert chosen(99) == pytest.approx(0.16, abs=0.02)


def test_training_begins_with_counted_vectors_and_sines(cut, monkeypatch):
    shape = Shape(12, 2, 1, 24, positions=128, norm_first=False)
    monkeypatch.setattr(bert, "SHAPE", shape)
    monkeypatch.setattr(bert, "VOCABULARY", 400)
    model = BERT(400, shape)
    given = torch.randn(400, 12, generator=torch.Generator().manual_seed(0))
    monkeypatch.setattr(bert, "counted", lambda cut: given)
    bert.prepare(model, cut)
    starts = (model.tokens, given), (model.positions, sinusoids(torch.arange(128), 12))
    for table, vectors in starts:
        torch.testing.assert_close(table.weight, vectors * (bert.SPREAD / vectors.std()))
    assert model.segments.weight.std().item() == pytest.approx(bert.SPREAD)


def test_words_with_the_same_neighbours_have_like_vectors(monkeypatch):
    """Words 10 and 11 stand in turn between the same two; 12 stands between two others."""
    monkeypatch.setattr(bert, "SHAPE", Shape(4, 2, 1, 8, positions=128, norm_first=False))
    monkeypatch.setattr(bert, "VOCABULARY", 20)
    text = torch.tensor([5, 10, 6, 7, 12, 8, 5, 11, 6, 7, 12, 8] * 30)
    vectors = torch.nn.functional.normalize(bert.counted({"one": [[text]]}), dim=1)
    assert vectors[10] @ vectors[11] > 0.9 > 0.3 > vectors[10] @ vectors[12]


def test_a_run_keeps_its_tokenizer(tmp_path):
    first = bert.kept_tokenizer(documents(6), tmp_path)
    again = bert.kept_tokenizer([], tmp_path)  # nothing is learned a second time
    assert again("w1 d2", "w3") == first("w1 d2", "w3")
    assert again.mask_token_id == bert.MASK


def test_measured_words_are_no_separators_and_no_neighbours(cut):
    pairs = bert.draw(cut, 50, seed=1)
    chosen = bert.every_seventh(pairs)
    rows, columns = chosen.nonzero(as_tuple=True)
    for step in (-1, 0, 1):
        assert (pairs.ids[rows, columns + step] > bert.MASK).all()
    assert not (chosen[:, 1:] & chosen[:, :-1]).any()
    assert 0.12 < chosen.sum() / (pairs.ids > bert.MASK).sum() < 0.16
    row, column = chosen.nonzero()[5].tolist()
    expected = pairs.ids[row, [column - 1, column + 1, column]]
    assert bert.around(pairs, chosen, 1)[5].tolist() == expected.tolist()


def test_a_measurement_masks_what_it_asks_for(cut, monkeypatch):
    model = BERT(400, Shape(12, 2, 2, 24, positions=128, norm_first=False)).eval()
    pairs = bert.draw(cut, 40, seed=1)
    losses, right, told = bert.measure(model, pairs)
    chosen = bert.every_seventh(pairs)
    assert len(losses) == len(right) == chosen.sum()
    ids = pairs.ids.masked_fill(chosen, bert.MASK)
    words = model.words(model.states(ids, pairs.real, pairs.segments)[chosen])
    torch.testing.assert_close(
        losses, torch.nn.functional.cross_entropy(words, pairs.ids[chosen], reduction="none").detach()
    )
    assert 0 <= told <= 1
    further = bert.measure(model, pairs, apart=2)[0]
    beside = torch.nn.functional.pad(chosen, (1, 1))
    ids = pairs.ids.masked_fill(chosen | beside[:, 2:] | beside[:, :-2], bert.MASK)
    words = model.words(model.states(ids, pairs.real, pairs.segments)[chosen])
    torch.testing.assert_close(
        further, torch.nn.functional.cross_entropy(words, pairs.ids[chosen], reduction="none").detach()
    )


def test_the_trigram_uses_both_sides(monkeypatch):
    """Rows count on by 1, 2 or 3. One neighbour leaves three words to choose from; both tell the word."""
    monkeypatch.setattr(bert, "VOCABULARY", 40)

    def counting(start: int) -> bert.Pairs:
        rows = [
            [bert.CLS, *(5 + (start + row + step * place) % 30 for place in range(20)), bert.SEP]
            for row in range(9)
            for step in (1, 2, 3)
        ]
        ids = torch.tensor(rows)
        return bert.Pairs(ids, ids != bert.PAD, ids, ids[:, 0])

    train, validation, test = (
        bert.around(pairs, (pairs.ids > bert.MASK), 1) for pairs in map(counting, (0, 3, 7))
    )
    inner = (test[:, :2] > bert.MASK).all(axis=1)  # the first and the last word have one neighbour only
    trigram = bert.FromBothSides(train, validation)
    losses, guesses = trigram.answers(test[inner][:60])
    assert (guesses == test[inner][:60, 2]).mean() > 0.9
    assert losses.mean() < 0.5
    assert trigram.probabilities(7, 9).sum() == pytest.approx(1)
    one_side = test[inner][:60].copy()
    one_side[:, 1] = bert.UNKNOWN  # never seen there
    assert trigram.answers(one_side)[0].mean() > losses.mean() + 0.5


def test_theirs_has_our_logits_and_comes_back():
    ours = BERT(37, Shape(24, 4, 3, 40, positions=19, norm_first=False, eps=1e-12))
    torch.manual_seed(1)
    with torch.no_grad():
        for weight in ours.parameters():
            weight.add_(torch.randn_like(weight) * 0.1)
    ours.eval()
    theirs = ship.to_bert(ours, bert.PAD)
    assert isinstance(theirs, BertForPreTraining)
    ids = torch.randint(37, (5, 19), generator=torch.Generator().manual_seed(0))
    kinds = (torch.arange(19) > 7).long().expand(5, -1)
    with torch.inference_mode():
        states = ours.states(ids, segments=kinds)
        found = theirs(ids, token_type_ids=kinds)
        torch.testing.assert_close(found.prediction_logits, ours.words(states), rtol=0, atol=1e-5)
        torch.testing.assert_close(found.seq_relationship_logits, ours.pairs(states), rtol=0, atol=1e-5)
    again = from_bert(theirs).state_dict()
    for name, weight in ours.state_dict().items():
        assert torch.equal(again[name], weight), name
