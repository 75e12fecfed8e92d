"""CLIP's loss on several devices: each encodes its share of a batch, and compares all pairs of the batch.

The other pairs of a batch are CLIP's negatives, so a device that knew only its own share would have fewer of
them, and another loss. Run by `accelerate launch`, this trains as one device with the whole batch would:

    accelerator = Accelerator()
    model, optimizer, batches = accelerator.prepare(Gathered(clip), optimizer, batches)
    for pictures, ids in batches:  # each device gets other pairs
        optimizer.zero_grad()
        accelerator.backward(model(pictures, ids))
        optimizer.step()

An encoder with norms over the batch, such as `DrawingEncoder`, has the means of its own share only.
"""

import torch
from accelerate.utils import gather, pad_across_processes
from torch import Tensor, distributed, nn
from torch.distributed.nn.functional import all_gather

from everyvec.multimodal.captions import PAD
from everyvec.multimodal.clip import CLIP, contrastive_loss


class Gathered(nn.Module):
    """A CLIP whose negatives are the pairs of all processes. With one process it is the CLIP's own loss.

    Args:
        clip: to be trained.
    """

    def __init__(self, clip: CLIP):
        super().__init__()
        self.clip = clip

    def forward(self, pictures: Tensor, ids: Tensor) -> Tensor:
        """The loss of the W · B pairs of W processes, the same on each; arguments as for `CLIP`.

        Every process must have the same number of pairs, B. Tables of captions may differ in width.
        """
        images, texts = (  # (W B, d) each
            everyones(own) for own in (self.clip.encode_images(pictures), self.clip.encode_texts(ids))
        )
        ids = gather(pad_across_processes(ids, dim=1, pad_index=PAD))  # (W B, N)
        _, kinds = ids.unique(dim=0, return_inverse=True)  # twins may be on two devices
        return contrastive_loss(self.clip.scores(images, texts), kinds)


def everyones(own: Tensor) -> Tensor:
    """(B, d) of this process → (W B, d) of all of them, in the order of the processes.

    `accelerate.utils.gather` gives the same vectors, but as constants: no gradient would come back from the
    other processes' losses, nor to this process's own vectors. Through this function both come back, summed
    over the W losses, which are all alike; accelerate then takes the mean of the W gradients, and the factors
    cancel.
    """
    return torch.cat(all_gather(own)) if distributed.is_initialized() else own
