"""Turns skills and a domain into frozen cases: tuples and dials come in, a task set goes out."""
