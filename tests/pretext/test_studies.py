"""What the lessons run on a GPU, at reduced size."""

import pytest
import torch

from everyvec.data import digits
from everyvec.pretext import studies


def test_what_is_hidden_among_many_is_found():
    # everything-is-a-vector.ipynb, Real-world size
    torch.set_num_threads(1)
    assert studies.search_trial(3000, dim=40, queries=100, noise=0.5, device="cpu").found == 1.0
    assert studies.search_trial(3000, dim=40, queries=100, noise=50, device="cpu").found < 0.1  # it can fail
    with pytest.raises(ValueError, match="11 queries for 10"):
        studies.search_trial(10, queries=11)


def test_communities_come_back_and_not_by_chance():
    torch.set_num_threads(1)
    options = {"nodes": 400, "communities": 4, "p": 1, "q": 0.5, "per_node": 4, "length": 12, "dim": 16}
    run = studies.recover_communities(**options, window=3, batch_size=16, epochs=2, asked=200)
    assert run.steps > 400 * 4 * 11 * 0.99  # hardly a node is without an edge
    assert abs(run.chance - 99 / 399) < 1e-9
    assert run.same > run.chance + 0.3
    assert run.walking > 0
    assert run.training > 0


def test_what_the_gpu_would_train_takes_a_step():
    # the sizes of a node's vector and of a walk are the GPU's, the number of nodes and of walks is not
    run = studies.recover_communities(
        nodes=200, communities=4, p=1, q=0.5, per_node=1, length=20, dim=64, window=5, batch_size=4096
    )  # fmt: skip
    assert run.steps > 0
    assert 0 <= run.same <= 1


def test_the_study_of_the_gpu_run_at_a_hundredth_of_its_size():
    split = digits.load()
    tiny = digits.Split(*(part[:120] for part in split))
    pages = digits.scatter(tiny, side=12)
    result = studies.rotation_study(pages, width=4, halvings=3, epochs=1, batch_size=40, per_class=3)
    assert set(result) == {"puzzle solved", "raw pixels", "random features", "rotation"}
    assert all(0 < value <= 1 for value in result.values())
    again = studies.rotation_study(pages, width=4, halvings=3, epochs=1, batch_size=40, per_class=3)
    assert result == again
