"""Question sets, metrics and runs.

``questions.py`` and ``question_files.py`` hold and read test questions, ``starter/`` makes some; ``runs.py`` asks them,
``judging.py`` judges each answer, ``figures.py`` sums them up with ``metrics/``; ``run_files.py`` stores runs;
``compare.py``, ``gates.py``, ``table.py`` and ``report.py`` are what is done with them.
"""
