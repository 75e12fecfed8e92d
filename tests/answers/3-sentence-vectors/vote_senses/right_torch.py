# By torch, in single precision.


import torch


def vote_senses(queries, query_texts, examples, example_texts, senses, k, softness):
    unit = [
        torch.nn.functional.normalize(torch.tensor(x, dtype=torch.float32), dim=1)
        for x in (queries, examples)
    ]
    chosen = []
    for own, text in zip(unit[0] @ unit[1].T, query_texts):
        numbers = [n for n, other in enumerate(example_texts) if other != text]
        if not numbers:
            chosen.append(None)
            continue
        own = own[numbers]
        border = own.topk(min(k, len(numbers))).values[-1]
        votes = {}
        for n, cosine in zip(numbers, own):
            if cosine > border - 1e-5:
                votes[senses[n]] = votes.get(senses[n], 0) + 1 / (softness + 1 - cosine.item())
        chosen.append(min(votes, key=lambda sense: (votes[sense] < max(votes.values()) - 1e-5, sense)))
    return chosen
