"""The verbs that news and reference articles use most."""

from __future__ import annotations

from rag.language.english.verbs import IRREGULAR, REQUESTING, SAYING, all_forms, participle_of, past_of

_REGULAR = """
abandon abolish achieve acquire acquit act adopt advise affect agree allow appeal appear apply appoint approach
approve arrange arrest arrive assassinate assist attack attempt attend avoid award ban be belong blame block bomb
borrow calculate campaign cancel capture carry cause celebrate chair change charge close collaborate collapse collect
command commit communicate compare compete complete compose condemn conduct connect conquer consider consist contain
continue contribute control convert convict convince cook cooperate cover create criticise criticize cross crown
damage decide declassify decline decrease dedicate defeat defend define deliver depend deploy design destroy detect
determine develop die differ direct disappear discover discuss dismiss displace dissolve divide donate double drop
earn edit educate elect eliminate embrace emerge emigrate employ enable encounter encourage end endorse enlist enter
erupt escape establish evacuate evolve examine excavate execute exhibit exist expand expect expel experience explode
explore export extend face fail feature file fill finance finish fire fix flood flourish focus follow force form found
gain gather generate govern graduate grant guard halt hand handle happen harm have head help hire host identify ignore
impact impose improve inaugurate include increase influence inherit injure inspect inspire install intend intervene
introduce invade invent invest invite involve issue join judge kill land last launch lie like limit link list listen
live love lower manage march mark marry matter measure merge migrate move murder name need negotiate nominate
normalise normalize obtain occupy occur offer open operate oppose order organise organize originate owe own paint
participate pass perform persuade pioneer place plan plant play portray pose possess practise praise prefer prepare
present preserve pressure prevent produce prohibit prosecute protect protest prove provide publish purchase pursue
push raise ratify reach react realize receive recognise recognize record recover recruit reduce refer refuse regard
rehearse reject relate release rely remain remember remove rename renew reopen repair repeal replace represent require
rescue resemble resign resolve restore result resume retire return reunite reverse rule sail satisfy save seem
sentence serve settle share sign slow smoke solve start stay stop storm study submit succeed sue suffer supply support
suppose surrender survive suspend talk terminate test tour trade train transfer transform translate travel treat
trigger triumph try turn unite unveil update use vanish veto view violate visit vote wait walk want watch weaken weigh
welcome widen work worry
"""
COMMON_VERBS = frozenset((*_REGULAR.split(), *IRREGULAR, *SAYING, *REQUESTING))
"""Base forms."""
_NOUNS_TOO = frozenset(
    """
act address answer appeal attack attempt ban bear beat block bomb break call campaign cause challenge change charge
claim close collapse complete control cost cover cut damage deal decline decrease defeat demand die drink drive drop
end escape estimate export face fall feature feed fight file fire fix focus force form found gain go guide halt harm
head help hit host hurt impact increase influence issue joint judge kill land last launch lead left lie like limit
link love mark matter mean measure mention murder name need note offer open order own pass pay plan play point present
promise protest purchase push put reach read release reply report rescue result return reverse rise rule run set shake
share shoot show sign sink sleep slow smoke split spread stand start state stay stop strike study supply support talk
threat throw treat trigger try turn update use veto visit vote wait walk watch wear win wonder work worry
    """.split()
)
VERB_OR_NOUN = _NOUNS_TOO | {word + "s" for word in _NOUNS_TOO}
"""Forms that are nouns as often as verbs."""
VERBS = all_forms(COMMON_VERBS) | VERB_OR_NOUN | {"born", "borne", "dying", "lying", "tying"}
BASE_OF_PAST = {past_of(base): base for base in COMMON_VERBS}
"""The base form of each simple past form: ``signed`` → ``sign``, ``met`` → ``meet``."""
PARTICIPLES = frozenset(participle_of(base) for base in COMMON_VERBS) | {"been", "born", "hanged", "done"}
"""What may follow "was" in a passive sentence."""
