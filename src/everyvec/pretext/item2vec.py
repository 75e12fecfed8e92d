"""Item2Vec: a basket is a sentence without word order, so Skip-gram makes vectors of what people buy.

Barkan, Koenigstein: Item2Vec: Neural Item Embedding for Collaborative Filtering, 2016, arXiv:1603.04259.
Which of its settings matter: Caselles-Dupré, Lesaint, Royo-Letelier: Word2vec Applied to Recommendation:
Hyperparameters Matter, RecSys 2018, arXiv:1804.04212.

U users, N items. Every recommender here is a matrix of scores (U, N), higher is better; the history of all
users is one sparse matrix. Items that a user has bought keep their scores: exclude them when you rank.
"""

import numpy as np
import torch
from scipy.sparse import coo_array, csr_array, diags_array

from everyvec.data.graphs import Graph, from_edges
from everyvec.data.shop import Log
from everyvec.pretext import windows
from everyvec.pretext.skipgram import Tables
from everyvec.pretext.walks import first_order

# ------------------------------------------------------------------------------- from log to pairs and walks


def basket_pairs(log: Log) -> np.ndarray:
    """(P, 2) int64: all ordered pairs of two items of the same basket, for `skipgram.train` and `counted`."""
    return windows.pairs(torch.from_numpy(log.item), torch.from_numpy(log.basket)).numpy()


def history_pairs(log: Log) -> np.ndarray:
    """(P, 2) int64: all ordered pairs of two purchases of the same user, in whichever baskets."""
    return windows.pairs(torch.from_numpy(log.item), torch.from_numpy(log.user)).numpy()


def purchases(log: Log, items: int) -> csr_array:
    """(U, N) float32, 1 where this user bought this item."""
    ones = np.ones(len(log), dtype=np.float32)
    matrix = coo_array((ones, (log.user, log.item)), shape=(log.users, items)).tocsr()
    matrix.data[:] = 1
    return matrix


def user_item_graph(log: Log, items: int, together: bool = True) -> Graph:
    """Items are the nodes 0 to N − 1, users the nodes after them; a user is tied to what they bought.

    Args:
        log: the purchases.
        items: N.
        together: whether two items of the same basket are tied as well.
    """
    edges = np.stack([log.item, items + log.user], axis=1)
    if together:
        edges = np.concatenate([edges, basket_pairs(log)])
    return from_edges(edges, items + log.users)


def walk_sentences(graph: Graph, items: int, *, per_node: int, length: int, seed: int = 0) -> list[list[int]]:
    """Walks from every node of the user–item graph, with the users taken out: sentences of items."""
    walks = first_order(graph, per_node=per_node, length=length, seed=seed)  # (W, length)
    kept = (walks >= 0) & (walks < items)
    cuts = np.cumsum(kept.sum(axis=1))[:-1]
    return [piece.tolist() for piece in np.split(walks[kept], cuts) if len(piece) > 1]


# ----------------------------------------------------------------------------------- from vectors to scores


def by_mean_vector(history: csr_array, vectors: np.ndarray) -> np.ndarray:
    """(U, N): cosine between an item and the mean of the (unit) vectors of a user's history.

    Args:
        history: (U, N).
        vectors: (N, d), such as the centre vectors.
    """
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = vectors / np.where(length > 0, length, 1)  # (N, d)
    return (history @ unit) @ unit.T  # (U, N); the length of a user's own vector changes no order


def by_probability(
    history: csr_array, tables: Tables, popularity: np.ndarray, power: float = 0.75
) -> np.ndarray:
    """(U, N): the sum over the history of P(item | bought item), up to a factor, as Skip-gram learned it.

    With enough pairs v·u becomes log P(i | h) − log noise(i), up to a constant (Levy and Goldberg, 2014b), so
    exp(v·u) · noise(i) is the probability itself; the noise is in proportion to popularity^¾.

    Args:
        history: (U, N).
        tables: of N items.
        popularity: (N,) how often each item was bought; 0 for an item that must not be recommended.
        power: to which popularity is raised.
    """
    score = tables.centre @ tables.context.T  # (N, N)
    return history @ (np.exp(score - score.max()) * popularity**power)


def by_similarity(history: csr_array, similarity: csr_array | np.ndarray) -> np.ndarray:
    """(U, N): for each item the sum of its similarities to the items of the history.

    Args:
        history: (U, N).
        similarity: (N, N), row: a bought item, column: an item to recommend.
    """
    scores = history @ similarity
    return scores if isinstance(scores, np.ndarray) else scores.toarray()


def by_popularity(history: csr_array) -> np.ndarray:
    """(U, N): how many users bought the item; the same scores for every user."""
    return np.tile(np.asarray(history.sum(axis=0)).ravel(), (history.shape[0], 1))


def counted(pairs: np.ndarray, items: int, scale: str = "cosine") -> csr_array:
    """(N, N): how often two items were in a group together, as a similarity. No vectors, no training.

    Args:
        pairs: (P, 2), such as `basket_pairs`.
        items: N.
        scale: `"none"` for bare counts; `"cosine"` divides by the root of both items' own sums, so that
            popular items do not win everywhere; `"probability"` divides by the bought item's sum.
    """
    ones = np.ones(len(pairs), dtype=np.float32)
    table = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(items, items)).tocsr()  # sums duplicates
    total = np.maximum(table.sum(axis=1), 1)  # (N,)
    if scale == "cosine":
        return (diags_array(total**-0.5) @ table @ diags_array(total**-0.5)).tocsr()
    if scale == "probability":
        return (diags_array(1 / total) @ table).tocsr()
    if scale != "none":
        raise ValueError(f"scale must be none, cosine or probability, not {scale!r}")
    return table
