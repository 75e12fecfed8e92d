"""Passages by people: as many words each, of many documents, none twice."""

from collections import Counter

from everyvec.data.passages import passages


def test_passages_are_of_one_length_and_begin_with_a_sentence():
    found = passages()
    assert len(found) >= 300
    assert {len(passage.text.split()) for passage in found} == {110}
    assert not any(passage.text.lstrip('"(- ')[0].islower() for passage in found)


def test_no_passage_comes_twice_and_no_document_gives_more_than_24():
    found = passages()
    assert len({passage.text for passage in found}) == len(found)
    counts = Counter((passage.source, passage.name) for passage in found)
    assert len(counts) == 17
    assert max(counts.values()) == 24
    assert {passage.source for passage in found} == {"addresses", "Moby-Dick"}
