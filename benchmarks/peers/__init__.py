"""The same questions asked of other programs, in their own environment, with the same encoder and reader weights.

The modules that end in ``_worker`` run as programs of their own, one after the other; those for other programs are
run by the Python of ``environment.py`` and import nothing of ours but ``job.py``, which needs the standard library.
"""
