"""Learned models as they are kept: checked, named, summed, and taken along as one file."""
