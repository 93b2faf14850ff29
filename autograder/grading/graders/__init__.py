"""One grader a file; each has ``build(settings) -> Grader`` and is found by its name."""
