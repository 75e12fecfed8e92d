# 3CosAdd by gensim's most_similar, 3CosMul by hand.

from gensim.models import KeyedVectors


def solve_analogy(vectors, a, b, c, method):
    table = KeyedVectors(vectors.shape[1])
    table.add_vectors([str(row) for row in range(len(vectors))], vectors)
    if method == "add":
        return int(table.most_similar(positive=[str(b), str(c)], negative=[str(a)], topn=1)[0][0])
    unit = table.get_normed_vectors()
    near_a, near_b, near_c = ((unit @ unit[row] + 1) / 2 for row in (a, b, c))
    candidates = [row for row in range(len(vectors)) if row not in (a, b, c)]
    return max(candidates, key=lambda row: near_b[row] * near_c[row] / (near_a[row] + 0.001))
