# Lets torch differentiate.

import torch


def query_gradient(query, keys, values, temperature):
    k, v = torch.tensor(keys), torch.tensor(values)

    def answer(q):
        return torch.softmax(k @ q / (temperature * k.shape[1] ** 0.5), dim=0) @ v

    return torch.autograd.functional.jacobian(answer, torch.tensor(query)).numpy()
