"""The release, stated once for the package, the store and the reports."""

from __future__ import annotations

__version__ = "0.1.0"
