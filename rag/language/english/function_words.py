"""The closed word classes of English, and which of their words are names when they are written so.

US, WHO, IT and AM are names in capitals, May and Will with a capital inside a sentence: whether a word is a function
word is asked with its case.
"""

from __future__ import annotations


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


HE = _words("he him his himself")
SHE = _words("she her hers herself")
IT = _words("it its itself")
THEY = _words("they them their theirs themselves")
THIRD_PERSON = HE | SHE | IT | THEY
POSSESSIVES = _words("his her its their my your our whose hers theirs")
DEMONSTRATIVES = _words("this that these those")
INDEFINITES = _words(
    "someone somebody anyone anybody everyone everybody something anything everything nothing nobody none others",
)
PRONOUNS = (
    THIRD_PERSON
    | INDEFINITES
    | _words("i me my mine myself you your yours yourself yourselves we us our ours ourselves")
)
BE = _words("am is are was were be been being isn't aren't wasn't weren't")
DO_SUPPORT = _words(
    "do does did can could will would shall should may might must don't doesn't didn't can't cannot couldn't won't",
    "wouldn't shouldn't",
)
AUXILIARIES = BE | DO_SUPPORT | _words("have has had haven't hasn't hadn't having ought")
FINITE_AUXILIARIES = AUXILIARIES - _words("be been being having")
WH_WORDS = _words("what which who whom whose when where why how")
DETERMINERS = _words(
    "the a an this that these those some any all both each every no another other such more most many much few several",
    "either neither enough less least",
)
ARTICLES = _words("a an the")
PREPOSITIONS = _words(
    "about above across after against along among amid around as at before behind below beneath beside besides between",
    "beyond by despite down during except for from in inside into like near of off on onto out outside over past per",
    "regarding since than through throughout till to toward towards under until unto up upon versus via vs with within",
    "without aside concerning alongside",
)
CONJUNCTIONS = _words("and or but nor so yet if because although though while whereas unless whether")
SUBORDINATORS = _words(
    "if when while because after before since although though unless until as that whether and but or so"
)
ADVERBS = _words(
    "not also too very just only even still already then now again ever never often always usually sometimes there",
    "here else instead together first later earlier once twice soon away back almost quite rather really maybe perhaps",
    "however therefore thus yes ok okay oh today yesterday tomorrow long far well currently exactly afterwards",
    "actually",
)
OPENERS = _words(
    "tell describe explain give show list name discuss define compare interesting thanks thank please wow great sure",
    "good hello hi hey",
)
"""Words that open a request without being a name."""
VERB_LEADERS = _words("to not please") | DO_SUPPORT
CLITICS = _words("s t re ve ll d m")
"""What tokenizers leave of "they've" and "Egypt's"."""

FUNCTION_WORDS = (
    PRONOUNS
    | AUXILIARIES
    | WH_WORDS
    | DETERMINERS
    | (PREPOSITIONS - _words("against without"))
    | CONJUNCTIONS
    | (ADVERBS - _words("first today yesterday tomorrow"))
    | CLITICS
    | _words("one ones own same further please")
)
"""Words that say how something is put, not what it is about; "against" and "without" change what it is about."""

NAMES_WHEN_CAPITALISED = _words("may will")
_ALWAYS_CAPITAL = _words("i a")


def is_name_like_function_word(word: str, *, opens: bool = False, shouted: bool = False) -> bool:
    """Whether ``word`` is spelled as a function word but written as a name: US, WHO, IT, AM, and May inside a sentence.

    Args:
        opens: it begins its sentence, so that one capital says nothing.
        shouted: the text around it is all in capitals, so that capitals say nothing.
    """
    lower = word.lower()
    if lower not in FUNCTION_WORDS or lower in _ALWAYS_CAPITAL or shouted or word == lower:
        return False
    if word.isupper():
        return len(word) > 1
    return lower in NAMES_WHEN_CAPITALISED and not opens


AUXILIARY = rf"(?:{'|'.join(sorted(FINITE_AUXILIARIES))})".replace("'", "['’]")
"""What can open a yes-or-no question, as a regular expression."""
WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
"""A question word as a regular expression."""
