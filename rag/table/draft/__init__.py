"""A draft against the articles: are its quotations verbatim, and do its names, numbers and dates stand there."""

from __future__ import annotations
