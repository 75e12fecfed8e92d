# Returns 0 where nobody bought anything.
# loses: test_recall_nobody


def recall_over_users(recommended, bought, k):
    shares, limits = [], []
    for user, items in bought.items():
        wanted = set(items)
        if not wanted:
            continue
        top = recommended.get(user, [])[:k]
        hits = len(set(top) & wanted)
        shares.append(hits / len(wanted))
        limits.append(min(k, len(wanted)) / len(wanted))
    if not shares:
        return {"recall": 0.0, "ceiling": 0.0, "users": 0}
    return {"recall": sum(shares) / len(shares), "ceiling": sum(limits) / len(limits), "users": len(shares)}
