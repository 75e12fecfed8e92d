"""Which two things stand near each other? Pairs and windows, for sentences, baskets and walks alike.

A *sequence* is a sentence of words, the items of a basket, or the nodes of a walk, all as numbers. Many of
them are kept in one long row of `tokens`, with the number of its sequence beside each.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def pairs_by_loop(sequences: Sequence[Sequence[int]], window: int | None = None) -> list[tuple[int, int]]:
    """What `pairs` finds, one pair at a time: all (centre, context) within `window` in the same sequence."""
    found = []
    for sequence in sequences:
        for i, centre in enumerate(sequence):
            for j, context in enumerate(sequence):
                if i != j and (window is None or abs(i - j) <= window):
                    found.append((centre, context))
    return found


def pairs(tokens: Tensor, sequence: Tensor, window: int | None = None) -> Tensor:
    """All (centre, context) pairs at most `window` places apart in the same sequence.

    The whole row is laid beside itself, moved by 1, 2, … places; what then lies together and belongs to one
    sequence is a pair.

    Args:
        tokens: (T,) numbers, one sequence after the other.
        sequence: (T,) ascending, the sequence of each token.
        window: reach to each side, at least 1; None for the whole sequence, as a set like a basket asks for.

    Returns:
        (N, 2) int64, on the device of the tokens; both (i, j) and (j, i).
    """
    if window is None:
        window = int(torch.unique_consecutive(sequence, return_counts=True)[1].max()) if len(sequence) else 1
    found = [tokens.new_empty((0, 2))]
    for distance in range(1, min(window, len(tokens) - 1) + 1):
        together = sequence[:-distance] == sequence[distance:]  # (T − distance,)
        left, right = tokens[:-distance][together], tokens[distance:][together]
        found += [torch.stack([left, right], dim=1), torch.stack([right, left], dim=1)]
    return torch.cat(found).long()


def cbow_windows(tokens: Tensor, sequence: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """For each place its token and the tokens around it.

    Args:
        tokens, sequence: as in `pairs`.
        window: reach to each side, at least 1.

    Returns:
        centres (N,) int64 and contexts (N, 2·window) int64, where −1 fills the places beyond the ends of a
        sequence. Tokens that are alone in their sequence are left out.
    """
    contexts = tokens.new_full((len(tokens), 2 * window), -1)
    for distance in range(1, window + 1):
        together = torch.nonzero(sequence[:-distance] == sequence[distance:]).squeeze(1)
        contexts[together + distance, window - distance] = tokens[together]
        contexts[together, window + distance - 1] = tokens[together + distance]
    accompanied = (contexts >= 0).any(dim=1)
    return tokens[accompanied].long(), contexts[accompanied].long()


def flatten(sequences: Sequence[np.ndarray] | np.ndarray | Tensor) -> tuple[Tensor, Tensor]:
    """One long row of tokens, and the number of its sequence beside each: what `pairs` wants.

    Args:
        sequences: a list of sequences, or a table (S, L) in which −1 fills the places after the end of each.

    Returns:
        tokens (T,) and sequence (T,), int64 for a list, of the table's type for a table.
    """
    if isinstance(sequences, np.ndarray | Tensor):
        table = torch.as_tensor(sequences)
        sequence, place = torch.nonzero(table >= 0, as_tuple=True)
        return table[sequence, place], sequence
    tokens = np.concatenate([np.asarray(part, dtype=np.int64) for part in [[], *sequences]])
    lengths = torch.tensor([len(part) for part in sequences], dtype=torch.int64)
    return torch.from_numpy(tokens), torch.repeat_interleave(torch.arange(len(sequences)), lengths)
