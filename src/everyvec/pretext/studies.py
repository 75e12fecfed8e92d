"""Whole experiments of module 1 at any size: what its lessons run on a GPU, and its tests at reduced size."""

from time import perf_counter
from typing import NamedTuple

import numpy as np
import torch

from everyvec import probes, seeds, training
from everyvec.data.digits import Split
from everyvec.data.graphs import planted
from everyvec.neighbours import nearest
from everyvec.pretext import puzzles, skipgram
from everyvec.pretext.node2vec import second_order


class Search(NamedTuple):
    """`found`, the share of the queries whose nearest vector is the right one, and `seconds` of search."""

    found: float
    seconds: float


def search_trial(
    size: int,
    *,
    dim: int = 300,
    queries: int = 1000,
    noise: float = 1.0,
    device: str | torch.device = "cpu",
    seed: int = 0,
) -> Search:
    """Search for noisy copies of some of many random vectors: how often is the right one found, and how fast?

    Args:
        size: N random vectors; a million of 300 numbers take 1.2 GB, and as much again while compared.
        dim: d.
        queries: Q, at most N.
        noise: how long the noise is, compared with the vector that it is added to.
        device: where everything is made and compared.
        seed: same seed and device, same vectors.
    """
    if not 1 <= queries <= size:
        raise ValueError(f"{queries} queries for {size} vectors")
    draw = torch.Generator(device).manual_seed(seeds.of(seed))
    vectors = torch.randn(size, dim, generator=draw, device=device)  # (N, d)
    wanted = torch.randint(size, (queries,), generator=draw, device=device)  # (Q,)
    blurred = vectors[wanted] + noise * torch.randn(queries, dim, generator=draw, device=device)  # (Q, d)
    nearest(vectors[:queries], queries=blurred[:1])  # a GPU's first call sets things up
    start = perf_counter()
    index, _ = nearest(vectors, queries=blurred)  # its answer is on the CPU, so nothing is still running
    seconds = perf_counter() - start
    return Search(float((index[:, 0] == wanted.cpu().numpy()).mean()), seconds)


class Recovery(NamedTuple):
    """What a run found.

    Attributes:
        same: share of the asked nodes whose nearest other node is of their own community.
        chance: what `same` is for vectors that know nothing.
        steps: walked.
        walking: seconds for the walks.
        training: seconds for Skip-gram.
    """

    same: float
    chance: float
    steps: int
    walking: float
    training: float


def recover_communities(
    *,
    nodes: int,
    communities: int,
    p: float,
    q: float,
    per_node: int,
    length: int,
    dim: int,
    window: int,
    batch_size: int,
    epochs: int = 1,
    asked: int = 1000,
    seed: int = 0,
    device: str | torch.device = "cpu",
) -> Recovery:
    """Plant communities, walk, train, and ask nodes for the community of their nearest neighbour.

    Each node has about eight edges inside its community and two that lead out.

    Args:
        nodes, communities: of the graph.
        p, q, per_node, length: of the walks.
        dim, window, epochs, batch_size: of Skip-gram; a batch is of walks.
        asked: nodes drawn at random whose nearest neighbour, by cosine among all nodes, is looked up.
        seed: for the graph, the walks, the training and the draw.
        device: where Skip-gram runs, and the search.
    """
    graph = planted(nodes, communities, inside=8, outside=2, seed=seed)
    began = perf_counter()
    walks = second_order(graph, p=p, q=q, per_node=per_node, length=length, seed=seed)
    walking = perf_counter() - began
    steps = int((walks[:, 1:] >= 0).sum())
    tables, history = skipgram.train(
        walks,
        nodes,
        window=window,
        dim=dim,
        epochs=epochs,
        batch_size=batch_size,
        lr=0.02,
        seed=seed,
        device=device,
    )
    chosen = seeds.rng(seed).choice(nodes, min(asked, nodes), replace=False)
    found = nearest(
        tables.centre, 2, queries=tables.centre[chosen], device=device
    ).index  # itself, and another
    other = np.where(found[:, 0] == chosen, found[:, 1], found[:, 0])
    labels = graph.labels
    chance = (np.bincount(labels)[labels[chosen]] - 1).mean() / (nodes - 1)
    same = (labels[other] == labels[chosen]).mean()
    return Recovery(float(same), float(chance), steps, walking, history.seconds)


def rotation_study(
    pages: Split,
    *,
    width: int,
    halvings: int,
    epochs: int,
    batch_size: int,
    per_class: int,
    device: str | torch.device = "cpu",
    seed: int = 0,
) -> dict[str, float]:
    """Learn from rotations of the train images alone, then read digits with a linear probe.

    Args:
        pages: the images, on pages or not.
        width, halvings: the size of the encoder.
        epochs, batch_size: of learning the puzzle.
        per_class: labels of each class that the probe gets.
        device: where the encoder learns.
        seed: for weights, puzzles and the choice of the labelled images.

    Returns:
        `"puzzle solved"`, on the test images, and the test accuracy of the probe on `"raw pixels"`,
        `"random features"` and `"rotation"`.
    """
    untrained = puzzles.Encoder(width, halvings, seed).to(device)
    puzzle = puzzles.Rotation(puzzles.Encoder(width, halvings, seed), seed)
    images = torch.as_tensor(pages.train_images)
    training.fit(puzzle, (images,), epochs=epochs, batch_size=batch_size, lr=2e-3, seed=seed, device=device)
    result = {"puzzle solved": puzzle.solved(torch.as_tensor(pages.test_images).to(device))}
    few = probes.few_labels(pages.train_labels, per_class, seed)
    for name, encode in (
        ("raw pixels", lambda images: images.reshape(len(images), -1)),
        ("random features", lambda images: puzzles.features(untrained, images)),
        ("rotation", lambda images: puzzles.features(puzzle.encoder, images)),
    ):
        result[name] = probes.probe_accuracy(
            (encode(pages.train_images[few]), pages.train_labels[few]),
            (encode(pages.valid_images), pages.valid_labels),
            (encode(pages.test_images), pages.test_labels),
        )
    return result
