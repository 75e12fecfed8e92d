# torch in float32, with a triangle that is shifted by `first`.

import torch


def penalised_weights(scores, slopes, first, temperature, causal):
    s = torch.tensor(scores, dtype=torch.float32)
    n, size = s.shape[-2:]
    apart = torch.cdist(
        torch.arange(first, first + n).float()[:, None], torch.arange(size).float()[:, None], p=1
    )
    s = s - torch.tensor(slopes, dtype=torch.float32).view(-1, 1, 1) * apart
    if causal:
        s = s + torch.full((n, size), float("-inf")).triu(first + 1)
    return (s / temperature).softmax(dim=2).numpy()
