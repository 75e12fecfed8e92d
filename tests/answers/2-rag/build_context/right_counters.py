# Counters for the words, a generator for what is taken, numpy for the order.


def build_context(passages, budget, overlap):
    def choose():
        left, before = budget, []
        for n, (_, text) in enumerate(passages):
            count = Counter(word.casefold() for word in text.split())
            total = sum(count.values())
            if total == 0 or total > left:
                continue
            if any(sum((word in c) for word in count) >= overlap * len(count) for c in before):
                continue
            left -= total
            before.append(count)
            yield n

    taken = np.array(list(choose()), dtype=int)
    sources = np.concatenate([taken[0::2], taken[1::2][::-1]])
    heads = [f"{passages[n][0]}: " * bool(passages[n][0]) for n in sources]
    lines = [
        f"[{i + 1}] {head}{passages[n][1]}" for i, (head, n) in enumerate(zip(heads, sources, strict=True))
    ]
    return "\n".join(lines), sources.tolist()
