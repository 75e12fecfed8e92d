"""Passages with questions whose answers are known: invented facts, and two real collections beside them.

`draw()` invents models and the organisations that made them, so that nobody can know the answers beforehand.
Each model is described by a passage in one of many wordings, mixed with sentences that name another year or
something the model cannot do. The questions use other words than the passages. Some have no answer: the
model does not exist, or no passage says what is asked.

`python_docstrings()` asks with the first sentence of a docstring for the rest of it; `wikipedia_openings()`
asks with a sentence from the middle of an article for the article's opening. Both are made mechanically.
"""

import builtins
import bz2
import importlib
import inspect
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gensim.corpora.wikicorpus import extract_pages, filter_wiki
from gensim.test.utils import datapath

from everyvec import seeds
from everyvec.data.text import _WIKIPEDIA

# What a model can do: the name in a record, and the ways a passage says it.
ABILITIES: dict[str, tuple[str, ...]] = {
    "translation": ("translate between languages", "turn a text into another language"),
    "summaries": ("summarise long reports", "boil a document down to a few lines"),
    "code": ("write computer code", "program in several languages"),
    "mathematics": ("solve equations", "prove simple theorems"),
    "poems": ("compose poems", "write verse"),
    "chess": ("play chess", "beat club players at chess"),
    "speech": ("speak aloud", "read a page out in a natural voice"),
    "music": ("write melodies", "compose short pieces for the piano"),
    "planning": ("plan a journey", "put together an itinerary"),
    "search": ("search the web", "look things up online"),
    "cooking": ("invent recipes", "suggest a dinner from what is in the fridge"),
    "law": ("check contracts", "find gaps in a legal document"),
    "medicine": ("explain a diagnosis", "sort patients by urgency"),
    "weather": ("forecast rain", "predict tomorrow's temperature"),
}
_MULTIMODAL = (
    "It is multimodal.",
    "It reads images as well as text.",
    "Photographs and text go in side by side.",
    "Text is not its only input: it also looks at pictures.",
)
_TEXT_ONLY = (
    "It is not multimodal.",
    "It works with text alone.",
    "Pictures mean nothing to it.",
    "Text is its only input.",
)
_ORIGINS = (
    "{name} was released by {organisation} in {year}.",
    "In {year} {organisation} unveiled {name}.",
    "{organisation} made {name} public in {year}.",
    "It was {year} when {organisation} opened {name} to everybody.",
    "{name} has been available since {year}; it was developed at {organisation}.",
    "{name} is the work of {organisation} and dates from {year}.",
    "After a long silence {organisation} published {name} in {year}.",
    "Among the systems of {year} was {name}, a model of {organisation}.",
)
_SKILLS = (
    "It can {abilities}.",
    "It is able to {abilities}.",
    "People use it to {abilities}.",
    "It was trained to {abilities}.",
    "Asked politely, it will {abilities}.",
)
_WHOLE = (
    "{name}, released in {year} by {organisation}, can {abilities}.",
    "{organisation}'s {name}, a model of {year}, can {abilities}.",
    "With {name}, published in {year}, {organisation} has a model that is able to {abilities}.",
    "Since {year} one can {abilities} with {name}, which comes from {organisation}.",
)
_DISTRACTORS = (
    "Work on it had begun in {before}.",
    "Its emblem was redrawn in {after}.",
    "A dispute about its name ended in {after}.",
    "It should not be confused with a ship of the same name, built in {before}.",
    "It cannot {other}.",
    "Plans to let it {other} were given up.",
    "The article that describes it was read at a workshop in {city}.",
    "It is named after a village near {city}.",
    "Critics praised how polite it is.",
    "Its handbook has {pages} pages.",
)
_HOUSES = (
    "{organisation} was founded in {before} and has its seat in {city}.",
    "{organisation}, in {city}, moved into a new building in {after}.",
    "{organisation} employs {pages} people, most of them in {city}.",
)
_CITIES = ("Lisbon", "Oslo", "Lima", "Kyoto", "Nairobi", "Montreal", "Graz", "Tartu")
_ORGANISATIONS = (
    "Halden Institute",
    "Quorra Labs",
    "Brightmoor",
    "Tessaly Research",
    "Nordvik Systems",
    "Ombra Works",
    "Calder and Finch",
    "Pellucid",
    "Sarn University",
    "Vantry Group",
    "Ostrava Computing",
    "Larkfield",
    "Mirabeau Studio",
    "Ketteridge",
    "Yarrow Foundation",
    "Dovrin Academy",
)
_STARTS = ("Zor", "Vel", "Qui", "Bram", "Tam", "Nel", "Ori", "Kes", "Lum", "Fex", "Dra", "Hul")
_ENDS = ("vane", "dric", "mora", "tessa", "bolt", "nara", "quill", "zeph", "gant", "loris", "wick", "pho")

_QUESTIONS: dict[str, tuple[str, ...]] = {
    "year": (
        "When did {name} come out?",
        "Which year saw the launch of {name}?",
        "How old is {name}, counted from which year?",
        "When could customers first try {name}?",
    ),
    "organisation": (
        "Who is behind {name}?",
        "Whose product is {name}?",
        "Which company or laboratory built {name}?",
        "Where does {name} come from?",
    ),
    "abilities": (
        "What is {name} good for?",
        "Which tasks does {name} handle?",
        "What jobs could I give to {name}?",
        "What are the strengths of {name}?",
    ),
    "multimodal": (
        "Which models by {organisation} understand more than words?",
        "Name the products of {organisation} that take photos.",
        "Of everything {organisation} has built, what handles several kinds of input?",
    ),
}
_EVERYWHERE = "Which models are multimodal?"
_NOWHERE = (
    "How many parameters does {name} have?",
    "What does a month of {name} cost?",
    "Under which licence may one copy {name}?",
    "On how many processors was {name} trained?",
)


@dataclass(frozen=True)
class Fact:
    """What is true of an invented model. What it can do is said by the names of `ABILITIES`, sorted."""

    name: str
    organisation: str
    year: int
    abilities: tuple[str, ...]
    multimodal: bool

    def record(self) -> dict[str, object]:
        """The facts by name of the attribute."""
        return {
            "name": self.name,
            "organisation": self.organisation,
            "year": self.year,
            "abilities": list(self.abilities),
            "multimodal": self.multimodal,
        }

    def summary(self) -> str:
        """The facts in a few words: `"Zorvane (Pellucid, 2019): chess, law; text only"`."""
        kind = "multimodal" if self.multimodal else "text only"
        return f"{self.name} ({self.organisation}, {self.year}): {', '.join(self.abilities)}; {kind}"


@dataclass(frozen=True)
class Passage:
    """A piece of text.

    Attributes:
        title: what it is about: a model, an organisation, the full name of a function, an article.
        text: the passage; of the real collections, without the title.
        fact: what it says, when it is about an invented model.
    """

    title: str
    text: str
    fact: Fact | None = None


@dataclass(frozen=True)
class Question:
    """A question about a collection.

    Attributes:
        text: the question.
        kind: `"year"`, `"organisation"`, `"abilities"` or `"multimodal"`; `"unsaid"` for what no passage
            says, such as a price; `"passage"` in the real collections.
        answer: the right answers, as strings: one year, one organisation, all abilities, all names of models,
            or the title of the passage. Empty when the collection does not hold the answer.
        sources: numbers of the passages that hold it. Any one is enough, except for `"multimodal"`, which
            needs one of each model.
    """

    text: str
    kind: str
    answer: tuple[str, ...]
    sources: frozenset[int]

    @property
    def answerable(self) -> bool:
        return bool(self.sources)


@dataclass(frozen=True)
class Collection:
    """Passages, no two alike, and questions about them, no two alike."""

    passages: list[Passage]
    questions: list[Question]


def draw(models: int = 80, forms: int = 1, seed: int = 0) -> Collection:
    """Invent models, describe them and ask about them.

    Args:
        models: how many, 1 to 120. About one in four is a second version ("Zorvane 2") of another.
        forms: how many passages describe each model, 1 to 8, each in another wording.
        seed: same arguments, same collection.

    Returns:
        `models * forms` passages about models and one about each organisation, in mixed order; three
        questions about each model, one about each organisation that has a multimodal model and one about all
        models; and questions without an answer: one for each four models about a model that does not exist,
        and one for each four about what no passage says.
    """
    if not 1 <= models <= 120 or not 1 <= forms <= 8:
        raise ValueError(f"models go from 1 to 120 and forms from 1 to 8, got {models} and {forms}")
    rng = random.Random(seeds.of(seed))
    names = [start + end for start in _STARTS for end in _ENDS]
    rng.shuffle(names)
    families = names[: models - models // 4]
    facts = [_fact(rng, name) for name in families]
    facts += [_fact(rng, f"{name} 2") for name in rng.sample(families, models // 4)]
    passages = [Passage(fact.name, said, fact) for fact in facts for said in _wordings(rng, fact, forms)]
    makers = sorted({fact.organisation for fact in facts})
    for maker in makers:
        fill = {"organisation": maker, "before": rng.randint(1950, 1999), "after": rng.randint(2012, 2024)}
        house = rng.choice(_HOUSES).format(**fill, city=rng.choice(_CITIES), pages=rng.randint(20, 900))
        passages.append(Passage(maker, house))
    rng.shuffle(passages)
    questions = list(_questions(rng, facts, passages))
    # of the models that do not exist, half are like one that does
    strangers = [f"{name} 3" for name in families[: (models + 7) // 8]]
    strangers += names[len(families) :][: models // 8]
    questions += [
        _ask(rng, rng.choice(("year", "organisation", "abilities")), name=name) for name in strangers
    ]
    for fact in rng.sample(facts, (models + 3) // 4):
        asked = rng.choice(_NOWHERE).format(name=fact.name)
        questions.append(Question(asked, "unsaid", (), frozenset()))
    rng.shuffle(questions)
    return Collection(passages, questions)


def _fact(rng: random.Random, name: str) -> Fact:
    return Fact(
        name,
        rng.choice(_ORGANISATIONS),
        rng.randint(2008, 2020),
        tuple(sorted(rng.sample(sorted(ABILITIES), rng.randint(2, 4)))),
        rng.random() < 0.4,
    )


def _wordings(rng: random.Random, fact: Fact, forms: int) -> list[str]:
    """As many different passages about a fact."""
    said: list[str] = []
    while len(said) < forms:
        abilities = [
            rng.choice(ABILITIES[ability]) for ability in rng.sample(fact.abilities, len(fact.abilities))
        ]
        others = sorted(set(ABILITIES) - set(fact.abilities))
        fill = {
            "name": fact.name,
            "organisation": fact.organisation,
            "year": fact.year,
            "abilities": ", ".join(abilities[:-1]) + " and " + abilities[-1],
            "other": rng.choice(ABILITIES[rng.choice(others)]),
            "before": fact.year - rng.randint(1, 5),
            "after": fact.year + rng.randint(1, 5),
            "city": rng.choice(_CITIES),
            "pages": rng.randint(20, 900),
        }
        kind = rng.choice(_MULTIMODAL if fact.multimodal else _TEXT_ONLY)
        if rng.random() < 0.4:
            sentences = [rng.choice(_WHOLE), kind]
        else:
            rest = [rng.choice(_SKILLS), kind]
            rng.shuffle(rest)
            sentences = [rng.choice(_ORIGINS), *rest]
        for distractor in rng.sample(_DISTRACTORS, rng.randint(0, 2)):
            # after the first sentence, which says what "it" is
            sentences.insert(rng.randint(1, len(sentences)), distractor)
        passage = " ".join(sentence.format(**fill) for sentence in sentences)
        if passage not in said:
            said.append(passage)
    return said


def _questions(rng: random.Random, facts: list[Fact], passages: list[Passage]) -> Iterator[Question]:
    def about(chosen: list[Fact]) -> frozenset[int]:
        return frozenset(n for n, passage in enumerate(passages) if passage.fact in chosen)

    for fact in facts:
        answers = {
            "year": (str(fact.year),),
            "organisation": (fact.organisation,),
            "abilities": fact.abilities,
        }
        for kind, answer in answers.items():
            yield _ask(rng, kind, answer, about([fact]), name=fact.name)
    for maker in _ORGANISATIONS:
        chosen = [fact for fact in facts if fact.organisation == maker and fact.multimodal]
        if chosen:
            names = tuple(sorted(fact.name for fact in chosen))
            yield _ask(rng, "multimodal", names, about(chosen), organisation=maker)
    chosen = [fact for fact in facts if fact.multimodal]
    if chosen:
        names = tuple(sorted(fact.name for fact in chosen))
        yield Question(_EVERYWHERE, "multimodal", names, about(chosen))


def _ask(
    rng: random.Random,
    kind: str,
    answer: tuple[str, ...] = (),
    sources: frozenset[int] = frozenset(),
    **fill: str,
) -> Question:
    return Question(rng.choice(_QUESTIONS[kind]).format(**fill), kind, answer, sources)


# Modules of the standard library that every system has and whose docstrings are sentences.
_MODULES = """
    argparse ast asyncio base64 bisect calendar cmath collections configparser contextlib copy csv
    datetime decimal difflib email.message enum fileinput fnmatch fractions functools gettext glob gzip
    hashlib heapq html imaplib inspect io ipaddress itertools json keyword linecache locale logging math
    mimetypes operator os pathlib pickle pprint queue random re sched secrets selectors shelve shlex
    shutil smtplib socket sqlite3 ssl statistics string struct subprocess sys tarfile tempfile textwrap
    threading time timeit tokenize traceback types unicodedata unittest urllib.parse urllib.request
    uuid warnings wave weakref zipfile zlib
""".split()
_LONGEST = 80  # words of a passage of the real collections
_ALIKE = 0.6  # of the words of two passages: then they are taken for one


@cache
def python_docstrings() -> Collection:
    """Several hundred functions, classes and methods of Python's standard library.

    A passage is a docstring without its first sentence, its first 80 words; the question is that sentence,
    and the answer is the full name, such as `"textwrap.TextWrapper.wrap"`. How many there are depends on
    Python's version. Of passages that are nearly alike one is kept, and a question that fits two passages
    is left out.
    """
    found: dict[str, tuple[str, str]] = {}
    for name, thing in _things():
        paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(thing.__doc__ or ""))
        if re.match(r"[\w.]+\(", paragraphs[0]):  # the signature
            del paragraphs[0]
        whole = " ".join(" ".join(paragraphs).split())
        question, _, rest = whole.partition(". ")
        words = rest.split()
        plain = re.fullmatch(r"[A-Z][^()<>=|:]*", question)
        if plain and 5 <= len(question.split()) <= 30 and len(words) >= 10 and ">>>" not in words[:10]:
            found[name] = question + ".", " ".join(words[:_LONGEST])
    passages = {name: passage for name, (_, passage) in found.items()}
    return _collection(passages, [(name, question) for name, (question, _) in found.items()])


def _things() -> Iterator[tuple[str, object]]:
    """Full name and object: public functions and classes, and public methods of classes."""
    for module_name in [*_MODULES, "builtins"]:
        module = importlib.import_module(module_name)
        prefix = "" if module is builtins else module_name + "."
        for name, thing in sorted(vars(module).items()):
            home = getattr(thing, "__module__", None)
            if name.startswith("_") or not callable(thing) or not isinstance(home, str):
                continue
            if home.lstrip("_").split(".")[0] != module_name.split(".")[0]:
                continue  # it belongs to another module
            yield prefix + name, thing
            if inspect.isclass(thing):
                for part, method in sorted(vars(thing).items()):
                    if not part.startswith("_") and callable(method):
                        yield f"{prefix}{name}.{part}", method


@cache
def wikipedia_openings() -> Collection:
    """The articles of the excerpt of Wikipedia that comes with gensim: about a hundred.

    A passage is an article's opening, its first 80 words. A question is a sentence from further down, without
    the words of the title; up to four for each article. The answer is the title. Takes about 5 s.
    """
    articles: dict[str, str] = {}
    asked: list[tuple[str, str]] = []
    with bz2.open(datapath(_WIKIPEDIA)) as file:
        pages = [(title, filter_wiki(page)) for title, page, _ in extract_pages(file, ("0",))]
    for title, page in pages:
        opening, _, rest = page.partition("\n==")
        first = " ".join(line for line in _prose(opening)).split()
        if len(first) < 30:
            continue  # a list, or a page that says only where to look
        articles[title] = " ".join(first[:_LONGEST])
        found = [_without(sentence, title) for line in _prose(rest) for sentence in _sentences(line)]
        found = [sentence for sentence in found if 10 <= len(sentence.split()) <= 40]
        places = [len(found) * (2 * n + 1) // 8 for n in range(4)]  # spread over the article
        asked += [(title, found[place]) for place in sorted(set(places)) if place < len(found)]
    return _collection(articles, asked)


def _prose(page: str) -> list[str]:
    """The lines that are paragraphs, without marks for bold and italics."""
    lines = [" ".join(line.replace("'''", "").replace("''", "").split()) for line in page.splitlines()]
    lines = [line.replace(" ( ", " (").replace("(; ", "(").replace("(, ", "(") for line in lines]
    return [
        line
        for line in lines
        if len(line.split()) >= 25 and re.match(r"[A-Z\"(]", line) and line[-1] in '.)"'
    ]


def _sentences(line: str) -> list[str]:
    return re.split(r"(?<=[.!?]) (?=[A-Z])", line)


def _without(sentence: str, title: str) -> str:
    """The sentence without words that begin like one of the title's ("anarchist" for Anarchism)."""
    starts = {word[:6] for word in re.findall(r"[^\W_]{3,}|\d+", title.lower())} - {"the", "and", "for"}
    return " ".join(word for word in sentence.split() if not _begins(word, starts))


def _begins(word: str, starts: set[str]) -> bool:
    return any(part.startswith(start) for part in re.findall(r"[^\W_]+", word.lower()) for start in starts)


def _collection(found: dict[str, str], asked: list[tuple[str, str]]) -> Collection:
    """Passages without those that say nearly what an earlier one says; questions that ask for only one."""
    passages: list[Passage] = []
    kept: list[set[str]] = []
    for title, passage in found.items():
        words = set(passage.lower().split())
        if all(len(words & other) < _ALIKE * len(words | other) for other in kept):
            passages.append(Passage(title, passage))
            kept.append(words)
    place = {passage.title: n for n, passage in enumerate(passages)}
    times = Counter(question.lower() for _, question in asked)
    questions = [
        Question(question, "passage", (title,), frozenset([place[title]]))
        for title, question in asked
        if title in place and times[question.lower()] == 1
    ]
    return Collection(passages, questions)
