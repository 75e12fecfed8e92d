"""The lesson's vector database in local mode finds what our store finds, keeps it, and asks nobody else."""

import socket

import numpy as np
import pytest
from qdrant_client import QdrantClient, models

from everyvec.attention.store import VectorStore

DISTANCES = {
    "cosine": models.Distance.COSINE,
    "inner product": models.Distance.DOT,
    "L2": models.Distance.EUCLID,
}


@pytest.fixture
def no_network(monkeypatch):
    def refuse(self, address):
        raise AssertionError(f"asked {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **more: refuse(None, asked))


@pytest.mark.parametrize("measure", DISTANCES)
def test_it_finds_what_our_store_finds_with_filters_and_after_closing(measure, tmp_path, no_network):
    rng = np.random.default_rng(0)
    keys, queries = rng.normal(size=(60, 7)) * rng.uniform(0.2, 5, (60, 1)), rng.normal(size=(9, 7))
    payloads = [{"colour": "red" if i % 3 else "blue", "row": i} for i in range(60)]
    everything, blue = VectorStore(measure), VectorStore(measure)
    everything.add(keys, range(60), payloads)
    blue.add(keys[::3], range(0, 60, 3), payloads[::3])
    client = QdrantClient(path=str(tmp_path))
    client.create_collection("docs", vectors_config=models.VectorParams(size=7, distance=DISTANCES[measure]))
    client.upload_collection("docs", vectors=keys, ids=range(60), payload=payloads)
    only_blue = models.Filter(
        must=[models.FieldCondition(key="colour", match=models.MatchValue(value="blue"))]
    )
    for _ in range(2):
        for store, conditions in ((everything, None), (blue, only_blue)):
            ours = store.search(queries, 5)
            for q, query in enumerate(queries):
                points = client.query_points(
                    "docs", query=query.tolist(), limit=5, query_filter=conditions
                ).points
                assert [point.id for point in points] == ours.ids[q]
                assert [point.payload for point in points] == ours.payloads[q]
                assert [point.score for point in points] == pytest.approx(ours.scores[q].tolist(), abs=1e-5)
        client.close()
        client = QdrantClient(path=str(tmp_path))  # and the same again, from the disk
    client.close()


def test_an_address_is_asked_and_a_path_is_not(no_network):
    # or else the test above would find no network wherever it looks
    with pytest.raises(Exception, match="asked"):
        QdrantClient(url="http://127.0.0.1:9", check_compatibility=False).get_collections()
