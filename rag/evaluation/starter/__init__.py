"""A starter question set from one's own articles."""
