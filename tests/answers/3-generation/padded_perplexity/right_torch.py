# By torch's cross entropy, which leaves out the targets of -100.


import torch


def padded_perplexity(logits, tokens, real):
    counted = torch.tensor(real[:, 1:] & real[:, :-1])
    rows = torch.tensor(logits)[:, :-1][counted].double()
    targets = torch.tensor(tokens)[:, 1:][counted].long()
    return torch.nn.functional.cross_entropy(rows, targets).exp().item()
