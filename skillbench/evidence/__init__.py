"""Reads logs: files come in, one table of outcomes per run goes out."""
