"""Algorithms and graphs."""
