"""Software engineering."""
