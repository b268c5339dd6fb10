"""The web page: ask in a conversation, open each citation at its place, look after the articles.

Nothing here phones home: the switches below are set before Gradio is imported, because it reads them at import.
"""

from __future__ import annotations

import os

OFFLINE_SWITCHES = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
}
"""Environment variables that keep Gradio and the Hugging Face libraries from looking up other hosts."""

os.environ.update(OFFLINE_SWITCHES)
