"""Questions × articles: the table, standing questions, and a draft against the articles."""

from __future__ import annotations
