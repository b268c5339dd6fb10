"""Names and what goes with them: first names, titles, offices, groups, places."""

from __future__ import annotations

from rag.language.english.words import words_of


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
TITLES = _words("mr mrs ms dr sir president minister prime foreign defence defense king queen pope general secretary")
"""Words before a name that do not make it another name."""


def proper_names(text: str, *, skip_first: bool = False) -> list[str]:
    """The capitalised words of ``text`` that are not function words, in order.

    Args:
        skip_first: leave out the first word, whose capital says nothing in a sentence.
    """
    return [
        word.text
        for word in words_of(text)[1 if skip_first else 0 :]
        if word.is_capitalised and not word.is_function_word
    ]
