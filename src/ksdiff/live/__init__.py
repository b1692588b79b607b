"""Motion while the sound still comes: the streamer, and the service that gives it to other programs."""
