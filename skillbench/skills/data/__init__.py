"""Data management."""
