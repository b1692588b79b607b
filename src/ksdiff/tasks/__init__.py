"""The same function over many inputs: in this process, in others, or on a Ray cluster."""
