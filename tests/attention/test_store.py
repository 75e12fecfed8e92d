"""The store finds what plain NumPy finds, keeps ids and payloads with vectors, and says what is wrong."""

import json
import math
import subprocess
import sys
import zipfile

import faiss
import numpy as np
import pytest

from everyvec.attention.store import INDEXES, METRICS, VectorStore, nearest


def lengths_and_directions(n, d, seed):
    # lengths from 0.1 to 10, so that each measure finds others
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)) * 10 ** rng.uniform(-1, 1, (n, 1))


def filled(measure="cosine", index="exact", n=23, d=5, seed=0):
    store = VectorStore(measure, index)
    store.add(
        lengths_and_directions(n, d, seed), [f"no {i}" for i in range(n)], [{"row": i} for i in range(n)]
    )
    return store


def by_loop(query, keys, measure):
    """Scores by the definition, and the order in which they rank."""
    dots = [sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]
    if measure == "cosine":
        scores = [dot / math.hypot(*query) / math.hypot(*key) for dot, key in zip(dots, keys, strict=True)]
    else:
        scores = dots if measure == "inner product" else [math.dist(query, key) for key in keys]
    order = sorted(range(len(keys)), key=lambda i: scores[i] if measure == "L2" else -scores[i])
    return order, [scores[i] for i in order]


@pytest.mark.parametrize("measure", METRICS)
def test_it_finds_what_the_definition_and_plain_numpy_find(measure):
    keys, queries = lengths_and_directions(23, 5, 0), lengths_and_directions(7, 5, 1)
    found = filled(measure).search(queries, 4)
    positions, scores = nearest(queries, keys, 4, measure)
    for q, query in enumerate(queries):
        order, expected = by_loop(query, keys, measure)
        assert positions[q].tolist() == order[:4]
        assert found.ids[q] == [f"no {i}" for i in order[:4]]
        assert found.payloads[q] == [{"row": i} for i in order[:4]]
        assert found.scores[q] == pytest.approx(expected[:4], rel=1e-5, abs=1e-6)
    assert (found.scores == scores).all()
    assert (found.scores.shape, found.scores.dtype, found.compared) == ((7, 4), np.float32, 7 * 23)


def test_the_three_measures_differ_here():
    # or else the test above would not see one taken for another
    ids = [str(filled(measure).search(lengths_and_directions(7, 5, 1), 4).ids) for measure in METRICS]
    assert len(set(ids)) == 3


@pytest.mark.parametrize("measure", METRICS)
@pytest.mark.parametrize("count", [1, 40])  # FAISS takes another way from 20 queries on
def test_of_equal_vectors_the_first_added_comes_first(measure, count):
    # 60 vectors, each many times over, in an order of their own: FAISS returns equal ones as it likes
    rng = np.random.default_rng(2)
    keys = lengths_and_directions(4, 5, 3)[rng.integers(4, size=60)]
    queries = lengths_and_directions(count, 5, 4)
    store = VectorStore(measure)
    for part in np.array_split(np.arange(60), 7):
        store.add(keys[part], part)
    for k in (1, 3, 17, 60):
        found = store.search(queries, k)
        positions, scores = nearest(queries, keys, k, measure)
        assert found.ids == positions.tolist()
        assert (found.scores == scores).all()
        same = found.scores[:, 1:] == found.scores[:, :-1]
        assert (np.diff(found.ids, axis=1)[same] > 0).all()


def test_many_queries_are_compared_in_parts():
    # 1.5 million candidates' numbers: more than are held at the same time
    keys, queries = lengths_and_directions(40, 300, 0), lengths_and_directions(500, 300, 1)
    store = VectorStore("L2")
    store.add(keys, range(40))
    assert store.search(queries, 30).ids == nearest(queries, keys, 30, "L2")[0].tolist()


@pytest.mark.parametrize("index", INDEXES)
def test_the_one_to_leave_out_is_gone_before_the_cut(index):
    store = filled(index=index, n=23)
    keys = lengths_and_directions(23, 5, 0)
    effort = None if index == "exact" else 50
    everything = store.search(keys, 23, effort=effort).ids
    for k in (1, 3, 22):
        found = store.search(keys, k, without=store.ids, effort=effort)
        for own, all_of_them, ids in zip(store.ids, everything, found.ids, strict=True):
            assert ids == [id for id in all_of_them if id != own][:k]
    # another than itself, or none; 0 and "" are ids like others
    store = VectorStore("L2", index)
    store.add([[0.0, 0], [1, 0], [0, 3]], [0, "", "far"])
    assert store.search([[0.1, 0], [0.1, 0], [0, 0.2]], 2, without=[0, "", None]).ids == [
        ["", "far"],
        [0, "far"],
        [0, ""],
    ]


@pytest.mark.parametrize("measure", METRICS)
@pytest.mark.parametrize("index", ["ivf", "hnsw"])
def test_an_approximate_index_finds_more_with_more_effort_and_everything_in_the_end(index, measure):
    rng = np.random.default_rng(5)
    keys, queries = rng.normal(size=(3000, 12)), rng.normal(size=(60, 12))
    store = VectorStore(measure, index)
    store.add(keys, range(3000))
    truth, scores = nearest(queries, keys, 5, measure)
    share, work = [], []
    for effort in (1, 8, 3000):
        found = store.search(queries, 5, effort=effort)
        share.append(np.mean([len({*a} & {*b}) / 5 for a, b in zip(found.ids, truth.tolist(), strict=True)]))
        work.append(found.compared)
        worse = np.diff(found.scores) if measure != "L2" else -np.diff(found.scores)
        assert (worse <= 0).all()
    assert work[0] < work[1] < work[2]
    assert share[0] < share[1] <= share[2]
    assert share[2] > (0.9 if measure == "inner product" else 0.99)
    assert work[1] < 60 * 3000 / 2
    if index == "ivf":
        assert work[2] == 60 * (3000 + store.index.nlist)  # all cells: all vectors, and the centres
        assert found.ids == truth.tolist()
        assert np.allclose(found.scores, scores, atol=1e-4)


@pytest.mark.parametrize("index", ["ivf", "hnsw"])
def test_an_approximate_index_is_the_same_each_time_and_another_with_another_seed(index, monkeypatch):
    keys, queries = lengths_and_directions(2000, 12, 0), lengths_and_directions(50, 12, 1)

    def found():
        store = VectorStore("cosine", index)
        store.add(keys, range(2000))
        return store.search(queries, 5, effort=2)

    first, again = found(), found()
    assert (first.ids, first.compared) == (again.ids, again.compared)
    monkeypatch.setenv("EVERYVEC_SEEDS", "3")
    assert found().compared != first.compared


@pytest.mark.parametrize("measure", METRICS)
@pytest.mark.parametrize("index", INDEXES)
def test_what_is_saved_is_loaded(index, measure, tmp_path):
    store = VectorStore(measure, index)
    keys = lengths_and_directions(90, 5, 0)
    payloads = [None, 0, "", "借口任务", [1, 2.5, {"a": None}], False] * 15
    ids = [i if i % 2 else f"ü{i}" for i in range(90)]
    store.add(keys, ids, payloads)
    store.save(tmp_path / "a.store")
    assert [path.name for path in tmp_path.iterdir()] == ["a.store"]  # one file, nothing left beside it
    loaded = VectorStore.load(tmp_path / "a.store")
    queries = lengths_and_directions(7, 5, 1)
    before, after = store.search(queries, 3), loaded.search(queries, 3)
    assert (before.ids, before.payloads, before.compared) == (after.ids, after.payloads, after.compared)
    assert (before.scores == after.scores).all()
    # it goes on where it was
    with pytest.raises(ValueError, match="'ü0' is there already"):
        loaded.add(keys[:1], ["ü0"])
    loaded.add(queries[:1], ["new"], ["payload"])
    assert len(loaded) == 91
    found = loaded.search(queries[:1], 1, without=[ids[0]])
    assert (found.ids, found.payloads) == ([["new"]], [["payload"]]) or measure == "inner product"


def test_a_save_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    store = filled()
    store.save(tmp_path / "a.store")
    before = (tmp_path / "a.store").read_bytes()
    store.add(lengths_and_directions(1, 5, 9), ["one more"])

    def no_space(index):
        raise OSError("no space left")

    monkeypatch.setattr(faiss, "serialize_index", no_space)
    with pytest.raises(OSError, match="no space"):
        store.save(tmp_path / "a.store")
    assert [path.name for path in tmp_path.iterdir()] == ["a.store"]
    assert (tmp_path / "a.store").read_bytes() == before


def damage(path, what):
    data = bytearray(path.read_bytes())
    if what in ("cut in half", "empty"):
        data = data[: len(data) // 2 if what == "cut in half" else 0]
    elif what == "one byte of the index":
        data[data.index(b"index.faiss") + 60] ^= 1
    elif what == "one byte of an id":
        data[data.index(b"no 17")] ^= 1
    elif what == "text":
        data = b"ids,vectors\n"
    if isinstance(what, str):
        path.write_bytes(data)
        return
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    what(members)
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)


def change(**fields):
    def changed(members):
        members["store.json"] = json.dumps(json.loads(members["store.json"]) | fields)

    return changed


def other_index(index):
    return lambda members: members.update({"index.faiss": faiss.serialize_index(index).tobytes()})


@pytest.mark.parametrize(
    "what",
    [
        "cut in half",
        "empty",
        "one byte of the index",
        "one byte of an id",
        "text",
        lambda members: members.pop("store.json"),
        lambda members: members.pop("index.faiss"),
        lambda members: members.update({"store.json": b"[1, 2]"}),
        lambda members: members.update({"store.json": b"{"}),
        lambda members: members.update({"index.faiss": b"IxFI"}),
        change(format="everyvec vector store 2"),
        change(measure="L2"),
        change(measure="Hamming"),
        change(kind="hnsw"),
        change(ids=["a"]),
        change(ids=["a"] * 23),
        change(payloads=[None]),
        other_index(faiss.IndexFlatIP(5)),
    ],
)
def test_a_damaged_or_foreign_file_says_so(what, tmp_path):
    path = tmp_path / "a.store"
    filled().save(path)
    VectorStore.load(path)
    damage(path, what)
    with pytest.raises(ValueError, match=r"a\.store is damaged or is no vector store: .") as error:
        VectorStore.load(path)
    assert "\n" not in str(error.value)


def test_a_file_that_is_not_there_is_not_called_damaged(tmp_path):
    with pytest.raises(FileNotFoundError):
        VectorStore.load(tmp_path / "none")


ONES = np.ones((1, 5))


@pytest.mark.parametrize(
    ("queries", "k", "options", "message"),
    [
        (ONES, 0, {}, "k=0: there are 23"),
        (ONES, -1, {}, "k=-1"),
        (ONES, 24, {}, "k=24: there are 23 vectors"),
        (ONES, 23, {"without": ["no 1"]}, "k=23: there are 22 vectors"),
        (ONES, 1, {"without": ["no 99"]}, "'no 99', which is not in the store"),
        (ONES, 1, {"without": ["no 1", "no 2"]}, "one id, or None, for each of the 1 queries"),
        (ONES, 1, {"without": "n"}, "one id, or None"),
        (ONES, 1, {"effort": 3}, "effort=3 for the index 'exact'"),
        (np.ones(5), 1, {}, r"queries of shape \(5,\): the store needs a table \(n, 5\)"),
        (np.ones((1, 4)), 1, {}, r"queries of shape \(1, 4\)"),
        (np.ones((5, 1)), 1, {}, r"queries of shape \(5, 1\)"),
        (np.ones((1, 1, 5)), 1, {}, r"queries of shape \(1, 1, 5\)"),
        (ONES * np.nan, 1, {}, "NaN or infinite"),
        (ONES * 1e60, 1, {}, "NaN or infinite"),  # float32 cannot hold it
    ],
)
def test_a_search_that_has_no_answer_says_so(queries, k, options, message):
    with pytest.raises(ValueError, match=message) as error:
        filled().search(queries, k, **options)
    assert "\n" not in str(error.value)


def test_half_a_vector_is_no_k():
    with pytest.raises(TypeError):
        filled().search(ONES, 1.5)


@pytest.mark.parametrize(
    ("vectors", "ids", "payloads", "message"),
    [
        (np.ones((2, 4)), ["a", "b"], None, r"vectors of shape \(2, 4\): the store needs a table \(n, 5\)"),
        (np.ones(5), ["a"], None, r"vectors of shape \(5,\)"),
        (ONES * np.inf, ["a"], None, "NaN or infinite"),
        (ONES, ["a", "b"], None, "1 vectors, 2 ids and 2 payloads"),
        (ONES, ["a"], [1, 2], "1 vectors, 1 ids and 2 payloads"),
        (np.ones((0, 5)), [], None, "0 vectors"),
        (ONES, ["no 3"], None, "the id 'no 3' is there already"),
        (np.ones((2, 5)), ["a", "a"], None, "the id 'a' is there already"),
        (ONES, [1.5], None, "1.5 is neither a string nor a whole number"),
        (ONES, [True], None, "True is neither"),
        (ONES, ["a"], [{1, 2}], "payload of 'a' is not plain JSON"),
        (ONES, ["a"], [{"x": math.nan}], "payload of 'a' is not plain JSON"),
        (ONES, ["a"], [(1, 2)], "payload of 'a' is not plain JSON"),  # it would come back as a list
        (ONES, ["a"], [{1: "one"}], "payload of 'a' is not plain JSON"),  # and this with "1"
    ],
)
def test_what_cannot_be_added_says_so_and_adds_nothing(vectors, ids, payloads, message):
    store = filled()
    with pytest.raises(ValueError, match=message) as error:
        store.add(vectors, ids, payloads)
    assert "\n" not in str(error.value)
    assert len(store) == store.index.ntotal == 23
    store.add(np.ones((2, 5)), ["a", "b"])
    assert len(store) == store.index.ntotal == 25


def test_an_empty_store_says_so(tmp_path):
    with pytest.raises(ValueError, match="the store is empty"):
        VectorStore().search(ONES, 1)
    with pytest.raises(ValueError, match="the store is empty"):
        VectorStore().save(tmp_path / "a.store")
    with pytest.raises(ValueError, match=r"vectors of shape \(3, 0\)"):
        VectorStore().add(np.ones((3, 0)), ["a", "b", "c"])


def test_a_measure_or_index_that_does_not_exist_says_what_does():
    with pytest.raises(ValueError, match="'euclid' is not one of cosine, inner product, L2"):
        VectorStore("euclid")
    with pytest.raises(ValueError, match="'flat' is not one of exact, ivf, hnsw"):
        VectorStore("cosine", "flat")


def test_an_approximate_search_that_meets_too_few_says_so():
    store = filled(index="ivf", n=200)
    with pytest.raises(ValueError, match="a query met fewer than k=200 vectors: search with more effort"):
        store.search(ONES, 200, effort=1)


def test_nothing_that_goes_in_or_comes_out_is_shared():
    vectors, payloads = lengths_and_directions(3, 5, 0), [{"a": [1]}, {"a": [2]}, {"a": [3]}]
    before, queries = vectors.copy(), ONES.copy()
    store = VectorStore()
    store.add(vectors, "xyz", payloads)
    payloads[0]["a"].append("changed")
    found = store.search(queries, 3)
    found.payloads[0][0]["a"].append("changed")
    assert sorted(payload["a"][0] for payload in store.search(queries, 3).payloads[0]) == [1, 2, 3]
    assert "changed" not in str(store.search(queries, 3).payloads)
    assert (vectors == before).all()
    assert (queries == ONES).all()


def test_zeros_have_cosine_zero_and_no_queries_find_nothing():
    store = VectorStore()
    store.add([[0, 0], [3, 4], [-3, -4]], ["zero", "there", "back"])
    found = store.search([[6, 8]], 3)
    assert found.ids == [["there", "zero", "back"]]
    assert found.scores.tolist() == [[pytest.approx(1), 0, pytest.approx(-1)]]
    assert store.search(np.ones((0, 2)), 2).scores.shape == (0, 2)


def test_faiss_says_nothing_of_its_own():
    # too few vectors to place the centres: FAISS warns on the standard error of the process
    code = (
        "import numpy as np; from everyvec.attention.store import VectorStore\n"
        "store = VectorStore('L2', 'ivf')\n"
        "store.add(np.random.default_rng(0).normal(size=(500, 4)), range(500))\n"
        "store.search(np.ones((1, 4)), 2)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""
