"""Nouns by what they do in a sentence, and the adjectives that stand alone."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LY_NOUNS = _words(
    "family italy july assembly reply supply ally jelly only anomaly monopoly belly butterfly homily bully"
)
COMMON_NOUNS = _words("people countries members women men children police troops officials")

PREDICATES = _words("""
able afraid alive allergic angry available aware bad beneficial best better big bigger biggest certain cheap
cheaper clear close common correct current dangerous dead deep delicious different difficult early easier easy
effective ethical expensive extreme fair false famous fast faster fatal female good great happy hard harder
healthy high higher illegal important impossible interesting large larger largest late legal likely long longer
low lower main major male mandatory native natural necessary new newest normal old older oldest poor popular
possible private proper public quick rare ready real related reliable responsible rich right safe same serious
short significant similar simple slow small smaller smallest special strange strong successful sure tall toxic
traditional true typical unique unlikely unsafe untreated useful usual valid warm weak wealthy worse worst worth
wrong young younger youngest
""")
"""Adjectives that close a question ("Is it legal?") and are then no part of a noun phrase."""
OFFICE_NOUNS = _words("role post position job office capacity function")
RELATIONAL_NOUNS = _words("""
advantage aftermath age aim alternative amount aspect author award background basis benefit capital cast cause
challenge character characteristic chart circumstance color component concern condition conclusion consequence
consumption cost creator criticism cure damage date death deaths difference disadvantage drawback duration
effect election event evidence example fact factor feature figure findings form founder function goal hit ideal
impact implication importance influence ingredient instrument issue kind label law leader length level
limitation location lyric meaning member method model motive name number objective opponent option origin
outcome outlook owner part people performance plan point policy population position president price problem
process project purpose reaction reason reception recipe relationship requirement response restriction result
review risk role rule series side sign significance similarity size solution song source species step story
strategy structure style subject success summary symptom team technique term theme theory thing title topic
track treatment type use user variety version victim view weakness word work
""")
RELATIONAL_NOUNS = RELATIONAL_NOUNS - _words("people team president election capital")
UNIQUE_NOUNS = _words("""
world earth sun moon sky universe internet weather future past present environment economy government media
public same following sea ocean law night day morning evening time year most best
""")
GENERIC_NOUNS = _words("""
thing things article articles aspect aspects fact facts information way ways lot kind kinds type types sort
people person time times example examples something detail details story question questions difference
differences
""")
ASKING_WORDS = _words("""
much many long old far often kind type sort name number amount year date day month time century person people thing
place country city company way reason percentage share according first last main exactly total average say tell mention
describe article articles give list happen take get go make do know two still ever call become use part another
actually really currently best most famous size price cost height length age true false right wrong fact real background
piece passage text story report question answer example detail details information precise precisely like want write
writing read newspaper lost find look explain summarize summarise meaning difference between
""")
"""Words that say how or for what something is asked; that no article holds one says nothing about the subject."""
