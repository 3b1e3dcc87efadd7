"""Science and engineering skills."""
