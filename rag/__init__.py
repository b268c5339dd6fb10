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
    )
    from rag.settings import Settings

__all__ = [
    "AddReport",
    "Alternative",
    "Answer",
    "Article",
    "ArticleNotFoundError",
    "ArticleSummary",
    "Assistant",
    "Citation",
    "CiteSpanError",
    "Collection",
    "CollectionError",
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
    "Settings",
    "SettingsError",
    "Span",
    "StoreDamagedError",
    "StoreError",
    "StoreFullError",
    "StoreLockedError",
    "StoreMismatchError",
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
