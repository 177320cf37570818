"""Room of cause."""
