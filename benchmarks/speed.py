"""How long grading takes: a class from the command line, and what one review costs.

    python -m benchmarks.speed

1,000 answers to 10 questions of 3 criteria each, put together at random, are graded by
``autograder predict`` from a cold start; peak memory is that of the process. Then one review more
is shown to a grader that has graded 200 other answers to the question.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from autograder import plugins
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Example
from autograder.settings import PROJECT, Settings

TOPICS = (
    ("a deadlock", "mutual exclusion", "hold and wait", "a circular wait"),
    ("paging", "pages of one size", "a page table", "a page fault brings a page in"),
    ("a semaphore", "a counter", "wait blocks at zero", "signal wakes a thread"),
    ("a context switch", "saving the registers", "choosing a process", "loading its state"),
    ("a file system", "blocks on a disk", "directories", "inodes with metadata"),
    ("round robin", "a time quantum", "a ready queue", "preemption of a process"),
    ("a mutex", "one owner", "lock before the section", "unlock after it"),
    ("virtual memory", "addresses of its own", "pages on disk", "protection of processes"),
    ("a system call", "a trap", "kernel mode", "a return value"),
    ("a thread", "a stack of its own", "shared memory", "scheduled by the kernel"),
)
ANSWERS = 100
WORDS = (
    "I think that it needs {0}, and besides there is {1} which matters.",
    "First of all {0}. Then we have {1}. In the end the system uses {2}.",
    "It is about {0} but I don't remember the rest of the lecture.",
    "You need {2} because otherwise {1} would never work as it should.",
    "My example: two programs run at once and the kernel looks after {1}.",
)


def question_of(topic: tuple[str, ...]) -> Question:
    """Three criteria, a point each."""
    name, *points = topic
    criteria = tuple(Criterion(f"Names {point} as a part of {name}", 1) for point in points)
    reference = f"For {name} one needs {points[0]}, {points[1]} and {points[2]}."
    return Question(name, name, f"Explain {name}.", Scale(0, 3), (reference,), criteria)


def answer_of(topic: tuple[str, ...], chance: random.Random) -> str:
    """A few sentences with some of the points, no two alike."""
    points = chance.sample(topic[1:], 3)
    sentences = [each.format(*points) for each in chance.sample(WORDS, chance.randint(1, 3))]
    return f"{' '.join(sentences)} ({chance.randrange(10**6)})"


def class_of_answers(path: Path) -> None:
    """Writes 1,000 answers as JSON lines."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        for number, topic in enumerate(TOPICS):
            asked = question_of(topic)
            for index in range(ANSWERS):
                row = {
                    "id": f"{number}-{index}",
                    "question_id": asked.id,
                    "question": asked.text,
                    "reference_answer": list(asked.reference_answers),
                    "criteria": [{"text": c.text, "marks": c.marks} for c in asked.criteria],
                    "student_answer": answer_of(topic, chance),
                    "max_score": asked.scale.maximum,
                }
                file.write(json.dumps(row) + "\n")


def command_line() -> None:
    """The class from a cold start."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        class_of_answers(given)
        command = [sys.executable, "-m", "autograder", "predict", str(given), "--out", str(made)]
        environment = {**os.environ, "AUTOGRADER_GRADER": "encoder"}
        began = perf_counter()
        subprocess.run(command, check=True, cwd=PROJECT, env=environment, capture_output=True)
        seconds = perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    count = len(TOPICS) * ANSWERS
    print(f"{count} answers, {len(TOPICS)} questions of 3 criteria, from the command line:")
    print(f"  {seconds:.1f} s, {count / seconds:.0f} answers a second, peak {peak:.0f} MB")


def one_review() -> None:
    """What the tenth and eleventh review cost."""
    grader, chance = plugins.grader("encoder", Settings()), random.Random(8)
    question = question_of(TOPICS[0])
    answers = [answer_of(TOPICS[0], chance) for _ in range(200)]
    reviews = [Example(answer_of(TOPICS[0], chance), chance.randint(0, 3)) for _ in range(11)]
    began = perf_counter()
    grader.grade(question, answers, (), reviews[:10])
    first = perf_counter() - began
    began = perf_counter()
    grader.grade(question, answers, (), reviews)
    print(f"200 answers for the first time: {first:.2f} s; anew after one review more:")
    print(f"  {perf_counter() - began:.2f} s")


if __name__ == "__main__":
    command_line()
    one_review()
