# Plain loops and math, no arrays of scores; sorts the candidates.

import math


def evaluate_analogies(words, vectors, questions):
    def unit(v):
        length = math.sqrt(sum(float(x) ** 2 for x in v))
        return [float(x) / length for x in v]

    table = {word: unit(v) for word, v in zip(words, vectors, strict=True)}

    def rank(target, inputs, answer):
        score = {
            word: sum(x * y for x, y in zip(v, target, strict=True))
            for word, v in table.items()
            if word not in inputs
        }
        return sorted(score, key=score.get, reverse=True).index(answer) + 1

    report = {"coverage": {}, "mrr": {}, "baseline": {}, "macro_mrr": 0.0}
    for name in questions:
        covered, mrr, baseline = [], [], []
        for a, b, c, d in questions[name]:
            known = {a, b, c, d} <= set(table)
            covered.append(known)
            target = (
                [y - x + z for x, y, z in zip(table[a], table[b], table[c], strict=True)] if known else None
            )
            mrr.append(1 / rank(target, (a, b, c), d) if known else 0)
            baseline.append(1 / rank(table[c], (a, b, c), d) if known else 0)
        report["coverage"][name] = sum(covered) / len(covered)
        report["mrr"][name] = sum(mrr) / len(mrr)
        report["baseline"][name] = sum(baseline) / len(baseline)
        report["macro_mrr"] += report["mrr"][name] / len(questions)
    return report
