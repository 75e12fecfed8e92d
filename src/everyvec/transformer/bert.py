"""Keep the encoder: BERT reads a text in both directions and fills in words that were masked.

Devlin et al.: BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding, NAACL 2019,
arXiv:1810.04805.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from everyvec import seeds
from everyvec.transformer.block import Block, Shape
from everyvec.transformer.decoder import check, check_real, initialise

IGNORED = -100  # torch's own number for a place that the loss leaves out


class BERT(nn.Module):
    """A post-norm encoder with both of BERT's pre-training tasks.

    Args:
        vocabulary: V, tokens.
        shape: see `Shape`; post-norm in BERT.
        segments: kinds of segments; 2, since a pair of texts is read.
        seed: for the initial weights.
    """

    def __init__(self, vocabulary: int, shape: Shape, segments: int = 2, seed: int = 0):
        super().__init__()
        torch.manual_seed(seeds.of(seed))
        self.shape, width = shape, shape.width
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Embedding(shape.positions, width)
        self.segments = nn.Embedding(segments, width)
        self.norm = nn.LayerNorm(width, shape.eps)
        self.dropout = nn.Dropout(shape.dropout)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.last_norm = nn.LayerNorm(width, shape.eps) if shape.norm_first else nn.Identity()
        # the masked words: one more layer, then a score for each word by its vector, which is used twice
        # (tied)
        self.word, self.word_norm = nn.Linear(width, width), nn.LayerNorm(width, shape.eps)
        self.word_bias = nn.Parameter(torch.zeros(vocabulary))
        # the next sentence: from the first token's state
        self.pool, self.follows = nn.Linear(width, width), nn.Linear(width, 2)
        initialise(self, shape.layers)

    def embed(self, ids: Tensor, segments: Tensor | None = None) -> Tensor:
        """(B, T) → (B, T, D): the sum of three vectors, for the token, its position and its segment.

        Raises:
            ValueError: for tokens or segments that the model does not have, or more than it has positions.
        """
        check(ids, self.tokens.num_embeddings)
        if ids.shape[1] > self.shape.positions:
            raise ValueError(
                f"{ids.shape[1]} tokens are more than the model's {self.shape.positions} positions"
            )
        segments = torch.zeros_like(ids) if segments is None else segments
        if segments.shape != ids.shape:
            raise ValueError(f"segments are {tuple(segments.shape)}, and tokens {tuple(ids.shape)}")
        least, most = (int(end) for end in torch.aminmax(segments))
        if least < 0 or most >= self.segments.num_embeddings:
            raise ValueError(
                f"segments go from 0 to {self.segments.num_embeddings - 1}, not {least} to {most}"
            )
        places = torch.arange(ids.shape[1], device=ids.device)  # (T,)
        embedded = self.tokens(ids) + self.positions(places) + self.segments(segments)  # (B, T, D)
        return self.dropout(self.norm(embedded))

    def states(self, ids: Tensor, real: Tensor | None = None, segments: Tensor | None = None) -> Tensor:
        """(B, T, D): the state of each token, which knows the whole text.

        Args:
            ids: (B, T) tokens.
            real: (B, T) bool, False for padding; None where there is none.
            segments: (B, T) 0 for tokens of the first text, 1 for those of the second; None for all 0.

        Raises:
            ValueError: as `embed`, and for `real` that does not fit.
        """
        if real is not None:
            check_real(real, ids)
        states = self.embed(ids, segments)
        mask = None if real is None else real[:, None, None, :]  # (B, 1, 1, T): no position looks at padding
        for block in self.blocks:
            states = block(states, mask)
        return self.last_norm(states)

    def words(self, states: Tensor) -> Tensor:
        """(…, V) logits of the word at each place, from states (…, D)."""
        return self.word_norm(F.gelu(self.word(states))) @ self.tokens.weight.T + self.word_bias

    def pooled(self, states: Tensor) -> Tensor:
        """(B, D): BERT's summary of a text, made of the first token's state."""
        return torch.tanh(self.pool(states[:, 0]))

    def pairs(self, states: Tensor) -> Tensor:
        """(B, 2) logits: the second text follows the first (0), or comes from elsewhere (1)."""
        return self.follows(self.pooled(states))

    def forward(
        self, ids: Tensor, targets: Tensor, real: Tensor, segments: Tensor, other: Tensor | None = None
    ) -> Tensor:
        """Mean loss of the masked words, and of the next sentence where `other` is given.

        Args:
            ids: (B, T) tokens, some of them masked.
            targets: (B, T) what stood there, and `IGNORED` where the loss does not look.
            real, segments: (B, T), as in `states`.
            other: (B,) 0 where the second text follows the first, 1 where it does not.

        Raises:
            ValueError: as `states`, and when no word is masked: a mean of nothing would not be a number.
        """
        masked = targets != IGNORED  # (B, T)
        if not bool(masked.any()):
            raise ValueError("no word of this batch is to be predicted: all targets are IGNORED")
        states = self.states(ids, real, segments)
        loss = F.cross_entropy(self.words(states[masked]), targets[masked])
        return loss if other is None else loss + F.cross_entropy(self.pairs(states), other)


def masked(
    ids: Tensor,
    may: Tensor,
    vocabulary: int,
    mask: int,
    share: float = 0.15,
    rule: tuple[float, float] = (0.8, 0.1),
    generator: torch.Generator | None = None,
) -> tuple[Tensor, Tensor]:
    """Choose tokens to predict, as BERT does: of the chosen, 80 % are masked, 10 % become another token, and
    10 % stay, so that the model cannot know which tokens it may trust.

    Args:
        ids: (B, T) tokens.
        may: (B, T) bool, which of them may be chosen: no padding and no separators.
        vocabulary: V; what replaces a token is drawn from 0 to V − 1.
        mask: the mask's number.
        share: of the tokens that may be chosen.
        rule: which share of the chosen is masked, and which becomes another token; the rest stays.
        generator: for the draws.

    Returns:
        The tokens with their changes, and the targets: the old token where one was chosen, else `IGNORED`.

    Raises:
        ValueError: for a share that is none, a rule of more than all, or for `may` of another shape than the
            tokens.
    """
    if not 0 < share <= 1:
        raise ValueError(f"the share must be above 0 and at most 1, not {share}")
    if min(rule) < 0 or sum(rule) > 1:
        raise ValueError(f"the rule's shares must be at least 0 and together at most 1, not {rule}")
    check_real(may, ids)
    draw = torch.rand(ids.shape, generator=generator)
    chosen = (draw < share) & may
    # One more draw decides among the three, so that each has its share of the chosen.
    kind = torch.rand(ids.shape, generator=generator)
    others = torch.randint(vocabulary, ids.shape, generator=generator)
    hidden, other = rule
    changed = torch.where(chosen & (kind < hidden), mask, ids)
    changed = torch.where(chosen & (kind >= hidden) & (kind < hidden + other), others, changed)
    return changed, torch.where(chosen, ids, IGNORED)


def as_rows(
    texts: Sequence[Sequence[Sequence[int]]], cls: int, sep: int, pad: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Rows as BERT reads them: [CLS], the first text, [SEP], and, where there is one, the second text, [SEP].

    Args:
        texts: for each row one text or two, as tokens.
        cls, sep, pad: the numbers of these marks.

    Returns:
        Tokens (B, T), which of them are no padding (B, T), and segments (B, T): 0 up to the first [SEP], then
        1; 0 for padding.
    """
    rows = [[cls, *(token for text in row for token in (*text, sep))] for row in texts]
    kinds = [[0, *(n for n, text in enumerate(row) for _ in (*text, sep))] for row in texts]
    ids = pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=pad)
    real = pad_sequence([torch.ones(len(row), dtype=torch.bool) for row in rows], batch_first=True)
    return ids, real, pad_sequence([torch.tensor(row) for row in kinds], batch_first=True)


class Pretraining(nn.Module):
    """A BERT with its pre-training, for `training.fit`: new gaps are drawn for each batch.

    Args:
        bert: the model.
        mask: the mask's number; tokens with larger numbers are words, which may be chosen for gaps.
        gaps, pairs: whether it is trained on masked words and on next sentences.
        rule: as in `masked`.

    Raises:
        ValueError: for training on neither.
    """

    def __init__(
        self,
        bert: BERT,
        mask: int,
        gaps: bool = True,
        pairs: bool = True,
        rule: tuple[float, float] = (0.8, 0.1),
    ):
        super().__init__()
        if not (gaps or pairs):
            raise ValueError("a pre-training needs masked words, next sentences or both")
        self.bert, self.mask, self.gaps, self.pairs, self.rule = bert, mask, gaps, pairs, rule

    def forward(self, ids: Tensor, real: Tensor, segments: Tensor, other: Tensor) -> Tensor:
        """Mean loss of tokens, real, segments (B, T), and (B,) 1 where the second text is from elsewhere."""
        if not self.gaps:
            return F.cross_entropy(self.bert.pairs(self.bert.states(ids, real, segments)), other)
        vocabulary = self.bert.tokens.num_embeddings
        changed, targets = masked(ids, ids > self.mask, vocabulary, self.mask, rule=self.rule)
        return self.bert(changed, targets, real, segments, other if self.pairs else None)
