"""Small networks that grade on the CPU learn from a teacher's marks."""
