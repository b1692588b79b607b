"""Layers on top of a generated motion. None of them is learned."""
