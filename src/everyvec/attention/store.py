"""A vector store: vectors with their ids and payloads, searched by nearness. FAISS does the searching.

The four steps are those of attention: form the query, compare it with all keys, rank, gather the values. Here
the keys are the stored vectors, the values are the payloads, and the ranking is hard: k of them, in an order.

`exact` compares a query with every vector. Two indexes compare it with a part of them, and can miss some:
`ivf` sorts the vectors into cells around k-means centres and looks into the cells nearest to the query (Sivic
and Zisserman, 2003, doi:10.1109/ICCV.2003.1238663); `hnsw` walks a graph that links each vector to near ones
(Malkov and Yashunin, 2018, arXiv:1603.09320). The library: Douze et al., 2024, arXiv:2401.08281.

On macOS torch and FAISS each bring a copy of the OpenMP runtime, and users of both report aborts and crashes
(pytorch/pytorch#149201, facebookresearch/faiss#3401 and #4273). What helped them: torch is loaded first, a
second copy is allowed, as scikit-learn does too, and FAISS keeps to one thread.
"""

import json
import operator
import os
import zipfile
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import torch  # noqa: F401

os.environ.setdefault("KMP_DUPLICATE_LIB_OK", "True")

import faiss
import numpy as np

from everyvec import seeds

faiss.omp_set_num_threads(1)  # see above; and several threads build another HNSW graph each time

METRICS = dict.fromkeys(("cosine", "inner product"), faiss.METRIC_INNER_PRODUCT) | {"L2": faiss.METRIC_L2}
INDEXES = {"exact": faiss.IndexFlat, "ivf": faiss.IndexIVFFlat, "hnsw": faiss.IndexHNSWFlat}
Id = str | int

_take = partial(np.take_along_axis, axis=1)
_FORMAT = "everyvec vector store 1"
_LINKS = 16  # of each vector in an HNSW graph; FAISS's examples use 16 to 64
_PER_CELL = 39  # vectors that FAISS asks for to place one k-means centre
_AT_ONCE = 1 << 22  # numbers that exist at the same time when candidates are compared: 32 MB
_ROUNDING = 1e-6  # how far float32 sums may be from exact ones, relative to the squared lengths


class Found(NamedTuple):
    """For each of Q queries its k nearest vectors, nearest first."""

    ids: list[list[Id]]  # Q lists of k
    scores: np.ndarray  # (Q, k) float32: cosines or inner products, which fall, or L2 distances, which rise
    payloads: list[list]  # Q lists of k
    compared: int  # how many vectors the queries were compared with, all together; k-means centres count


def likeness(queries: np.ndarray, keys: np.ndarray, measure: str) -> np.ndarray:
    """Compare queries (Q, 1, d) with keys (Q or 1, n, d): (Q, n) float64, more is nearer; L2 gets a minus.

    Equal vectors get equal numbers, which the matrix product of a BLAS library does not promise.
    """
    queries = queries.astype(np.float64)
    return -np.sqrt(((queries - keys) ** 2).sum(-1)) if measure == "L2" else (queries * keys).sum(-1)


def nearest(queries: np.ndarray, keys: np.ndarray, k: int, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Exact search in plain NumPy: what `VectorStore` does, without FAISS.

    Queries (Q, d) and keys (N, d), the first of equal ones first, give (Q, k) positions and (Q, k)
    scores, nearest first.
    """
    queries, keys = _prepared(queries, measure), _prepared(keys, measure)
    like = np.stack([likeness(query[None, None], keys[None], measure)[0] for query in queries])  # (Q, N)
    best = np.argsort(-like, axis=1, kind="stable")[:, :k]  # (Q, k)
    return best, _scores(_take(like, best), measure)


class VectorStore:
    """Vectors with ids and payloads.

    Args:
        measure: `"cosine"`, `"inner product"` or `"L2"`. For cosine both sides are brought to length 1.
        index: `"exact"`, `"ivf"` or `"hnsw"`. `ivf` places its cells, √N of them, when the first vectors
            are added, so the first ones should be like those that follow.
    """

    def __init__(self, measure: str = "cosine", index: str = "exact"):
        for value, known in ((measure, METRICS), (index, INDEXES)):
            if value not in known:
                raise ValueError(f"{value!r} is not one of {', '.join(known)}")
        self.measure, self.kind = measure, index
        self.index: faiss.Index | None = None  # made by the first `add`, which knows the width
        self.ids: list[Id] = []  # in the order of insertion
        self._payloads: list[str] = []  # each as JSON text, so that nobody changes one from outside
        self._position: dict[Id, int] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, vectors: np.ndarray, ids: Iterable[Id], payloads: Iterable | None = None) -> None:
        """Add vectors (n, d), with n ids and n payloads (None: nothing). Either all are added or none.

        Raises:
            ValueError: where a shape, a number, an id or a payload does not fit; the message says which.
        """
        vectors = self._table(vectors, "vectors")
        ids = [_plain_id(id) for id in ids]
        payloads = [None] * len(ids) if payloads is None else list(payloads)
        if not len(vectors) == len(ids) == len(payloads) or not ids:
            raise ValueError(f"{len(vectors)} vectors, {len(ids)} ids and {len(payloads)} payloads")
        new = {}
        for id in ids:
            if id in self._position or id in new:
                raise ValueError(f"the id {id!r} is there already; each vector needs its own")
            new[id] = len(self) + len(new)
        texts = [_json(payload, id) for payload, id in zip(payloads, ids, strict=True)]
        if self.index is None:
            self.index = _new_index(vectors, self.measure, self.kind)
        self.index.add(vectors)
        self.ids += ids
        self._payloads += texts
        self._position |= new

    def search(
        self,
        queries: np.ndarray,
        k: int,
        without: Sequence[Id | None] | None = None,
        effort: int | None = None,
    ) -> Found:
        """The k stored vectors nearest to each query. Of equal ones the first added comes first.

        Args:
            queries: (Q, d).
            k: how many, from 1 to the number of vectors; with `without`, one fewer.
            without: for each query the id that it must not find, such as its own; None leaves nothing out.
            effort: `ivf`: cells to look into (by default one in twenty); `hnsw`: candidates kept on the walk
                (by default 64); an exact search takes none. More effort finds more, and takes longer.

        Raises:
            ValueError: where the store is empty; where a shape, a number, k, an id or the effort does not
                fit; where an approximate search met fewer than k vectors. The message says which.
        """
        if not self.ids:
            raise ValueError("the store is empty: add vectors before you search")
        queries = self._table(queries, "queries")
        most = len(self) - (without is not None)
        if not 1 <= operator.index(k) <= most:
            raise ValueError(f"k={k}: there are {most} vectors to choose from, and k starts at 1")
        if effort is not None and (self.kind == "exact" or operator.index(effort) < 1):
            raise ValueError(f"effort={effort} for the index {self.kind!r}: from 1; none for 'exact'")
        out = self._positions(without, len(queries))  # (Q, 1), −1 for none
        search = self._exact if self.kind == "exact" else self._approximate
        # one more than k, cut to k when the one to leave out is gone
        positions, like, compared = search(queries, k + (without is not None), effort)
        keep = (positions >= 0) & (positions != out)  # (Q, k or k + 1)
        if (keep.sum(axis=1) < k).any():
            raise ValueError(f"a query met fewer than k={k} vectors: search with more effort")
        first = np.argsort(~keep, axis=1, kind="stable")[:, :k]
        positions, like = _take(positions, first), _take(like, first)
        ids = [[self.ids[p] for p in row] for row in positions]
        payloads = [[json.loads(self._payloads[p]) for p in row] for row in positions]
        return Found(ids, _scores(like, self.measure), payloads, compared)

    def save(self, path: str | Path) -> None:
        """Write everything into one file, a ZIP archive of FAISS's index and a JSON text.

        It is written beside its place and then moved there: it is complete, or as it was before.
        """
        if self.index is None:
            raise ValueError("the store is empty: there is nothing to save")
        about = {"format": _FORMAT, "measure": self.measure, "kind": self.kind, "ids": self.ids}
        about["payloads"] = [json.loads(text) for text in self._payloads]
        part = Path(f"{path}.{os.getpid()}.part")
        try:
            with zipfile.ZipFile(part, "w") as file:  # keeps a checksum of each member
                file.writestr("store.json", json.dumps(about, ensure_ascii=False))
                file.writestr("index.faiss", faiss.serialize_index(self.index).tobytes())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | Path) -> "VectorStore":
        """Read what `save` wrote; a file that is damaged or is not one of ours is a ValueError."""
        try:
            with zipfile.ZipFile(path) as file:
                about = json.loads(file.read("store.json"))
                if about["format"] != _FORMAT:
                    raise ValueError(f"its format is {about['format']!r}")
                index = faiss.deserialize_index(np.frombuffer(file.read("index.faiss"), np.uint8))
            store, ids, payloads = cls(about["measure"], about["kind"]), about["ids"], about["payloads"]
            if not index.ntotal == len(ids) == len(payloads) == len(set(ids)):
                raise ValueError(f"{index.ntotal} vectors, {len(ids)} ids and {len(payloads)} payloads")
            if not isinstance(index, INDEXES[store.kind]) or index.metric_type != METRICS[store.measure]:
                raise ValueError(f"its index is not {store.kind} by {store.measure}")
            store.index, store.ids = index, ids
            store._payloads = [_json(payload, id) for payload, id in zip(payloads, ids, strict=True)]
        except (ValueError, LookupError, TypeError, RuntimeError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is damaged or is no vector store: {error}") from error
        store._position = {id: position for position, id in enumerate(ids)}
        return store

    def _table(self, vectors: np.ndarray, name: str) -> np.ndarray:
        vectors = np.asarray(vectors)
        width = "d" if self.index is None else self.index.d
        if vectors.ndim != 2 or vectors.shape[1] == 0 or width not in ("d", vectors.shape[1]):
            raise ValueError(f"{name} of shape {vectors.shape}: the store needs a table (n, {width})")
        return _prepared(vectors, self.measure)

    def _positions(self, without: Sequence[Id | None] | None, count: int) -> np.ndarray:
        without = [None] * count if without is None else without
        if isinstance(without, str) or len(without) != count:
            raise ValueError(f"without needs one id, or None, for each of the {count} queries")
        if unknown := [id for id in without if id is not None and id not in self._position]:
            raise ValueError(f"without names {unknown[0]!r}, which is not in the store")
        return np.array([-1 if id is None else self._position[id] for id in without]).reshape(-1, 1)

    def _exact(self, queries: np.ndarray, k: int, _: None) -> tuple[np.ndarray, np.ndarray, int]:
        """(Q, k) positions, nearest first; (Q, k) likeness; vectors compared.

        FAISS orders equal vectors as it likes. So it proposes candidates, and `likeness` puts them in order:
        more than k, until the last candidate is clearly worse than the k-th and none of the k can be missing.
        """
        stored = faiss.rev_swig_ptr(self.index.get_xb(), len(self) * self.index.d).reshape(len(self), -1)
        room = _ROUNDING * (np.linalg.norm(queries, axis=1) + np.linalg.norm(stored, axis=1).max()) ** 2
        best, like = np.empty((len(queries), k), np.int64), np.empty((len(queries), k))
        rows, ask = np.arange(len(queries)), min(len(self), k + 8)
        while len(rows):
            rough, found = self.index.search(queries[rows], ask)  # (q, ask) each
            settled = (abs(rough[:, -1] - rough[:, k - 1]) > room[rows]) | (ask == len(self))
            found.sort(axis=1)  # by insertion, which the stable sort keeps among equals
            for part in np.array_split(np.flatnonzero(settled), 1 + found.size * self.index.d // _AT_ONCE):
                exact = likeness(queries[rows[part], None], stored[found[part]], self.measure)  # (part, ask)
                order = np.argsort(-exact, axis=1, kind="stable")[:, :k]
                best[rows[part]], like[rows[part]] = _take(found[part], order), _take(exact, order)
            rows, ask = rows[~settled], min(len(self), 4 * ask)
        return best, like, len(queries) * len(self)

    def _approximate(self, queries, k: int, effort: int | None) -> tuple[np.ndarray, np.ndarray, int]:
        """The same, with position −1 where a search found no more."""
        if self.kind == "ivf":
            params = faiss.SearchParametersIVF(nprobe=effort or 1 + self.index.nlist // 20)
            count, centres = faiss.cvar.indexIVF_stats, self.index.nlist
        else:
            params = faiss.SearchParametersHNSW(efSearch=effort or 64)
            count, centres = faiss.cvar.hnsw_stats, 0
        count.reset()
        like, positions = self.index.search(queries, k, params=params)  # L2: squared distances
        like = -np.sqrt(np.maximum(like, 0)) if self.measure == "L2" else like
        order = np.lexsort((positions, -like))  # among equals by insertion
        return _take(positions, order), _take(like, order), count.ndis + len(queries) * centres


def _new_index(vectors: np.ndarray, measure: str, kind: str) -> faiss.Index:
    n, width = vectors.shape
    cells = max(1, min(round(n**0.5), n // _PER_CELL))  # √N: as many centres as vectors in a cell
    name = {"exact": "Flat", "ivf": f"IVF{cells},Flat", "hnsw": f"HNSW{_LINKS},Flat"}[kind]
    index = faiss.index_factory(width, name, METRICS[measure])
    if kind == "ivf":
        index.cp.seed = seeds.of()
        index.train(vectors)
    if kind == "hnsw":
        index.hnsw.rng = faiss.RandomGenerator(seeds.of())
    return index


def _prepared(vectors: np.ndarray, measure: str) -> np.ndarray:
    """Finite float32; of length 1 for cosine, where zeros stay zeros. Both sides go through here."""
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds a number that is NaN or infinite")
    if measure == "cosine":
        length = np.linalg.norm(vectors.astype(np.float64), axis=1, keepdims=True)
        vectors = (vectors / np.where(length > 0, length, 1)).astype(np.float32)
    return vectors


def _scores(like: np.ndarray, measure: str) -> np.ndarray:
    """What `Found` promises: for L2 the distances themselves."""
    return (-like if measure == "L2" else like).astype(np.float32)


def _plain_id(id: Id) -> Id:
    id = id.item() if isinstance(id, np.generic) else id
    if isinstance(id, bool) or not isinstance(id, str | int):
        raise ValueError(f"the id {id!r} is neither a string nor a whole number")
    return id


def _json(payload, id: Id) -> str:
    try:
        text = json.dumps(payload, ensure_ascii=False, allow_nan=False)
        if json.loads(text) == payload:
            return text
    except (TypeError, ValueError):
        pass
    raise ValueError(f"the payload of {id!r} is not plain JSON data: {payload!r}")
