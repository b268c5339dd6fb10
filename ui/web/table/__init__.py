"""The Table tab: the same questions of every article, a draft's check, and permanent links into articles."""

from __future__ import annotations
