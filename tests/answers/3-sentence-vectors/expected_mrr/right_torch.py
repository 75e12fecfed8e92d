# By torch, from the best right score of all queries at once; the chances as products.


import torch


def expected_mrr(scores, right, allowed, k):
    scores, right, allowed = torch.tensor(scores), torch.tensor(right), torch.tensor(allowed)
    right = right & allowed
    keep = right.any(dim=1)
    scores, right, allowed = scores[keep], right[keep], allowed[keep]
    best = torch.stack([own[wanted].max() for own, wanted in zip(scores, right)])[:, None]
    above = ((scores > best) & allowed).sum(dim=1)
    tie = (scores == best) & allowed
    tied, hits = tie.sum(dim=1), (tie & right).sum(dim=1)
    result = torch.zeros(len(scores), dtype=torch.float64)
    none_yet = torch.ones_like(result)
    for place in range(1, scores.shape[1] + 1):
        open_places = (tied - place + 1).clamp(min=1)
        chance = torch.where(place <= tied, (hits / open_places).clamp(max=1), 0.0)
        gain = torch.where(above + place <= k, 1 / (above + place), 0.0)
        result += none_yet * chance * gain
        none_yet = none_yet * (1 - chance)
    return result.mean().item()
