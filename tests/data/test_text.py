"""Real text and human ratings: what gensim carries is what the lessons say it is."""

import zipfile

import pytest

from everyvec.data import text


@pytest.mark.slow
def test_wikipedia_has_the_articles_and_words_that_the_lessons_name():
    articles = text.wikipedia()
    assert len(articles) == 106
    assert 440_000 < sum(map(len, articles)) < 460_000
    assert all(word.islower() for word in articles[0][:100])


def test_the_documentation_is_prose_and_repeats_some_of_its_paragraphs():
    paragraphs = text.python_documentation()
    assert 1300 < len(paragraphs) < 1700
    assert 0.75 < len(set(map(tuple, paragraphs))) / len(paragraphs) < 0.88
    assert 45_000 < sum(map(len, set(map(tuple, paragraphs)))) < 55_000
    sentence = "any non string iterable may be assigned to __slots__ .".split()
    assert sentence in paragraphs
    for paragraph in paragraphs:
        assert paragraph[-1] in ".:)"
        assert sum(token[0].isalpha() for token in paragraph) >= 8
        assert not any(mark in token for token in paragraph for mark in "*|=\n")


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


def test_the_large_text_is_fetched_once_and_kept(monkeypatch, tmp_path, capsys):
    words = "anarchism originated as a term of abuse " * 60
    with zipfile.ZipFile(tmp_path / "text8.zip", "w") as file:
        file.writestr("text8", words)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(text, "TEXT8", (tmp_path / "text8.zip").as_uri())
    monkeypatch.setattr(text, "_LENGTH", len(words))
    pieces = text.large()
    assert [word for piece in pieces for word in piece] == words.split()
    assert max(map(len, pieces)) <= 1000
    (tmp_path / "text8.zip").unlink()
    assert text.large() == pieces
    assert "text8: 420 words" in capsys.readouterr().out


def test_without_a_network_or_with_half_a_file_the_excerpt_serves_and_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(text, "wikipedia", lambda: [["excerpt"]])
    monkeypatch.setattr(text, "TEXT8", "http://127.0.0.1:9/text8.zip")
    assert text.large(1.0) == [["excerpt"]]
    with zipfile.ZipFile(tmp_path / "cut.zip", "w") as file:
        file.writestr("text8", "half")
    monkeypatch.setattr(text, "TEXT8", (tmp_path / "cut.zip").as_uri())
    assert text.large() == [["excerpt"]]
    assert capsys.readouterr().out.count("text8 cannot be downloaded") == 2
    assert not (tmp_path / "everyvec" / "text8.zip").exists()
