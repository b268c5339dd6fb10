"""What Markdown dialects add to CommonMark (Obsidian, Hugo, Jekyll, kramdown), as rules of the parser."""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

_WIKILINK = re.compile(r"(?P<embed>!?)\[\[(?P<target>[^\[\]|\n]{0,300}?)(?:\\?\|(?P<label>[^\[\]\n]{1,300}))?\]\]")
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|svg|webp|bmp|avif|mp3|mp4|wav|ogg|webm|mov|pdf)\s*$", re.IGNORECASE)
_NOTE = re.compile(r"\[\^(?P<label>[^\]\s^]{1,40})\]")
_MARKED = re.compile(r"==(?=\S)(?P<text>[^=\n]{1,500}?)(?<=\S)==")
_NOTE_DEFINITION = re.compile(r"^( {0,3})\[\^([^\]\s^]{1,40})\]:[ \t]+", re.MULTILINE)
_UNSEEN = re.compile(
    r"%%(?:(?!%%).){0,5000}?%%|\{\{[<%](?:(?![%>]\}\}).){0,2000}?[%>]\}\}|\{%-?(?:(?!%\}).){0,2000}?%\}"
    r"|^\{:[^}\n]{0,200}\}[ \t]*$|[ \t]*\{#[\w:-]{1,80}\}[ \t]*$"
    r"|^(?:import\s[^\n]{0,300}\sfrom\s+['\"][^'\"\n]{1,300}['\"];?|export\s+(?:const|default|let|function)\b[^\n]{0,500})$",
    re.DOTALL | re.MULTILINE,
)
"""Comments, short codes and template tags, attributes, the imports and exports of MDX."""
CALLOUT = re.compile(r"\[!(?P<kind>[\w-]{1,30})\][+-]?[ \t]*")
TASK = re.compile(r"\[[ xX/-]\][ \t]+")


def parser() -> MarkdownIt:
    """A parser of CommonMark with tables, strikethrough, wiki links, highlights and notes."""
    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.inline.ruler.before("link", "wiki_link", _wiki_link)
    made.inline.ruler.before("link", "note", _note)
    made.inline.ruler.before("emphasis", "highlight", _highlight)
    return made


def prepared(source: str) -> str:
    """``source`` without what its program never shows, its notes' definitions as paragraphs."""
    return _NOTE_DEFINITION.sub(r"\1\\[\2] ", _UNSEEN.sub("", source))


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """``[[target]]``, ``[[target|label]]``: the label, else the target; pictures that are put in show no text."""
    match = _WIKILINK.match(state.src, state.pos, state.posMax)
    if match is None or not (match["target"].strip() or match["label"]):
        return False
    if not silent:
        target = match["target"].strip()
        is_picture = match["embed"] and _PICTURE.search(target.split("#")[0])
        label = match["label"] or target.lstrip("#").replace("#", " > ").replace("^", "")
        state.push("text", "", 0).content = "" if is_picture else label
    state.pos = match.end()
    return True


def _note(state: StateInline, silent: bool) -> bool:
    """``[^3]``: a mark in brackets, which stays apart from the number before it."""
    match = _NOTE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("text", "", 0).content = f"[{match['label']}]"
    state.pos = match.end()
    return True


def _highlight(state: StateInline, silent: bool) -> bool:
    match = _MARKED.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("text", "", 0).content = match["text"]
    state.pos = match.end()
    return True
