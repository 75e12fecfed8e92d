# By torch, from the covariance of the rows.


import torch


def whiten_like(fit, others, k, floor):
    fit = torch.tensor(fit)
    covariance = torch.cov(fit.T, correction=0).reshape(fit.shape[1], fit.shape[1])
    values, vectors = torch.linalg.eigh(covariance)
    values, vectors = values.flip(0), vectors.flip(1)
    roots = values.clamp(min=floor * float(values[0])).sqrt()
    matrix = (vectors / roots)[:, :k]
    return [((torch.tensor(rows) - fit.mean(dim=0)) @ matrix).numpy() for rows in others]
