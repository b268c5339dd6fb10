"""Words whose full stop need not end a sentence, by how they behave.

Compiled by hand from the news styles of English with the commonest forms of its neighbours; matched with their case.
"""

from __future__ import annotations

from rag.language.english.dates import MONTH_ABBREVIATIONS, MONTHS, WEEKDAY_ABBREVIATIONS, WEEKDAYS
from rag.language.english.verbs import QUOTING_FORMS, alternatives


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


TITLES = _words(
    "Mr Mrs Ms Mx Dr Prof Gen Col Lt Sgt Capt Cpl Pvt Cmdr Maj Adm Brig Supt Det Insp Sen Rep Gov Pres Rev Hon Fr Msgr",
    "Messrs Amb Atty Sec Dir Ald Asst Dep St Ste Mt Ft Mme Mlle Sra Srta Dra Sta Hr",
)
"""A name follows."""

NUMBERED = _words(
    "No Nos Nr no nos Fig Figs fig figs Vol Vols vol Art art Sec sec Ch ch Chap chap Eq Ex Para para Pt pt Res Op op",
    "p pp cl Cl ca c approx Approx est Est Bd Abs",
)
"""A number, a Roman numeral or a single letter follows; before anything else the full stop is read as usual."""

INSIDE = _words("e.g i.e eg ie vs v cf viz resp incl excl z.B d.h u.a bzw p.ej")
"""Never the last word of a sentence."""

SUFFIXES = _words(
    "Inc Ltd Corp Co Bros Plc plc Cie Jr Sr Esq Ave Blvd Rd Hwy Dept dept Univ Assn Intl Natl Govt al approx est Est",
)
"""May end a sentence: it does when a word follows that commonly starts one."""

MONTHS_AND_DAYS = frozenset(name.capitalize() for name in (*MONTH_ABBREVIATIONS, *WEEKDAY_ABBREVIATIONS)) - {"May"}
"""A number follows; before anything else the full stop is read as usual."""

UNITS = _words("km kg cm mm mph rpm kph km/h lb ft hr hrs")
"""Units of measure: before anything but a number the full stop is read as usual ("5 ft. 10 in.")."""

STATES = _words(
    "Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Penn",
    "Tenn Tex Vt Va Wash Wis Wyo Ont Que",
)
"""Abbreviations only after a comma or a hyphen ("Boston, Mass.", "D-Calif.")."""

STARTERS = _words(
    "The A An It Its He She They We You I This That These Those There Here His Her Their Our My Your",
    "In On At By For From With Without After Before Since Until While When Where What Why How If Although Though",
    "Because But And Or So Yet Nor As Once Then Now However Moreover Meanwhile Nevertheless Therefore Thus",
    "Nonetheless Still Also Both Each Every Some Many Much Most Few Fewer All Any No None Not Nobody Nothing Neither",
    "Either Another Others Such One Two Three Several Even Only Just Today Yesterday Tomorrow Later Earlier Under",
    "During Despite Among Between According To Of Let Do Does Did Is Are Was Were Has Have Had Can Could Would Should",
    "Everyone Someone Everything Something Soon Perhaps Maybe Instead Indeed Finally Again Recently Critics Officials",
    "Experts",
)
"""Words that, capitalised after an abbreviation, almost always open a sentence."""

NOT_AFTER_INITIALS = _words("So To An No Do My Let Can Had Of All")
"""Starters that are also surnames or name particles, and so do not end an initial ("K. So", "J. An")."""

LETTER_LABELS = _words(
    "vitamin plan group type class grade section option hepatitis influenza part point exhibit team appendix step",
    "category phase column figure table schedule annex war block line series item question",
)
"""A single letter after these is a name of its own, not an initial ("vitamin C.")."""

AFTER_CLOCK = (
    frozenset(name.capitalize() for name in (*MONTHS, *WEEKDAYS))
    | MONTHS_AND_DAYS
    | _words(
        "EST EDT ET CST CDT CT MST MDT MT PST PDT PT GMT UTC BST CET CEST EET MSK IST JST AEST",
        "Eastern Central Mountain Pacific Moscow Kyiv",
    )
)
"""What may follow "p.m." within the same sentence."""

ORDINAL_MONTHS = _words(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember",
)
"""German months: a day's number before them carries a full stop."""

REPORTING_VERBS = alternatives(QUOTING_FORMS)
"""Verbs that tie a quotation to its speaker, as a regular-expression alternative."""

DANGLING = _words(
    "the a an of in to from and or at by for with on is was are were that which who as its his her their than but",
    "into over under between after before about against be been has have had will would not near via",
)
"""A line that ends in one of these goes on in the next line."""
