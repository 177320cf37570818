"""Room of spans."""
