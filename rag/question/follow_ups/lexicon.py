"""Closed word classes of English and the short open lists that the rules need."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HE = _words("he him his himself")
SHE = _words("she her hers herself")
IT = _words("it its itself")
THEY = _words("they them their theirs themselves")
THIRD_PERSON = HE | SHE | IT | THEY
POSSESSIVES = _words("his her its their my your our whose hers theirs")
DEMONSTRATIVES = _words("this that these those")
PRONOUNS = THIRD_PERSON | _words(
    "i me my mine myself you your yours yourself we us our ours ourselves someone somebody anyone anybody everyone "
    "everybody something anything everything nothing nobody none themselves others"
)
BE = _words("am is are was were be been being isn't aren't wasn't weren't")
DO_SUPPORT = _words(
    "do does did can could will would shall should may might must don't doesn't didn't can't cannot couldn't won't "
    "wouldn't shouldn't"
)
AUXILIARIES = BE | DO_SUPPORT | _words("have has had haven't hasn't hadn't having ought")
WH_WORDS = _words("what which who whom whose when where why how")
DETERMINERS = _words(
    "the a an this that these those some any all both each every no another other such more most many much few several "
    "either neither enough less least"
)
PREPOSITIONS = _words(
    "about above across after against along among amid around as at before behind below beneath beside besides between "
    "beyond by despite down during except for from in inside into like near of off on onto out outside over past per "
    "regarding since than through throughout till to toward towards under until unto up upon versus via vs with within "
    "without aside concerning alongside"
)
CONJUNCTIONS = _words("and or but nor so yet if because although though while whereas unless whether")
ADVERBS = _words(
    "not also too very just only even still already then now again ever never often always usually sometimes there "
    "here else instead together first later earlier once twice soon away back almost quite rather really maybe perhaps "
    "however therefore thus yes ok okay oh today yesterday tomorrow long far well currently exactly afterwards"
)
OPENERS = _words(
    "tell describe explain give show list name discuss define compare interesting thanks thank please wow great sure "
    "good hello hi hey"
)
VERB_LEADERS = _words("to") | DO_SUPPORT | _words("not please")

_BASES = """
accept achieve acquire act add admit adopt advise affect agree allow announce answer appear apply approve argue
arise arrange arrest arrive ask assassinate assist attack attempt attend avoid ban be bear beat become begin
believe belong blame block bomb borrow break bring build buy calculate call campaign cancel capture carry catch
cause celebrate change charge choose claim close collapse collect come commit communicate compare compete
complain complete condemn confirm consider consist contain continue contribute control convert convince cook
cost cover create criticize cut damage deal decide declare decline decrease defeat defend define deliver demand
deny depend describe destroy detect determine develop die differ disappear discover discuss divide draw drink
drive drop earn eat elect eliminate emerge enable encourage end enter erupt escape establish estimate evacuate
evolve examine exist expand expect expel explain explode export express extend face fail fall feature feed feel
fight file fill find finish fire fix flee fly focus follow force forget form found gain generate get give go
govern grow halt handle happen harm have head hear help hide hit hold host hurt identify ignore impact improve
include increase indicate influence inform injure inspire intend intervene introduce invade invent invest invite
involve join judge keep kill know land last launch lead learn leave lend let lie like limit link listen live
lose love maintain make manage mark marry matter mean measure meet mention merge move murder name need negotiate
note obtain occur offer open oppose order originate own participate pass pay perform plan play point pose
predict prefer prepare present prevent produce promise propose protect protest prove provide publish purchase
push put raise reach react read realize receive recognize recommend recover reduce refer refuse regard reject
relate release rely remain remember remove renew repair replace reply report represent require rescue resemble
resign resolve respond result retire return reveal reverse rise rule run say see seem sell send serve set settle
shake share shoot show shut sign sing sink sit sleep slow smoke solve speak spend split spread stand start state
stay steal stop strike study submit succeed suffer suggest supply support suppose surrender survive take talk
teach tell threaten throw treat trigger try turn understand unite update urge use vanish veto visit vote vow
wait walk want warn watch wear weigh win withdraw wonder work worry write
save buy choose compare originate spoil acquit celebrate collaborate compose conduct connect convict criticise
declassify dedicate dissolve edit educate employ encounter enlist excavate flourish graduate
inherit install migrate negotiate nominate organise paint portray possess practise preserve prohibit propose
prosecute pursue rebuild recruit rehearse reopen restore reunite ratify satisfy succeed survive
teach transform translate travel undergo violate weaken widen
"""
_IRREGULAR = """
arose arisen born bore beat beaten became began begun bled bought brought built broke broken bred came caught
chose chosen cost cut dealt did died done drew drawn drank drunk drove driven ate eaten fell fallen fed felt
fought fled flew flown forgot forgotten found gave given got gotten gone went grew grown heard held hid hidden
hit hurt kept knew known laid led learnt left lent let lost made meant met paid put quit ran read rose risen
said sang sung sank sunk sat saw seen sent shook shaken shot shut slept sold spent spoke spoken split spread
stole stolen stood struck sued swore taught thought threw thrown took taken told understood won wore worn
withdrew withdrawn written wrote dying lying tying
"""
_NOUNS_TOO = _words("""
act address answer appeal attack attempt ban bear beat block bomb break call campaign cause challenge change
charge claim collapse control cost cover damage deal decline decrease defeat demand die drink drive drop end
escape estimate export face fall feature feed fight file fire fix focus force form gain go guide halt harm head
help hit host hurt impact increase influence issue joint judge kill land last launch lead lie like limit link
love mark matter mean measure mention murder name need note offer order own pass pay plan play point present
promise protest purchase push reach read release reply report rescue result return reverse rise rule run set
shake share shoot show sign sink sleep slow smoke split spread stand start state stay stop strike study supply
support talk threat throw treat trigger try turn update use veto visit vote wait walk watch wear win wonder work
worry found left cut put open close complete
""")


def _inflected(base: str) -> set[str]:
    """The regular forms of a verb."""
    forms = {base}
    if base.endswith("y") and base[-2:-1] not in "aeiou":
        forms |= {base[:-1] + "ies", base[:-1] + "ied", base + "ing"}
    elif base.endswith("e"):
        forms |= {base + "s", base + "d", base[:-1] + "ing"}
    else:
        plural = base + ("es" if base.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
        forms |= {plural, base + "ed", base + "ing", base + base[-1] + "ed", base + base[-1] + "ing"}
    return forms


VERB_OR_NOUN = frozenset(_NOUNS_TOO | {word + "s" for word in _NOUNS_TOO})
VERBS = frozenset(form for base in _BASES.split() for form in _inflected(base)) | _words(_IRREGULAR) | VERB_OR_NOUN
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

FUNCTION_WORDS = (
    PRONOUNS
    | AUXILIARIES
    | WH_WORDS
    | DETERMINERS
    | PREPOSITIONS
    | CONJUNCTIONS
    | (ADVERBS - _words("first today yesterday tomorrow"))
    | _words("s t re ve ll d m one ones me please")
)
"""Words that are never terms."""

FEMALE_NAMES = _words("""
alice amy angela ann anna anne annie angelina barbara beth betty britney carla carol caroline catherine
charlotte christina christine claire clara diana donna dorothy elena elizabeth ellen emily emma eva eve frances
giorgia gloria golda grace hannah helen hillary indira ingrid irene isabel jacqueline jane janet jennifer
jessica joan judith julia julie kaja kamala karen kate katherine kathryn katie kim kimberly laura leila linda
lisa louise lucy madonna margaret maria mariah marie marilyn martha mary megan melania melinda michelle nancy
natalie nicole nina olga olivia pamela patricia paula princess queen rachel rebecca rosa rose ruth sally sandra
sarah serena sharon sheila sofia sophia sophie stella stephanie susan svetlana sylvia tatiana taylor teresa
theresa tina tzipi ursula valentina vanessa venus victoria virginia whitney yulia zoe lady mrs ms miss sister
mother actress
""")
MALE_NAMES = _words("""
aaron abdullah abraham adam adolf ahmad ahmed alan albert aleksandr alex alexander alexei alfred ali amir andrew
andrei anthony antonio ariel arthur avigdor barack bashar ben benjamin benny bernard bill bob boris brad brian
bruce carl carlos charles chris christopher daniel dave david dennis dmitry donald douglas ed edward emmanuel
eric ernest ezra francis frank franklin fred frederick gary george gerald giovanni gordon greg guy hamid harold
harry hassan henry hosni howard hugo hussein ian ibrahim isaac itamar ivan jack jacob james jared jason javier
jay jean jeff jerry jesse jesus jim jimmy joe john johnny jonathan jose joseph josh juan keith ken kenneth kevin
khaled kim larry lee leo leon leonard lewis lindsey louis luis luke marco mario mark martin matthew max michael
miguel mike mikhail mohammad mohammed muhammad mustafa naftali napoleon nelson nicholas nick nikita oliver oscar
patrick paul pedro pete peter philip pierre prince ralph ray recep richard rob robert roger roland ron ronald
roy sam samuel scott sean sergei shimon simon stephen steve steven ted thomas tim tom tony vaclav victor vincent
vladimir volodymyr walter wang william winston xi yahya yair yasser yigal yitzhak yoav yury zhang king pope sir
lord mr father brother emperor actor
""")
PERSON_NOUNS = _words("""
actor actress ambassador analyst architect artist astronaut athlete author boss boy brother candidate captain champion
chancellor chief coach commander composer daughter designer dictator diplomat director doctor driver editor emperor
envoy engineer explorer father founder general girl governor guitarist head historian husband inventor journalist
judge king lawyer leader man manager mayor minister mother musician official owner painter philosopher photographer
physicist pilot pirate player poet policeman politician pope predecessor premier president prince princess producer
professor prophet queen rabbi ruler scientist secretary senator singer sister soldier son successor spokesman
spokesperson spokeswoman teacher victim wife winner woman writer chairman chairwoman person mr mrs ms dr
""")
GROUP_NOUNS = _words("""
army association band board brigade cabinet club coalition committee company congress council couple crew
department duo family federation firm forces government group house league ministry movement organisation
organization parliament party police public quartet senate team trio troops union
""")
PLACE_NOUNS = _words("""
area base beach bridge building capital castle church city coast continent country county desert district island
lake kingdom location mountain museum neighborhood neighbourhood nation park place port prison province region
republic restaurant river school sea site stadium state town university valley village zone
""")
COUNTRIES = _words("""
afghanistan albania algeria america angola argentina armenia australia austria azerbaijan bahrain bangladesh belarus
belgium bolivia bosnia brazil britain bulgaria burma cambodia cameroon canada chile china colombia congo croatia cuba
cyprus czechia denmark ecuador egypt england eritrea estonia ethiopia europe finland france germany ghana greece
guatemala hungary iceland india indonesia iran iraq ireland israel italy japan jordan kazakhstan kenya kosovo kuwait
kyrgyzstan laos latvia lebanon libya lithuania luxembourg malaysia mali malta mexico moldova mongolia morocco
mozambique myanmar namibia nepal netherlands nicaragua niger nigeria norway oman pakistan palestine panama paraguay
peru philippines poland portugal qatar romania russia rwanda scotland senegal serbia singapore slovakia slovenia
somalia spain sudan sweden switzerland syria taiwan tajikistan tanzania thailand tunisia turkey turkmenistan uganda
ukraine uruguay us usa uk uae un eu nato ussr uzbekistan venezuela vietnam wales yemen zambia zimbabwe gaza asia
africa
""")
NATIONALITIES = _words("""
afghan albanian algerian american arab argentine argentinian armenian asian australian austrian azerbaijani belarusian
belgian bosnian brazilian british bulgarian canadian chilean chinese christian colombian croatian cuban czech danish
dutch egyptian english estonian ethiopian european finnish french georgian german greek hungarian indian indonesian
iranian iraqi irish islamic israeli italian japanese jewish jordanian kazakh kenyan korean kurdish kuwaiti latvian
lebanese libyan lithuanian mexican moroccan muslim nigerian norwegian omani pakistani palestinian persian polish
portuguese qatari roman romanian russian saudi scottish serbian slovak soviet spanish sudanese swedish swiss syrian
taiwanese thai tunisian turkish ukrainian vietnamese western yemeni
""")
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
FOREIGN_OPENERS = _words("""
qui que quoi quel quelle quels quelles quand où pourquoi combien est-ce wer wen wem wann wo warum wieso weshalb wie
welche welcher welches und quién quien quiénes qué cuándo cuando dónde donde cómo cuál cuánto cuántos cuántas chi che
cosa quando dove perché perche quale quanto wat waar wie wanneer waarom hoe hvem hvad hvor hvornår hvorfor vad vem när
var varför quem onde
""")
"""Words that open questions in other languages and none in English."""
