"""Makes a web page's tree say what the page shows: notes and powers in place, hidden parts and consent banners gone."""

from __future__ import annotations

import re
from typing import Any

from rag.ingest.formats.raised import lowered, raised

_NOTE_LINK = re.compile(r"#(?:_?ftn|fn|footnote|note|cite|ref|endnote|sdfootnote)", re.IGNORECASE)
_NOTE_NAMES = re.compile(
    r"(?:^|[-_ ])(?:footnote|fn|noteref|endnote|reference|citation)s?(?:$|[-_ ]|ref)", re.IGNORECASE
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)"
    r"|text-indent\s*:\s*-\d{3,}|(?:left|top)\s*:\s*-\d{4,}px|clip\s*:\s*rect\(\s*[01]|(?<![-\w])(?:width|height)\s*:\s*[01]px",
    re.IGNORECASE,
)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader(?:-text|-only)?|u-hidden|is-hidden|hidden|element-invisible)(?:\s|$)",
    re.IGNORECASE,
)
_WHITE = re.compile(
    r"(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgba?\(\s*255\s*,\s*255\s*,\s*255|transparent\b)", re.IGNORECASE
)
_COLOURED = re.compile(r"background", re.IGNORECASE)
_CONSENT = re.compile(
    r"cookie|consent|gdpr|onetrust|didomi|cmp-?container|truste|usercentrics|cookiebot|sp_message|qc-cmp", re.IGNORECASE
)
_MOST_CONSENT = 0.5
"""Share of a page's text from which what is named for consent is no banner but the page itself."""


def show(tree: Any) -> None:
    """Change a parsed page in place, see the module's first line."""
    _remove_hidden(tree)
    _remove_banners(tree)
    for element in list(tree.iter("math")):
        _replace(element, _formula(element))
    for element in list(tree.iter("sup", "sub")):
        _lay_down(element)
    for element in list(tree.iter("a")):
        if _is_note(element) and element.text_content().strip(" []()").isdigit():
            _replace(element, raised(_text_before(element), element.text_content(), is_note=True))
    for table in list(tree.iter("table")):
        if _is_layout(table):
            for part in table.iter("table", "tbody", "thead", "tr", "td", "th"):
                part.tag = "div"


def _remove_hidden(tree: Any) -> None:
    for element in [*tree.iterdescendants()]:
        if not isinstance(element.tag, str) or element.tag in ("body", "html"):
            continue
        style, names = element.get("style") or "", element.get("class") or ""
        if (
            "hidden" in element.attrib
            or (style and _HIDDEN_STYLE.search(style))
            or (style and _WHITE.search(style) and not _COLOURED.search(style))
            or (names and _HIDDEN_CLASS.search(names))
        ):
            _drop(element)


def _remove_banners(tree: Any) -> None:
    length = len(tree.text_content())
    for element in [*tree.iter("div", "section", "aside", "dialog", "form")]:
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        if _CONSENT.search(names) and len(element.text_content()) < _MOST_CONSENT * length:
            _drop(element)


def _drop(element: Any) -> None:
    """Remove an element but not the text that follows it."""
    if element.getparent() is not None:
        _replace(element, "")


def _replace(element: Any, text: str) -> None:
    """Put ``text`` in the place of an element, joined to what stands on either side."""
    parent, previous = element.getparent(), element.getprevious()
    if parent is None:
        return
    text += element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent.remove(element)


def _lay_down(element: Any) -> None:
    content = element.text_content()
    before = _text_before(element)
    if element.tag == "sub":
        _replace(element, lowered(before, content))
        return
    is_note = any(_is_note(link) for link in element.iter("a")) or _is_note(element)
    _replace(element, raised(before, content, element.tail or _following(element), is_note=is_note))


def _is_note(element: Any) -> bool:
    roles = (element.get(name) or "" for name in ("role", "epub:type", "{http://www.idpf.org/2007/ops}type"))
    if any("noteref" in role for role in roles):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return _NOTE_LINK.search(element.get("href") or "") is not None or _NOTE_NAMES.search(names) is not None


def _text_before(element: Any) -> str:
    """The end of the text before an element, in its parent."""
    previous = element.getprevious()
    if previous is None:
        return str(element.getparent().text or "")
    return (str(previous.text_content()) if isinstance(previous.tag, str) else "") + (previous.tail or "")


def _following(element: Any) -> str:
    following = element.getnext()
    return str(following.text_content()) if following is not None and isinstance(following.tag, str) else ""


def _formula(element: Any) -> str:
    """A formula on one line: its author's own wording, else its parts with their powers and fractions."""
    stated = element.get("alttext") or next(
        (one.text for one in element.iter("annotation") if one.text and "tex" in (one.get("encoding") or "").lower()),
        None,
    )
    return f" {stated or _term(element)} "


def _term(element: Any) -> str:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in ("annotation", "annotation-xml", ""):
        return ""
    parts = [_term(child) for child in element]
    if not parts:
        return str(element.text_content()).strip()
    if tag == "msup" and len(parts) == 2:
        return parts[0] + (raised("x", parts[1]) if parts[1].isdigit() else f"^({parts[1]})")
    if tag == "msub" and len(parts) == 2:
        return parts[0] + lowered(parts[0], parts[1])
    if tag == "mfrac" and len(parts) == 2:
        return f"{parts[0]}/{parts[1]}"
    if tag == "msqrt":
        return f"√({''.join(parts)})"
    return "".join(parts)


def _is_layout(table: Any) -> bool:
    """Whether a table only places things: it says so, holds another table, or its cells hold paragraphs or headings."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None:
        return True
    blocks = sum(1 for _ in table.iter("h1", "h2", "h3", "article", "section")) + sum(
        1 for cell in table.iter("td") if sum(1 for _ in cell.iterdescendants("p")) > 1
    )
    return blocks > 0
