"""What a Markdown file states above its body: YAML (Jekyll, Hugo, Obsidian), TOML or JSON (Hugo), title blocks.

Front matter is written by hand and read by forgiving tools: what is not valid YAML or TOML is read line by line.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from rag.ingest.formats.metadata import iso_date, one_line

Stated = Mapping[str, Any]

_LONGEST = 64 * 1024
_ABOVE = re.compile(r"(?:\s|<!--(?:(?!-->).){0,2000}?-->)*", re.DOTALL)
"""Blank lines and comments, which some programs write first."""
_YAML = re.compile(r"---[ \t]*\r?\n(?P<source>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\+\+\+[ \t]*\r?\n(?P<source>.*?)^\+\+\+[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_PANDOC = re.compile(r"%[ \t]+(?P<title>[^\n]+)\n(?:%[ \t]*(?P<author>[^\n]*)\n)?(?:%[ \t]*(?P<date>[^\n]*)\n)?")
_PELICAN = re.compile(r"(?P<source>(?:[A-Za-z][\w -]{0,24}:[ \t]+\S[^\n]*\n){2,30})[ \t]*(?:\r?\n|\Z)")
_LINE = re.compile(r"(?P<key>[A-Za-z_][\w .-]{0,60}?)[ \t]*[:=](?:[ \t]+(?P<value>.*)|)$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.*)")
_WIKILINK = re.compile(r"\[\[(?:[^\[\]|]{0,300}\|)?([^\[\]|]{1,300})\]\]")
_DATES = ("published", "publishdate", "pubdate", "datepublished", "date", "created", "date created")


def front_matter(source: str) -> tuple[Stated, int]:
    """The values stated above the body, keys in lower case, and where the body begins; ``({}, 0)`` if there are none.

    Values are strings, or lists and mappings of them.
    """
    above = _ABOVE.match(source, 0, _LONGEST)
    start = above.end() if above else 0
    for pattern, parse in ((_YAML, _parse_yaml), (_TOML, _parse_toml)):
        if match := pattern.match(source, start, start + _LONGEST):
            stated = parse(match["source"])
            return ({}, 0) if stated is None else (_lower(stated), match.end())
    if source.startswith("{", start):
        return _parse_json(source, start)
    if match := _PANDOC.match(source, start):
        return {key: value for key, value in match.groupdict().items() if value}, match.end()
    if match := _PELICAN.match(source, start):
        stated = _parse_lines(match["source"])
        if stated is not None and "title" in _lower(stated):
            return _lower(stated), match.end()
    return {}, 0


def stated_text(stated: Stated, *keys: str) -> str | None:
    """The first of ``keys`` that states a text or a list of texts, on one line."""
    for key in keys:
        text = one_line(", ".join(_texts(stated.get(key))[:20]))
        if text and text.lower() not in ("null", "~"):
            return text
    return None


def stated_date(stated: Stated) -> str | None:
    """The ISO date of publication; ``published: true`` is none."""
    return next((date for key in _DATES if (date := iso_date(stated_text(stated, key)))), None)


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [_WIKILINK.sub(r"\1", value)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return [value["name"]]
    return []


def _lower(stated: Stated) -> Stated:
    return {str(key).lower(): value for key, value in stated.items()}


def _parse_yaml(source: str) -> Stated | None:
    """None when it is no front matter but text between two rules."""
    try:
        # BaseLoader builds only strings, lists and mappings: safe, and a title such as "1984" stays as written.
        stated = yaml.load(source, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        return _parse_lines(source)
    if stated is None or stated == "":
        return {}
    return stated if isinstance(stated, dict) else None


def _parse_toml(source: str) -> Stated | None:
    try:
        stated = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError):
        return _parse_lines(source)
    params = stated.get("params")
    values: Stated = _as_strings({**params, **stated} if isinstance(params, dict) else stated)
    return values


def _parse_json(source: str, start: int) -> tuple[Stated, int]:
    try:
        stated, end = json.JSONDecoder(strict=False).raw_decode(source, start)
    except (ValueError, RecursionError):
        return {}, 0
    if not isinstance(stated, dict) or (end < len(source) and source[end] not in "\r\n"):
        return {}, 0
    return _lower(_as_strings(stated)), end


def _as_strings(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _as_strings(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_strings(item) for item in value]
    render: Callable[[], str] | None = getattr(value, "isoformat", None)
    return render() if render is not None else str(value)


def _parse_lines(source: str) -> Stated | None:
    """One ``key: value`` a line, lists below their key; None when there is a line that is nothing of the kind."""
    stated: dict[str, Any] = {}
    key = ""
    for line in source.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        item = _ITEM.match(line)
        if item is not None and key:
            items = stated[key] if isinstance(stated[key], list) else []
            stated[key] = [*items, _unquoted(item["value"])]
        elif (match := _LINE.match(line)) is not None:
            key = match["key"].strip()
            stated[key] = _unquoted(match["value"] or "")
        elif not (key and line[0] in " \t"):
            return None
    return stated


def _unquoted(value: str) -> str:
    value = value.strip()
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'" and value[0] not in value[1:-1]:
        return value[1:-1]
    return value
