"""The encoder–decoder: padding, the store with one vector, the maps; the fast forms equal the plain ones."""

import pytest
import torch
from torch.nn import functional as F

from everyvec import training
from everyvec.attention import seq2seq
from everyvec.attention.seq2seq import END, PAD, START, Seq2Seq, Words
from everyvec.data import phrases

READ, WRITE, HIDDEN = 11, 13, 6  # sizes that all differ
# Four sentences and translations of different lengths, the end among their words.
SOURCE = [[3, 4, 5, 6, END], [7, END], [8, 9, 10, END], [3, 10, 4, 9, 5, 8, END]]
TARGET = [[12, 3, END], [4, 5, 6, 7, END], [8, END], [9, 10, 11, END]]
KINDS = [(None, False), (None, True), ("dot", False), ("dot", True), ("additive", False), ("additive", True)]


@pytest.fixture(params=KINDS, ids=lambda kind: f"{kind[0]}-{'two' if kind[1] else 'one'}-way")
def model(request):
    attention, two_way = request.param
    return large(Seq2Seq(READ, WRITE, HIDDEN, attention, two_way, width=5))


def large(model):
    """Weights far enough from zero that each of them matters."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.uniform_(-0.9, 0.9)
        model.answer.bias[[PAD, START]] = -99  # trained models do not write these
    return model


def table(rows, size=0):
    rows = [torch.tensor(row) for row in rows]
    full = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)
    return F.pad(full, (0, max(0, size - full.shape[1])), value=PAD)


def test_shapes(model):
    source, target = table(SOURCE), table(TARGET)  # (4, 7), (4, 5)
    scores, weights = model.forced(source, target)
    places = 1 if model.attention is None else 7
    assert scores.shape == (4, 5, WRITE)
    assert weights.shape == (4, 5, places)
    words, weights = model.translate(source, most=9)
    assert words.shape[0] == 4
    assert weights.shape == (4, words.shape[1], places)
    store = model.encode(source)
    assert store.states.shape == (4, places, HIDDEN)
    assert store.summary.shape == (4, HIDDEN)


def test_a_sentence_gets_the_same_answer_alone_and_in_a_padded_batch(model):
    # a state read at the padding, a mask that forgets it or is turned round, a pass that begins in it
    together, weights = model.forced(table(SOURCE, size=9), table(TARGET, size=8))
    for row, (source, target) in enumerate(zip(SOURCE, TARGET, strict=True)):
        alone, map_alone = model.forced(table([source]), table([target]))
        assert torch.allclose(together[row, : len(target)], alone[0], atol=1e-6)
        kept = map_alone.shape[2]
        assert torch.allclose(weights[row, : len(target), :kept], map_alone[0], atol=1e-6)


def test_greedy_answers_are_the_same_alone_and_in_a_padded_batch(model):
    words, _ = model.translate(table(SOURCE, size=9), most=6)
    for row, source in enumerate(SOURCE):
        alone, _ = model.translate(table([source]), most=6)
        filled = F.pad(alone[0], (0, words.shape[1] - alone.shape[1]), value=PAD)
        assert words[row].tolist() == filled.tolist()


def test_the_loss_does_not_count_the_padding_of_the_translations(model):
    source, target = table(SOURCE), table(TARGET)
    longer = table(TARGET, size=11)
    assert torch.allclose(model(source, target), model(source, longer), atol=1e-6)
    each = [
        F.cross_entropy(scores[: len(row)], torch.tensor(row), reduction="sum")
        for scores, row in zip(model.forced(source, target)[0], TARGET, strict=True)
    ]
    assert torch.allclose(model(source, target), sum(each) / sum(map(len, TARGET)), atol=1e-6)


def test_rows_of_a_map_sum_to_one_and_are_zero_at_the_padding():
    for attention in ("dot", "additive"):
        model = large(Seq2Seq(READ, WRITE, HIDDEN, attention, width=5))
        for _, weights in (model.forced(table(SOURCE), table(TARGET)), model.translate(table(SOURCE), 5)):
            assert torch.allclose(weights.sum(dim=-1), torch.ones(weights.shape[:2]))
            for row, source in enumerate(SOURCE):
                assert weights[row, :, len(source) :].eq(0).all()
                assert weights[row, :, : len(source)].gt(0).all()


def test_without_attention_only_one_vector_reaches_the_decoder():
    model = large(Seq2Seq(READ, WRITE, HIDDEN, None, width=5))
    store = model.encode(table(SOURCE))
    assert torch.equal(store.states.squeeze(1), store.summary)
    # the same vector, whatever was read, gives the same answer
    words = table(TARGET)
    other = model.encode(table([row[::-1] for row in SOURCE]))
    mixed = other._replace(states=store.states, summary=store.summary)
    assert torch.equal(
        model.write(words, store.summary, store)[0], model.write(words, mixed.summary, mixed)[0]
    )


def test_with_attention_each_state_of_the_encoder_reaches_the_decoder():
    # attention that ignores the encoder's outputs
    for attention in ("dot", "additive"):
        model = large(Seq2Seq(READ, WRITE, HIDDEN, attention, width=5))
        source = table(SOURCE)
        store = model.encode(source)
        states = store.states.detach().requires_grad_()
        fixed = store._replace(states=states, summary=store.summary.detach())
        model.write(table(TARGET), fixed.summary, fixed)[0].square().sum().backward()
        reached = states.grad.abs().sum(dim=-1) > 0
        assert torch.equal(reached, source != PAD)


def test_what_a_state_knows_depends_on_the_direction():
    for two_way in (False, True):
        model = large(Seq2Seq(READ, WRITE, HIDDEN, "dot", two_way, width=5))
        first, second = (model.encode(table([row])).states[0] for row in ([3, 4, 5, END], [3, 4, 6, END]))
        same = torch.isclose(first, second, atol=1e-7).all(dim=-1).tolist()
        assert same == ([False] * 4 if two_way else [True, True, False, False])


def test_the_summary_is_the_state_after_the_last_word():
    one = large(Seq2Seq(READ, WRITE, HIDDEN, "dot", False, width=5)).encode(table(SOURCE))
    two = large(Seq2Seq(READ, WRITE, HIDDEN, "dot", True, width=5)).encode(table(SOURCE))
    half = HIDDEN // 2
    for row, source in enumerate(SOURCE):
        last = len(source) - 1
        assert torch.equal(one.summary[row], one.states[row, last])
        assert torch.equal(two.summary[row, :half], two.states[row, last, :half])
        assert torch.equal(two.summary[row, half:], two.states[row, 0, half:])


def test_the_packed_encoder_equals_torch_s_gru_on_each_sentence(model):
    store = model.encode(table(SOURCE))
    for row, source in enumerate(SOURCE):
        states, last = model.encoder(model.source(torch.tensor([source])))
        assert torch.allclose(store.summary[row], last.transpose(0, 1).flatten(1)[0], atol=1e-6)
        if model.attention is not None:
            assert torch.allclose(store.states[row, : len(source)], states[0], atol=1e-6)


def test_writing_word_by_word_equals_writing_all_at_once(model):
    source, target = table(SOURCE), table(TARGET)
    at_once, maps = model.forced(source, target)
    store = model.encode(source)
    state, word = store.summary, torch.full((4, 1), START)
    for place in range(target.shape[1]):
        scores, state, weights = model.write(word, state, store)
        assert torch.allclose(scores[:, 0], at_once[:, place], atol=1e-6)
        assert torch.allclose(weights[:, 0], maps[:, place], atol=1e-6)
        word = target[:, place : place + 1]


def test_greedy_decoding_equals_the_loop(model):
    words, _ = model.translate(table(SOURCE, size=8), most=6)
    for row, source in enumerate(SOURCE):
        found = seq2seq.translate_by_loop(model, torch.tensor(source), most=6)
        assert [word for word in words[row].tolist() if word != PAD] == found


def test_a_word_that_is_written_does_not_depend_on_those_after_it(model):
    source, target = table(SOURCE), table(TARGET)
    later = target.clone()
    later[:, 3:] = 5
    first, second = (model.forced(source, words)[0] for words in (target, later))
    assert torch.equal(first[:, :4], second[:, :4])
    assert not torch.allclose(first[:, 4], second[:, 4])


def test_the_gradient_reaches_every_parameter(model):
    model(table(SOURCE), table(TARGET)).backward()
    for name, weight in model.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


def test_the_models_differ_in_the_lookup_alone():
    names = {kind: set(dict(Seq2Seq(9, 9, 4, kind).named_parameters())) for kind in (None, "dot", "additive")}
    assert names["dot"] - names[None] == {"lookup.query.weight", "lookup.key.weight"}
    assert all(name.startswith("scores.") for name in names["additive"] - names[None])
    assert not names[None] - names["dot"]


def test_it_learns_to_reverse_and_its_map_is_the_other_diagonal():
    pairs = seq2seq.symbols("reverse", 1000, 2, 4, seed=1)
    words = Words(seq2seq.SYMBOLS)
    source, target = (words.encode(side) for side in zip(*pairs, strict=True))
    model = Seq2Seq(len(words), len(words), 32, "dot")
    training.fit(model, (source, target), epochs=8, batch_size=32, lr=0.02, clip=1.0)
    assert seq2seq.exact(model, source, target).float().mean() > 0.9
    _, weights = model.forced(*(words.encode([tuple(row)]) for row in ("abcd", "dcba")))
    assert weights[0, :4].argmax(dim=-1).tolist() == [3, 2, 1, 0]


def test_exact_asks_for_the_whole_sentence_and_its_end():
    class Fixed:
        def translate(self, source, most):
            answer = torch.tensor([[3, 4, END], [3, END, PAD], [3, 4, 5], [4, 3, END]])
            return answer[: len(source)], None

    wanted = torch.tensor([[3, 4, END, PAD]] * 4)
    assert seq2seq.exact(Fixed(), torch.zeros(4, 2), wanted).tolist() == [True, False, False, False]


def test_words_and_numbers():
    words = Words(["a", "b", "c"])
    numbers = words.encode([("b",), ("c", "a", "c")])
    assert numbers.tolist() == [[4, END, PAD, PAD], [5, 3, 5, END]]
    assert words.decode(numbers) == [("b",), ("c", "a", "c")]
    assert words.decode(torch.tensor([[3, 4]])) == [("a", "b")]
    assert len(words) == 6
    with pytest.raises(KeyError, match="z"):
        words.encode([("z",)])


def test_tasks():
    for task in seq2seq.TASKS:
        pairs = seq2seq.symbols(task, 60, 3, 5, seed=2)
        assert sorted(len(string) for string, _ in pairs) == [3] * 20 + [4] * 20 + [5] * 20
        assert pairs == seq2seq.symbols(task, 60, 3, 5, seed=2) != seq2seq.symbols(task, 60, 3, 5, seed=3)
        for string, answer in pairs:
            if task == "copy":
                assert answer == string
            elif task == "reverse":
                assert answer == tuple(reversed(string))
            else:
                assert len(answer) == 1
                assert string.count(answer[0]) == 1
                assert len(set(string)) == 2
    with pytest.raises(ValueError, match="task"):
        seq2seq.symbols("sort", 3, 3, 4)
    with pytest.raises(ValueError, match="2 to 4"):
        seq2seq.symbols("odd one out", 3, 2, 4)


def test_the_odd_one_stands_in_every_place():
    pairs = seq2seq.symbols("odd one out", 300, 4, 4)
    assert {string.index(answer[0]) for string, answer in pairs} == {0, 1, 2, 3}


def test_an_unknown_kind_of_attention_is_named():
    with pytest.raises(ValueError, match="'soft'"):
        Seq2Seq(5, 5, 4, "soft")


def test_alignment_counts_a_word_whose_largest_weight_is_on_a_partner():
    weights = torch.tensor(
        [[0.7, 0.1, 0.1, 0.1], [0.1, 0.2, 0.6, 0.1], [0.0, 0.4, 0.1, 0.5], [0.2, 0.6, 0.1, 0.1]]
    )
    # word 1 that is written has two partners, word 2 looks at the end, word 3 has no partner
    alignment = {(0, 0), (1, 1), (2, 1), (1, 2)}
    assert seq2seq.aligned(weights, alignment, words=3) == [True, True, False]


def test_the_gold_alignment_itself_is_aligned():
    for phrase in phrases.draw(20, max_words=8):
        gold = torch.zeros(len(phrase.chinese), len(phrase.english))
        for read, written in phrase.alignment:
            gold[written, read] = 1
        found = seq2seq.aligned(gold, phrase.alignment, len(phrase.english))
        assert len(found) == len(phrase.chinese)
        assert all(found)
