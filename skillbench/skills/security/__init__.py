"""Security and privacy skills."""
