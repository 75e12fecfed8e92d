"""English sentences with their Chinese translation, and which word stands for which.

A small grammar says both languages at once, so the alignment is known and not guessed. The order differs:
"yesterday" and "in the park" stand before the Chinese verb, a relative clause and its 的 before the noun, and
"X because Y" becomes 因为 Y ， 所以 X. One English word may stand for several Chinese ones ("bought" for
买 了, "in" for 在 … 里), several for one ("every day" for 每天), and some for none ("the" in "the student
slept"). The same word is not always translated alike: "and" is 和 between nouns and ， between clauses, "a"
is 一个 or 一本 and has no partner after a negation, "that" is 那本, 的 or nothing.

The same English sentence always has the same translation, so a model can be right or wrong. Full stops are
left out; a question ends with "?", which stands for 吗.
"""

import random
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from everyvec import seeds

SHORTEST, LONGEST = 3, 30  # English words

# Nouns: Chinese, measure word, and the adjectives that go with it.
_PEOPLE = {
    "student": ("学生", "个", "young clever kind good"),
    "teacher": ("老师", "个", "young clever kind good"),
    "doctor": ("医生", "个", "young clever kind good"),
    "friend": ("朋友", "个", "young clever kind good"),
    "girl": ("女孩", "个", "young clever kind beautiful"),
    "boy": ("男孩", "个", "young clever kind good"),
}
_ANIMALS = {
    "cat": ("猫", "只", "big small black white beautiful clever"),
    "dog": ("狗", "只", "big small black white clever good"),
    "bird": ("鸟", "只", "big small black white beautiful"),
    "horse": ("马", "匹", "big small black white beautiful young"),
}
_THINGS = {
    "book": ("书", "本", "new old interesting cheap red good"),
    "dictionary": ("词典", "本", "new old big small cheap good"),
    "car": ("汽车", "辆", "new old red black white cheap small"),
    "bicycle": ("自行车", "辆", "new old red black white cheap beautiful"),
    "newspaper": ("报纸", "份", "new old interesting"),
    "letter": ("信", "封", "old interesting beautiful"),
    "picture": ("画", "幅", "old interesting beautiful big small"),
    "table": ("桌子", "张", "new old big small white cheap"),
    "chair": ("椅子", "把", "new old big small red cheap"),
    "umbrella": ("雨伞", "把", "new old red black cheap beautiful"),
    "phone": ("手机", "部", "new old black white cheap"),
    "watch": ("手表", "块", "new old beautiful cheap black"),
}
_FOOD = {
    "apple": ("苹果", "个", "red big small cheap"),
    "cake": ("蛋糕", "块", "big small beautiful cheap white"),
    "tea": ("茶", "杯", ""),  # "a cup of tea"
    "coffee": ("咖啡", "杯", ""),
}
_NOUNS = _PEOPLE | _ANIMALS | _THINGS | _FOOD
_DRINKS = ("tea", "coffee")

# An adjective before a noun takes 的, except the short ones; colours need 是 … 的 as predicates.
_ADJECTIVES = {
    "young": "年轻",
    "clever": "聪明",
    "kind": "善良",
    "good": "好",
    "big": "大",
    "small": "小",
    "black": "黑色",
    "white": "白色",
    "red": "红色",
    "beautiful": "漂亮",
    "new": "新",
    "old": "旧",
    "interesting": "有趣",
    "cheap": "便宜",
}
_SHORT = ("good", "big", "small", "new", "old")
_COLOURS = ("black", "white", "red")
_STATES = {"happy": "高兴", "tired": "累", "busy": "忙"}  # people only, after "is", with a time

_NAMES = {
    "tom": "汤姆",
    "mary": "玛丽",
    "peter": "彼得",
    "anna": "安娜",
    "david": "大卫",
    "lucy": "露西",
    "mark": "马克",
    "emma": "艾玛",
}
_PRONOUNS = {"i": "我", "you": "你", "he": "他", "she": "她", "we": "我们", "they": "他们"}
_AS_OBJECT = {"me": "我", "you": "你", "him": "他", "her": "她", "us": "我们", "them": "他们"}
_OWNERS = {"my": "我", "your": "你", "his": "他", "her": "她"}
_NOT = {"girl": ("he", "tom", "peter", "david", "mark"), "boy": ("she", "mary", "anna", "lucy", "emma")}
_NUMBERS = {"two": "两", "three": "三"}

_PLACES = {"park": "公园", "garden": "花园", "shop": "商店", "library": "图书馆", "hotel": "酒店"}
_CITIES = {"beijing": "北京", "london": "伦敦"}
_TIMES = {
    "past": {"yesterday": "昨天", "last night": "昨晚", "last week": "上周", "today": "今天"},
    "future": {"tomorrow": "明天", "next week": "下周", "today": "今天"},
    "habit": {"every day": "每天"},
    "state": {"now": "现在", "today": "今天"},
}


@dataclass(frozen=True)
class _Verb:
    forms: tuple[str, str, str]  # buy, buys, bought
    chinese: str
    tenses: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()  # nouns; none for an intransitive verb


_ENGLISH_FUNCTION_WORDS = (
    "a an the this that who many and but because in at home school with to cup cups of not do does did will "
    "want wants am is are was were very often think thinks said ?"
)
_CHINESE_FUNCTION_WORDS = (
    "这 那 的 了 在 里 家 学校 和 一起 不 没 会 想 是 很 非常 很多 经常 觉得 知道 说 吗 因为 所以 但是 ，"
)


_ALL = ("past", "future", "habit", "want")
_PERSON_VERBS = [
    _Verb(("buy", "buys", "bought"), "买", _ALL, (*_THINGS, "apple", "cake")),
    _Verb(("sell", "sells", "sold"), "卖", _ALL, (*_THINGS, "apple", "cake")),
    _Verb(("see", "sees", "saw"), "看见", ("past", "future"), (*_PEOPLE, *_ANIMALS, *_THINGS)),
    _Verb(("help", "helps", "helped"), "帮助", _ALL, tuple(_PEOPLE)),
    _Verb(("visit", "visits", "visited"), "拜访", _ALL, tuple(_PEOPLE)),
    _Verb(("draw", "draws", "drew"), "画", _ALL, (*_ANIMALS, "picture", "table", "chair", "car", "bicycle")),
    _Verb(("wash", "washes", "washed"), "洗", _ALL, ("car", "bicycle", "apple", "table", "chair")),
    _Verb(("repair", "repairs", "repaired"), "修", _ALL, ("car", "bicycle", "watch", "phone", "chair")),
    _Verb(("write", "writes", "wrote"), "写", _ALL, ("book", "letter", "dictionary")),
    _Verb(("eat", "eats", "ate"), "吃", _ALL, ("apple", "cake")),
    _Verb(("drink", "drinks", "drank"), "喝", _ALL, _DRINKS),
    _Verb(("find", "finds", "found"), "找到", ("past", "future"), (*_ANIMALS, *_THINGS)),
    _Verb(("like", "likes", "liked"), "喜欢", ("stative",), (*_PEOPLE, *_ANIMALS, *_THINGS)),
    _Verb(("know", "knows", "knew"), "认识", ("stative",), tuple(_PEOPLE)),
    _Verb(("need", "needs", "needed"), "需要", ("stative",), tuple(_THINGS)),
]
_ANIMAL_VERBS = [
    _Verb(("see", "sees", "saw"), "看见", ("past", "future"), (*_PEOPLE, *_ANIMALS)),
    _Verb(("chase", "chases", "chased"), "追", ("past", "future"), (*_PEOPLE, *_ANIMALS)),
    _Verb(("like", "likes", "liked"), "喜欢", ("stative",), (*_PEOPLE, *_ANIMALS)),
]
_SLEEP = _Verb(("sleep", "sleeps", "slept"), "睡觉", _ALL)
_INTRANSITIVE = [
    _SLEEP,
    _Verb(("dance", "dances", "danced"), "跳舞", _ALL),
    _Verb(("sing", "sings", "sang"), "唱歌", _ALL),
    _Verb(("work", "works", "worked"), "工作", _ALL),
    _Verb(("run", "runs", "ran"), "跑步", _ALL),
]
_GO = _Verb(("go", "goes", "went"), "去", _ALL)
_GIVE = _Verb(("give", "gives", "gave"), "给", ("past", "future", "want"), (*_ANIMALS, *_THINGS))
# Forms that no sentence has: these verbs are not said in that tense.
_UNSAID = {"sees", "finds", "chases", "gives", "liked", "knew", "needed"}
_OBJECT_CLAUSE_VERBS = [
    verb for verb in _PERSON_VERBS if verb.forms[0] in ("buy", "sell", "see", "find", "like")
]


@dataclass(frozen=True)
class Phrase:
    """A sentence in two languages.

    Attributes:
        english: its words, in lower case.
        chinese: its words, in characters.
        alignment: pairs (i, j): English word i stands for Chinese word j. Each Chinese word has a partner; an
            English word may have several or none.
        pairs: the (adjective, noun) pairs in it, such as ("red", "book").
    """

    english: tuple[str, ...]
    chinese: tuple[str, ...]
    alignment: frozenset[tuple[int, int]]
    pairs: frozenset[tuple[str, str]] = frozenset()


def _by_hand(english: str, chinese: str, links: str, *pairs: tuple[str, str]) -> Phrase:
    alignment = frozenset(tuple(int(n) for n in link.split("-")) for link in links.split())
    return Phrase(tuple(english.split()), tuple(chinese.split()), alignment, frozenset(pairs))


# Sentences to show. They are in the part "test", so no model has seen them in training.
EXAMPLES = (
    _by_hand("i am a student", "我 是 一个 学生", "0-0 1-1 2-2 3-3"),
    _by_hand(
        "tom bought a new book in the library yesterday",
        "汤姆 昨天 在 图书馆 里 买 了 一本 新 书",
        "0-0 1-5 1-6 2-7 3-8 4-9 5-2 5-4 7-3 8-1",
        ("new", "book"),
    ),
    _by_hand(
        "anna is happy because peter found the dog",
        "因为 彼得 找到 了 那只 狗 ， 所以 安娜 很 高兴",
        "0-8 1-9 2-10 3-0 3-6 3-7 4-1 5-2 5-3 6-4 7-5",
    ),
)


def held_out_pairs() -> list[tuple[str, str]]:
    """The (adjective, noun) pairs that no sentence of training holds.

    Training holds each of the two words with others.
    """
    pairs = [(adjective, noun) for noun, entry in _NOUNS.items() for adjective in entry[2].split()]
    kept = {pair for phrase in EXAMPLES for pair in phrase.pairs}
    return [pair for place, pair in enumerate(pairs) if place % 5 == 2 and pair not in kept]


def draw(
    count: int,
    seed: int = 0,
    min_words: int = SHORTEST,
    max_words: int = LONGEST,
    part: str = "train",
) -> list[Phrase]:
    """Draw distinct sentences, equally many of each length, in mixed order.

    A sentence belongs to one part for ever, whatever the seed: so parts never share a sentence. Of the
    sentences of 3 to 5 words there are not as many as one may ask for; then longer ones fill up the count.

    Args:
        count: how many.
        seed: same arguments, same sentences.
        min_words: the fewest English words, at least 3 ("?" counts as one).
        max_words: the most, at most 30; the same as `min_words` for sentences of one length.
        part: `"train"`, `"valid"` or `"test"`, which hold none of `held_out_pairs()`, or `"combinations"`,
            where each sentence holds one.

    Raises:
        ValueError: for other lengths or parts, or when the grammar has too few sentences of a length.
    """
    if not SHORTEST <= min_words <= max_words <= LONGEST:
        raise ValueError(f"lengths go from {SHORTEST} to {LONGEST}, got {min_words} to {max_words}")
    if part not in ("train", "valid", "test", "combinations"):
        raise ValueError(f"unknown part {part!r}; choose train, valid, test or combinations")
    if count < 0:
        raise ValueError(f"count must be at least 0, got {count}")
    rng = random.Random(seeds.of(seed))
    clauses = _Clauses(rng)
    drawn: dict[tuple[str, ...], Phrase] = {}
    for words, wanted in _shares(rng, count, range(min_words, max_words + 1), part).items():
        enough, idle = len(drawn) + wanted, 0
        while len(drawn) < enough:
            pieces = clauses.of_a_sentence(words)
            phrase = _finished(_connected(rng, pieces))
            idle += 1
            if phrase.english not in drawn and _part(phrase) == part:
                drawn[phrase.english] = phrase
                idle = 0
            elif len(pieces) > 1 and part != "combinations":
                clauses.give_back([clause for clause in pieces if not clause.pairs & _HELD_OUT])
            if idle > _PATIENCE:
                raise ValueError(f"too few sentences of {words} words in part {part!r} for a draw of {count}")
    phrases = list(drawn.values())
    rng.shuffle(phrases)
    return phrases


def vocabulary() -> tuple[list[str], list[str]]:
    """Every English and every Chinese word that the grammar can say, both sorted."""
    verbs = (*_PERSON_VERBS, *_ANIMAL_VERBS, *_INTRANSITIVE, _GO, _GIVE)
    flat = [_ADJECTIVES, _STATES, _NAMES, _PRONOUNS, _AS_OBJECT, _NUMBERS, _PLACES, _CITIES, *_TIMES.values()]
    english = {word for table in (*flat, _NOUNS, _OWNERS) for entry in table for word in entry.split()}
    english |= {_plural(noun) for noun in _NOUNS if noun not in _DRINKS}
    english |= {form for verb in verbs for form in verb.forms} - _UNSAID
    english |= set(_ENGLISH_FUNCTION_WORDS.split())
    chinese = {word for table in flat for word in table.values()} - set(_NUMBERS.values())
    chinese |= {noun for noun, _, _ in _NOUNS.values()} | {verb.chinese for verb in verbs}
    counted = {measure for noun, measure, _ in _NOUNS.values()}
    chinese |= {number + measure for number in ("一", "这", "那", *_NUMBERS.values()) for measure in counted}
    return sorted(english), sorted(chinese | set(_CHINESE_FUNCTION_WORDS.split()))


def _shares(rng: random.Random, count: int, lengths: range, part: str) -> dict[int, int]:
    """How many sentences of each length; what a short length has too few of goes to the longer ones."""
    shares = {}
    for place, words in enumerate(lengths):
        left = count - sum(shares.values())
        rest = len(lengths) - place
        share = left // rest + (rng.random() < left % rest / rest)
        most = _SCARCE[part].get(words, share)
        if rest == 1 and share > most:
            raise ValueError(f"at most {most} sentences of {words} words in part {part!r}, not {share}")
        share = min(share, most)
        shares[words] = share
    return shares


def _part(phrase: Phrase) -> str:
    if phrase.pairs & _HELD_OUT:
        return "combinations"
    if phrase.english in _SHOWN:
        return "test"
    # a stable hash, since Python's own differs from run to run
    place = zlib.crc32(" ".join(phrase.english).encode()) % 5
    return "test" if place == 0 else "valid" if place == 1 else "train"


# The grammar. A constituent is a piece of both languages: English words, and Chinese words that each know the
# English words they stand for. Pieces are put together in two orders, and numbered when the sentence is done.


@dataclass(eq=False, slots=True)
class _Word:
    text: str


@dataclass(eq=False, slots=True)
class _Piece:
    english: list[_Word] = field(default_factory=list)
    chinese: list[tuple[str, tuple[_Word, ...]]] = field(default_factory=list)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    plural: bool = False  # of a subject: which form of the verb it takes
    kind: str = ""  # of a subject: person, animal, thing
    be: str = "is"

    def says(self) -> set[str]:
        return {text for text, _ in self.chinese}


def _say(english: str, chinese: str = "") -> _Piece:
    """Words that belong together: each Chinese word stands for all of the English words."""
    words = [_Word(text) for text in english.split()]
    return _Piece(words, [(text, tuple(words)) for text in chinese.split()])


def _join(*pieces: _Piece) -> _Piece:
    """One piece after the other, in both languages."""
    whole = _Piece()
    for piece in pieces:
        whole.english += piece.english
        whole.chinese += piece.chinese
        whole.pairs |= piece.pairs
    return whole


def _reorder(english: Iterable[_Piece], chinese: Iterable[_Piece]) -> _Piece:
    """The English of some pieces in one order, the Chinese of some in another."""
    first, second = _join(*english), _join(*chinese)
    return _Piece(first.english, second.chinese, first.pairs | second.pairs)


def _weighted(rng: random.Random, **weights: float) -> str:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def _plural(noun: str) -> str:
    if noun == "dictionary":
        return "dictionaries"
    return noun + ("es" if noun == "watch" else "s")


def _noun_phrase(
    rng: random.Random,
    noun: str,
    rich: float,
    role: str,
    negated: bool = False,
    many: bool = True,
    general: bool = False,
) -> _Piece:
    """Determiner, adjective, noun, and sometimes a relative clause, or a place for a subject.

    `role` is subject or object; a `general` one has no determiner ("books", "tea"). "the" is 那本 … before an
    object or a noun with a relative clause, where bare 书 would mean "books", and has no partner before
    another subject.
    """
    chinese, measure, adjectives = _NOUNS[noun]
    drink = noun in _DRINKS
    weights = {"the": 4, "this": 1, "that": 1, "owner": 0 if drink or noun in ("girl", "boy") else 1}
    if noun == "friend":  # "the friend" asks whose
        weights = {"owner": 3}
    if role == "object":
        several = many and not negated
        weights |= {"a": 5, "number": 1.5 * several, "many": several and not drink}
    determiner = "none" if general else _weighted(rng, **weights)
    plural = determiner in ("number", "many", "none")
    head = _Piece()
    adjective = ""
    if adjectives and rng.random() < 0.25 + 0.5 * rich:
        adjective = rng.choice(adjectives.split())
        # 我 的 漂亮 的 书 has one 的 too many
        if determiner == "owner" and adjective not in _SHORT:
            adjective = ""
    relative = _Piece()
    if determiner == "the" and rng.random() < rich * 0.5 and not drink:
        relative = _relative(rng, noun)
    article = "an" if (adjective or noun)[0] in "aeiou" and not drink else "a"
    cup = _say("cups of" if plural else "cup of") if drink and not general else _Piece()
    if determiner == "owner":
        word = rng.choice(list(_OWNERS))
        head = _say(word, f"{_OWNERS[word]} 的")
    elif determiner == "none":
        head = _Piece()
    elif determiner == "many":
        head = _say("many", "很多")
    elif determiner == "number":
        word = rng.choice(list(_NUMBERS))
        head = _say(word, _NUMBERS[word] + measure)
    elif determiner == "a":
        head = _say(article, "" if negated else "一" + measure)
    elif determiner == "the":
        head = _say("the", "那" + measure if role == "object" or relative.english or drink else "")
    else:
        head = _say(determiner, {"this": "这", "that": "那"}[determiner] + measure)
    # the measure word is also the "cup of"
    if drink:
        head = _Piece(head.english, [(text, (*words, *cup.english)) for text, words in head.chinese])
    quality = _Piece()
    if adjective:
        quality = _say(adjective, _ADJECTIVES[adjective] + ("" if adjective in _SHORT else " 的"))
    name = _say(_plural(noun) if plural and not drink else noun, chinese)
    place = _Piece()
    plain = not adjective or adjective in _SHORT  # one 的 is enough
    if (
        role == "subject"
        and determiner == "the"
        and not relative.english
        and plain
        and rng.random() < 0.1 + rich * 0.3
    ):
        where = rng.choice(list(_PLACES))
        inside, spot = _say("in", "里 的"), _say(where, _PLACES[where])
        place = _reorder([inside, _say("the"), spot], [spot, inside])
    piece = _reorder(
        [head, quality, cup, name, relative, place] if not drink else [head, cup, name],
        [place, relative, head, quality, name],
    )
    if adjective:
        piece.pairs.add((adjective, noun))
    piece.plural = plural
    piece.kind = "person" if noun in _PEOPLE else "animal" if noun in _ANIMALS else "thing"
    piece.be = "are" if plural else "is"
    return piece


def _pronoun_or_name(rng: random.Random, names: float = 0.5) -> _Piece:
    if rng.random() < names:
        word = rng.choice(list(_NAMES))
        piece = _say(word, _NAMES[word])
    else:
        word = rng.choice(list(_PRONOUNS))
        piece = _say(word, _PRONOUNS[word])
        piece.plural = word not in ("he", "she")
        piece.be = "am" if word == "i" else "are" if piece.plural else "is"
    piece.kind = "person"
    return piece


def _subject(rng: random.Random, rich: float, question: bool = False) -> _Piece:
    what = _weighted(rng, short=3, person=1.5, animal=1, pair=0.3 + rich)
    if what == "short":
        while True:
            piece = _pronoun_or_name(rng)
            if not question or not piece.says() & {"我", "我们"}:
                return piece
    if what == "pair":
        first, second = rng.sample(list(_NAMES), 2)
        pieces = [_say(first, _NAMES[first]), _say("and", "和")]
        pieces.append(
            _say(second, _NAMES[second])
            if rng.random() < 0.5
            else _noun_phrase(rng, rng.choice(list(_PEOPLE)), 0, "subject")
        )
        piece = _join(*pieces)
        piece.plural, piece.kind, piece.be = True, "person", "are"
        return piece
    return _noun_phrase(rng, rng.choice(list(_PEOPLE if what == "person" else _ANIMALS)), rich, "subject")


def _relative(rng: random.Random, noun: str) -> _Piece:
    """ "who bought a book yesterday": 昨天 买 了 一本 书 的; "that tom bought": 汤姆 买 的."""
    verbs = [verb for verb in _OBJECT_CLAUSE_VERBS if noun in verb.objects]
    if noun in _PEOPLE or (noun in _ANIMALS and rng.random() < 0.5):
        link = _say("who" if noun in _PEOPLE else "that", "的")
        owner = _Piece(kind="person" if noun in _PEOPLE else "animal")
        aux, rest, chinese = _action(rng, owner, 0.2, "plain", bare=True)
        return _reorder([link, aux, rest], [chinese, link])
    verb = rng.choice(verbs)
    link, subject = _say("that", "的"), _pronoun_or_name(rng)
    if verb.forms[0] == "like":
        action, when = _say(verb.forms[0 if subject.plural else 1], verb.chinese), _Piece()
    else:
        action = _say(verb.forms[2], verb.chinese)
        when = _time(rng, "past") if rng.random() < 0.5 else _Piece()
    return _reorder([link, subject, action, when], [subject, when, action, link])


def _time(rng: random.Random, tense: str) -> _Piece:
    word = rng.choice(list(_TIMES[tense]))
    return _say(word, _TIMES[tense][word])


def _place(rng: random.Random) -> _Piece:
    where = _weighted(rng, inside=5, city=1, home=1, school=1)
    if where == "home":
        return _join(_say("at", "在"), _say("home", "家"))
    if where == "school":
        return _join(_say("at", "在"), _say("school", "学校"))
    if where == "city":
        city = rng.choice(list(_CITIES))
        return _join(_say("in", "在"), _say(city, _CITIES[city]))
    word = rng.choice(list(_PLACES))
    inside = _say("in")
    spot = _say(word, _PLACES[word])
    chinese = [("在", tuple(inside.english)), *spot.chinese, ("里", tuple(inside.english))]
    return _Piece([*inside.english, _Word("the"), *spot.english], chinese)


def _object(
    rng: random.Random, verb: _Verb, tense: str, subject: _Piece, rich: float, mode: str, often: bool = False
) -> _Piece | None:
    """What the verb acts on; None when this draw does not suit the verb or repeats the subject."""
    noun = rng.choice(verb.objects)
    negated = mode == "negated"
    if noun in _PEOPLE and rng.random() < 0.5:
        if rng.random() < 0.5:
            word = rng.choice(list(_NAMES))
            piece = _say(word, _NAMES[word])
        else:
            word = rng.choice(list(_AS_OBJECT))
            piece = _say(word, _AS_OBJECT[word])
    else:
        general = often and noun not in _PEOPLE
        piece = _noun_phrase(rng, noun, rich, "object", negated, general=general)
        definite = piece.english[0].text in ("the", "this", "that", *_OWNERS)
        if tense == "stative" and verb.forms[0] != "need" and not definite:
            return None  # "tom likes a cat"
        if tense == "habit" and definite and noun not in _PEOPLE:
            return None  # "tom buys the car every day"
        if tense == "habit" and noun in _PEOPLE and not definite:
            return None  # "tom helps a teacher every day"
        if (
            tense == "habit"
            and not often
            and len(piece.english) > 1
            and "who" in [w.text for w in piece.english]
        ):
            return None  # whose "every day"?
    spoken = subject.says()
    if "我们" in spoken:
        spoken.add("我")  # not "we visit me"
    if piece.says() & spoken - {"的"}:
        return None
    return piece


def _action(rng: random.Random, subject: _Piece, rich: float, mode: str, bare: bool = False):
    """Auxiliary, the rest of the English predicate, and the Chinese predicate.

    `bare`: in a relative clause, which holds no other and has no 了 after an intransitive verb.
    """
    while True:
        what = _weighted(rng, transitive=6, intransitive=2, go=1, give=1 if rich > 0.1 else 0.2)
        if subject.kind == "animal":
            what = _weighted(rng, transitive=3, intransitive=1)
        if what == "transitive":
            verb = rng.choice(_ANIMAL_VERBS if subject.kind == "animal" else _PERSON_VERBS)
        elif what == "intransitive":
            verb = _SLEEP if subject.kind == "animal" else rng.choice(_INTRANSITIVE)
        else:
            verb = _GO if what == "go" else _GIVE
        tense = rng.choice(verb.tenses)
        if tense == "want" and (bare or subject.kind == "animal"):
            continue
        if tense == "habit" and mode == "negated":
            continue
        often = tense == "habit" and rng.random() < 0.5
        after = []
        if what == "transitive":
            after = [_object(rng, verb, tense, subject, 0 if bare else rich, mode, often)]
        elif what == "go":
            city = rng.random() < 0.25
            word = rng.choice(list(_CITIES if city else _PLACES))
            there = _say(word, (_CITIES if city else _PLACES)[word])
            after = [_say("to"), _Piece() if city else _say("the"), there]
        elif what == "give":
            word = rng.choice(list(_NAMES | _AS_OBJECT))
            receiver = _say(word, (_NAMES | _AS_OBJECT)[word])
            if receiver.says() & subject.says() or ("我们" in subject.says() and word == "me"):
                continue
            after = [receiver, _object(rng, _GIVE, tense, subject, 0 if bare else rich, mode)]
        if any(piece is None for piece in after):
            continue
        break

    # "i like the book that tom bought yesterday": what follows would belong to the relative clause
    closed = any(word.text in ("who", "that") for piece in after for word in piece.english[1:])
    adverbs = rng.random() < 0.3 + 0.6 * rich
    when, where, company = _Piece(), _Piece(), _Piece()
    frequency = _say("often", "经常") if often else _Piece()
    if tense == "habit" and not often:
        when = _time(rng, "habit")
    elif tense in ("past", "future") and adverbs and not closed and rng.random() < 0.7:
        when = _time(rng, tense)
    if tense != "stative" and adverbs and not closed:
        placed = what not in ("go", "give") and verb.forms[0] != "visit" and not _is_placed(subject)
        if placed and rng.random() < 0.6:
            where = _place(rng)
        if (
            subject.kind == "person"
            and verb.forms[0] not in ("find", "see", "give", "sleep")
            and rng.random() < 0.4 * rich
        ):
            word = rng.choice(list(_NAMES))
            if _NAMES[word] not in subject.says() | _join(*after).says():
                together = _say("with", "和 一起")
                friend = _say(word, _NAMES[word])
                company = _reorder([together, friend], [])
                company.chinese = [together.chinese[0], *friend.chinese, together.chinese[1]]

    base, third, past = verb.forms
    singular = not subject.plural
    aux, no, will, want = _Piece(), _Piece(), _Piece(), _Piece()
    done = _Piece()  # 了
    if tense == "future":
        aux = will = _say("will", "会")
        action = _say(base, verb.chinese)
    elif tense == "past":
        if mode == "plain":
            action = _say(past, verb.chinese)
            if not (bare and what == "intransitive"):
                done = _Piece(chinese=[("了", tuple(action.english))])
        else:
            aux, action = _say("did"), _say(base, verb.chinese)
            if mode == "question":
                done = _Piece(chinese=[("了", tuple(aux.english))])
    else:
        wanted = tense == "want"
        finite = ("want", "wants") if wanted else (base, third)
        if mode != "plain":
            aux = _say("does" if singular else "do")
            form = finite[0]
        else:
            form = finite[1] if singular else finite[0]
        if wanted:
            want, action = _say(form, "想"), _say(base, verb.chinese)
        else:
            action = _say(form, verb.chinese)
    if mode == "negated":
        no = _say("not", "没" if tense == "past" else "不")
        if tense == "past":
            no.chinese = [("没", (*aux.english, *no.english))]
    to = _say("to") if tense == "want" else _Piece()
    english = _join(no, frequency, want, to, action, *after, company, where, when)
    chinese = _join(when, frequency, no, will, want, company, where, action, done, *after)
    return aux, english, chinese


def _is_placed(subject: _Piece) -> bool:
    """ "the student in the park" """
    return any(word.text == "in" for word in subject.english)


def _being(rng: random.Random, rich: float, mode: str) -> tuple[_Piece, _Piece, _Piece, _Piece]:
    """Subject, form of "be", the rest of the English predicate, and the Chinese predicate."""
    what = _weighted(rng, noun=3, quality=2, state=2, where=2)
    plain = mode == "plain"
    no = _say("not", "不") if mode == "negated" else _Piece()
    if what == "noun":
        if rng.random() < 0.3:
            return _this_is(rng, rich, mode, no)
        subject = _pronoun_or_name(rng)
        while not plain and mode == "question" and subject.says() & {"我", "我们"}:
            subject = _pronoun_or_name(rng)
        be = _say(subject.be, "是")
        noun = rng.choice([noun for noun in _PEOPLE if subject.english[0].text not in _NOT.get(noun, ())])
        several = bool(subject.says() & {"我们", "他们"})
        adjective = owner = ""
        if rng.random() < 0.2 + 0.4 * rich:
            adjective = rng.choice(_NOUNS[noun][2].split())
        elif not several and noun not in ("girl", "boy") and (noun == "friend" or rng.random() < 0.4):
            owner = rng.choice([word for word in _OWNERS if _OWNERS[word] not in subject.says()])
        if owner:
            head = _say(owner, f"{_OWNERS[owner]} 的")
        elif several:
            head = _Piece()
        else:
            # 你 是 学生 吗, 汤姆 不 是 老师: no 一个
            head = _say("an" if (adjective or noun)[0] in "aeiou" else "a", "一个" if plain else "")
        quality = _Piece()
        if adjective:
            quality = _say(adjective, _ADJECTIVES[adjective] + ("" if adjective in _SHORT else " 的"))
            quality.pairs.add((adjective, noun))
        name = _say(_plural(noun) if several else noun, _NOUNS[noun][0])
        rest = _join(head, quality, name)
        return subject, be, _join(no, rest), _join(no, _Piece(chinese=be.chinese), rest)
    if what == "where":
        nouns = [noun for noun in _NOUNS if noun not in _DRINKS]
        subject = rng.choice([_pronoun_or_name(rng), _noun_phrase(rng, rng.choice(nouns), rich, "subject")])
        while (mode == "question" and subject.says() & {"我", "我们"}) or _is_placed(subject):
            subject = _noun_phrase(rng, rng.choice(nouns), rich, "subject")
        when = rng.choice([_Piece(), _time(rng, "state")])
        be, place = _say(subject.be), _place(rng)
        place.chinese[0] = ("在", (*be.english, *place.chinese[0][1]))
        return subject, be, _join(no, place, when), _join(when, no, place)
    if what == "state":
        subject = _subject(rng, rich, mode == "question")
        while subject.kind != "person":
            subject = _subject(rng, rich, mode == "question")
        word = rng.choice(list(_STATES))
        quality = _say(word, _STATES[word])
        when = _Piece()
        be = subject.be
        time = rng.random()
        if time < 0.3:
            when = _time(rng, "state")
        elif time < 0.6:
            when = _say("yesterday", "昨天")
            be = "were" if be == "are" else "was"
        return subject, *_quality(rng, be, mode, no, quality, when)
    noun = rng.choice([noun for noun in _NOUNS if noun not in _DRINKS])
    subject = _noun_phrase(rng, noun, rich, "subject")
    word = rng.choice([word for word in _NOUNS[noun][2].split() if word != "good"])
    subject.pairs.add((word, noun))
    if word in _COLOURS:
        be = _say("is", "是")
        colour = _say(word, f"{_ADJECTIVES[word]} 的")
        return subject, be, _join(no, colour), _join(no, _Piece(chinese=be.chinese), colour)
    return subject, *_quality(rng, "is", mode, no, _say(word, _ADJECTIVES[word]), _Piece())


def _quality(rng, be: str, mode: str, no: _Piece, quality: _Piece, when: _Piece):
    """ "is happy": 很 高兴; "is not happy": 不 高兴; "is very happy": 非常 高兴."""
    verb = _say(be)
    very = _say("very", "非常") if mode == "plain" and rng.random() < 0.3 else _Piece()
    filler = _Piece()
    if mode == "plain" and not very.english:
        filler = _Piece(chinese=[("很", tuple(verb.english))])
    return verb, _join(no, very, quality, when), _join(when, no, filler, very, quality)


def _this_is(rng: random.Random, rich: float, mode: str, no: _Piece):
    word = rng.choice(["this", "that"])
    subject, be = _say(word, {"this": "这", "that": "那"}[word]), _say("is", "是")
    noun = rng.choice(list(_THINGS | _ANIMALS))
    while True:
        rest = _noun_phrase(rng, noun, rich, "object", mode != "plain", many=False)
        determiner, *others = (word.text for word in rest.english)
        if determiner in ("a", "an", *_OWNERS) or (determiner == "the" and "that" in others):
            break  # and not "that is that book"
    subject.pairs |= rest.pairs
    return subject, be, _join(no, rest), _join(no, _Piece(chinese=be.chinese), rest)


def _clause(rng: random.Random, rich: float, mode: str, inner: bool = False) -> _Piece:
    if mode == "plain" and not inner and rng.random() < 0.02 + 0.2 * rich:
        subject = _pronoun_or_name(rng)
        form = rng.choice([("think", "thinks", "觉得"), ("know", "knows", "知道"), ("said", "said", "说")])
        believe = _say(form[0 if subject.plural else 1], form[2])
        return _join(subject, believe, _say("that"), _clause(rng, rich, "plain", inner=True))
    if rng.random() < 0.35:
        subject, aux, rest, chinese = _being(rng, rich, mode)
    else:
        subject = _subject(rng, rich, mode == "question")
        aux, rest, chinese = _action(rng, subject, rich, mode)
    if mode == "question":
        asked = _say("?", "吗")
        return _reorder([aux, subject, rest, asked], [subject, chinese, asked])
    return _reorder([subject, aux, rest], [subject, chinese])


class _Clauses:
    """Fresh clauses of the length that is asked for; those of another length wait for their turn."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.waiting: dict[tuple[int, bool], list[_Piece]] = {}

    def take(self, words: int, question: bool = False) -> _Piece:
        rich = min(1.0, max(0.0, (words - 3) / 7))
        while not self.waiting.get((words, question)):
            mode = "question" if question else "negated" if self.rng.random() < 0.2 else "plain"
            clause = _clause(self.rng, rich, mode)
            self.waiting.setdefault((len(clause.english), question), []).append(clause)
        waiting = self.waiting[words, question]
        place = self.rng.randrange(len(waiting))
        waiting[place], waiting[-1] = waiting[-1], waiting[place]
        return waiting.pop()

    def give_back(self, pieces: list[_Piece]) -> None:
        """For other sentences, where they stand beside other clauses."""
        for clause in pieces:
            self.waiting.setdefault((len(clause.english), False), []).append(clause)

    def of_a_sentence(self, words: int) -> list[_Piece]:
        """The clauses of a sentence of so many English words, connecting words included, or one question."""
        rng = self.rng
        if 4 <= words <= 12 and rng.random() < 0.2:
            return [self.take(words, question=True)]
        # 4 to 11 words each, with a word between two; alone, a clause may have 3
        fewest = -(-(words + 1) // 12)
        parts = max(1, rng.randint(fewest, min((words + 1) // 5, fewest + 2) or 1))
        lengths = [4] * parts if parts > 1 else [words]
        for _ in range(words - (parts - 1) - sum(lengths)):
            lengths[rng.choice([n for n in range(parts) if lengths[n] < 11])] += 1
        return [self.take(length) for length in lengths]


def _connected(rng: random.Random, pieces: list[_Piece]) -> _Piece:
    """Clauses joined by "and", "but" and "because"."""
    pieces = list(pieces)
    whole = _Piece()
    while pieces:
        unit = pieces.pop(0)
        if pieces and rng.random() < 0.4:
            unit = _because(unit, pieces.pop(0))
        if whole.english:
            once = any(word.text == "but" for word in whole.english)
            link = _say("and", "，") if once or rng.random() < 0.5 else _say("but", "， 但是")
            whole = _join(whole, link, unit)
        else:
            whole = unit
    return whole


def _because(effect: _Piece, cause: _Piece) -> _Piece:
    word = _say("because")
    first, then = (
        _Piece(chinese=[(text, tuple(word.english)) for text in texts])
        for texts in (["因为"], ["，", "所以"])
    )
    return _reorder([effect, word, cause], [first, cause, then, effect])


def _finished(piece: _Piece) -> Phrase:
    place = {id(word): number for number, word in enumerate(piece.english)}
    return Phrase(
        tuple(word.text for word in piece.english),
        tuple(text for text, _ in piece.chinese),
        frozenset((place[id(word)], j) for j, (_, words) in enumerate(piece.chinese) for word in words),
        frozenset(piece.pairs),
    )


_HELD_OUT = frozenset(held_out_pairs())
_SHOWN = frozenset(phrase.english for phrase in EXAMPLES)
_PATIENCE = 20_000  # draws without a new sentence
# How many sentences of a short length may be drawn: fewer than there are, so that drawing does not stall.
_SCARCE = {
    "train": {3: 350, 4: 1800},
    "valid": {3: 120, 4: 500},
    "test": {3: 120, 4: 500},
    "combinations": {3: 0, 4: 60, 5: 400},
}
