"""Four tasks: their parts share no sentence, and what is counted as right is right."""

import pytest

from everyvec.attention.seq2seq import PAD
from everyvec.data import phrases, world
from everyvec.transformer import four_baselines, four_tasks
from everyvec.transformer.four_tasks import IN_ORDER, NOTHING, material

COUNT = 400


@pytest.fixture(autouse=True, scope="module")
def few_sentences():
    # a training part of 400 sentences is enough here
    original, four_tasks.material = four_tasks.material, lambda name, count=COUNT: material(name, count)
    yield
    four_tasks.material = original
    for cached in (four_tasks.label_counts, four_tasks.ambiguous):
        cached.cache_clear()


@pytest.mark.parametrize("name", four_tasks.EPOCHS)
def test_parts_share_no_sentence_and_fit_the_networks(name):
    its = material(name, COUNT)
    sentence = 1 if name == "generation" else 0
    parts = {part: {pair[sentence] for pair in of} for part, of in its.pairs.items()}
    assert not parts["train"] & parts["valid"]
    assert not parts["train"] & parts["test"]
    assert not parts["valid"] & parts["test"]
    assert [len(of) for of in its.pairs.values()] == [COUNT, 300, 400]
    for part, (source, target) in its.tokens.items():
        assert len(source) == len(target) == len(its.pairs[part])
        assert max(source.shape[1], target.shape[1]) <= four_tasks.ONE.positions
        assert its.words.decode(source)[5] == its.pairs[part][5][0]


def test_half_of_the_sentences_are_swapped_and_only_two_neighbours():
    pairs = material("classification", COUNT).pairs["test"]
    assert sum(label == IN_ORDER for _, (label,) in pairs) == len(pairs) / 2
    drawn = four_tasks.drawn(400, 3, "test")
    for (words, (label,)), phrase in zip(pairs, drawn, strict=True):
        differ = [i for i, (a, b) in enumerate(zip(words, phrase.english, strict=True)) if a != b]
        assert len(differ) == (0 if label == IN_ORDER else 2)
        assert not differ or differ[1] == differ[0] + 1


def test_labels_are_the_first_partner():
    assert four_tasks.labels(phrases.EXAMPLES[1]) == (
        *("汤姆", "买", "一本", "新", "书", "在", NOTHING, "图书馆", "昨天"),
    )


def test_generation_has_a_topic_for_each_sentence_and_new_sentences_left():
    its = material("generation", COUNT)
    assert all(topic[0] in sentence for topic, sentence in its.pairs["train"])
    every = four_tasks.world.possible()
    trained = {sentence for _, sentence in its.pairs["train"]}
    assert trained < every
    (topic, sentence), other = its.pairs["test"][0], its.pairs["train"][0]
    shuffled = sentence[::-1]
    judged = four_tasks.judged([topic, topic, other[0]], [sentence, shuffled, other[1]])
    assert judged == {"right": pytest.approx(2 / 3), "new": pytest.approx(1 / 3)}
    assert four_tasks.judged([("no word",)], [sentence])["right"] == 0


@pytest.mark.parametrize(
    ("name", "network", "how"),
    [
        ("classification", "encoder–decoder", "next"),
        ("labelling", "encoder only", "at the word"),
        ("generation", "encoder only", "masked"),
        ("translation", "decoder only, source open", "next"),
    ],
)
def test_it_trains_and_scores(name, network, how, monkeypatch):
    monkeypatch.setitem(four_tasks.EPOCHS, name, 1)
    task = four_tasks.train(name, network, how, 0.002)
    scores = four_tasks.score(task, name, "valid")
    assert all(0 <= value <= 1 for value in scores.values())
    assert task.network.bias.abs().max() > 0  # something was learned


def test_right_answers_score_one(monkeypatch):
    for name in ("classification", "labelling", "translation"):
        its = material(name, COUNT)
        task = four_tasks.Task(four_tasks.NETWORKS["decoder only"](len(its.words), 0), "next", its.mask)
        right = its.tokens["test"][1].clone()
        monkeypatch.setattr(task, "write", lambda *given, said=right, **how: said)
        assert set(four_tasks.score(task, name).values()) == {1.0}
        wrong = right.clone()
        wrong[wrong != PAD] = its.mask
        monkeypatch.setattr(task, "write", lambda *given, said=wrong, **how: said)
        assert set(four_tasks.score(task, name).values()) == {0.0}


def test_networks_have_about_the_same_number_of_parameters():
    sizes = [sum(w.numel() for w in make(350, 0).parameters()) for make in four_tasks.NETWORKS.values()]
    assert max(sizes) < 1.005 * min(sizes)


def test_neighbours_are_looked_at_as_far_as_training_has_seen_them():
    train = [("a b c".split(), [1, 2, 3]), ("a c".split(), [4, 5]), ("a b d".split(), [1, 6, 7])]
    train += [("a c".split(), [4, 5])]
    asked = ["a b c".split(), "a x".split(), "b c".split()]
    assert four_baselines.by_neighbours(train, asked, 0, 0)[0] == [1, 2, 5]
    # "a" before an unknown word has its most frequent answer, and "a" before "c" another than before "b"
    assert four_baselines.by_neighbours(train, asked, 0, 1) == [[1, 2, 5], [1, None], [2, 5]]
    assert four_baselines.by_neighbours(train, ["a c".split()], 0, 1) == [[4, 5]]
    # "b" before "d" differs from "b" before "c"; "c" after "b" from "c" after "a"
    assert four_baselines.by_neighbours(train, ["a b d".split()], 0, 2) == [[1, 6, 7]]
    assert four_baselines.by_neighbours(train, asked, 2, 0) == [[1, 2, 3], [1, None], [2, 3]]


def test_lists_are_all_partners_in_their_order():
    assert four_baselines._lists(phrases.EXAMPLES[1])[1] == ("买", "了")
    lists = four_baselines._lists(phrases.EXAMPLES[1])
    assert sorted(word for its in lists for word in its) == sorted(phrases.EXAMPLES[1].chinese)


def test_baselines_lie_between_guessing_and_one():
    for its in four_baselines.baselines().values():
        assert 0 <= its["chance"] <= its["simple"] < 1
        assert all(0 <= score <= 1 for score in its.values())
    assert world.HOMONYMS.keys() < four_tasks.TOPICS
