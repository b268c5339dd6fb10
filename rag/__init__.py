"""CiteSpan: ask your own articles a question and get the answer as a verbatim quote with an exact citation."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from rag.version import __version__ as __version__

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.errors import (
        ArticleNotFoundError,
        CiteSpanError,
        CollectionError,
        FileError,
        FilterError,
        InputError,
        MissingExtraError,
        ModelError,
        QuestionError,
        QuestionSetError,
        SettingsError,
        StoreDamagedError,
        StoreError,
        StoreFullError,
        StoreLockedError,
        StoreMismatchError,
    )
    from rag.evaluation.question_files import read_questions
    from rag.evaluation.questions import Question, QuestionSet
    from rag.evaluation.records import Evaluation
    from rag.originals import PageArea, PagePicture
    from rag.records import (
        AddReport,
        Alternative,
        Answer,
        Article,
        ArticleSummary,
        Citation,
        Collection,
        FileOutcome,
        Filters,
        Finding,
        Passage,
        Progress,
        Quote,
        Related,
        RemovedArticle,
        Retrieved,
        Span,
        SyncReport,
    )
    from rag.settings import Settings
    from rag.table.filling import TableFilling
    from rag.table.records import Account, Cell, Column, Row, Table

__all__ = [
    "Account",
    "AddReport",
    "Alternative",
    "Answer",
    "Article",
    "ArticleNotFoundError",
    "ArticleSummary",
    "Assistant",
    "Cell",
    "Citation",
    "CiteSpanError",
    "Collection",
    "CollectionError",
    "Column",
    "Evaluation",
    "FileError",
    "FileOutcome",
    "FilterError",
    "Filters",
    "Finding",
    "InputError",
    "MissingExtraError",
    "ModelError",
    "PageArea",
    "PagePicture",
    "Passage",
    "Progress",
    "Question",
    "QuestionError",
    "QuestionSet",
    "QuestionSetError",
    "Quote",
    "Related",
    "RemovedArticle",
    "Retrieved",
    "Row",
    "Settings",
    "SettingsError",
    "Span",
    "StoreDamagedError",
    "StoreError",
    "StoreFullError",
    "StoreLockedError",
    "StoreMismatchError",
    "SyncReport",
    "Table",
    "TableFilling",
    "read_questions",
]

_ROOMS = (
    "rag.errors",
    "rag.records",
    "rag.originals",
    "rag.settings",
    "rag.evaluation.questions",
    "rag.evaluation.question_files",
    "rag.evaluation.records",
    "rag.table.records",
    "rag.table.filling",
    "rag.assistant",
)
"""Where the public names come from, cheapest to import first."""


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that the command line starts fast."""
    if name in __all__:
        for room in _ROOMS:
            module = importlib.import_module(room)
            if hasattr(module, name):
                return getattr(module, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
