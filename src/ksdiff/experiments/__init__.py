"""Baselines, ablations and speaker-held-out folds: what each part of the model is worth."""
