"""Reads HTML the way a browser does, for tests that compare what is shown with what was meant."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "br", "img", "meta", "link"}


@dataclass
class Element:
    """An element with its attributes and the text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page:
    """All elements in order, and the text of the whole."""

    elements: list[Element] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str, class_name: str | None = None) -> list[Element]:
        return [
            one
            for one in self.elements
            if one.tag == tag and (class_name is None or class_name in one.attributes.get("class", "").split())
        ]

    def one(self, tag: str, class_name: str | None = None) -> Element:
        found = self.all(tag, class_name)
        assert len(found) == 1, f"{len(found)} elements <{tag} class={class_name}>"
        return found[0]

    @property
    def outline(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every element's tag and attribute names: what no text may change."""
        return [(one.tag, tuple(sorted(one.attributes))) for one in self.elements]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        assert len(element.attributes) == len(attrs), f"an attribute twice on <{tag}>"
        self.page.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop().tag == tag, f"</{tag}> is misplaced"

    def handle_data(self, data: str) -> None:
        self.page.text += data
        for element in self._open:
            element.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment appeared: {data!r}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration appeared: {decl!r}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction appeared: {data!r}")


def read_html(html: str) -> Page:
    """Parse ``html``; fails on unbalanced tags, comments and declarations.

    Like a browser's parser it turns raw carriage returns into line feeds.
    """
    reader = _Reader()
    reader.feed(str(html).replace("\r\n", "\n").replace("\r", "\n"))
    reader.close()
    assert not reader._open, f"left open: {[one.tag for one in reader._open]}"
    return reader.page
