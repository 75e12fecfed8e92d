"""The toy language: English-looking sentences whose latent structure is known.

Every content word stands for a *thing* with two independent properties: what it is (royal, a dog, France …)
and which *side* of a relation it is on (male or female, grown or young, country or capital, now or then).
A sentence names one thing and surrounds it with words that depend on those two properties and on nothing
else. So a model that learns from company alone has all that it needs to answer "man is to woman as king is
to …", and, unlike on real text, we know the right answer to every such question.

Three words (`HOMONYMS`) have two senses each, which no static vector can keep apart.
"""

import random
from itertools import permutations, product

from everyvec import seeds

# Each relation: the two sides, each with the words that only this side attracts (one list per slot of the
# templates), and the things, each with the three words that only this thing attracts.
_RELATIONS: dict[str, dict] = {
    "gender": {
        "templates": [
            "{pronoun} was a {word} and {possessive} {about} was near the {about}",
            "the {word} kept {possessive} {about} for {reflexive}",
            "with {possessive} {about} the {word} saw the {about} and {pronoun} smiled",
        ],
        "sides": [
            {"pronoun": ["he"], "possessive": ["his"], "reflexive": ["himself"]},
            {"pronoun": ["she"], "possessive": ["her"], "reflexive": ["herself"]},
        ],
        "things": [
            ("man", "woman", "work tea coat"),
            ("king", "queen", "crown throne palace"),
            ("prince", "princess", "castle dragon ball"),
            ("boy", "girl", "school toy bicycle"),
            ("father", "mother", "family house dinner"),
            ("actor", "actress", "stage film role"),
            ("waiter", "waitress", "menu tray tip"),
            ("monk", "nun", "prayer robe chapel"),
        ],
    },
    "age": {
        "templates": [
            "the {size} {word} was {state} and had the {about} and the {about}",
            "a {word} {state} in the {about} looked {size}",
            "near the {about} the {word} with the {about} was {state}",
        ],
        "sides": [
            {"size": ["big", "heavy"], "state": ["grown", "old"]},
            {"size": ["tiny", "light"], "state": ["newborn", "young"]},
        ],
        "things": [
            ("dog", "puppy", "bark bone leash"),
            ("cat", "kitten", "purr mouse whiskers"),
            ("cow", "calf", "milk moo grass"),
            ("horse", "foal", "saddle stable gallop"),
            ("sheep", "lamb", "wool flock meadow"),
            ("duck", "duckling", "pond quack feather"),
        ],
    },
    "capital": {
        "templates": [
            "the {public} of {word} with its {about} has a {public}",
            "in {word} the {public} likes the {about} and the {about}",
            "{word} is known for its {about} and for a {public}",
        ],
        "sides": [
            {"public": ["border", "nation", "flag"]},
            {"public": ["mayor", "metro", "street"]},
        ],
        "things": [
            ("france", "paris", "wine cheese louvre"),
            ("italy", "rome", "pasta opera colosseum"),
            ("japan", "tokyo", "sushi samurai haiku"),
            ("china", "beijing", "dumpling silk panda"),
            ("egypt", "cairo", "pyramid nile pharaoh"),
            ("russia", "moscow", "vodka ballet kremlin"),
        ],
    },
    "tense": {
        "templates": [
            "{time} they {word} by the {about} and the {about}",
            "{time} we {word} with a {about} as usual {time}",
        ],
        "sides": [
            {"time": ["today", "now", "always"]},
            {"time": ["yesterday", "earlier", "once"]},
        ],
        "things": [
            ("sing", "sang", "choir song voice"),
            ("swim", "swam", "pool wave beach"),
            ("write", "wrote", "letter pen book"),
            ("drive", "drove", "car road engine"),
            ("fly", "flew", "plane sky wing"),
        ],
    },
}

# A word with two senses, each sense with its own company.
HOMONYMS: dict[str, tuple[list[str], list[str]]] = {
    "bank": (["money", "loan", "cash"], ["river", "shore", "stream"]),
    "bat": (["cave", "night", "insect"], ["pitch", "bowler", "wicket"]),
    "spring": (["winter", "blossom", "april"], ["metal", "coil", "bounce"]),
}
_HOMONYM_TEMPLATES = [
    "the {word} and the {about} near the {about}",
    "a {about} by the {word} with the {about}",
]
_KIND_WEIGHTS = [8, 6, 6, 5, 3]  # gender, age, capital, tense, homonym: by how many things each holds


def sentences(n: int, seed: int = 0) -> list[list[str]]:
    """Draw `n` sentences.

    Args:
        n: how many, at least 0.
        seed: same seed, same sentences; the first sentences of a longer draw are those of a shorter one.

    Returns:
        `n` lists of lower-case words, 7 to 14 words each.
    """
    if n < 0:
        raise ValueError(f"n must be at least 0, got {n}")
    rng = random.Random(seeds.of(seed))
    return [_sentence(rng) for _ in range(n)]


def _sentence(rng: random.Random) -> list[str]:
    kind = rng.choices([*_RELATIONS, "homonym"], _KIND_WEIGHTS)[0]
    if kind == "homonym":
        word = rng.choice(list(HOMONYMS))
        about = rng.choice(HOMONYMS[word])  # both senses are equally common
        template, side = rng.choice(_HOMONYM_TEMPLATES), {}
    else:
        relation = _RELATIONS[kind]
        # Zipf-like: the first thing of a relation is the most common, the last one the rarest.
        things = relation["things"]
        first, second, company = rng.choices(things, [1 / (rank + 2) for rank in range(len(things))])[0]
        which = rng.randrange(2)
        word, side = (first, second)[which], relation["sides"][which]
        about, template = company.split(), rng.choice(relation["templates"])
    chosen = []
    for token in template.split():
        if token == "{word}":
            token = word
        elif token == "{about}":
            token = rng.choice(about)
        elif token.startswith("{"):
            token = rng.choice(side[token[1:-1]])
        chosen.append(token)
    return chosen


def vocabulary() -> list[str]:
    """Every word that the language can produce, sorted."""
    words: set[str] = set()
    for relation in _RELATIONS.values():
        for template in relation["templates"]:
            words |= {token for token in template.split() if not token.startswith("{")}
        for side in relation["sides"]:
            words |= {word for slot in side.values() for word in slot}
        for first, second, company in relation["things"]:
            words |= {first, second, *company.split()}
    for template in _HOMONYM_TEMPLATES:
        words |= {token for token in template.split() if not token.startswith("{")}
    for word, senses in HOMONYMS.items():
        words |= {word, *senses[0], *senses[1]}
    return sorted(words)


def pairs() -> dict[str, list[tuple[str, str]]]:
    """The two words of each thing, by relation: `{"gender": [("man", "woman"), …], …}`."""
    return {
        name: [(first, second) for first, second, _ in relation["things"]]
        for name, relation in _RELATIONS.items()
    }


def analogies() -> list[tuple[str, str, str, str]]:
    """All questions a : b :: c : d, in both directions: `("man", "woman", "king", "queen")`.

    The vector of d should be the nearest one to b − a + c.
    """
    questions = []
    for relation in pairs().values():
        for one, other in permutations(relation, 2):
            questions.append((*one, *other))
            questions.append((*one[::-1], *other[::-1]))
    return questions


def groups() -> list[list[str]]:
    """Words that belong together: the two words of each thing, with its company."""
    return [
        [first, second, *company.split()]
        for relation in _RELATIONS.values()
        for first, second, company in relation["things"]
    ]


def possible() -> set[tuple[str, ...]]:
    """Every sentence that the language can say: some 2 500."""
    found: set[tuple[str, ...]] = set()
    for relation in _RELATIONS.values():
        for first, second, company in relation["things"]:
            for word, side in zip((first, second), relation["sides"], strict=True):
                for template in relation["templates"]:
                    found |= _filled(template, {"word": [word], "about": company.split()} | side)
    for word, senses in HOMONYMS.items():
        for about in senses:
            for template in _HOMONYM_TEMPLATES:
                found |= _filled(template, {"word": [word], "about": about})
    return found


def _filled(template: str, choices: dict[str, list[str]]) -> set[tuple[str, ...]]:
    slots = [choices[t[1:-1]] if t.startswith("{") else [t] for t in template.split()]
    return set(product(*slots))
