"""Statistics and data analysis."""
