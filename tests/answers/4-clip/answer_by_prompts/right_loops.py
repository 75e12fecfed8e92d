# One prompt and one picture at a time, in lists.


def answer_by_prompts(pictures, prompts, weights, floor):
    def unit(v):
        size = sum(float(x) ** 2 for x in v) ** 0.5
        return [float(x) / size for x in v] if size > 0 else [0.0 for _ in v]

    classes = []
    for vectors, shares in zip(prompts, weights):
        total = [0.0] * pictures.shape[1]
        for v, share in zip(vectors, shares):
            total = [t + float(share) * x for t, x in zip(total, unit(v))]
        size = math.sqrt(sum(t * t for t in total))
        classes.append([t / size for t in total] if size > 1e-9 else None)
    answers, table = [], []
    for picture in pictures:
        seen = unit(picture)
        row = [math.nan if c is None else sum(a * b for a, b in zip(seen, c)) for c in classes]
        best, found = None, -1
        for number, cosine in enumerate(row):
            if not math.isnan(cosine) and (best is None or round(cosine, 6) > best):
                best, found = round(cosine, 6), number
        answers.append(found if best is not None and best >= floor else -1)
        table.append(row)
    return answers, np.array(table)
