"""Measurements that can be run again: ``citespan bench`` runs them and keeps the figures in ``results.json``."""
