"""Question and passages to an answer."""
