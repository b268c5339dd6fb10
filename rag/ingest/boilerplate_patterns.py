"""Regular expressions for what web pages print around an article.

``fullmatch`` patterns describe a whole line, ``match`` patterns its beginning. Repetitions are bounded, so matching
takes linear time. Compiled by hand from the furniture of English news pages.
"""

from __future__ import annotations

import re

from rag.language.english.dates import MONTH, WEEKDAY
from rag.language.english.function_words import FINITE_AUXILIARIES
from rag.language.english.verbs import IRREGULAR_PAST, alternatives


def _any_case(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{alternative})" for alternative in alternatives), re.IGNORECASE)


NAVIGATION = _any_case(
    r"(?:skip|jump|go) to (?:the )?(?:main |page )?(?:content|navigation|search|footer|article|menu)",
    r"(?:main |site |open |close |toggle )?(?:menu|navigation|search|sidebar)",
    r"home ?page|home|sections|back to top|top of page|scroll to top|next|previous|close|loading\W{0,3}",
    r"(?:next|previous|prev) (?:article|story|post|page)",
    r"(?:sign|log) (?:in|up|out)|login|logout|register|subscribe(?: now| today)?|my account|donate(?: now)?",
    r"share(?: (?:this|on|via|with)\b[\w ,/&]{0,40})?|tweet|retweet|pin it|copy link|print(?: this)?(?: page)?",
    r"save|bookmark|listen(?: to this article)?|gift(?: this)? article|email(?: this)?(?: article| story| page)?",
    r"facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|instagram|youtube|tiktok|messenger|flipboard",
    r"(?:leave a |post a |add a |view |read |show |hide )?comments?(?: section)?|join the (?:conversation|discussion)",
    r"(?:privacy|cookie) (?:policy|notice|settings|preferences)|terms (?:of (?:use|service)|and conditions)",
    r"contact us|about us|help|faqs?|advertise with us|careers|newsletters?|rss",
    r"(?:image|video|photo|picture) (?:source|caption)|view image in fullscreen|enlarge this image",
    r"play video|toggle caption",
)
ADVERT = _any_case(
    r"\W{0,3}advertise?ments?\W{0,3}(?:[-–—] ?scroll to continue)?",
    r"\W{0,3}(?:sponsored|promoted)(?: content| by .{1,40})?\W{0,3}|paid (?:content|post)",
    r"\W{0,3}(?:story|article|content) continues (?:below|after)(?: (?:this |the )?(?:advertisement|ad))?\W{0,3}",
    r"(?:continue|keep) reading(?: (?:below|the main story|the full (?:story|article)))?\W{0,3}",
    r"remove ads|why am i seeing this ad\??",
)
COUNTS = _any_case(
    r"[\d.,]{1,9} ?[km]? (?:shares?|comments?|likes?|views?|reads?|claps?|retweets?|followers)",
    r"(?:shares?|comments?|likes?|views?) ?[:(]? ?[\d.,]{1,9} ?[km]?\)?",
    r"(?:reading time|read time|time to read)\W{0,3}(?:about )?\d{1,3} ?(?:min(?:ute)?s?)",
    r"\d{1,3}[ -]?min(?:ute)?s?\.? (?:read|listen|watch)",
    r"\d{1,2} (?:of|/) \d{1,2}",
)
BREADCRUMBS = re.compile(
    r"(?:[Hh]ome|[^\W\d_][\w &'’-]{0,30}\s?[>»›→]\s?[^\W\d_][\w &'’-]{0,30})"
    r"(?:\s?[>»›→]\s?[^\W\d_][\w &'’-]{0,30}){1,6}"
)
COPYRIGHT = _any_case(
    r"©.{0,200}|(?:\(c\)|copyright)\s?(?:©|\(c\))?\s?\d{4}\b.{0,180}|copyright\s?(?:©|\(c\)).{0,180}",
    r".{0,120}\ball rights reserved\W{0,3}(?:\s?(?:terms|privacy|use|powered)\b.{0,60})?",
    r"this (?:article|story|material) may not be (?:published|reproduced|redistributed).{0,120}",
)

_SUBSCRIBED = (
    r"(?:newsletters?|reporting|journalism|e-?mails?|inbox|updates|alerts?|briefings?|subscri\w+|free trial|analysis"
    r"|stories|notifications|account|members?|membership|access|podcast|channel)"
)
_NETWORKS = r"(?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|tiktok|linkedin|google)"
OFFER = _any_case(
    r"\W{0,3}(?:not|already|are you) a (?:subscriber|member)\b",
    r"\W{0,3}(?:not|already) (?:subscribed|registered)\b",
    rf"\W{{0,3}}(?:sign up|subscribe|register|become a (?:member|subscriber))\b.{{0,120}}\b{_SUBSCRIBED}\b",
    r"\W{0,3}get (?:the|our|all the) (?:latest|best|top|daily|free)\b.{0,120}\b(?:inbox|newsletter|delivered|app)\b",
    r"\W{0,3}(?:download|get|install) (?:the|our) (?:free )?(?:[\w ]{1,30} )?app\b",
    rf"\W{{0,3}}(?:follow|like|find) (?:us|[\w ]{{1,40}}) on {_NETWORKS}\b",
    r"\W{0,3}(?:we|this (?:web)?site|our (?:web)?site|we and our partners) uses? cookies\b",
    r"\W{0,3}by (?:continuing|using|clicking|signing up|subscribing).{0,80}\b(?:you (?:agree|accept)|cookies)\b",
    r"\W{0,3}(?:accept|reject|allow|manage) (?:all |your |optional )?cookies\b",
    r"\W{0,3}(?:please )?(?:enable|turn on|switch on) javascript\b",
    r"\W{0,3}your browser (?:does not|is not|doesn[’']t)\b",
    r"\W{0,3}(?:click|tap) here (?:to|for)\b",
    r"\W{0,3}(?:support|help fund|donate to) (?:our|independent|quality) (?:\w+ )?(?:journalism|reporting|newsroom)\b",
    r"\W{0,3}this (?:article|content|story|page) is (?:for|available to|exclusive to) (?:our )?subscribers\b",
    r"\W{0,3}(?:to (?:continue|keep) reading|continue reading (?:with|by)|unlock (?:this article|unlimited))\b",
    r"\W{0,3}(?:enter|type) your e-?mail\b|\W{0,3}(?:check|look in) your inbox\b",
    r"\W{0,3}thank you for (?:subscribing|signing up|reading)\b",
    r"\W{0,3}(?:do you have|have you got|got) (?:a (?:tip|story)|any (?:tips|information)) (?:for|about)\b",
)
NOT_AN_OFFER = _any_case(r"\b(?:said|says|urged|told|asked|according to|officials|spokes\w{3,12})\b")

_AGENCY = (
    r"(?i:getty(?: images)?|afp|ap(?: photo| images)?|associated press|reuters|epa(?:-efe|-yonhap)?|efe|shutterstock"
    r"|alamy(?: stock photo| live)?|bloomberg|anadolu(?: agency)?|xinhua|tass|sputnik|ria novosti|zuma(?: press| wire)?"
    r"|rex(?: features)?|pa(?: wire| images| media)?|press association|i?stock(?: ?photo)?|unsplash|flickr|corbis"
    r"|wikimedia(?: commons)?|handout|abaca(?: ?press)?|dpa|nurphoto|sopa images|lightrocket|pool|upi|kcna|ansa|pti|ani"
    r"|kyodo(?: news)?|lapresse|belga|ritzau|ntb|keystone|canadian press|aap|ullstein bild|picture alliance|ukrinform"
    r"|imago(?: images)?|global images ukraine|middle east images|future publishing|hulton archive|mirrorpix|wireimage"
    r"|universal images group|redux(?: pictures)?|magnum photos|contributor)"
)
_WELL_KNOWN = r"(?i:getty images|afp|ap photo|reuters|epa|shutterstock|alamy|anadolu(?: agency)?|bloomberg)"
_CAPITALISED = r"(?:[^\W\d_a-z][\w.'’-]{0,30}|de|van|von|der|al|bin|for|of|the)"
_NAME = rf"(?:{_CAPITALISED} ){{0,6}}{_CAPITALISED}"
_SLASH = r" ?[/|] ?"
_VIA = r" (?i:via) "
_SLASHED = rf"(?:{_NAME}{_SLASH}){{1,3}}{_AGENCY}(?:(?:{_SLASH}|{_VIA}){_AGENCY}){{0,4}}"
_FIRST_AGENCY = rf"{_WELL_KNOWN}{_SLASH}{_NAME}"
_NAME_VIA = rf"(?:{_NAME} )?(?i:via) {_AGENCY}"
CREDIT_LINE = re.compile(
    r"[(\[]?(?:(?i:photo(?:graph)?s?|images?|pictures?|credits?|source)(?: by|:| credit:)? ?|© ?)?"
    rf"(?:{_SLASHED}|{_FIRST_AGENCY}|{_NAME_VIA}|{_WELL_KNOWN})[)\]]?"
)
"""``Name/AFP via Getty Images``, ``REUTERS/Name``, ``Name via AP`` or a well-known agency alone."""
CREDIT_LABEL = _any_case(
    r"[(\[]?(?:photo|photograph|image|picture|illustration|graphic|(?:photo |image )?credit|video)s?"
    r"(?: ?: ?|s? by ?:? )[^\W\d_].{0,100}"
)
CREDIT_TAIL = re.compile(
    rf"[.!?…\"”’)]\s+(?P<credit>[(\[]?(?:{_SLASHED}|{_FIRST_AGENCY}|(?:{_NAME}{_VIA})?(?i:getty images))[)\]]?)$"
)
"""A credit after the last full stop of a caption."""
CAPTION_LABEL = re.compile(
    r"(?:FILE(?: PHOTO)?\s?[:–—-]|(?i:file (?:photo|image|picture)|pictured(?: here| above| below)?"
    r"|(?:photo |image )?caption|in this (?:file )?photo)\s?:)\s?\S"
)
CAPTION_PLACE = _any_case(
    r"(?:above|below|left|right|from left|clockwise from [\w ]{1,20}|main (?:picture|image))[:,] "
)
"""Counts only beside a credit."""
POSITION_MARKS = re.compile(r"\((?:L-R|L to R|from L|from left)\)")

TEASER = _any_case(
    r"\W{0,3}(?:watch|read|related(?: (?:article|story|stories|news|topics|content))?|see also|also read|don[’']t miss"
    r"|(?:read|see|learn|watch) more|read (?:also|next)|recommended|you (?:might|may) (?:also )?like|up next"
    r"|more (?:on this(?: story)?|from [\w ]{1,30})|most (?:read|popular)|editor[’']s picks?)\s?[:|»>]\s?\S",
)
"""Links whatever their last character."""
TEASER_WITHOUT_STOP = _any_case(
    r"\W{0,3}(?:listen|video|audio|podcast|live|gallery|in pictures|in photos|photos|explainer|explained|opinion|quiz"
    r"|analysis|trending)\s?[:|]\s?\S",
    r"\W{0,3}(?:read|see|learn|watch|find out) more(?: (?:about|on|at|here|from)\b.{0,120})?",
)
MORE_HEADING = _any_case(
    r"\W{0,3}(?:related(?: (?:articles?|stor(?:y|ies)|news|topics|content|links|coverage|posts))?"
    r"|read (?:more|next|also)|more (?:stories|news|from [\w ]{1,40}|on this (?:story|topic))"
    r"|recommended(?: (?:stories|for you|reading))?"
    r"|you (?:might|may) (?:also )?(?:like|be interested in)|most (?:read|popular|viewed)|editor[’']s picks?"
    r"|trending(?: now)?|top stories|latest (?:news|stories)|don[’']t miss|up next|what to read next)\W{0,3}"
)
BULLET_LINK = re.compile(r"[•‣▪●■►▶➤→»›]\s?(?=\S)")
"""The signs that web pages draw; a hyphen or an asterisk is an author's own list."""
TAG_LABEL = _any_case(
    r"(?:tags?|topics?|keywords?|filed under|categor(?:y|ies)|hashtags?)\s?:\s?\S", r"(?:#\w{2,30}\s?){2,20}$"
)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
_CLOCK = (
    r"(?:,?\s?(?:at |[|•·–—-] ?)?\d{1,2}[:.h]\d{2}(?::\d{2})?\s?(?:[ap]\.?m\.?)?\s?(?:\(?[a-z]{2,5}\)?)?"
    r"(?:[+-]\d{1,2})?)?"
)
_DATE = (
    rf"{_WEEKDAY}(?:\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}){_CLOCK}"
)
_AGO = r"(?:about )?(?:an?|\d{1,2}) (?:second|minute|min|hour|hr|day|week|month)s? ago"
DATE_LINE = _any_case(rf"{_DATE}(?:\s?[|•·/–—-]\s?{_DATE})?", _AGO, rf"{_CLOCK} ?,? ?{_DATE}")
DATED_LABEL = _any_case(
    rf"(?:first |last )?(?:published|posted|updated|modified|created|issued)(?: on| at)?\s?:?\s?(?:{_DATE}|{_AGO})"
    r"(?:\s?(?:by|in|at|[|•·,–—-])\s?.{1,60})?"
)
_NOT_A_PERSON = rf"(?!(?:{MONTH}|{WEEKDAY})\b)"
BYLINE = re.compile(
    rf"(?:[Bb]y|BY)\s{_NOT_A_PERSON}[A-Z][\w.'’-]{{0,30}}"
    r"(?:(?:,? and|,? in|,? for|,? of|,|\s?[|•·/–—-])? [A-Z][\w.'’-]{0,30}){1,10}"
    r"(?:,? (?:[\w’']{1,30} ){0,4}(?:[Cc]orrespondents?|[Ee]ditor|[Rr]eporter|[Ww]riter|[Cc]olumnist))?"
)
REPORTED_BY = re.compile(
    r"\(?(?:Additional )?(?:[Rr]eporting|[Ww]riting) by [A-Z][\w.'’ ,-]{2,160}"
    r"(?:[;.] ?(?:[Ww]riting|[Ee]diting|[Rr]eporting|[Aa]dditional) .{3,160}|\)\.?)"
    r"|(?:Additional reporting|Editing|Edited) by [A-Z][\w.'’ ,-]{2,100}"
)
"""How agencies close an article."""

NOT_A_HEADLINE = re.compile(
    rf"\b(?:{alternatives(FINITE_AUXILIARIES | IRREGULAR_PAST | {'been', 'be'})})\b|\b[a-z]{{3,}}ed\b"
)
"""Auxiliaries and past tenses: headlines leave them out."""
