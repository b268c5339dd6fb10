"""Past forms of verbs that news and reference articles use, and the base form that a question with "did" needs.

A verb that is not listed is not recognised: a question is left out rather than asked wrongly.
"""

from __future__ import annotations

_REGULAR = """
abandon abolish accept accuse acquire adopt affirm allow announce appeal appear appoint approach approve arrange arrest
arrive ask assassinate attack attend award ban bomb borrow call cancel capture carry cause celebrate chair change
collapse collect command complete compose conclude confirm connect conquer contain continue convert convince cooperate
cover create criticise criticize cross crown damage declare defeat defend deliver demand deny deploy describe design
destroy develop die direct discover dismiss displace dissolve divide donate double drop earn edit elect embrace emigrate
employ end endorse enter escape establish evacuate execute exhibit expand experience explode explore export express
extend fail finance finish fire flood follow force form found gain gather govern graduate grant guard halt hand happen
help hire host identify impose improve inaugurate include increase inform inherit injure inspect inspire install
introduce invade invent invest invite issue join kill land last launch list live lower manage march marry measure
merge migrate move murder name negotiate nominate normalise normalize obtain occupy occur offer open operate order
organise organize oversee owe own paint participate pass perform persuade pioneer place plan plant play praise present
pressure promise propose protest prove publish purchase pursue ratify reach receive recognise recognize record recover
reduce refuse reject release remain remove rename renew reopen repair repeal replace report represent rescue resign
resume retire return reveal rule sail sentence serve settle share sign start state stay stop storm study succeed
suffer supply support surrender suspend terminate test threaten tour trade train transfer travel treat triumph unite
unveil urge use veto view visit vote walk warn welcome work
"""
_DOUBLED = {"ban", "drop", "plan", "stop", "transfer"}
_IRREGULAR = {
    "be": ("was", "been"),
    "become": ("became", "become"),
    "begin": ("began", "begun"),
    "break": ("broke", "broken"),
    "bring": ("brought", "brought"),
    "build": ("built", "built"),
    "buy": ("bought", "bought"),
    "catch": ("caught", "caught"),
    "choose": ("chose", "chosen"),
    "come": ("came", "come"),
    "cost": ("cost", "cost"),
    "cut": ("cut", "cut"),
    "draw": ("drew", "drawn"),
    "drive": ("drove", "driven"),
    "fall": ("fell", "fallen"),
    "fight": ("fought", "fought"),
    "flee": ("fled", "fled"),
    "fly": ("flew", "flown"),
    "forbid": ("forbade", "forbidden"),
    "freeze": ("froze", "frozen"),
    "give": ("gave", "given"),
    "go": ("went", "gone"),
    "grow": ("grew", "grown"),
    "hold": ("held", "held"),
    "keep": ("kept", "kept"),
    "lead": ("led", "led"),
    "leave": ("left", "left"),
    "lose": ("lost", "lost"),
    "make": ("made", "made"),
    "meet": ("met", "met"),
    "overcome": ("overcame", "overcome"),
    "overthrow": ("overthrew", "overthrown"),
    "pay": ("paid", "paid"),
    "put": ("put", "put"),
    "ride": ("rode", "ridden"),
    "rise": ("rose", "risen"),
    "seek": ("sought", "sought"),
    "sell": ("sold", "sold"),
    "send": ("sent", "sent"),
    "set": ("set", "set"),
    "sing": ("sang", "sung"),
    "sink": ("sank", "sunk"),
    "speak": ("spoke", "spoken"),
    "spend": ("spent", "spent"),
    "steal": ("stole", "stolen"),
    "strike": ("struck", "struck"),
    "take": ("took", "taken"),
    "teach": ("taught", "taught"),
    "undertake": ("undertook", "undertaken"),
    "win": ("won", "won"),
    "withdraw": ("withdrew", "withdrawn"),
    "write": ("wrote", "written"),
}
_ONLY_PARTICIPLES = {
    "born",
    "shot",
    "hit",
    "read",
    "seen",
    "known",
    "told",
    "said",
    "heard",
    "hanged",
    "buried",
    "based",
}


def _past(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    return f"{base}{base[-1]}ed" if base in _DOUBLED else f"{base}ed"


BASE_OF_PAST: dict[str, str] = {_past(base): base for base in _REGULAR.split() if base != "oversee"} | {
    past: base for base, (past, _) in _IRREGULAR.items() if base != "be"
}
"""The base form of each simple past form: ``signed`` → ``sign``, ``met`` → ``meet``."""

PARTICIPLES = frozenset(
    {_past(base) for base in _REGULAR.split()} | {done for _, done in _IRREGULAR.values()} | _ONLY_PARTICIPLES
)
"""What may follow "was" in a passive sentence."""

REPORTING = frozenset(
    "announced asked confirmed declared denied described informed promised proposed reported revealed stated "
    "urged warned".split()
)
"""Past forms after which a date or place may belong to what was reported instead of to the reporting."""

AUXILIARIES = frozenset("is are was were has have had will would can could may might must should does do did".split())
FINITE = (
    frozenset(BASE_OF_PAST)
    | AUXILIARIES
    | frozenset(
        "said says told added noted argued thought knew saw felt heard wanted tried got let ran stood sat spread shot "
        "hit read meant".split()
    )
)
"""Words that can make a clause of their own; the first one of a sentence is taken for its verb."""

UNMISTAKABLE = frozenset(past for past in BASE_OF_PAST if past not in PARTICIPLES)
"""Past forms that cannot be participles: ``gave`` is a verb, ``opened`` may describe what stands before it."""

LOCATED = frozenset(
    "born built buried based captured crowned defeated died educated elected executed exhibited fought founded "
    "gathered held imprisoned killed landed located lived met murdered opened performed published recorded settled "
    "shot signed spoke studied surrendered taught".split()
)
"""Participles and past forms whose "in" plus a name says where."""
