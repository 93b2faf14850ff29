"""An answer, its question and its passages become a prediction."""
