"""Verbs: which have irregular forms, how the others are inflected, and which report what somebody said."""

from __future__ import annotations

from collections.abc import Iterable

_IRREGULAR = """
arise arose arisen; awake awoke awoken; bear bore borne; beat beat beaten; become became become; begin began begun;
bend bent; bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken; breed bred; bring brought;
build built; burn burnt; buy bought; catch caught; choose chose chosen; cling clung; come came come; cost cost; cut cut;
deal dealt; dig dug; draw drew drawn; dream dreamt; drink drank drunk; drive drove driven; eat ate eaten;
fall fell fallen; feed fed; feel felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden;
foresee foresaw foreseen; forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; get got gotten;
give gave given; go went gone; grow grew grown; hang hung; hear heard; hide hid hidden; hit hit; hold held; hurt hurt;
keep kept; know knew known; lay laid; lead led; lean leant; leap leapt; learn learnt; leave left; lend lent; let let;
lose lost; make made; mean meant; meet met; mislead misled; mistake mistook mistaken; oversee oversaw overseen;
overcome overcame overcome; overthrow overthrew overthrown; overtake overtook overtaken; pay paid; plead pled; put put;
quit quit; read read; rebuild rebuilt; ride rode ridden; ring rang rung; rise rose risen; run ran run; say said;
see saw seen; seek sought; sell sold; send sent; set set; shake shook shaken; shed shed; shine shone; shoot shot;
show showed shown; shrink shrank shrunk; shut shut; sing sang sung; sink sank sunk; sit sat; sleep slept; slide slid;
smell smelt; speak spoke spoken; spell spelt; spend spent; spill spilt; spin spun; split split; spoil spoilt;
spread spread; spring sprang sprung; stand stood; steal stole stolen; stick stuck; sting stung; strike struck stricken;
strive strove striven; swear swore sworn; sweep swept; swim swam swum; swing swung; take took taken; teach taught;
tear tore torn; tell told; think thought; throw threw thrown; undergo underwent undergone; understand understood;
undertake undertook undertaken; uphold upheld; wake woke woken; wear wore worn; weave wove woven; weep wept; win won;
withdraw withdrew withdrawn; withhold withheld; withstand withstood; write wrote written
"""
IRREGULAR: dict[str, tuple[str, str]] = {}
"""Base form to (past, participle)."""
for _forms in _IRREGULAR.split(";"):
    _base, _past, *_participle = _forms.split()
    IRREGULAR[_base] = (_past, _participle[0] if _participle else _past)

BASE_OF_IRREGULAR = {form: base for base, forms in IRREGULAR.items() for form in forms if form != base} | {
    "born": "bear",
    "got": "get",
    "lain": "lie",
    "dying": "die",
    "lying": "lie",
    "tying": "tie",
}
"""Each irregular past form and participle to its base form."""
IRREGULAR_PAST = frozenset(form for forms in IRREGULAR.values() for form in forms)

_DOUBLED = frozenset(
    "admit ban beg commit control drop equip expel grab occur permit plan prefer refer run stop transfer quip".split()
)


def inflected(base: str) -> tuple[str, ...]:
    """Base form, third person, past, participle and -ing form of a verb."""
    doubled = base + base[-1] if base in _DOUBLED or base in _SHORT_DOUBLED else base
    if base.endswith("y") and base[-2:-1] not in tuple("aeiou"):
        third, past, gerund = base[:-1] + "ies", base[:-1] + "ied", base + "ing"
    elif base.endswith("ie"):
        third, past, gerund = base + "s", base + "d", base[:-2] + "ying"
    elif base.endswith("e"):
        third, past, gerund = base + "s", base + "d", (base if base.endswith(("ee", "ye", "oe")) else base[:-1]) + "ing"
    else:
        third = base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
        past, gerund = doubled + "ed", doubled + "ing"
    simple, participle = IRREGULAR.get(base, (past, past))
    return tuple(dict.fromkeys((base, third, simple, participle, gerund)))


_SHORT_DOUBLED = frozenset("begin cut dig forget get hit let put quit set shut sit spin split swim win".split())


def past_of(base: str) -> str:
    """The simple past of a verb."""
    doubled = base + base[-1] if base in _DOUBLED else base
    if base in IRREGULAR:
        return IRREGULAR[base][0]
    if base.endswith("e"):
        return base + "d"
    return base[:-1] + "ied" if base.endswith("y") and base[-2:-1] not in tuple("aeiou") else doubled + "ed"


def participle_of(base: str) -> str:
    """The past participle of a verb."""
    return IRREGULAR[base][1] if base in IRREGULAR else past_of(base)


def all_forms(bases: Iterable[str]) -> frozenset[str]:
    """Every inflected form of these verbs."""
    return frozenset(form for base in bases for form in inflected(base))


SAYING = (
    "accuse acknowledge add admit affirm allege announce answer argue assert assure believe boast caution claim "
    "comment complain concede conclude confess confirm contend counter declare deny disclose emphasise emphasize "
    "estimate explain express fear hint imply indicate inform insist joke lament maintain mention note observe pledge "
    "point predict proclaim promise quip reckon recall reiterate remark remind repeat reply report respond reveal say "
    "signal speculate state stress suggest swear tell testify think threaten tweet vow warn write"
).split()
"""Verbs whose object is what somebody says or thinks, by their base forms."""
REQUESTING = "accept ask beg call cry demand describe exclaim propose recommend request shout urge wonder".split()
"""Verbs that go with a quotation, but whose object need not be what was said."""
SAYING_FORMS = all_forms(SAYING)
QUOTING_FORMS = SAYING_FORMS | all_forms(REQUESTING)
_NOUNS_TOO = frozenset(
    "answer caution claim comment counter estimate fear hint joke mention note pledge point promise remark reply "
    "report signal state stress tweet".split()
)
ATTRIBUTING_FORMS = SAYING_FORMS - _NOUNS_TOO
"""Forms that name a speaker where a subject stands before them; base forms that are nouns more often are left out."""
BARE_CLAIM_FORMS = all_forms(
    "admit allege announce argue assert believe claim concede deny estimate fear insist note predict reckon say think "
    "warn".split()
)
"""Forms after which a claim may follow without "that"."""


def alternatives(words: Iterable[str]) -> str:
    """The words as alternatives of a regular expression, the longest first."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))
