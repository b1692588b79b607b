"""Speech to facial motion."""
