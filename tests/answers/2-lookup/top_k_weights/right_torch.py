# torch's stable sort.

import torch


def top_k_weights(scores, allowed, k):
    s, ok = torch.tensor(scores), torch.tensor(allowed)
    s = s.masked_fill(~ok, float("-inf"))
    order = s.sort(dim=1, descending=True, stable=True).indices[:, :k]
    kept = torch.full_like(s, float("-inf")).scatter(1, order, s.gather(1, order))
    return torch.softmax(kept, dim=1).nan_to_num(0.0).numpy()
