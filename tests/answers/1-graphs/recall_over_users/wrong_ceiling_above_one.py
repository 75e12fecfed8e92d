# The ceiling is k over what was bought, also where that is more than 1.
# loses: test_recall_ceiling


def recall_over_users(recommended, bought, k):
    shares, limits = [], []
    for user, items in bought.items():
        wanted = set(items)
        if not wanted:
            continue
        top = recommended.get(user, [])[:k]
        hits = len(set(top) & wanted)
        shares.append(hits / len(wanted))
        limits.append(k / len(wanted))
    if not shares:
        raise ValueError("nobody bought anything")
    return {"recall": sum(shares) / len(shares), "ceiling": sum(limits) / len(limits), "users": len(shares)}
