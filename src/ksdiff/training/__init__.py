"""Training: batches, losses, the loop."""
