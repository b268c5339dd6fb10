"""What one user set differently, kept in that user's browser: how many passages are read, when to abstain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr
from pydantic import ValidationError

from rag.settings import AnswerSettings

STORAGE_KEY = "citespan.settings"
MOST_PASSAGES = 30
"""Passages a user may have read for each question; what is more belongs into ``citespan.toml``."""
_NAMES = ("passages_read", "abstain_below")


def browser_preferences() -> gr.BrowserState:
    """Put the preferences on the page, empty until something is set.

    The key is no secret: it only has to stay the same, so that what was kept can be read after a restart.
    """
    return gr.BrowserState(None, storage_key=STORAGE_KEY, secret="citespan-settings")


def answering(preferences: Any, usual: AnswerSettings) -> AnswerSettings | None:
    """The settings that a user's questions are answered with; None when they are the usual ones.

    What a browser sends is not trusted: values that are no settings, or beyond what the page offers, change nothing.
    """
    if not isinstance(preferences, Mapping):
        return None
    changed = {name: preferences[name] for name in _NAMES if preferences.get(name) is not None}
    if not changed:
        return None
    try:
        wanted = AnswerSettings.model_validate({**usual.model_dump(), **changed}, strict=True)
    except ValidationError:
        return None
    allowed = max(MOST_PASSAGES, usual.passages_read)
    return None if wanted == usual or wanted.passages_read > allowed else wanted


def kept(passages_read: int, abstain_below: float, usual: AnswerSettings, threshold: float) -> dict[str, Any] | None:
    """What the browser keeps: only what differs from the usual settings; None when nothing does.

    Args:
        threshold: the usual confidence below which no answer is given.
    """
    changed: dict[str, Any] = {}
    if passages_read != usual.passages_read:
        changed["passages_read"] = int(passages_read)
    if round(abstain_below, 2) != round(threshold, 2):
        changed["abstain_below"] = round(float(abstain_below), 2)
    return changed or None
