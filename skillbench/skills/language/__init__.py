"""Language and knowledge skills."""
