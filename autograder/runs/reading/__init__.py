"""Scans that were handed in become answers: opened, read, read beside, named and split."""

from autograder.runs.reading.run import AGAIN, STUDENTS, ReadingRun

__all__ = ["AGAIN", "STUDENTS", "ReadingRun"]
