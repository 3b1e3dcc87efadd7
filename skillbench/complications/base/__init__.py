"""What complications stand on: their contract, their registry, and how circulars and scopes are drawn and written."""
