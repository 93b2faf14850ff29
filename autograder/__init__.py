"""AutoGrader: handwritten exam scripts in, a corrected gradebook out."""

__version__ = "0.1.0"
