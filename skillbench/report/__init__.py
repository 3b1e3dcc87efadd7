"""Leaderboard, plots, page and submissions: what a person looks at, made from Inspect logs."""
