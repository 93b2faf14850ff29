"""The evaluation that decides: whether a new grader is better, no worse, or not to be used."""
