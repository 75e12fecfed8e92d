"""Real text and human ratings: what gensim carries is what the lessons say it is."""

import pytest

from everyvec.data import text


@pytest.mark.slow
def test_wikipedia_has_the_articles_and_words_that_the_lessons_name():
    articles = text.wikipedia()
    assert len(articles) == 106
    assert 440_000 < sum(map(len, articles)) < 460_000
    assert all(word.islower() for word in articles[0][:100])


@pytest.mark.parametrize(("name", "size", "pair"), [("wordsim353", 353, 7.35), ("simlex999", 999, None)])
def test_similarity_pairs(name, size, pair):
    pairs = text.similarity_pairs(name)
    assert len(pairs) == size
    assert all(0 <= rating <= 10 for _, _, rating in pairs)
    if pair:
        assert ("tiger", "cat", pair) in pairs


def test_an_unknown_list_names_the_known_ones():
    with pytest.raises(ValueError, match="wordsim353, simlex999"):
        text.similarity_pairs("wordsim")


def test_google_analogies():
    questions = text.google_analogies()
    assert len(questions) == 19_544
    assert all(len(question) == 4 for question in questions)
