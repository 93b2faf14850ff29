"""Answers that people marked, as files and reviews hold them: read, checked and split."""

from autograder.learning.examples.checks import check
from autograder.learning.examples.examples import Examples, Remark
from autograder.learning.examples.files import read_examples, read_files
from autograder.learning.examples.json_lines import write_examples
from autograder.learning.examples.leaks import without_leaks
from autograder.learning.examples.splits import Split, split

__all__ = [
    "Examples",
    "Remark",
    "Split",
    "check",
    "read_examples",
    "read_files",
    "split",
    "without_leaks",
    "write_examples",
]
