"""What is heard: features of frozen encoders, prosody, and the transcript with its times."""
