"""The words of the exam hall: plain frozen dataclasses on the standard library alone."""
