# In plain Python.


def hidden_loss(painted, target, hidden, inside, normal, eps):
    means = []
    for xs, ts, hides, rooms in zip(painted.tolist(), target.tolist(), hidden.tolist(), inside.tolist()):
        found = []
        for x, t, hide, room in zip(xs, ts, hides, rooms):
            pairs = [(a, b) for a, b, ok in zip(x, t, room) if ok]
            if not hide or not pairs:
                continue
            mean, scale = 0.0, 1.0
            if normal:
                mean = sum(b for _, b in pairs) / len(pairs)
                scale = math.sqrt(sum((b - mean) ** 2 for _, b in pairs) / len(pairs) + eps)
            found.append(sum((a - (b - mean) / scale) ** 2 for a, b in pairs) / len(pairs))
        if found:
            means.append(sum(found) / len(found))
    return sum(means) / len(means) if means else 0.0
