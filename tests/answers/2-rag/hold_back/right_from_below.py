# Takes the lowest question away until the rest is precise enough; counts with integers.


def hold_back(validation, test, target):
    rows = sorted(zip(*validation, strict=True), key=lambda row: row[0])
    while rows and sum(bool(r) for _, r, _ in rows) < target * len(rows) - 1e-12:
        lowest = rows[0][0]
        rows = [row for row in rows if row[0] > lowest]
    threshold = rows[0][0] if rows else None
    counts = Counter()
    for score, right, answerable in zip(*test, strict=True):
        counts["all"] += 1
        counts["others"] += not answerable
        if rows and score >= threshold:
            counts["given"] += 1
            counts["right"] += bool(right)
            counts["invented"] += not answerable

    def share(part, whole):
        return counts[part] / counts[whole] if counts[whole] else None

    return {
        "threshold": threshold,
        "precision": share("right", "given"),
        "coverage": share("given", "all"),
        "invented": share("invented", "others"),
    }
