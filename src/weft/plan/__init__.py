"""What to do, decided from two values and doing nothing: what is desired, and what is recorded."""
