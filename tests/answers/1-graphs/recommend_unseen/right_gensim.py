# Hands the work to gensim's KeyedVectors, with unit vectors, and sorts the ties.

from gensim.models import KeyedVectors


def recommend_unseen(vectors, history, k):
    names = sorted(vectors)
    table = KeyedVectors(len(vectors[names[0]]))
    table.add_vectors(names, [np.asarray(vectors[name], dtype=np.float32) for name in names])
    known = [h for h in history if h in vectors]
    if not known:
        return []
    profile = sum(table.get_vector(h, norm=True) for h in known) / len(known)
    ranked = table.most_similar(positive=[profile], topn=len(names))
    ranked = sorted(ranked, key=lambda pair: (-round(pair[1], 5), pair[0]))
    return [name for name, _ in ranked if name not in set(history)][:k]
