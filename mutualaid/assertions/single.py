"""Room of single."""
