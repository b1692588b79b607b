"""The model of the paper (§2): speech encoder, keyframes, dual-path diffusion."""
