"""Mathematics and optimisation."""
