"""The command line ``citespan``."""
