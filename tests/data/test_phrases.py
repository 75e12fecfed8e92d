"""Sentences in two languages: the gold alignment is complete, and no part holds what another was promised."""

import random
import re
from collections import Counter
from itertools import pairwise

import pytest

from everyvec.data import phrases

PARTS = ("train", "valid", "test", "combinations")
# What has no partner in some sentences: articles, auxiliaries, "that" before a clause, a negated "cup of".
SILENT = {"the", "a", "an", "that", "to", "cup", "of", "is", "am", "are", "was", "were", "do", "does"}


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[phrases.Phrase]]:
    return {part: phrases.draw(1000, part=part) for part in PARTS}


@pytest.fixture(scope="module")
def everything(drawn) -> list[phrases.Phrase]:
    return [phrase for part in PARTS for phrase in drawn[part]]


def words_behind(phrase: phrases.Phrase, chinese: str) -> set[tuple[str, ...]]:
    """The English words that each occurrence of a Chinese word stands for."""
    return {
        tuple(phrase.english[i] for i in sorted(i for i, j in phrase.alignment if j == place))
        for place, word in enumerate(phrase.chinese)
        if word == chinese
    }


def test_each_chinese_word_has_a_partner_and_each_english_word_has_one_or_is_silent(everything):
    for phrase in everything:
        assert {j for _, j in phrase.alignment} == set(range(len(phrase.chinese)))
        linked = {i for i, _ in phrase.alignment}
        assert linked <= set(range(len(phrase.english)))
        assert {phrase.english[i] for i in range(len(phrase.english)) if i not in linked} <= SILENT


def test_a_word_is_linked_only_to_what_it_can_mean(everything):
    # a wrong link somewhere in the grammar would give a noun, a name or a verb another partner
    meanings = {
        "student": {"学生"},
        "bought": {"买", "了"},
        "yesterday": {"昨天"},
        "last": {"昨晚", "上周"},
        "night": {"昨晚"},
        "red": {"红色", "的"},
        "big": {"大"},
        "with": {"和", "一起"},
        "because": {"因为", "，", "所以"},
        "but": {"，", "但是"},
        "and": {"和", "，"},
        "in": {"在", "里", "的"},
        "who": {"的"},
        "my": {"我", "的"},
        "want": {"想"},
        "will": {"会"},
        "not": {"不", "没"},
        "very": {"非常"},
        "?": {"吗"},
    }
    seen = {word: set() for word in meanings}
    for phrase in everything:
        for i, j in phrase.alignment:
            if phrase.english[i] in seen:
                seen[phrase.english[i]].add(phrase.chinese[j])
    assert seen == meanings


def test_the_order_differs(everything):
    crossed = 0
    for phrase in everything:
        links = sorted(phrase.alignment)
        crossed += any(i < k and j > m for i, j in links for k, m in links)
    assert crossed > 0.7 * len(everything)


def test_a_sentence_has_one_translation(everything):
    more = phrases.draw(1000, seed=1) + everything
    assert len({phrase.english for phrase in more}) == len(
        {(phrase.english, phrase.chinese) for phrase in more}
    )


def test_no_sentence_is_in_two_parts_or_drawn_twice(drawn):
    for part in PARTS:
        assert len({phrase.english for phrase in drawn[part]}) == len(drawn[part]) == 1000
    others = {
        phrase.english
        for part in PARTS[1:]
        for seed in (0, 1)
        for phrase in phrases.draw(400, seed, part=part)
    }
    assert not others & {phrase.english for phrase in drawn["train"]}


def pairs_in(phrase: phrases.Phrase) -> set[tuple[str, str]]:
    """Adjective and noun side by side: found in the words, not taken from the grammar."""
    nouns = {phrases._plural(noun): noun for noun in phrases._NOUNS} | {noun: noun for noun in phrases._NOUNS}
    return {
        (one, nouns[other])
        for one, other in pairwise(phrase.english)
        if one in phrases._ADJECTIVES and other in nouns
    }


def test_held_out_pairs_are_only_in_the_part_for_them(drawn):
    held_out = set(phrases.held_out_pairs())
    for part in ("train", "valid", "test"):
        for phrase in drawn[part]:
            assert not phrase.pairs & held_out
            assert pairs_in(phrase) <= phrase.pairs
    assert all(phrase.pairs & held_out for phrase in drawn["combinations"])
    assert {pair for phrase in drawn["combinations"] for pair in phrase.pairs & held_out} == held_out


def test_each_word_of_a_held_out_pair_is_in_training_with_others(drawn):
    seen = {pair for phrase in drawn["train"] for pair in phrase.pairs}
    for adjective, noun in phrases.held_out_pairs():
        assert adjective in {one for one, _ in seen}
        assert noun in {one for _, one in seen}


def test_lengths_are_those_asked_for_and_equally_many():
    counts = Counter(len(phrase.english) for phrase in phrases.draw(280))
    assert counts == dict.fromkeys(range(3, 31), 10)
    for length in (3, 4, 9, 17, 30):
        drawn = phrases.draw(20, min_words=length, max_words=length, part="test")
        assert [len(phrase.english) for phrase in drawn] == [length] * 20
    assert len(phrases.draw(5, max_words=12)) == 5
    assert phrases.draw(0) == []


def test_longer_sentences_fill_up_where_short_ones_run_out():
    drawn = phrases.draw(150, max_words=5, part="combinations")
    counts = Counter(len(phrase.english) for phrase in drawn)
    assert counts.total() == 150
    assert counts[3] == 0 < counts[4] < counts[5]


def test_same_arguments_same_sentences_and_another_seed_others(monkeypatch):
    assert phrases.draw(100, seed=3) == phrases.draw(100, seed=3)
    assert phrases.draw(100, seed=3) != phrases.draw(100, seed=4)
    before = phrases.draw(100, seed=3)
    monkeypatch.setenv("EVERYVEC_SEEDS", "1")
    assert phrases.draw(100, seed=3) != before


def test_it_speaks_its_whole_vocabulary_and_nothing_else(everything):
    english, chinese = phrases.vocabulary()
    assert sorted({word for phrase in everything for word in phrase.english}) == english
    assert sorted({word for phrase in everything for word in phrase.chinese}) == chinese


def test_the_grammar_says_the_first_example_itself():
    shown = phrases.EXAMPLES[0]
    assert " ".join(shown.chinese) == "我 是 一个 学生"
    clauses = phrases._Clauses(random.Random(0))
    assert any(phrases._finished(clauses.take(4)) == shown for _ in range(5000))


def test_the_examples_are_never_in_training_and_use_only_links_of_the_grammar(everything):
    links = {(phrase.english[i], phrase.chinese[j]) for phrase in everything for i, j in phrase.alignment}
    for shown in phrases.EXAMPLES:
        assert phrases._part(shown) == "test"
        assert {(shown.english[i], shown.chinese[j]) for i, j in shown.alignment} <= links
        assert {j for _, j in shown.alignment} == set(range(len(shown.chinese)))


def test_chinese_is_written_as_chinese_is(everything):
    measures = {chinese: measure for chinese, measure, _ in phrases._NOUNS.values()}
    qualities = set(phrases._ADJECTIVES.values()) | {"的", "很", "非常"}
    for phrase in everything:
        said = " ".join(phrase.chinese)
        assert "没" not in said or not re.search(
            r"没 [^，]* 了 [^，]*(?:，|$)", re.sub(r"\S+ 的", "", said)
        ), said
        assert "是 很" not in said
        assert "的 的" not in said
        assert "，" not in (phrase.chinese[0], phrase.chinese[-1])
        for place, word in enumerate(phrase.chinese):
            if len(word) == 2 and word[0] in "一两三" and word[1] in measures.values():
                rest = (other for other in phrase.chinese[place + 1 :] if other not in qualities)
                assert measures[next(rest)] == word[1], said


def test_once_said_because_becomes_three_words(everything):
    because = [phrase for phrase in everything if phrase.english.count("because") == 1]
    assert because
    for phrase in because:
        for word in ("因为", "所以"):
            assert words_behind(phrase, word) == {("because",)}
        # the cause comes first in Chinese and last in English
        place, after = phrase.english.index("because"), phrase.chinese.index("因为") + 1
        assert all(i > place for i, j in phrase.alignment if j == after)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"min_words": 2}, "lengths go from 3 to 30, got 2 to 30"),
        ({"max_words": 31}, "lengths go from 3 to 30"),
        ({"min_words": 9, "max_words": 8}, "lengths go from 3 to 30"),
        ({"part": "dev"}, "unknown part 'dev'"),
        ({"count": -1}, "count must be at least 0"),
        ({"count": 5000, "min_words": 3, "max_words": 3}, "at most 350 sentences of 3 words"),
    ],
)
def test_what_cannot_be_drawn_is_an_error(arguments, message):
    with pytest.raises(ValueError, match=message):
        phrases.draw(**{"count": 10, **arguments})
