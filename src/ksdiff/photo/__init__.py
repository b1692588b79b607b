"""A photo that speaks: a face found in a picture, the head fitted to it, and the picture moved with the head."""
