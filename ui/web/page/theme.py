"""The page's Gradio theme: colours and fonts that every machine already has."""

from __future__ import annotations

from collections.abc import Sequence

import gradio as gr

SANS: Sequence[str] = (
    "-apple-system",
    "BlinkMacSystemFont",
    "Segoe UI",
    "Roboto",
    "Ubuntu",
    "Cantarell",
    "Noto Sans",
    "Liberation Sans",
    "Arial",
    "sans-serif",
)
MONO: Sequence[str] = ("ui-monospace", "SF Mono", "Cascadia Mono", "Liberation Mono", "monospace")


def build_theme() -> gr.themes.Base:
    """A quiet paper-and-ink theme; plain font names make Gradio load no font file."""
    theme = gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        secondary_hue=gr.themes.colors.stone,
        neutral_hue=gr.themes.colors.stone,
        radius_size=gr.themes.sizes.radius_lg,
        font=list(SANS),
        font_mono=list(MONO),
    )
    return theme.set(
        body_background_fill="#faf9f6",
        body_background_fill_dark="#161614",
        body_text_color="#1d1c1a",
        body_text_color_dark="#eceae4",
    )
