# A plain loop with counters.


def recall_over_users(recommended, bought, k):
    total = ceiling = users = 0
    for user in bought:
        wanted = []
        for item in bought[user]:
            if item not in wanted:
                wanted.append(item)
        if len(wanted) == 0:
            continue
        users += 1
        top = recommended[user][0:k] if user in recommended else []
        hits = 0
        for item in wanted:
            if item in top:
                hits += 1
        total += hits / len(wanted)
        ceiling += 1 if k >= len(wanted) else k / len(wanted)
    if users == 0:
        raise ValueError("no user with a purchase")
    return {"recall": total / users, "ceiling": ceiling / users, "users": users}
