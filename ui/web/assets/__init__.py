"""Style sheets, scripts and templates of the page, shipped with the package."""

from __future__ import annotations

from importlib.resources import files


def read_asset(name: str) -> str:
    """The text of a file in this folder."""
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
