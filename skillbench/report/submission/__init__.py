"""Submissions: a run packed so that others can check it, and the checks."""
