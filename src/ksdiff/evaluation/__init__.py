"""How good motion is: one function for each figure."""
