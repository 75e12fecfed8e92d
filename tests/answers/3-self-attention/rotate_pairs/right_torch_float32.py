# torch in float32, with the positions' axis moved to the front.


import torch


def rotate_pairs(vectors, positions, base):
    x = torch.tensor(vectors, dtype=torch.float32).movedim(-2, 0)  # (T, …, d)
    half = x.shape[-1] // 2
    angles = (
        torch.tensor(positions, dtype=torch.float64)[:, None] * base ** (-torch.arange(half) / half).double()
    )
    angles = angles.reshape(len(x), *[1] * (x.ndim - 2), half)
    cos, sin = angles.cos().float(), angles.sin().float()
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cos - second * sin, first * sin + second * cos], dim=-1).movedim(0, -2).numpy()
