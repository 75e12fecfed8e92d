"""What can be read from the states of a small BERT of the toy language? Three tasks, vectors, a linear rival.

Hewitt and Liang: Designing and Interpreting Probes with Control Tasks, EMNLP 2019, arXiv:1909.03368 (a probe
learns, too, so its result means something only beside that of another representation).
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import probes
from everyvec.data import continued
from everyvec.data.continued import Told
from everyvec.transformer.bert import BERT, IGNORED, masked

Rows = list[tuple[tuple[str, ...], ...]]


def _beside(one: Told, told: Sequence[Told], rng: np.random.Generator) -> tuple[tuple[str, ...], ...]:
    others = [other.words for other in told if other[1:] == one[1:] and other != one]
    return (others[rng.integers(len(others))],) if others else ()


def thing(told: Sequence[Told], rng: np.random.Generator, pairs: bool = False) -> tuple[Rows, np.ndarray]:
    """Which thing the sentence is about; king and queen are one, the senses of a homonym two.

    Args:
        told: sentences.
        rng: for the draws.
        pairs: a row also has another sentence of the same text; sentences without one are left out.

    Returns:
        Rows of one or two sentences, and (N,) labels, the same numbers for all parts.
    """
    of = [(one.thing, one.side * (one.relation == "homonym")) for one in told]
    every = {(one.thing, one.side * (one.relation == "homonym")) for one in continued.sentences("train")}
    names, rows, labels = sorted(every), [], []
    for one, name in zip(told, of, strict=True):
        second = _beside(one, told, rng) if pairs else ()
        if second or not pairs:
            rows.append((one.words, *second))
            labels.append(names.index(name))
    return rows, np.array(labels)


def wrong_word(
    told: Sequence[Told], rng: np.random.Generator, pairs: bool = False
) -> tuple[Rows, np.ndarray]:
    """Whether a word of the (first) sentence was replaced by one of the other side; as `thing`."""
    rows, labels = [], []
    for one in told:
        second = _beside(one, told, rng) if pairs else ()
        if (found := continued.agreements(one)) and (second or not pairs):
            words, spoilt = list(one.words), len(labels) % 2
            if spoilt:
                place = found[rng.integers(len(found))]
                words[place.at] = place.wrong[rng.integers(len(place.wrong))]
            rows.append((tuple(words), *second))
            labels.append(spoilt)
    return rows, np.array(labels)


def same_topic(told: Sequence[Told], rng: np.random.Generator) -> tuple[Rows, np.ndarray]:
    """Whether two sentences are of one text (0) or about two things of one relation (1); no homonyms."""
    told, rows, labels = [one for one in told if one.relation != "homonym"], [], []
    while len(rows) < 500:
        first, second = (told[n] for n in rng.integers(len(told), size=2))
        if len(labels) % 2:
            fits = first.relation == second.relation and first.thing != second.thing
        else:
            fits = first[1:] == second[1:] and first != second
        if fits:
            rows.append((first.words, second.words))
            labels.append(len(labels) % 2)
    return rows, np.array(labels)


@torch.inference_mode()
def vectors(bert: BERT, ids: Tensor, real: Tensor, segments: Tensor, mask: int) -> dict[str, np.ndarray]:
    """Four ways to one vector for each row, (B, D) each, for tokens (B, T); words are above `mask`.

    Returns:
        "[CLS]" and "mean": the last states, at the first token and of the words; "pooled": what NSP reads;
        "input": the mean of the words' own vectors, before any layer.
    """
    states, inner = bert.states(ids, real, segments), (real & (ids > mask))[..., None]  # (B, T, 1)
    return {
        "[CLS]": states[:, 0].numpy(),
        "pooled": bert.pooled(states).numpy(),
        "mean": ((states * inner).sum(dim=1) / inner.sum(dim=1)).numpy(),
        "input": ((bert.tokens(ids) * inner).sum(dim=1) / inner.sum(dim=1)).numpy(),
    }


def probed(
    features: dict[str, np.ndarray], labels: dict[str, np.ndarray], per_class: int, draws: int = 5
) -> float:
    """Test accuracy of a linear probe with so many labels of each class, a mean over draws of the labels.

    Args:
        features: "train", "valid" and "test": (N, D). The strength is chosen with all labels of "valid".
        labels: (N,) each.
        per_class: labels of each class.
        draws: how often they are drawn.
    """
    scores = []
    for draw in range(draws):
        chosen = probes.few_labels(labels["train"], per_class, 300 + draw)
        train = features["train"][chosen], labels["train"][chosen]
        valid, test = ((features[part], labels[part]) for part in ("valid", "test"))
        scores.append(probes.probe_accuracy(train, valid, test))
    return float(np.mean(scores))


class AllVisible(nn.Module):
    """Says the word in a gap from all visible words of the row, with no layer between: a rival of BERT.

    A score is a sum: what the left neighbour says for a word, what the right one says, and what each word of
    the row says, wherever it stands.

    Args:
        vocabulary: V, tokens.
        mask: the mask's number; tokens with larger numbers are words.
    """

    def __init__(self, vocabulary: int, mask: int):
        super().__init__()
        self.left, self.right, self.anywhere = (nn.Embedding(vocabulary, vocabulary) for _ in range(3))
        for table in (self.left, self.right, self.anywhere):
            nn.init.zeros_(table.weight)  # a regression needs no random start
        self.mask = mask

    def words(self, ids: Tensor) -> Tensor:
        """(B, T) tokens with gaps → (B, T, V) scores. Beyond the row stands token 0."""
        everywhere = F.one_hot(ids, self.left.num_embeddings).float().sum(dim=1)  # (B, V) how often each
        beside = F.pad(ids, (1, 1))
        scores = self.left(beside[:, :-2]) + self.right(beside[:, 2:])  # (B, T, V)
        return scores + (everywhere @ self.anywhere.weight)[:, None]

    def forward(self, ids: Tensor, real: Tensor, segments: Tensor, other: Tensor) -> Tensor:
        """Mean loss on gaps drawn as for BERT, all of them masked; `Pretraining` takes the same tensors."""
        changed, targets = masked(ids, ids > self.mask, self.left.num_embeddings, self.mask, rule=(1.0, 0.0))
        gaps = targets != IGNORED
        return F.cross_entropy(self.words(changed)[gaps], targets[gaps])
