"""One form for all inflections and spellings of a word: irregular forms and British spelling first, then a stemmer.

The stemmer is Snowball's for English (Porter 2001), the one that the word index has built in.
"""

from __future__ import annotations

import re

from rag.language.english.verbs import BASE_OF_IRREGULAR

IRREGULAR_PLURALS = {
    "children": "child", "criteria": "criterion", "feet": "foot", "geese": "goose", "men": "man", "mice": "mouse",
    "oxen": "ox", "people": "people", "phenomena": "phenomenon", "police": "police", "teeth": "tooth",
    "women": "woman", "lives": "life", "wives": "wife", "knives": "knife", "wolves": "wolf", "halves": "half",
    "thieves": "thief", "loaves": "loaf", "shelves": "shelf", "calves": "calf", "media": "media", "data": "data",
    "analyses": "analysis", "crises": "crisis", "theses": "thesis", "bases": "base", "dice": "die", "lice": "louse",
    "indices": "index", "nuclei": "nucleus", "fungi": "fungus", "alumni": "alumnus", "cacti": "cactus",
}  # fmt: skip
"""Plural to singular; those that look the same are plural too."""

IRREGULAR_FORMS = {form: base for form, base in (BASE_OF_IRREGULAR | IRREGULAR_PLURALS).items() if form != base}
"""Irregular verb forms and plurals to their base form."""

_OUR = re.compile(
    r"\b(ard|arm|behavi|cand|clam|col|endeav|fav|ferv|flav|glam|harb|hon|hum|lab|neighb|od|parl|ranc|rig|rum|savi|sav|"
    r"splend|succ|tum|val|vap|vig)our"
)
_IZE = re.compile(r"(?<=\w\w\w)(i|y)z(e|ed|es|er|ers|ing|ation|ations|ational)$")
_DOUBLE_L = re.compile(
    r"^(cancel|channel|counsel|dial|enrol|equal|fuel|fulfil|funnel|jewel|label|level|marvel|model|quarrel|rival|"
    r"signal|total|travel|tunnel)l(ed|ing|er|ers|or|ors|ment|ments|ful|ation)?$"
)
_SPELLINGS = dict(
    pair.split("/")
    for pair in (
        "centre/center theatre/theater metre/meter litre/liter fibre/fiber calibre/caliber sabre/saber lustre/luster "
        "spectre/specter meagre/meager sombre/somber manoeuvre/maneuver kilometre/kilometer centimetre/centimeter "
        "millimetre/millimeter defence/defense offence/offense licence/license pretence/pretense practise/practice "
        "catalogue/catalog dialogue/dialog analogue/analog grey/gray tyre/tire aeroplane/airplane aluminium/aluminum "
        "plough/plow programme/program cheque/check kerb/curb judgement/judgment ageing/aging sceptic/skeptic "
        "sceptical/skeptical anaemia/anemia paediatric/pediatric encyclopaedia/encyclopedia archaeology/archeology "
        "archaeologist/archeologist foetus/fetus haemorrhage/hemorrhage orthopaedic/orthopedic leukaemia/leukemia "
        "oestrogen/estrogen diarrhoea/diarrhea pyjama/pajama mum/mom moustache/mustache whisky/whiskey "
        "acknowledgement/acknowledgment storey/story draught/draft jewellery/jewelry carat/karat "
        "axe/ax cosy/cozy gaol/jail speciality/specialty sulphur/sulfur wilful/willful skilful/skillful "
        "instalment/installment"
    ).split()
)
_PLURAL = re.compile(r"(?<=\w\w)s$")


def base_spelling(word: str) -> str:
    """A lower-case word with irregular inflection undone and in one of its spellings ("organised", "harbors").

    The result is made to be stemmed and compared, not to be read.
    """
    word = IRREGULAR_FORMS.get(word, word)
    if len(word) < 4:
        return word
    singular = _PLURAL.sub("", word)
    if (american := _SPELLINGS.get(singular)) is not None:
        return american
    word = _OUR.sub(r"\1or", word)
    word = _IZE.sub(r"\1s\2", word)
    return _DOUBLE_L.sub(r"\1\2", word)


def singular(word: str) -> str:
    """The lower-case singular of a noun, its possessive ending taken off; other words come back in lower case."""
    word = word.lower().replace("’", "'")
    for ending in ("'s", "s'", "'"):
        if word.endswith(ending) and len(word) > len(ending):
            word = word[: -len(ending)] + ("s" if ending == "s'" else "")
            break
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_SINGULAR_IN_S = frozenset(
    "news politics economics physics mathematics series species headquarters means hamas fatah paris "
    "texas athens brussels naples wales status focus virus campus census process success access address business class "
    "congress crisis basis analysis loss press princess progress mess glass mass gas bus plus bonus chess "
    "emirates netherlands philippines times games us as is was has does this his its less always perhaps".split()
)


def is_plural(word: str) -> bool:
    """Whether the word has the form of a plural noun."""
    word = word.lower()
    if word in IRREGULAR_PLURALS:
        return True
    is_regular = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))
    return is_regular and word not in _SINGULAR_IN_S
