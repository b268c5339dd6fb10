"""Regular expressions for consent banners: what they say to the visitor, in the first and second person.

Repetitions are bounded, so matching takes linear time.
"""

from __future__ import annotations

import re

_CONTROL = (
    r"(?:accept|reject|allow|deny|decline|refuse|disagree|agree|manage|save|confirm|customi[sz]e|show|view|learn|more"
    r"|ok(?:ay)?|got it|close|continue|without|accepting|all|only|my|your|the|and|or|i|to|use|cookies?|consent|privacy"
    r"|necessary|essential|optional|settings|preferences|options|choices|purposes|vendors?|partners|details|policy"
    r"|selection|strictly)"
)
CONSENT_BUTTONS = re.compile(
    r"(?=.{0,80}\b(?:accept|reject|allow|deny|decline|refuse|agree|manage|customi[sz]e)\b)"
    r"(?=.{0,120}\b(?:all|cookies?|consent|preferences|settings|choices|options|necessary|agree|accept)\b)"
    rf"{_CONTROL}(?:[\s,.|/&·•-]{{1,3}}{_CONTROL}){{1,14}}\W{{0,3}}",
    re.IGNORECASE,
)
"""The buttons of a banner, on one line."""
_DATA = (
    r"(?:cookies|your (?:personal )?(?:data|device|consent|privacy|browsing)|personal data|similar technologies"
    r"|(?:a|your) device,? such as|identifiers? of your device|device identifiers?)"
)
_PARTNERS = (
    r"(?:,? (?:and|along with|together with) (?:our )?(?:[\d,.]{1,6} )?(?:\w+ ){0,3}(?:partners|vendors|third parties)"
    r"(?: \([\d,.]{1,6}\))?,?)?"
)
_SENTENCES = (
    r"(?:we|[\w .&-]{1,40}) (?:values?|cares? about|respects?) your privacy\b",
    r"your privacy (?:matters|is important|choices)\b",
    r"(?:about )?your (?:cookie|privacy) (?:choices|settings)\b",
    rf"(?:we|our (?:web)?site){_PARTNERS} (?:may |would like to |also )?"
    rf"(?:use|store|process|access|set|place|collect|share|need|ask)\b.{{0,300}}\b{_DATA}\b",
    rf"with your (?:consent|agreement|permission),? (?:we|our)\b.{{0,200}}\b{_DATA}\b",
    r"(?:to|in order to) (?:provide|give|offer|improve|ensure|enhance)\b.{0,120}"
    rf"\bwe (?:and our partners )?use\b.{{0,120}}\b{_DATA}\b",
    r"(?:these|some|our|necessary|essential|functional|analytics?|marketing|advertising|performance|this (?:web)?site)"
    r"(?:[’']s)? (?:cookies|uses cookies|page uses cookies)\b",
    r"cookies (?:help|allow|enable) us\b",
    r"(?:this|our) (?:web)?site (?:asks|requires) .{0,60}\b(?:cookies|consent)\b",
    r"you (?:can|may) (?:change|withdraw|manage|accept|refuse|reject|adjust|set|choose)\b.{0,120}"
    r"\b(?:your consent|cookies?|(?:privacy|cookie) (?:preferences|choices|settings)"
    r"|your (?:preferences|choices|mind) (?:at any time|by clicking|below))\b",
    r"(?:some|certain) (?:of our )?(?:partners|vendors) (?:do not ask for your consent|(?:may )?process your)\b",
    r"by (?:clicking|selecting|pressing|choosing)\b.{0,120}\b(?:accept|agree|consent|cookies|allow)\b",
    r"(?:before you continue to|click below to|manage (?:your )?(?:cookie|consent|privacy))\b",
)
CONSENT = re.compile(rf"\W{{0,3}}(?:{'|'.join(f'(?:{sentence})' for sentence in _SENTENCES)})", re.IGNORECASE)
"""How the text of a banner begins."""
