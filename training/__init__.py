"""How the shipped reader was made; rerunnable with ``python -m training.reader``."""
