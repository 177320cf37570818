"""Room of unlike."""
