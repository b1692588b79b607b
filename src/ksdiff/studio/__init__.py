"""A local web app in which a person directs a performance."""
