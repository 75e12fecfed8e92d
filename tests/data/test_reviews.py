"""The rated sentences: in three parts that share no document and no sentence, and packed by known rules."""

import bz2
import random
import re
from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from everyvec.data import reviews
from everyvec.data.reviews import SOURCES
from tools import reviews as packing


@pytest.fixture(scope="module")
def split():
    return reviews.load()


@pytest.fixture(scope="module")
def lines():
    return [line.split("\t") for line in bz2.decompress(reviews._PACKED.read_bytes()).decode().splitlines()]


def test_types_and_range(split):
    for part in split:
        assert len(part) == len(part.texts) == len(part.rating) == len(part.source)
        assert (part.rating.dtype, part.source.dtype, part.positive.dtype) == (np.float32, np.int64, np.int64)
        assert -4 <= part.rating.min() < -3 < 3 < part.rating.max() <= 4
        assert set(part.source) == set(range(len(SOURCES)))
        assert all(text == text.strip() and text for text in part.texts)


def test_the_parts_are_all_sentences_each_with_its_own_rating_and_source(split, lines):
    found = Counter(
        (SOURCES[source], text, round(float(rating), 3))
        for part in split
        for text, rating, source in zip(part.texts, part.rating, part.source, strict=True)
    )
    assert found == Counter((source, text, float(rating)) for source, _, rating, text in lines)
    assert len(lines) == 23_346
    assert "The Rock is destined to be the 21st Century's new ''Conan''" in lines[0][3]
    assert lines[0][:3] == ["film", "1", "2.267"]


def test_the_parts_have_their_sizes_and_neither_task_is_lopsided_in_one_of_them(split, lines):
    assert [len(part) for part in split] == [16_391, 2354, 4601]
    positive = [part.of("film").clear().positive.mean() for part in split]
    assert all(0.47 < share < 0.53 for share in positive)
    for number in range(len(SOURCES)):
        shares = [(part.source == number).mean() for part in split]
        assert max(shares) < 1.6 * min(shares)


def test_no_document_lies_in_two_parts(split, lines):
    where = {}
    part_of = {text: name for name, part in zip(split._fields, split, strict=True) for text in part.texts}
    for source, document, _, text in lines:
        assert where.setdefault((source, document), part_of[text]) == part_of[text]
    assert Counter(source for source, _ in where)["product"] == 300
    assert Counter(source for source, _ in where)["editorial"] == 498


def test_no_sentence_is_nearly_like_one_of_another_part(split):
    """By Jaccard's own formula, for some sentences of the test part."""
    other = [packing.grams(text) for part in (split.train, split.valid) for text in part.texts]
    nearest = []
    for own in map(packing.grams, random.Random(0).sample(split.test.texts, 12)):
        shared = [(len(own & one), len(one)) for one in other]
        nearest.append(max(both / (len(own) + size - both) for both, size in shared))
    assert max(nearest) < packing.LIKE
    assert np.mean(nearest) > 0.05, "nothing is like anything: the measure does not measure"
    letters = [
        {re.sub(r"@anonymous|[\W_]", "", text.lower()) for text in part.texts} - {""} for part in split
    ]
    for one, two in combinations(letters, 2):
        assert not one & two


def test_clear_sentences_are_rated_beyond_half_a_point(split):
    clear = split.valid.clear()
    assert np.abs(clear.rating).min() > 0.5
    assert len(clear) == (np.abs(split.valid.rating) > 0.5).sum() == 1886
    assert np.array_equal(clear.positive == 1, clear.rating > 0)


def test_sentences_can_be_chosen_by_source_and_by_number(split):
    both = split.test.of("product", "tweet")
    assert set(both.source) == {1, 3}
    assert len(both) == len(split.test.of("product")) + len(split.test.of("tweet"))
    assert all(text == text.lower() for text in split.test.of("product").texts)
    two = split.test.only(np.array([7, 2]))
    assert two.texts == [split.test.texts[7], split.test.texts[2]]
    assert two.rating.tolist() == split.test.rating[[7, 2]].tolist()
    with pytest.raises(ValueError, match="no source 'films'; there are film, product, editorial, tweet"):
        split.test.of("films")


def test_a_missing_or_damaged_file_gets_one_line_that_says_so(monkeypatch, tmp_path):
    damaged = tmp_path / "reviews.tsv.bz2"
    monkeypatch.setattr(reviews, "_PACKED", damaged)
    with pytest.raises(FileNotFoundError, match=r"python -m tools\.reviews makes it"):
        reviews.load()
    damaged.write_bytes(b"half of it")
    with pytest.raises(ValueError, match="damaged or another"):
        reviews.load()


def test_packing_leaves_out_what_is_rated_twice_and_what_is_nearly_said_before():
    files = {
        f"{begins}_{kind}.txt": ""
        for begins in packing.FILES.values()
        for kind in ("GroundTruth", "anonDataRatings")
    }
    files["amazonReviewSnippets_GroundTruth.txt"] = (
        "1_1\t.25\t great  player &amp; box. \n1_2\t2\tGreat player, box!"
    )
    files["amazonReviewSnippets_anonDataRatings.txt"] = "1_1\t.25\t0\t[]\n1_2\t2\t0\t[]"
    files["tweets_GroundTruth.txt"] = "1\t-1\t@anonymous ugh\n2\t-2\tugh, rain\n3\t0\t:-)\n4\t3\t:-)"
    files["tweets_anonDataRatings.txt"] = "1\t-1\t0\t[]\n2\t-1.5\t0\t[]\n3\t0\t0\t[]\n4\t3\t0\t[]"
    found = packing.rows(files)
    assert [tuple(row) for row in found] == [
        ("product", "1", "0.250", "great player & box."),
        ("product", "1", "2.000", "Great player, box!"),
        ("tweet", "1", "-1.000", "@anonymous ugh"),
        ("tweet", "3", "0.000", ":-)"),
        ("tweet", "4", "3.000", ":-)"),
    ]
    assert [found.index(row) for row in packing.distinct(found)] == [0, 2, 3]
    with pytest.raises(ValueError, match="not the published vaderSentiment"):
        packing.unpack(b"something else")


def test_alike_finds_the_pairs_that_jaccard_s_formula_finds():
    texts = ["one two three four", "one two three five", "One, two; three four!", "five", "", "!"]
    sets = [packing.grams(text) for text in texts]
    wanted = {
        (a, b)
        for b in range(len(texts))
        for a in range(b)
        if len(sets[a] & sets[b]) >= 0.5 * len(sets[a] | sets[b])
    }
    assert set(packing.alike(texts, 0.5)) == wanted
    assert {(0, 1), (0, 2)} <= wanted
