# torch in float32, with a fill of −1e9, and the empty stores set to zero afterwards.

import torch


def padded_lookup(queries, keys, values, lengths, temperature):
    q, k, v = (torch.tensor(np.asarray(x), dtype=torch.float32) for x in (queries, keys, values))
    padding = torch.arange(k.shape[1]) >= torch.tensor(lengths)[:, None, None]
    scores = torch.baddbmm(torch.zeros(1), q, k.mT, alpha=1 / (temperature * k.shape[-1] ** 0.5))
    weights = scores.masked_fill(padding, -1e9).softmax(-1).masked_fill(padding, 0)
    return (weights @ v).numpy(), weights.numpy()
