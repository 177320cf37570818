"""Room of counted."""
