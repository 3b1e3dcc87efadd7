"""Judging answers to authored tasks, which have no solver.

In come a case, its records, a session and, where judges read the answer, their reports. Out goes the same evidence that
keyed cases give, for the same scoring function. Code decides figures, structures and whatever a criterion's check can
say; a judge reports the rest with quotes, and code verifies the quotes.
"""
