"""The web page: ask in a conversation, open each citation at its place, look after the articles.

Nothing here phones home: the switches below are set before Gradio is imported, because it reads them at import.
"""

from __future__ import annotations

import os

SWITCHES = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
}
"""The first four keep Gradio and the Hugging Face libraries from looking up other hosts; the last two keep Gradio from
recording events and from summing them up (with pandas) after every one."""

os.environ.update(SWITCHES)
