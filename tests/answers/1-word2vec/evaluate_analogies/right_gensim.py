# gensim's KeyedVectors and most_similar over the whole vocabulary, which leaves out the inputs.

import numpy as np
from gensim.models import KeyedVectors


def evaluate_analogies(words, vectors, questions):
    table = KeyedVectors(np.shape(vectors)[1])
    table.add_vectors(list(words), np.asarray(vectors))

    def reciprocal(found, question):
        ranked = [word for word, _ in found if word not in question[:3]]
        return 1 / (ranked.index(question[3]) + 1)

    report = {"coverage": {}, "mrr": {}, "baseline": {}}
    for name, asked in questions.items():
        known = [q for q in asked if all(word in table for word in q)]
        everything = len(table)
        mrr = [
            reciprocal(table.most_similar(positive=[b, c], negative=[a], topn=everything), (a, b, c, d))
            for a, b, c, d in known
        ]
        baseline = [reciprocal(table.most_similar(q[2], topn=everything), q) for q in known]
        report["coverage"][name] = np.float64(len(known)) / len(asked)
        report["mrr"][name] = np.sum(mrr) / len(asked)
        report["baseline"][name] = np.sum(baseline) / len(asked)
    report["macro_mrr"] = np.mean(list(report["mrr"].values()))
    return report
