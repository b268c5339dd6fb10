"""How the shipped reader was made; rerunnable with ``python -m rag.training.reader``."""
