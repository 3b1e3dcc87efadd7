"""Planning and operations."""
