# By torch, with minus infinity for what is out, and a second softmax.


import torch


def nucleus_shares(logits, p, least):
    logits = torch.tensor(logits)
    ordered = logits.sort(dim=1, descending=True).values
    shares = ordered.softmax(dim=1)
    out = shares.cumsum(dim=1) - shares >= p
    out[:, :least] = False
    lowest = ordered.masked_fill(out, torch.inf).amin(dim=1, keepdim=True)
    return logits.masked_fill(logits < lowest, -torch.inf).softmax(dim=1).numpy()
