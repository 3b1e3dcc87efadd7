"""Systems and infrastructure."""
