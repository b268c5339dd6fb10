"""File formats: one file each, found through the registry."""
