"""Writers: one per format, each takes a `ksdiff.motion.Motion`."""
