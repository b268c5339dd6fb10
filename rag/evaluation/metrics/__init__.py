"""Measures of retrieval, answers, abstention and calibration, and their uncertainty."""
