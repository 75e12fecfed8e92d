# Sorts the classes by rounded cosine and number, and returns plain lists.


def answer_by_prompts(pictures, prompts, weights, floor):
    length = lambda v: float(np.sqrt((v * v).sum())) or 1.0
    classes = {}
    for k, (vectors, shares) in enumerate(zip(prompts, weights)):
        total = sum((w * v / length(v) for v, w in zip(vectors, shares)), np.zeros(pictures.shape[1]))
        if np.sqrt(total @ total) > 1e-9:
            classes[k] = total / length(total)
    answers, table = [], []
    for x in pictures:
        row = {k: float(x @ c) / length(x) for k, c in classes.items()}
        order = sorted((-round(value, 6), k) for k, value in row.items() if round(value, 6) >= floor)
        answers.append(order[0][1] if order else -1)
        table.append([row.get(k, float("nan")) for k in range(len(prompts))])
    return answers, table
