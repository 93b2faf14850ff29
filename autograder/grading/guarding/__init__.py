"""What earns nothing in an answer, and what a teacher should see in it."""
