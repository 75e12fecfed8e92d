"""Causal language models: the probability of the next word, given all words before it.

Two kinds with one interface. `NGrams` counts: it looks at the last one or two words and smooths the counts.
`GRULanguageModel` learns: it reads the whole prefix into one vector.

A sentence is read as start, its words, end. Start is given and never predicted; end is predicted, so the
probabilities of all sentences, short and long, sum to 1.

Kneser and Ney: Improved Backing-Off for M-gram Language Modeling, ICASSP 1995. Chen and Goodman: An Empirical
Study of Smoothing Techniques for Language Modeling, Computer Speech and Language, 1999 (the interpolated form
used here). Mikolov et al.: Recurrent Neural Network Based Language Model, Interspeech 2010. Press and Wolf:
Using the Output Embedding to Improve Language Models, EACL 2017, arXiv:1608.05859 (tied embeddings).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from scipy.optimize import minimize
from torch import Tensor, nn
from torch.nn import functional as F

from everyvec import seeds, training
from everyvec.pretext.vocabulary import Vocabulary

END, UNKNOWN = 0, 1  # numbers that each model can predict, beside those of the words
PADDING = -100  # what cross_entropy ignores
Sentence = Sequence[str]


class Words:
    """Words as numbers: 0 end, 1 unknown, then the words from the most frequent on. Start has the number V.

    Args:
        sentences: lists of words.
        min_count: words seen less often become unknown. With 1 no word of `sentences` is unknown, and no
            model can learn how likely an unknown word is.

    Attributes:
        words: the V things that can come next, by number.
        start: V, which can only come first.
    """

    def __init__(self, sentences: Sequence[Sentence], min_count: int = 1):
        self.words = ["<end>", "<unknown>", *Vocabulary(sentences, min_count).words]
        self.index = {word: number for number, word in enumerate(self.words)}
        self.start = len(self.words)

    def __len__(self) -> int:
        return len(self.words)

    def prefix(self, words: Sentence) -> list[int]:
        """Start and the words, as numbers."""
        return [self.start, *(self.index.get(word, UNKNOWN) for word in words)]

    def encode(self, sentence: Sentence) -> list[int]:
        """Start, the words and end, as numbers."""
        return [*self.prefix(sentence), END]


class NGrams:
    """Counts of up to `order` words in a row, with interpolated Kneser–Ney smoothing.

    A discount D between 0 and 1 is taken from each count of order k and given to order k − 1; what order 1
    gives away goes to all words alike. The orders below the highest do not count how often words occur, but
    after how many different words: "Francisco" is frequent, and follows only "San". Words at the start of a
    sentence are counted as they are, since nothing stands before the start.

    Args:
        words: the vocabulary.
        order: 1 for a unigram, 2 for a bigram, 3 for a trigram.
        sentences: to count.
        valid: other sentences; the discounts, one for each order, are those with the lowest perplexity there.

    Attributes:
        discounts: (order,).
    """

    def __init__(self, words: Words, order: int, sentences: Sequence[Sentence], valid: Sequence[Sentence]):
        self.words, self.order = words, order
        self.counts = _kneser_ney_counts([words.encode(sentence) for sentence in sentences], order)
        self.totals = [
            {context: sum(row.values()) for context, row in table.items()} for table in self.counts
        ]
        self.discounts = np.full(order, 0.75)  # what Chen and Goodman found typical
        self.discounts = self._tuned(valid)

    def probability(self, prefix: Sequence[int], word: int) -> float:
        """P(word | prefix), one order after the other."""
        p = 1 / len(self.words)
        for k in range(1, min(self.order, len(prefix) + 1) + 1):
            context = tuple(prefix[len(prefix) - (k - 1) :])
            row = self.counts[k - 1].get(context)
            if row is None:
                break  # then longer contexts were not seen either
            discount, total = self.discounts[k - 1], self.totals[k - 1][context]
            kept = max(row.get(word, 0) - discount, 0) / total
            given = discount * len(row) / total
            p = kept + given * p
        return p

    def next(self, words: Sentence) -> np.ndarray:
        """(V,) log-probabilities of what comes next, after the start and `words`."""
        prefix = self.words.prefix(words)
        p = np.full(len(self.words), 1 / len(self.words))
        for k in range(1, min(self.order, len(prefix) + 1) + 1):
            context = tuple(prefix[len(prefix) - (k - 1) :])
            row = self.counts[k - 1].get(context)
            if row is None:
                break
            discount, total = self.discounts[k - 1], self.totals[k - 1][context]
            p *= discount * len(row) / total
            p[list(row)] += (np.array(list(row.values())) - discount) / total
        return np.log(p)

    def log_probs(self, sentences: Sequence[Sentence]) -> list[np.ndarray]:
        """For each sentence of n words the (n + 1,) log-probabilities of its words and its end."""
        looked_up = self._look_up(sentences)
        ends = np.cumsum([len(sentence) + 1 for sentence in sentences])
        return np.split(np.log(self._interpolate(looked_up, self.discounts)), ends[:-1])

    def _look_up(self, sentences: Sequence[Sentence]) -> np.ndarray:
        """(T, order, 3): count, total and number of different words, in the context of each token; (0, 1, 0)
        where the context was not seen or would begin before the start."""
        found = []
        for sentence in sentences:
            ids = self.words.encode(sentence)
            for place in range(1, len(ids)):
                for k in range(1, self.order + 1):
                    context = tuple(ids[place - k + 1 : place])
                    row = self.counts[k - 1].get(context) if place >= k - 1 else None
                    if row is None:
                        found.append((0, 1, 0))
                    else:
                        found.append((row.get(ids[place], 0), self.totals[k - 1][context], len(row)))
        return np.array(found, dtype=float).reshape(-1, self.order, 3)

    def _interpolate(self, looked_up: np.ndarray, discounts: np.ndarray) -> np.ndarray:
        p = np.full(len(looked_up), 1 / len(self.words))  # (T,)
        for k, discount in enumerate(discounts):
            count, total, different = looked_up[:, k].T
            mixed = (np.maximum(count - discount, 0) + discount * different * p) / total
            p = np.where(different > 0, mixed, p)
        return p

    def _tuned(self, valid: Sequence[Sentence]) -> np.ndarray:
        looked_up = self._look_up(valid)
        found = minimize(
            lambda discounts: -np.log(self._interpolate(looked_up, discounts)).mean(),
            self.discounts,
            method="L-BFGS-B",
            bounds=[(0.01, 0.99)] * self.order,
        )
        return found.x


def _kneser_ney_counts(sentences: Sequence[Sequence[int]], order: int) -> list[dict[tuple, Counter]]:
    """For k = 1 … order: context of k − 1 tokens → how often each token counts after it."""
    grams = [Counter() for _ in range(order)]
    for ids in sentences:
        for place in range(1, len(ids)):
            for k in range(1, min(order, place + 1) + 1):
                grams[k - 1][tuple(ids[place - k + 1 : place + 1])] += 1
    tables = []
    for k in range(1, order + 1):
        counted = grams[k - 1]
        if k < order:
            preceded = Counter(gram[1:] for gram in grams[k])  # by how many different tokens
            # only what stands at the start is preceded by nothing
            counted = {gram: preceded.get(gram, count) for gram, count in counted.items()}
        table = defaultdict(Counter)
        for gram, count in counted.items():
            table[gram[:-1]][gram[-1]] = count
        tables.append(dict(table))
    return tables


class GRULanguageModel(nn.Module):
    """A recurrent network that reads the prefix into one vector and compares it with the vector of each word.

    The embedding is used twice: to read a word, and to score it as the next one (tied).

    Args:
        words: the vocabulary, of V things to predict.
        width: d, of embeddings and states.
        dropout: share of the numbers in embeddings and states that are set to 0 in training.
        seed: for the initial weights.
    """

    def __init__(self, words: Words, width: int, dropout: float = 0.0, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.words = words
        self.embedding = nn.Embedding(len(words) + 1, width)  # the last row is that of start
        nn.init.normal_(self.embedding.weight, std=width**-0.5)  # so that scores begin near variance 1
        self.gru = nn.GRU(width, width, batch_first=True)
        self.bias = nn.Parameter(torch.zeros(len(words)))
        self.dropout = nn.Dropout(dropout)

    def states(self, ids: Tensor) -> Tensor:
        """(B, T, d): the state after each of the tokens (B, T), which knows that token and those before."""
        read = self.dropout(self.embedding(ids.clamp(min=0)))  # (B, T, d)
        return self.dropout(self.gru(read)[0])

    def scores(self, states: Tensor) -> Tensor:
        """(…, V) logits of what comes next, from states (…, d)."""
        return states @ self.embedding.weight[:-1].T + self.bias

    def forward(self, ids: Tensor) -> Tensor:
        """Mean loss in nats over all tokens to predict, padding left out; `ids` (B, T + 1) as from `pad`."""
        inputs, targets = ids[:, :-1], ids[:, 1:]  # (B, T) each; at each place the target is the next token
        real = targets != PADDING  # (B, T)
        logits = self.scores(self.states(inputs)[real])  # (N, V), N real tokens in the batch
        return F.cross_entropy(logits, targets[real])

    @torch.no_grad()
    def next(self, words: Sentence) -> np.ndarray:
        """(V,) log-probabilities of what comes next, after the start and `words`."""
        ids = torch.tensor([self.words.prefix(words)], device=self.bias.device)
        return self.scores(self.states(ids)[0, -1]).log_softmax(dim=-1).double().cpu().numpy()

    @torch.no_grad()
    def log_probs(self, sentences: Sequence[Sentence], batch_size: int = 64) -> list[np.ndarray]:
        """For each sentence of n words the (n + 1,) log-probabilities of its words and its end."""
        found = []
        for first in range(0, len(sentences), batch_size):
            ids = pad(self.words, sentences[first : first + batch_size]).to(self.bias.device)
            real = ids[:, 1:] != PADDING
            logits = self.scores(self.states(ids[:, :-1])[real])
            right = logits.log_softmax(dim=-1).gather(1, ids[:, 1:][real].unsqueeze(1)).squeeze(1)
            found += right.double().cpu().split(real.sum(dim=1).tolist())
        return [row.numpy() for row in found]


def pad(words: Words, sentences: Sequence[Sentence]) -> Tensor:
    """(B, T + 1): start, words and end of each sentence, then `PADDING`; T − 1 words in the longest one."""
    rows = [torch.tensor(words.encode(sentence)) for sentence in sentences]
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PADDING)


def train(
    model: GRULanguageModel, sentences: Sequence[Sentence], valid: Sequence[Sentence], **how
) -> training.History:
    """Train with `training.fit`, to which `how` goes; the weights of the best pass on `valid` are kept."""
    return training.fit(model, [pad(model.words, sentences)], valid=[pad(model.words, valid)], **how)


def sample(model: NGrams | GRULanguageModel, longest: int = 20, seed: int = 0) -> list[str]:
    """Draw a sentence word by word, until its end is drawn or it has `longest` words."""
    rng, sentence = seeds.rng(seed), []
    while len(sentence) < longest:
        p = np.exp(model.next(sentence))
        number = rng.choice(len(p), p=p / p.sum())
        if number == END:
            break
        sentence.append(model.words.words[number])
    return sentence


def prefers(model: NGrams | GRULanguageModel, pairs: Sequence[tuple[Sentence, Sentence]]) -> np.ndarray:
    """For each pair 1 where the first sentence is more probable, 0 where the second is, ½ for a tie."""
    first, second = (
        np.array([row.sum() for row in model.log_probs(side)]) for side in zip(*pairs, strict=True)
    )
    return np.where(np.isclose(first, second, rtol=0, atol=1e-9), 0.5, first > second)
