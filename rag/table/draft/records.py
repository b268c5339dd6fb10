"""What a check of a draft finds. It compares words; it never says that something is true."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

QuotationStatus = Literal["verbatim", "altered", "absent"]
ValueKind = Literal["number", "date", "name"]
ValueStatus = Literal["same", "differs", "not_there"]
DifferenceKind = Literal["same", "replaced", "added", "left_out"]


@dataclass(frozen=True, slots=True)
class Place:
    """A range of an article's text: ``article.text[start:end] == text``.

    Attributes:
        page: 1-based, or None for files without pages.
    """

    article_id: str
    title: str
    source: str
    page: int | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A stretch of a quotation beside the article's words.

    Attributes:
        kind: "same"; "replaced": the article has other words; "added": the article has none there; "left_out": only the
            article has words there.
        draft: the draft's words, "" when left out.
        article: the article's words, "" when added.
    """

    kind: DifferenceKind
    draft: str
    article: str


@dataclass(frozen=True, slots=True)
class QuotationCheck:
    """One quotation of the draft.

    Attributes:
        start, end: its range in the draft, without its marks.
        status: "verbatim": it stands so in an article, white space, kinds of marks and dashes aside. "altered": an
            article has it in other words, see ``difference``. "absent": no article has anything like it.
        places: where it stands, each occurrence; one for each part when something was left out with "…" or "[…]".
        difference: word by word, for an altered one.
    """

    start: int
    end: int
    text: str
    status: QuotationStatus
    places: tuple[Place, ...] = ()
    difference: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """A name, number or date of a sentence beside the nearest passage.

    Attributes:
        start, end: its range in the draft.
        status: "same": the passage has it, by value. "differs": the passage has another one in its place, see
            ``article``. "not_there": the passage has none to compare it with.
        article: where the same or the other one stands.
    """

    kind: ValueKind
    start: int
    end: int
    text: str
    status: ValueStatus
    article: Place | None = None


@dataclass(frozen=True, slots=True)
class SentenceCheck:
    """A sentence of the draft that has a name, a number or a date.

    Attributes:
        start, end: its range in the draft.
        passage: the nearest sentence of the articles; None when nothing is near.
        values: its names, numbers and dates in order.
    """

    start: int
    end: int
    text: str
    passage: Place | None
    values: tuple[ValueCheck, ...]

    @property
    def differs(self) -> bool:
        """Whether the nearest passage has something else in the place of a value."""
        return any(value.status == "differs" for value in self.values)


@dataclass(frozen=True, slots=True)
class DraftCheck:
    """Everything that was compared, in the draft's order.

    Attributes:
        articles: how many articles it was compared with.
        characters: the draft's length; every range lies in it.
    """

    quotations: tuple[QuotationCheck, ...]
    sentences: tuple[SentenceCheck, ...]
    articles: int = 0
    characters: int = 0
    complete: bool = field(default=True)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of ``citespan check --json``."""
        return asdict(self)
