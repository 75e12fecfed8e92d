"""Language models: against tables worked out by hand, loops, and the mistakes that are made with shifts."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from everyvec.attention import language
from everyvec.attention.language import END, PADDING, UNKNOWN, GRULanguageModel, NGrams, Words
from everyvec.evaluation import perplexity

TOY = [["a", "b"], ["a", "c"], ["a", "b", "b"]]
VALID = [["a", "b"], ["c"]]
# Prefixes that were seen, that were not, with an unknown word, and longer than any window
PREFIXES = [[], ["a"], ["c", "a"], ["b", "c"], ["x"], ["x", "a", "b"], ["c", "c", "c", "a", "b", "b"]]


def words():
    return Words(TOY)


def counted(order, discounts=None):
    model = NGrams(words(), order, TOY, VALID)
    if discounts is not None:
        model.discounts = np.array(discounts)
    return model


def recurrent(width=6, **options):
    """A network whose every number is away from zero and one, its bias too."""
    model = GRULanguageModel(words(), width, **options)
    with torch.no_grad():
        for weight in model.parameters():
            weight.normal_(std=0.7)
    return model.eval()


MODELS = [lambda: counted(1), lambda: counted(2), lambda: counted(3), lambda: counted(5), recurrent]
each_model = pytest.mark.parametrize(
    "make", MODELS, ids=["unigram", "bigram", "trigram", "5-gram", "recurrent"]
)


# ---- words -----------------------------------------------------------------------------------------------


def test_words_are_numbered_after_end_and_unknown_and_start_is_none_of_those_to_predict():
    vocabulary = words()
    assert vocabulary.words == ["<end>", "<unknown>", "a", "b", "c"]
    assert len(vocabulary) == vocabulary.start == 5
    assert vocabulary.encode(["c", "x", "a"]) == [5, 4, UNKNOWN, 2, END]
    assert Words(TOY, min_count=2).encode(["c", "b"]) == [4, UNKNOWN, 3, END]  # "a" and "b" occur 3 times


def test_padding_is_neither_end_nor_another_number_of_the_vocabulary():
    rows = language.pad(words(), [["a"], ["b", "c"]])
    assert rows.tolist() == [[5, 2, END, PADDING], [5, 3, 4, END]]


# ---- probabilities ---------------------------------------------------------------------------------------


@each_model
def test_probabilities_of_all_that_can_come_next_sum_to_1_after_every_prefix(make):
    model = make()
    for prefix in PREFIXES:
        p = np.exp(model.next(prefix))
        assert p.shape == (5,)
        assert (p > 0).all()
        assert p.sum() == pytest.approx(1, abs=1e-6)


@each_model
def test_log_probs_are_those_of_next_word_for_word_with_the_end_at_the_end(make):
    model = make()
    sentences = [["a", "b", "b"], [], ["x", "c"], ["c", "c", "a", "b", "a", "a"]]
    found = model.log_probs(sentences)
    assert [len(row) for row in found] == [4, 1, 3, 7]
    for sentence, row in zip(sentences, found, strict=True):
        ids = model.words.encode(sentence)
        for place, value in enumerate(row):
            assert value == pytest.approx(model.next(sentence[:place])[ids[place + 1]], abs=1e-5)


@each_model
def test_a_word_s_probability_knows_neither_the_word_itself_nor_what_follows_nor_the_other_sentences(make):
    model = make()
    alone = model.log_probs([["a", "b", "c"]])[0]
    beside = model.log_probs([["c", "b", "b", "a", "a"], ["a", "b", "c"], ["b"]])[1]
    np.testing.assert_allclose(alone, beside, atol=1e-5)
    changed = model.log_probs([["a", "b", "b", "a"]])[0]
    np.testing.assert_allclose(alone[:2], changed[:2], atol=1e-5)
    # the distribution at a place does not depend on which word stands there
    p = sum(math.exp(model.log_probs([["a", word]])[0][1]) for word in ("x", "a", "b", "c"))
    assert p + math.exp(model.log_probs([["a"]])[0][1]) == pytest.approx(1, abs=1e-5)


@each_model
def test_the_probabilities_of_all_sentences_sum_to_1(make):
    model = make()
    total, open_prefixes = 0.0, [([], 0.0)]
    for _ in range(5):
        longer = []
        for prefix, log_p in open_prefixes:
            after = model.next(prefix)
            total += math.exp(log_p + after[END])
            longer += [
                ([*prefix, word], log_p + after[number]) for number, word in enumerate("?xabc") if number
            ]
        open_prefixes = longer
    unfinished = sum(math.exp(log_p) for _, log_p in open_prefixes)
    assert total + unfinished == pytest.approx(1, abs=1e-5)


# ---- counting, by hand -----------------------------------------------------------------------------------


def test_the_unigram_by_hand():
    # a 3, b 3, c 1, end 3 of 10 tokens; four kinds give .5 each: a fifth of all, shared by five
    p = np.exp(counted(1, [0.5]).next([]))
    np.testing.assert_allclose(p, [0.25 + 0.04, 0.04, 0.25 + 0.04, 0.25 + 0.04, 0.05 + 0.04])


def test_the_bigram_by_hand():
    # after how many different words: end after b and c: 2; a after start: 1; b after a and b: 2; c after a: 1
    model = counted(2, [0.5, 0.25])
    lower = np.array([1.5, 0, 0.5, 1.5, 0.5]) / 6 + (0.5 * 4 / 6) / 5
    # after "a": b 2, c 1
    expected = np.array([0, 0, 0, 1.75, 0.75]) / 3 + 0.25 * 2 / 3 * lower
    np.testing.assert_allclose(np.exp(model.next(["a"])), expected)
    np.testing.assert_allclose(np.exp(model.next(["c", "x"])), lower)  # nothing was seen after "x"
    # at the start: a 3
    expected = np.array([0, 0, 2.75, 0, 0]) / 3 + 0.25 / 3 * lower
    np.testing.assert_allclose(np.exp(model.next([])), expected)


def test_the_trigram_by_hand():
    model = counted(3, [0.5, 0.25, 0.125])
    lowest = np.array([1.5, 0, 0.5, 1.5, 0.5]) / 6 + (0.5 * 4 / 6) / 5
    # after "b", by what comes before the pair: (b, end) comes after a and b: 2; (b, b) after a: 1
    middle = np.array([1.75, 0, 0, 0.75, 0]) / 3 + 0.25 * 2 / 3 * lowest
    # after "a b": end 1, b 1
    expected = np.array([0.875, 0, 0, 0.875, 0]) / 2 + 0.125 * 2 / 2 * middle
    np.testing.assert_allclose(np.exp(model.next(["a", "b"])), expected)
    # the pairs (start, a) have nothing before them and count 3; the first word sees them, not a trigram
    first = np.array([0, 0, 2.75, 0, 0]) / 3 + 0.25 / 3 * lowest
    np.testing.assert_allclose(np.exp(model.next([])), first)


@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_one_probability_at_a_time_gives_the_same_as_all_at_once(order):
    model = counted(order)
    for prefix in PREFIXES:
        ids = model.words.prefix(prefix)
        slow = [math.log(model.probability(ids, number)) for number in range(5)]
        np.testing.assert_allclose(model.next(prefix), slow, rtol=1e-12)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_discounts_are_the_best_of_a_grid_on_the_validation_sentences(order):
    rng = np.random.default_rng(0)
    text = [list(rng.choice(list("abcdefgh"), p=np.arange(1, 9) / 36, size=6)) for _ in range(60)]
    model = NGrams(Words(text), order, text[:40], text[40:])
    tuned = perplexity(model.log_probs(text[40:]))
    for place in range(order):
        kept = model.discounts.copy()
        for discount in (0.02, 0.2, 0.4, 0.6, 0.8, 0.98):
            model.discounts = kept.copy()
            model.discounts[place] = discount
            assert perplexity(model.log_probs(text[40:])) > tuned - 1e-3
        model.discounts = kept


# ---- the network -----------------------------------------------------------------------------------------


def test_the_loss_is_that_of_a_loop_over_real_tokens_of_unequal_rows():
    model = recurrent()
    sentences = [["a", "b", "b", "c", "a"], ["c"], [], ["x", "a"]]
    total, count = 0.0, 0
    for sentence in sentences:
        ids = model.words.encode(sentence)
        state = torch.zeros(1, 6)
        for here, following in pairwise(ids):
            state = _gru_step(model.gru, model.embedding.weight[here], state)
            scores = [
                sum(a * b for a, b in zip(state[0].tolist(), row, strict=True)) + bias
                for row, bias in zip(model.embedding.weight[:5].tolist(), model.bias.tolist(), strict=True)
            ]
            total += math.log(sum(map(math.exp, scores))) - scores[following]
            count += 1
    assert count == 12
    loss = model(language.pad(model.words, sentences)).item()
    assert loss == pytest.approx(total / count, abs=1e-5)
    # perplexity is the same mean, over tokens and not over rows
    assert perplexity(model.log_probs(sentences)) == pytest.approx(math.exp(loss), rel=1e-5)


def _gru_step(gru, x, state):
    parts_x = (gru.weight_ih_l0 @ x + gru.bias_ih_l0).chunk(3)
    parts_h = (gru.weight_hh_l0 @ state[0] + gru.bias_hh_l0).chunk(3)
    reset, update = (torch.sigmoid(parts_x[k] + parts_h[k]) for k in (0, 1))
    new = torch.tanh(parts_x[2] + reset * parts_h[2])
    return ((1 - update) * new + update * state[0])[None].detach()


def test_padding_changes_neither_loss_nor_gradient():
    model = recurrent()
    ids = language.pad(model.words, [["a", "b"], ["c", "b"]])
    wider = torch.nn.functional.pad(ids, (0, 3), value=PADDING)
    gradients = []
    for batch in (ids, wider):
        model.zero_grad()
        loss = model(batch)
        loss.backward()
        gradients.append((loss.item(), *(weight.grad.clone() for weight in model.parameters())))
    assert gradients[0][0] == pytest.approx(gradients[1][0], abs=1e-6)
    for one, other in zip(gradients[0][1:], gradients[1][1:], strict=True):
        torch.testing.assert_close(one, other)


def test_reading_and_scoring_share_one_table():
    model = recurrent()
    assert [tuple(weight.shape) for weight in model.parameters()].count((6, 6)) == 1  # V + 1 = d = 6
    before = model.next(["a"])
    with torch.no_grad():
        model.embedding.weight[4] *= 3  # c, which the prefix does not hold
    assert not np.allclose(before, model.next(["a"]))


def test_dropout_is_for_training_only():
    model = recurrent(dropout=0.5)
    ids = language.pad(model.words, TOY)
    assert model(ids).item() == model(ids).item()
    model.train()
    assert model(ids).item() != model(ids).item()


def test_trained_on_a_text_without_choices_it_becomes_nearly_certain():
    text = [["a", "b", "c"]] * 8
    model = GRULanguageModel(Words(text), 8)
    untrained = perplexity(model.log_probs(text))
    history = language.train(model, text, text[:2], epochs=30, batch_size=8, lr=0.1)
    assert untrained > 3
    assert perplexity(model.log_probs(text)) < 1.1
    likeliest = [model.next(["a", "b", "c"][:place]).argmax() for place in range(4)]
    assert likeliest == model.words.encode(["a", "b", "c"])[1:]
    assert len(history.valid_losses) == 30


# ---- using models ----------------------------------------------------------------------------------------


@each_model
def test_samples_have_the_model_s_frequencies(make):
    model = make()
    drawn = [language.sample(model, longest=1, seed=seed) for seed in range(600)]
    p = np.exp(model.next([]))
    for number, expected in enumerate(p):
        share = np.mean([(model.words.index[row[0]] if row else END) == number for row in drawn])
        assert abs(share - expected) < 5 * math.sqrt(expected * (1 - expected) / 600) + 1e-3


def test_a_sample_ends_at_the_end_token_or_at_the_longest_length():
    model = recurrent()
    with torch.no_grad():
        model.bias[END] = 50
    assert language.sample(model) == []
    with torch.no_grad():
        model.bias[END] = -50
    assert len(language.sample(model, longest=7)) == 7


def test_preferences_compare_whole_sentences_and_a_tie_is_half():
    model = counted(2)
    pairs = [(["a", "b"], ["b", "a"]), (["b", "a"], ["a", "b"]), (["x", "b"], ["y", "b"])]
    assert language.prefers(model, pairs).tolist() == [1, 0, 0.5]
