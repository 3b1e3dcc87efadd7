"""What every kind of deliverable is and how it is found; no kind itself."""
