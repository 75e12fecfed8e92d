# torch's own attention function; rows that may look nowhere are set to 0 afterwards.


import torch
from torch.nn import functional as F


def grouped_lookup(queries, keys, values, allowed):
    q, k, v = (torch.tensor(x)[None] for x in (queries, keys, values))
    mask = torch.tensor(allowed)
    times = q.shape[1] // k.shape[1]
    k, v = k.repeat_interleave(times, dim=1), v.repeat_interleave(times, dim=1)
    found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)[0]
    return torch.where(mask.any(dim=1)[None, :, None], found, torch.zeros(())).numpy()
