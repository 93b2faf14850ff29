"""The teacher's corrections become a better grader."""
