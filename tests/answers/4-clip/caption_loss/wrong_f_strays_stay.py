# A caption without a picture stays a rival, also where it says the same.
# loses: test_loss_strays


def caption_loss(
    pictures: np.ndarray,
    captions: np.ndarray,
    owner: np.ndarray,
    text: np.ndarray,
    log_factor: float,
    largest: float,
) -> tuple[float, float, float]:
    lengths = [np.linalg.norm(x, axis=1, keepdims=True) for x in (pictures, captions)]
    images, texts = (x / np.where(n > 0, n, 1) for x, n in zip((pictures, captions), lengths, strict=True))
    factor = min(math.exp(log_factor), largest)
    scores = factor * images @ texts.T  # (P, C)
    own = owner == np.arange(len(pictures))[:, None]  # (P, C)
    alike = text[:, None] == text  # (C, C)
    says = own.astype(int) @ alike.astype(int) > 0  # (P, C)
    scores = np.where(says & ~own & (owner >= 0), -np.inf, scores)
    sides = []
    for table, right in ((scores, own), (scores.T, own.T)):
        found = [
            np.logaddexp.reduce(row) - row[mine].mean()
            for row, mine in zip(table, right, strict=True)
            if mine.any()
        ]
        sides.append(float(np.mean(found)) if found else 0.0)
    return sides[0], sides[1], (sides[0] + sides[1]) / 2
