"""Retrievers rank as their definitions say, readers copy what is asked for, a poor score gets no answer."""

import math
import re

import numpy as np
import pytest

from everyvec import pretrained
from everyvec.attention.rag import (
    Dense,
    Fused,
    Lexical,
    Rag,
    Ranking,
    RecordReader,
    Remember,
    TextReader,
    asked_for,
    threshold,
)
from everyvec.data import facts

KEYS = [
    "a red fox and a red hen",
    "a hen sleeps",
    "the blue whale swims near the blue coast of the north",
    "a whale sings",
    "zorvane 2 sings",
]
WORDS = sorted({word for key in KEYS for word in key.split()})


def counts(texts):
    # an encoder that can be followed by hand: how often each word occurs
    return np.array([[text.split().count(word) for word in WORDS] for text in texts], dtype=np.float32)


class Fixed:
    """A retriever whose scores are given."""

    def __init__(self, scores):
        self.scores = np.array(scores, dtype=float)

    def __len__(self):
        return self.scores.shape[1]

    def rank(self, questions, k):
        best = np.argsort(-self.scores, axis=1, kind="stable")[:, :k]
        return Ranking(best, np.take_along_axis(self.scores, best, axis=1))


def test_dense_ranks_by_the_cosine():
    found = Dense(KEYS, counts).rank(["red hen", "whale"], 2)
    assert found.best.tolist() == [[0, 1], [3, 2]]
    # "a red fox and a red hen" has length √(4 + 4 + 1 + 1 + 1)
    assert found.scores[0] == pytest.approx([3 / math.sqrt(2 * 11), 1 / math.sqrt(2 * 3)])


def test_lexical_scores_are_those_of_the_bm25_formula():
    # words without stop words, k1 = 1.5, b = 0.75, idf = ln(1 + (N − n + ½) / (n + ½))
    documents = [[w for w in key.split() if w not in ("a", "and", "the", "of")] for key in KEYS]
    mean = sum(map(len, documents)) / len(documents)

    def by_hand(words, document):
        total = 0.0
        for word in words:
            n = sum(word in other for other in documents)
            tf = document.count(word)
            saturated = tf / (tf + 1.5 * (1 - 0.75 + 0.75 * len(document) / mean))
            total += math.log(1 + (len(documents) - n + 0.5) / (n + 0.5)) * saturated
        return total

    found = Lexical(KEYS).rank(["the blue whale sings"], 5)
    expected = [by_hand(["blue", "whale", "sings"], document) for document in documents]
    assert found.best[0].tolist() == sorted(range(5), key=lambda n: -expected[n])
    assert found.scores[0] == pytest.approx(sorted(expected, reverse=True), rel=1e-5)


def test_lexical_counts_a_single_digit_and_gives_strange_words_nothing():
    found = Lexical([*KEYS, "zorvane sings"]).rank(["Zorvane 2", "entirely other", ""], 6)
    assert found.best[0, 0] == 4
    assert found.scores[0, 0] > found.scores[0, 1] > 0
    assert (found.scores[1:] == 0).all()


def test_fusion_adds_one_over_sixty_plus_the_rank():
    one, two = Fixed([[9, 8, 7, 6]]), Fixed([[0.1, 0.2, 0.4, 0.3]])
    found = Fused(one, two).rank(["?"], 4)
    sums = [1 / 61 + 1 / 64, 1 / 62 + 1 / 63, 1 / 63 + 1 / 61, 1 / 64 + 1 / 62]
    assert found.best[0].tolist() == sorted(range(4), key=lambda n: -sums[n])
    assert found.scores[0] == pytest.approx(sorted(sums, reverse=True))


def test_fusion_gives_nothing_for_what_a_ranking_did_not_find():
    # else the first of the passages without any common word would profit from standing first
    found = Fused(Fixed([[0, 0, 0]]), Fixed([[0.1, 0.2, 0.3]])).rank(["?"], 3)
    assert found.best[0].tolist() == [2, 1, 0]
    assert found.scores[0, 0] == pytest.approx(1 / 61)


def test_the_values_go_to_the_reader_in_the_order_of_the_ranking():
    read = []

    def reader(question, values):
        read.append((question, values))
        return (values[0],)

    rag = Rag(Fixed([[1, 2, 3], [0.4, 0.2, 0.1]]), ["zero", "one", "two"], reader, at_least=0.5)
    first, second = rag.ask(["x?", "y?"], k=2)
    assert read == [("x?", ["two", "one"])]  # the second question is below the threshold
    assert first == (("two",), [2, 1], 3.0)
    assert second == ((), [0, 1], 0.4)


def test_a_score_at_the_threshold_is_answered():
    rag = Rag(Fixed([[0.5]]), ["v"], lambda question, values: tuple(values), at_least=0.5)
    assert rag.ask(["?"], 1)[0].texts == ("v",)


def test_the_threshold_tells_the_two_kinds_apart_and_weighs_them_alike():
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.55, 0.1])
    answerable = np.array([True, True, True, True, True, False, False])
    assert threshold(scores, answerable) == 0.6  # one right answer lost, no wrong one given
    assert threshold([1, 2, 3, 4], [False, True, False, True]) == 2  # 4 is as good; the lowest is taken
    with pytest.raises(ValueError, match="questions that can be answered and questions that cannot"):
        threshold([1, 2], [True, True])


@pytest.mark.parametrize("k", [0, 6])
@pytest.mark.parametrize("make", [lambda: Dense(KEYS, counts), lambda: Lexical(KEYS)])
def test_k_that_does_not_fit_is_an_error(make, k):
    for retriever in (make(), Fused(make(), make())):
        with pytest.raises(ValueError, match=f"k={k}"):
            retriever.rank(["hen"], k)


def test_numbers_that_do_not_fit_are_errors():
    with pytest.raises(ValueError, match="same passages"):
        Fused(Lexical(KEYS), Lexical(KEYS[:2]))
    with pytest.raises(ValueError, match="5 keys and 2 values"):
        Rag(Lexical(KEYS), ["a", "b"], lambda question, values: ())


def test_a_text_is_encoded_once():
    seen = []

    def encode(texts):
        seen.extend(texts)
        return counts(texts)

    remember = Remember(encode)
    np.testing.assert_array_equal(remember(["a hen", "a fox", "a hen"]), counts(["a hen", "a fox", "a hen"]))
    remember(["a fox", "red"])
    assert sorted(seen) == ["a fox", "a hen", "red"]


@pytest.fixture(scope="module")
def encode():
    return Remember(pretrained.sentence_encoder().encode)


# Not in the words of `facts`: the readers must not live from its templates.
ROVER = (
    "Rover Nine came to the shops in 1997. Its factory opened in 1950. "
    "Harper and Lowe of Tulsa built Rover Nine. It is able to mow lawns, feed cats and open doors."
)
CAMERA = "Iris watches the street. It takes photographs and video as input, besides text."


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("In what year did Rover Nine reach the shops?", ("1997",)),
        ("In what year was its factory opened?", ("1950",)),
        ("Which firm made Rover Nine?", ("Harper and Lowe of Tulsa",)),
        (
            "Which jobs can Rover Nine do in house and garden?",
            ("It is able to mow lawns", "feed cats", "open doors"),
        ),
    ],
)
def test_the_text_reader_copies_what_is_asked_for(encode, question, answer):
    assert TextReader(encode)(question, [ROVER]) == answer


def test_the_text_reader_leaves_out_texts_about_something_else(encode):
    other = "Tipper reached the shops in 2003, the year of its launch."
    assert TextReader(encode)("In what year did Rover Nine reach the shops?", [other, ROVER]) == ("1997",)
    # of texts that all are about something else, the first
    asked = "In what year did Quill reach the shops?"
    assert TextReader(encode)(asked, [other, ROVER]) == ("2003",)
    assert TextReader(encode)(asked, [ROVER, other]) == TextReader(encode)(asked, [ROVER]) != ("2003",)


def test_a_name_of_the_question_is_no_answer_to_it(encode):
    text = "Rover Nine was built by Harper and Lowe of Tulsa."
    assert TextReader(encode)("Which firm made Rover Nine?", [text]) == ("Harper and Lowe of Tulsa",)


def test_the_text_reader_names_those_that_take_images(encode):
    asked = "Which ones take several kinds of input, such as pictures?"
    assert TextReader(encode)(asked, [ROVER, CAMERA]) == ("Iris",)


def test_the_text_reader_finds_nothing_in_a_text_without_such_a_thing(encode):
    assert TextReader(encode)("In what year was it made?", ["Nobody knows."]) == ()


def test_the_record_reader_takes_the_field_that_is_asked_for(encode):
    draw = facts.draw(models=12)
    records = [passage.fact.record() for passage in draw.passages if passage.fact]
    for question in draw.questions:
        if question.answerable and question.kind in ("year", "organisation", "abilities"):
            assert asked_for(encode, question.text) == question.kind, question.text
            # the right record stands somewhere among the others
            assert RecordReader(encode)(question.text, records) == question.answer


def test_a_field_of_true_and_false_gives_the_names(encode):
    records = [
        {"name": "Iris", "organisation": "Dorn", "multimodal": True},
        {"name": "Tipper", "organisation": "Dorn", "multimodal": False},
        {"name": "Rover", "organisation": "Lowe", "multimodal": True},
    ]
    asked = "Which of them are multimodal and take several kinds of input?"
    assert RecordReader(encode)(asked, records) == ("Iris", "Rover")
    assert RecordReader(encode)(asked.replace("them", "those by Dorn"), records) == ("Iris",)


def test_rag_answers_from_the_invented_facts(encode):
    draw = facts.draw(models=20)
    models = [passage for passage in draw.passages if passage.fact]
    keys, records = [p.text for p in models], [p.fact.record() for p in models]
    questions = [q for q in draw.questions if q.kind == "year" and q.answerable]
    rag = Rag(Fused(Dense(keys, encode), Lexical(keys)), records, RecordReader(encode))
    answers = rag.ask([q.text for q in questions], k=5)
    right = np.mean([answer.texts == q.answer for answer, q in zip(answers, questions, strict=True)])
    assert right > 0.9
    assert all(re.fullmatch(r"\d{4}", answer.texts[0]) for answer in answers)
