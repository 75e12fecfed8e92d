# gensim's most_similar_cosmul, whose ε is a thousand times smaller.
# loses: test_analogy_epsilon

from gensim.models import KeyedVectors


def solve_analogy(vectors, a, b, c, method):
    table = KeyedVectors(vectors.shape[1])
    table.add_vectors([str(row) for row in range(len(vectors))], vectors)
    search = table.most_similar if method == "add" else table.most_similar_cosmul
    return int(search(positive=[str(b), str(c)], negative=[str(a)], topn=1)[0][0])
