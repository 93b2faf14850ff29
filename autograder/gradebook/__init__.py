"""What was awarded, by whom, kept for good."""
