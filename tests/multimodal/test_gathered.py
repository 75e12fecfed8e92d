"""Two processes with half of each batch train a CLIP as one process with the whole batch does.

Run as a script, this file is one of the two processes.
"""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
import torch
from accelerate import Accelerator
from torch.utils.data import DataLoader

from everyvec.multimodal.clip import CLIP, TextTransformer
from everyvec.multimodal.gathered import Gathered
from everyvec.multimodal.vit import ViT
from everyvec.transformer.block import Shape

B, STEPS = 3, 2  # pairs of a process, and batches
IDS = (
    torch.tensor(  # in the first batch one caption is in both halves, and the second half's tables are wider
        [
            *([1, 5, 9, 2, 0, 0], [1, 12, 2, 0, 0, 0], [1, 5, 3, 2, 0, 0]),
            *([1, 12, 2, 0, 0, 0], [1, 5, 3, 7, 4, 2], [1, 9, 5, 2, 0, 0]),
            *([1, 4, 2, 0, 0, 0], [1, 6, 8, 2, 0, 0], [1, 7, 2, 0, 0, 0]),
            *([1, 3, 10, 4, 2, 0], [1, 6, 2, 0, 0, 0], [1, 11, 11, 2, 0, 0]),
        ]
    )
)
PICTURES = torch.rand(len(IDS), 3, 8, 12, generator=torch.Generator().manual_seed(0))


def model():
    small = Shape(width=12, heads=3, layers=1, inner=20, positions=7)
    return CLIP(ViT((8, 12), 4, small), TextTransformer(13, small), width=8)


def cut(pairs):
    """A batch whose table is as wide as its longest caption."""
    pictures, ids = (torch.stack(column) for column in zip(*pairs, strict=True))
    return pictures, ids[:, : int((ids > 0).sum(dim=1).max())]


def trained(batch: int) -> dict:
    """What the recipe of the module gives: each step's loss and gradients, and the weights at the end."""
    accelerator = Accelerator(cpu=True)
    own = Gathered(model())
    batches = DataLoader(list(zip(PICTURES, IDS, strict=True)), batch, collate_fn=cut)
    optimizer = torch.optim.SGD(own.parameters(), lr=0.1)
    trained, optimizer, batches = accelerator.prepare(own, optimizer, batches)
    seen = {"processes": accelerator.num_processes, "losses": [], "gradients": []}
    for pictures, ids in batches:
        optimizer.zero_grad()
        loss = trained(pictures, ids)
        accelerator.backward(loss)
        seen["losses"].append(loss.detach())
        seen["gradients"].append({name: weight.grad.clone() for name, weight in own.named_parameters()})
        optimizer.step()
    return seen | {"weights": own.state_dict()}


@pytest.mark.slow
def test_two_processes_with_half_a_batch_each_equal_one_with_all_of_it(tmp_path):
    where = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "OMP_NUM_THREADS": "1"}
    both = [
        subprocess.Popen(
            [sys.executable, __file__, str(tmp_path)],
            env=os.environ | where | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for rank in range(2)
    ]
    try:
        wanted = trained(2 * B)
        said = [process.communicate(timeout=100)[0] for process in both]
    finally:
        for process in both:
            process.kill()
            process.wait()
    assert [process.returncode for process in both] == [0, 0], "\n".join(said)
    assert wanted["processes"] == 1
    assert len(wanted["losses"]) == STEPS
    for rank in range(2):
        found = torch.load(tmp_path / f"{rank}.pt")
        assert found["processes"] == 2
        for what in ("losses", "gradients", "weights"):
            torch.testing.assert_close(found[what], wanted[what], rtol=0, atol=1e-5)


def test_with_one_process_it_is_the_clips_own_loss():
    clip = model()
    torch.testing.assert_close(Gathered(clip)(PICTURES, IDS), clip(PICTURES, IDS), rtol=0, atol=0)


if __name__ == "__main__":
    folder, rank = sys.argv[1], int(os.environ["RANK"])
    store = torch.distributed.FileStore(f"{folder}/meeting", 2)  # no port that another test may have
    torch.distributed.init_process_group(
        "gloo", store=store, rank=rank, world_size=2, timeout=timedelta(seconds=60)
    )
    torch.save(trained(B), f"{folder}/{rank}.pt")
    torch.distributed.destroy_process_group()
