"""Texts as paragraphs and sentences: offsets, no opinion."""
