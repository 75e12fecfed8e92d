"""Facts and real collections: answers are true, questions give nothing away, nothing is there twice."""

import inspect
import pydoc
import re

import pytest

from everyvec.data import facts


def words_of(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@pytest.fixture(scope="module")
def drawn() -> facts.Collection:
    return facts.draw(models=80, forms=2, seed=1)


def test_same_arguments_same_collection_and_another_seed_another(drawn, monkeypatch):
    assert facts.draw(models=80, forms=2, seed=1) == drawn
    assert facts.draw(models=80, forms=2, seed=2) != drawn
    monkeypatch.setenv("EVERYVEC_SEEDS", "1")
    assert facts.draw(models=80, forms=2, seed=1) != drawn


@pytest.mark.parametrize(("models", "forms"), [(1, 1), (7, 8), (120, 1)])
def test_each_model_has_as_many_passages_as_asked(models, forms):
    told = [passage.fact for passage in facts.draw(models, forms).passages if passage.fact]
    names = {fact.name for fact in told}
    assert len(names) == len(set(told)) == models
    assert len(told) == models * forms


def test_a_passage_says_what_its_record_holds(drawn):
    told = [passage for passage in drawn.passages if passage.fact]
    assert told
    for passage in told:
        record = passage.fact.record()
        assert passage.title == record["name"]
        for part in ("name", "organisation", "year"):
            assert str(record[part]) in passage.text
        for ability in record["abilities"]:
            assert any(wording in passage.text for wording in facts.ABILITIES[ability])
        says = [sentence in passage.text for sentence in (*facts._MULTIMODAL, *facts._TEXT_ONLY)]
        assert says.count(True) == 1
        assert any(says[: len(facts._MULTIMODAL)]) == record["multimodal"]


def test_a_summary_says_what_its_record_holds():
    fact = facts.Fact("Zorvane 2", "Pellucid", 2019, ("chess", "law"), multimodal=False)
    assert fact.summary() == "Zorvane 2 (Pellucid, 2019): chess, law; text only"
    assert fact.record() == {
        "name": "Zorvane 2",
        "organisation": "Pellucid",
        "year": 2019,
        "abilities": ["chess", "law"],
        "multimodal": False,
    }


def test_passages_mislead_a_reader_who_takes_any_year_or_any_ability(drawn):
    told = [passage for passage in drawn.passages if passage.fact]
    years = [set(re.findall(r"\b(?:19|20)\d\d\b", passage.text)) for passage in told]
    assert sum(len(found) > 1 for found in years) > len(told) / 5
    wordings = [(name, wording) for name, forms in facts.ABILITIES.items() for wording in forms]
    wrong = [
        any(wording in passage.text and name not in passage.fact.abilities for name, wording in wordings)
        for passage in told
    ]
    assert sum(wrong) > len(told) / 10


def test_answers_follow_from_the_facts_behind_the_sources(drawn):
    everything = {passage.fact for passage in drawn.passages if passage.fact}
    kinds = dict.fromkeys(("year", "organisation", "abilities", "multimodal"), 0)
    for question in drawn.questions:
        if not question.answerable:
            continue
        kinds[question.kind] += 1
        behind = {drawn.passages[number].fact for number in question.sources}
        if question.kind == "multimodal":
            asked = {fact for fact in everything if fact.organisation in question.text} or everything
            assert behind == {fact for fact in asked if fact.multimodal}
            assert set(question.answer) == {fact.name for fact in behind}
            continue
        (fact,) = behind
        assert re.search(rf"{fact.name}\b(?! \d)", question.text)
        assert len(question.sources) == 2  # both forms
        truth = {"year": (str(fact.year),), "organisation": (fact.organisation,), "abilities": fact.abilities}
        assert question.answer == truth[question.kind]
    assert kinds["year"] == kinds["organisation"] == kinds["abilities"] == 80
    assert kinds["multimodal"] > 5


def test_some_questions_have_no_answer(drawn):
    names = {passage.title for passage in drawn.passages}
    asked = [question for question in drawn.questions if not question.answerable]
    assert all(question.answer == () for question in asked)
    unsaid = [question for question in asked if question.kind == "unsaid"]
    strangers = [question for question in asked if question.kind != "unsaid"]
    assert len(unsaid) == len(strangers) == 20
    for question in strangers:
        name = re.search(r"[A-Z][a-z]+(?: \d)?(?=[ ,?'])", question.text[1:])[0]
        assert name not in names
    for question in unsaid:
        assert any(name in question.text for name in names)


def test_questions_share_few_words_with_their_passages(drawn):
    shared = []
    for question in drawn.questions:
        if question.answerable and question.kind != "multimodal":
            passage = drawn.passages[min(question.sources)]
            asked = words_of(question.text) - words_of(passage.title)
            shared.append(len(asked & words_of(passage.text)) / len(asked))
    assert sum(shared) / len(shared) < 0.2


def test_no_passage_and_no_question_is_there_twice(drawn):
    for collection in (drawn, facts.python_docstrings(), facts.wikipedia_openings()):
        texts = [passage.text for passage in collection.passages]
        assert len(texts) == len(set(texts))
        asked = [question.text for question in collection.questions]
        assert len(asked) == len(set(asked))


@pytest.mark.parametrize(("models", "forms"), [(0, 1), (121, 1), (80, 0), (80, 9)])
def test_a_size_that_cannot_be_is_an_error(models, forms):
    with pytest.raises(ValueError, match="models go from 1 to 120 and forms from 1 to 8"):
        facts.draw(models, forms)


def test_docstrings_answer_with_the_rest_of_what_was_asked():
    collection = facts.python_docstrings()
    assert len(collection.questions) >= 400
    assert ("textwrap.TextWrapper.wrap",) in [question.answer for question in collection.questions]
    for question in collection.questions:
        (number,) = question.sources
        passage = collection.passages[number]
        whole = " ".join(inspect.cleandoc(pydoc.locate(passage.title).__doc__).split())
        assert f"{question.text} {passage.text}" in whole


def test_wikipedia_asks_without_the_words_of_the_title():
    collection = facts.wikipedia_openings()
    assert len(collection.passages) >= 80
    assert len(collection.questions) >= 300
    titles = [passage.title for passage in collection.passages]
    assert "Anarchism" in titles
    assert "Ada" not in titles  # a page that says only where to look
    for question in collection.questions:
        starts = [word[:6] for word in words_of(question.answer[0]) - {"the", "and", "for"} if len(word) > 2]
        assert not any(word.startswith(start) for word in words_of(question.text) for start in starts)


@pytest.mark.parametrize("make", [facts.python_docstrings, facts.wikipedia_openings])
def test_the_passage_does_not_hold_the_question(make):
    collection = make()
    for question in collection.questions:
        (number,) = question.sources
        passage = collection.passages[number]
        assert question.answer == (passage.title,)
        assert question.text not in passage.text


@pytest.mark.parametrize("make", [facts.python_docstrings, facts.wikipedia_openings])
def test_no_two_passages_are_nearly_alike(make):
    found = [set(passage.text.lower().split()) for passage in make().passages]
    assert all(
        len(one & other) < 0.6 * len(one | other) for n, one in enumerate(found) for other in found[:n]
    )


def test_words_like_those_of_the_title_are_left_out():
    assert facts._without("The anarchists of Spain read Anarchism aloud in 1936.", "Anarchism") == (
        "The of Spain read aloud in 1936."
    )
    assert facts._without("Apollo 11 flew before Apollo 12, with 110 people.", "Apollo 11") == (
        "flew before 12, with people."
    )
