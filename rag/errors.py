"""Every error CiteSpan raises on purpose.

::

    CiteSpanError
    ├── SettingsError            a setting is unknown, of the wrong type or out of bounds
    ├── InputError               the caller's input cannot be used
    │   ├── FileError            one file cannot be read as an article
    │   ├── QuestionError        a question is empty or too long
    │   ├── ArticleNotFoundError no article has this id
    │   ├── FilterError          a filter names something that does not exist or contradicts itself
    │   ├── CollectionError      a collection does not exist, or its name is taken or cannot be used
    │   └── QuestionSetError     a question set has bad rows; ``problems`` lists them all
    ├── StoreError               the store cannot be opened, read or written
    │   ├── StoreLockedError     another process is writing to it
    │   ├── StoreMismatchError   it was made with another encoder, dimension or schema
    │   ├── StoreDamagedError    its catalog fails SQLite's integrity check
    │   └── StoreFullError       the disk is full
    ├── ModelError               an encoder or reader cannot be loaded
    └── MissingExtraError        an optional package is not installed

A message says what happened, where, and what to do about it. The command line prints it after ``error:`` and exits
with 2 for ``SettingsError`` and ``QuestionError`` (the call itself was wrong) and 1 for the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class CiteSpanError(Exception):
    """Base of every error CiteSpan raises on purpose; ``str(error)`` is fit to show to a user."""


class SettingsError(CiteSpanError):
    """A setting is unknown, of the wrong type or out of bounds."""


class InputError(CiteSpanError):
    """The caller's input cannot be used."""


class FileError(InputError):
    """One file cannot be read as an article.

    Attributes:
        path: the file as the caller named it.
        problem: what is wrong with it, without the path.
        remedy: what to do about it.
    """

    def __init__(self, path: Path | str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}. {remedy}")
        self.path = Path(path)
        self.problem = problem
        self.remedy = remedy


class QuestionError(InputError):
    """A question is empty or too long."""


class ArticleNotFoundError(InputError):
    """No article in the store has this id."""

    def __init__(self, article_id: str) -> None:
        super().__init__(f"no article has the id {article_id!r}. List the ids with: citespan articles")
        self.article_id = article_id


class FilterError(InputError):
    """A filter names something that does not exist or contradicts itself."""


class CollectionError(InputError):
    """A collection does not exist, or its name is taken or cannot be used."""


class QuestionSetError(InputError):
    """A question set has bad rows.

    Attributes:
        problems: one line each, ``file:line: column: what is wrong``.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class StoreError(CiteSpanError):
    """The store cannot be opened, read or written."""


class StoreLockedError(StoreError):
    """Another process is writing to the store."""


class StoreMismatchError(StoreError):
    """The store was made with another encoder, dimension, passage setting or schema version."""


class StoreDamagedError(StoreError):
    """The catalog fails SQLite's integrity check."""


class StoreFullError(StoreError):
    """The disk is full; what was stored before stays stored."""


class ModelError(CiteSpanError):
    """An encoder or reader cannot be loaded."""


class MissingExtraError(CiteSpanError):
    """An optional package is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an optional package. Install it with: pip install 'citespan[{extra}]'")
        self.extra = extra
