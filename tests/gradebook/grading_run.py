"""A grading run as a process of its own, to be killed by ``test_kill.py``."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from autograder.gradebook.gradebook import Gradebook
from autograder.jobs import worker_name
from tests.gradebook.samples import MAKER, prediction

PROMPTS = 12
"""Each answer is graded once with each of so many prompts."""


def run(folder: Path, pipe: Connection, seconds_per_answer: float) -> None:
    """Claims the job and grades what is left of it, naming each mark that is kept on the pipe."""
    acknowledge = pipe.fileno()
    gradebook = Gradebook(folder)
    worker = worker_name()
    job = gradebook.jobs.claim(worker)
    if job is None:
        return
    for number in range(job.done, PROMPTS):
        maker = replace(MAKER, prompt=f"prompt-{number}")
        for each in gradebook.marks.to_grade("os", maker):
            assert each.question is not None
            time.sleep(seconds_per_answer)
            text = each.answer.current
            gradebook.marks.record(
                each.answer.id, text.version, each.question, prediction(mark(text.text), maker)
            )
            os.write(acknowledge, f"mark {each.answer.id} {maker.prompt}\n".encode())
        gradebook.jobs.report(job.id, worker, number + 1, PROMPTS, maker.prompt)
        os.write(acknowledge, f"done {number + 1}\n".encode())
    gradebook.jobs.finish(job.id, worker)
    gradebook.close()


def mark(text: str) -> float:
    """What the fake grader gives a text, always the same."""
    return float(sum(text.encode()) % 6)
