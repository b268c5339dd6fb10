"""What programs reach: the same operations over REST (``rest``), MCP (``mcp``) and Gradio's client (``endpoints``)."""

from __future__ import annotations
