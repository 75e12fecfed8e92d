"""Real English that is on every machine that has gensim, and human judgements of word similarity.

gensim carries, for its own tests, an excerpt of the English Wikipedia (106 articles, about 450 000 words,
CC BY-SA) and the two classic lists of word pairs that people rated for similarity. Nothing is downloaded.
"""

import csv
from functools import cache

from gensim.corpora.wikicorpus import WikiCorpus
from gensim.test.utils import datapath

_WIKIPEDIA = "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2"


@cache
def wikipedia() -> list[list[str]]:
    """The excerpt of Wikipedia: for each article its lower-case words of 2 to 15 letters. Takes some 5 s."""
    corpus = WikiCorpus(datapath(_WIKIPEDIA), dictionary={}, processes=1)
    return [list(article) for article in corpus.get_texts()]


def similarity_pairs(name: str) -> list[tuple[str, str, float]]:
    """Word pairs with the mean human rating, on a scale of 0 to 10.

    Args:
        name: `"wordsim353"` (relatedness, 353 pairs; Finkelstein et al., 2002) or
            `"simlex999"` (similarity in the narrow sense, 999 pairs; Hill, Reichart and Korhonen, 2015).

    Raises:
        ValueError: for any other name.
    """
    files = {"wordsim353": "wordsim353.tsv", "simlex999": "simlex999.txt"}
    if name not in files:
        raise ValueError(f"unknown list of pairs {name!r}; choose one of {', '.join(files)}")
    with open(datapath(files[name]), encoding="utf-8") as lines:
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t")
        return [(row[0].lower(), row[1].lower(), float(row[2])) for row in rows if len(row) == 3]


def google_analogies() -> list[tuple[str, str, str, str]]:
    """The 19 544 questions a : b :: c : d of Mikolov et al. (2013), lower-cased."""
    with open(datapath("questions-words.txt"), encoding="utf-8") as lines:
        return [tuple(line.lower().split()) for line in lines if not line.startswith(":")]
