"""Questions to ranked passages."""
