# Pure Python, number by number, on the rows of a flattened table.


import math


def rotate_pairs(vectors, positions, base):
    size, width = vectors.shape[-2:]
    result = []
    for row, vector in enumerate(vectors.reshape(-1, width).tolist()):
        at = float(positions[row % size])
        new = [0.0] * width
        for i in range(width // 2):
            angle = at * math.exp(-2 * i / width * math.log(base))
            x, y = vector[i], vector[i + width // 2]
            new[i] = x * math.cos(angle) - y * math.sin(angle)
            new[i + width // 2] = x * math.sin(angle) + y * math.cos(angle)
        result.append(new)
    return np.array(result).reshape(vectors.shape)
