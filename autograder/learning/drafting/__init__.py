"""A language model learns from the course to draft its reference answers."""
