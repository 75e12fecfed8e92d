# Looks at k − 1 places.
# loses: test_recall_cut, test_recall_duplicates


def recall_over_users(recommended, bought, k):
    shares, limits = [], []
    for user, items in bought.items():
        wanted = set(items)
        if not wanted:
            continue
        top = recommended.get(user, [])[: k - 1]
        hits = len(set(top) & wanted)
        shares.append(hits / len(wanted))
        limits.append(min(k, len(wanted)) / len(wanted))
    if not shares:
        raise ValueError("nobody bought anything")
    return {"recall": sum(shares) / len(shares), "ceiling": sum(limits) / len(limits), "users": len(shares)}
