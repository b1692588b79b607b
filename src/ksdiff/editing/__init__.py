"""Edits of a performance: what changes, how far it reaches, and what is made anew."""
