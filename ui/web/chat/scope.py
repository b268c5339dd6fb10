"""Which articles a conversation is asked of: collections, single articles, a range of dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, TypeAdapter, ValidationError


def _iso_day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


Day = Annotated[str, AfterValidator(_iso_day)]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a user chose; nothing chosen means all articles.

    An article is in it when it is in one of ``collections`` or among ``article_ids`` (or neither is given), and was
    published within the dates, both inclusive; without a date it is outside any range of dates.
    """

    collections: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    published_from: Day | None = None
    published_to: Day | None = None

    @property
    def is_everything(self) -> bool:
        """Whether nothing was chosen."""
        return self == Scope()


_SCOPE: TypeAdapter[Scope] = TypeAdapter(Scope)


def scope_from(sent: Any) -> Scope:
    """The scope that a browser sent; all articles when it is not one. Two dates in the wrong order are swapped."""
    try:
        scope = _SCOPE.validate_python({} if sent is None else sent)
    except ValidationError:
        return Scope()
    days = sorted(day for day in (scope.published_from, scope.published_to) if day)
    earliest, latest = days if len(days) == 2 else (scope.published_from, scope.published_to)
    once = tuple(dict.fromkeys(scope.collections)), tuple(dict.fromkeys(scope.article_ids))
    return Scope(*once, earliest, latest)


def scope_json(scope: Scope) -> str:
    """JSON that a browser sends back to ``scope_from``."""
    return _SCOPE.dump_json(scope).decode()
