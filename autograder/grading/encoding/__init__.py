"""What the embedded grader measures of an answer, and what reviews change in it."""
