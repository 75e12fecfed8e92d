# Divides all hits by all purchases, so who buys much counts more.
# loses: test_recall_mean


def recall_over_users(recommended, bought, k):
    shares, limits = [], []
    for user, items in bought.items():
        wanted = set(items)
        if not wanted:
            continue
        top = recommended.get(user, [])[:k]
        hits = len(set(top) & wanted)
        shares.append((hits, len(wanted)))
        limits.append(min(k, len(wanted)) / len(wanted))
    if not shares:
        raise ValueError("nobody bought anything")
    return {
        "recall": sum(h for h, _ in shares) / sum(n for _, n in shares),
        "ceiling": sum(limits) / len(limits),
        "users": len(shares),
    }
