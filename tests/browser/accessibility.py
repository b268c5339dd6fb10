"""What axe-core finds on the page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
_AXE = Axe(f"void (window.axe || (() => {{ {Axe().axe_script}\n }})())")
"""Brings axe into a page once, however often it looks."""


def serious(page: Page, *more_rules: str) -> list[str]:
    """The serious findings on what the page shows now, a line each."""
    options = {"runOnly": [*RULES, *more_rules], "resultTypes": ["violations"]}
    found = _AXE.run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]
