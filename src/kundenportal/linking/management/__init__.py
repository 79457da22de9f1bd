"""Commands around registration."""
