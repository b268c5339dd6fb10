"""Who a sentence says its claim comes from: "…, the ministry said", "according to Moscow", "Rubio denied that …".

Rules over one sentence. They would rather say nothing than name the wrong speaker: a subject that is a pronoun, that is
left out ("and said …") or that does not read as a noun phrase gives no speaker, and the speaker's own words are only
those on the right side of the verb.
"""

from __future__ import annotations

import re

from rag.language.english.dates import MONTHS, WEEKDAYS
from rag.language.english.function_words import AUXILIARIES, FUNCTION_WORDS
from rag.language.english.verbs import ATTRIBUTING_FORMS, BARE_CLAIM_FORMS, alternatives
from rag.records import Span

LONGEST_SPEAKER = 14
"""Words of a speaker; what is longer is a clause that was mistaken for one."""

MOST_BEFORE_NAME = 6
"""Words of "county engineer Tomas Wray": an office without an article, then a name."""

_BARE = BARE_CLAIM_FORMS
_VERB = rf"(?P<verb>{alternatives(ATTRIBUTING_FORMS)})"
_ADVERBS = (
    r"(?:(?:has|have|had|also|then|later|now|again|already|repeatedly|once|since|earlier|recently|still|never|further|"
    r"[a-z]+ly)\s+){0,3}"
)
_STATED = re.compile(rf"\s(?P<adverbs>{_ADVERBS}){_VERB}\b")
_THAT = re.compile(
    r"(?:\s+(?!(?:that|but|and|or)\b)[^\s,;:.“”\"]+){0,9}?,?(?<!\son)(?<!\sof)(?<!\sin)(?<!\sat)(?<!\sto)(?<!\sby)(?<!\sfor)(?<!\swith)(?<!\sfrom)(?<!\sthan)\s+that\s"
)
_OPENS = re.compile(r"(?:\s+[^\s,;:.“”\"]+){0,5}?(?:,|:)?\s*[“\"]|:\s")
_NO_CLAIM = re.compile(
    r"\s+(?:yes|no|nothing|so|little|neither|goodbye|hello|anything|more|much|as\s+much|to|of|for|about|with|in|on|at|by|"
    r"[“\"]?\W*$)\b|\s*[,;.)]|\s*$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according\s+to|in\s+the\s+(?:view|opinion|words|judge?ment|account|estimation)s?\s+of|as\s+reported\s+by|"
    r"as\s+stated\s+by|as\s+told\s+by)\s+",
    re.IGNORECASE,
)
_OWN_VIEW = re.compile(
    r"\b(?:[Ii]n|[Bb]y)\s+(?P<who>[^,;:.“”\"]{2,60}?)['’]s?\s+(?:view|opinion|words|account|own\s+words)\b"
)
_AFTER_COMMA = re.compile(
    rf"[,”\"]\s+(?P<who>[^,;:.“”\"]{{2,90}}?)\s{_ADVERBS}{_VERB}"
    r"(?=\s*[,.;]|\s*$|\s+(?:on|in|at|to|during|after|before|later|this|last|earlier|yesterday|today|of|when|as|while)\b(?![^.;]*(?:\sthat\s|[“\"])))"
)
_INVERTED = re.compile(rf"[,”\"?!]\s+{_VERB}\s+(?P<who>[^;:.“”\"]{{2,120}})")
_BOUNDARY = re.compile(
    r"[,;:“”\"()]|\s[–—-]\s|\b(?:and|but|or|while|that|as|when|because|although|though|if|since|so|yet|after|before|until|whereas|where|who|"
    r"which|whom|what|how|why)\b",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:meanwhile|later|earlier|still|yesterday|today|however|but|and|so|then|yet|also|now|moreover|besides|"
    r"instead|separately|afterwards)\s+"
    rf"|(?:on|in)\s+(?:{'|'.join(WEEKDAYS)}|\d{{4}}|(?:{'|'.join(MONTHS)})(?:\s+\d{{4}})?)\s+"
    r"|(?:last|this)\s+(?:week|month|year|\w+day)\s+"
    r"|(?:\w+\s+){1,2}(?:days?|weeks?|months?|years?|hours?)\s+(?:later|earlier|ago|before|after(?:wards)?)\s+)+",
    re.IGNORECASE,
)
_PRONOUNS = frozenset(
    """he she it they we i you this that these those who which one some others many both all most few several none
    anyone somebody someone everyone everybody nobody people there what him her them me us his hers theirs another
    neither either each whoever""".split()
)
_FINITE = re.compile(
    rf"\b(?:{alternatives(AUXILIARIES)}|not|to\s+be|"
    r"went|came|made|took|gave|got|became|he|she|it|they|we|you|there)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"^(?:in|on|at|by|for|from|with|of|to|after|before|during|since|under|over|about|without|despite|like|as|amid|among|"
    r"between|through|until|not|if|because|than|into)\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"^(?:his|her|its|their|our|my|your)\b", re.IGNORECASE)
_NAME = re.compile(r"^(?:[A-ZÀ-ÖØ-Þ][\w.’'-]*)(?:\s+(?:(?:of|de|la|van|von|bin|al|el|the)\s+)*[A-ZÀ-ÖØ-Þ][\w.’'-]*)*$")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_TRAILING_PLACE = re.compile(
    r"\s+(?:on|in|at|during|after|before|when|as|while|late|early|last|this|who|which)\s.*$", re.DOTALL
)


def speaker_of(text: str, sentence: Span, span: Span) -> str | None:
    """Who the sentence says the claim at ``span`` comes from, in the article's words; None when that is not clear.

    Args:
        text: the article's text.
        sentence: the whole sentences that hold the span.
    """
    found = find_speaker(sentence.of(text), Span(span.start - sentence.start, span.end - sentence.start))
    return found.of(sentence.of(text)) if found else None


def find_speaker(said: str, span: Span) -> Span | None:
    """The range of the speaker within the sentence ``said`` for the claim at ``span``; None when unclear."""
    for find in (_by_verb, _after_claim, _by_phrase):
        found, is_decided = find(said, span)
        if is_decided:
            return found if found and not found.overlaps(span) else None
    return None


def _by_verb(said: str, span: Span) -> tuple[Span | None, bool]:
    """ "X said that CLAIM": the last such verb before the span decides."""
    for verb in reversed(list(_STATED.finditer(said, 0, span.start))):
        if verb.end() > span.start or _passive(said, verb.start()) or not _takes_claim(said, verb, span):
            continue
        return _subject(said, verb.start()), True
    return None, False


def _takes_claim(said: str, verb: re.Match[str], span: Span) -> bool:
    """Whether a claim that reaches to the span follows the verb: after "that", a quotation mark, or at once."""
    rest = said[verb.end() :]
    between = said[verb.end() : span.start]
    # A claim goes as far as its sentence; the next sentence of the same quote only inside quotation marks.
    if re.search(r"[.!?][”\"]?\s+[A-Z“\"]", between) and between.count("“") <= between.count("”"):
        return False
    if between.count('"') == 2 or (between.count("“") and between.count("“") == between.count("”")):
        return _THAT.match(rest) is not None
    that = _THAT.match(rest)
    if that and verb.end() + that.end() <= span.start + 1:
        return True
    opens = _OPENS.match(rest)
    if opens and verb.end() + opens.end() <= span.start + 1:
        return True
    if that or opens:
        return False
    return verb["verb"] in _BARE and _NO_CLAIM.match(rest) is None


def _passive(said: str, position: int) -> bool:
    return (
        re.search(r"\b(?:is|are|was|were|be|been|being|to|not|who|which)$", said[:position].rstrip(), re.IGNORECASE)
        is not None
    )


def _after_claim(said: str, span: Span) -> tuple[Span | None, bool]:
    """ "CLAIM, X said" and "“CLAIM,” said X": the verb stands after the claim, or inside it between commas."""
    for pattern in (_AFTER_COMMA, _INVERTED):
        for match in pattern.finditer(said):
            who = Span(*match.span("who"))
            if who.overlaps(span) or match.start() == 0:
                continue
            if span.start > match.end() and not _resumes(said, match.end()):
                continue
            if pattern is _INVERTED:
                who = _cut_tail(said, who)
            cleaned = _clean(said, who)
            if cleaned is None and not _is_pronoun(who.of(said)):
                continue
            return cleaned, True
    return None, False


def _resumes(said: str, position: int) -> bool:
    """Whether the claim goes on after an insertion: ", X said, …" or "” said X. “…"."""
    return re.match(r"\s*(?:,|[.,]?\s*[“\"])", said[position:]) is not None


def _by_phrase(said: str, span: Span) -> tuple[Span | None, bool]:
    """ "According to X, CLAIM", "CLAIM, according to X", "in X's view"."""
    for match in _ACCORDING.finditer(said):
        stop = re.compile(r"[,;:.“”\"()](?!\d)|\s(?:and|but|which|who|while)\s|\s[–—-]\s").search(said, match.end())
        end = stop.start() if stop else len(said)
        if stop and said[stop.start()] in '“"':
            closing = re.compile(r"[”\"]").search(said, stop.end())
            end = closing.end() if closing else end
        elif stop is None or said[stop.start()] not in ",.;" or len(said[match.end() : end].split()) > LONGEST_SPEAKER:
            name = re.compile(r"(?:the\s+)?(?:[A-ZÀ-ÖØ-Þ][\w’'-]*\s+)*[A-ZÀ-ÖØ-Þ][\w’'-]*").match(said, match.end())
            end = end if stop is None else name.end() if name else match.end()
        if end > match.end():
            return _clean(said, Span(match.end(), end)), True
    own = _OWN_VIEW.search(said)
    if own is not None:
        return _clean(said, Span(*own.span("who"))), True
    return None, False


def _subject(said: str, end: int) -> Span | None:
    """The noun phrase that ends at ``end``, where the verb's own words begin."""
    end = len(said[:end].rstrip())
    if said[:end].endswith(","):
        return _apposed(said, end - 1)
    start = 0
    for boundary in _BOUNDARY.finditer(said, 0, end):
        if boundary.group().lower() in ("and", "or") and _joins_names(said, boundary):
            continue
        start = boundary.end()
    return _clean(said, Span(start, end)) if said[start:end].strip() else None


def _apposed(said: str, end: int) -> Span | None:
    """ "Its spokesman, Dmitry Peskov, said" and "Gorka, the senior director, said": the name of the two."""
    comma = said.rfind(",", 0, end)
    if comma < 0:
        return None
    before = 0
    for boundary in _BOUNDARY.finditer(said, 0, comma):
        if not (boundary.group().lower() in ("and", "or") and _joins_names(said, boundary)):
            before = boundary.end()
    first = _clean(said, Span(before, comma)) if said[before:comma].strip() else None
    second = _clean(said, Span(comma + 1, end)) if said[comma + 1 : end].strip() else None
    if second and _NAME.match(second.of(said)) and not (first and _NAME.match(first.of(said))):
        return second
    return first


def _joins_names(said: str, boundary: re.Match[str]) -> bool:
    after = said[boundary.end() :].lstrip()
    before = said[: boundary.start()].rstrip()
    last = before.rsplit(" ", 1)[-1]
    return bool(after) and bool(last) and after[0].isupper() and last[:1].isupper()


def _cut_tail(said: str, who: Span) -> Span:
    """An inverted subject without what follows it: a comma, a place, a time."""
    text = who.of(said)
    cut = text.split(",", 1)[0]
    cut = _TRAILING_PLACE.sub("", cut)
    cut = re.sub(r"\s+(?:and|but)\s+[a-z].*$", "", cut, flags=re.DOTALL)
    return Span(who.start, who.start + len(cut)) if cut.strip() else who


def _is_pronoun(text: str) -> bool:
    words = _WORD.findall(text)
    return bool(words) and words[0].lower() in _PRONOUNS and len(words) == 1


def _clean(said: str, who: Span) -> Span | None:
    """The range without outer space and opening words; None unless it reads as a noun phrase that names somebody."""
    text = who.of(said)
    start = who.start + len(text) - len(text.lstrip())
    end = who.end - (len(text) - len(text.rstrip(" \t\r\n.,;:")))
    if start >= end:
        return None
    if leading := _LEADING.match(said[start:end] + " "):
        start = min(end, start + leading.end())
    if start >= end:
        return None
    name = said[start:end]
    words = _WORD.findall(name)
    if not words or len(words) > LONGEST_SPEAKER or "\n" in name:
        return None
    first = words[0].lower()
    if first in _PRONOUNS and not (first in _COUNTING and len(words) > 1 and words[-1].lower() not in _PRONOUNS):
        return None
    if _POSSESSIVE.match(name) or _PREPOSITION.match(name) or _FINITE.search(name):
        return None
    is_short = len(words) <= MOST_BEFORE_NAME and first not in FUNCTION_WORDS
    ends_in_name = is_short and words[-1][0].isupper() and not any(one.endswith(("ing", "ed")) for one in words)
    if not (name[0].isupper() or first in _OPENING or words[-1].lower() in _PEOPLE or ends_in_name):
        return None
    return Span(start, end)


_COUNTING = frozenset("some many both all most few several another each one".split())
_OPENING = _COUNTING | frozenset(
    """the a an two three four five six seven eight nine ten former senior local officials critics experts analysts
    historians scientists researchers witnesses police prosecutors investigators lawyers doctors economists observers
    residents sources diplomats authorities aides supporters opponents campaigners activists engineers scholars
    european american russian chinese israeli palestinian western other unnamed anonymous state no""".split()
)
_PEOPLE = frozenset(
    """officials critics experts analysts historians scientists researchers witnesses police prosecutors investigators
    lawyers doctors economists observers residents sources diplomats authorities aides supporters opponents campaigners
    activists engineers scholars reports report ministry spokesman spokeswoman spokesperson""".split()
)
