"""Learning meets the gradebook and the graders here."""
