"""The gates: a task set comes in, the failures it has go out."""
