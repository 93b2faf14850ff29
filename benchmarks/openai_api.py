"""Requests a second that the ``openai_api`` grader sends to a server: one at a time, and many.

The server is the tests' own on this machine, which answers at once or after 0.2 s: this measures
the client, and says nothing about how fast a real model is.
"""

from __future__ import annotations

import time
from uuid import uuid4

from autograder import plugins
from autograder.domain.exam import Criterion, Question, Scale
from autograder.settings import OpenAIApiSettings, Settings
from tests import openai_server

QUESTION = Question(
    "q",
    "Q",
    "What does a deadlock need?",
    Scale(0, 3),
    ("Mutual exclusion, hold and wait, and a circular wait.",),
    tuple(Criterion(text, 1) for text in ("mutual exclusion", "hold and wait", "circular wait")),
)
ROWS = (("none", 1, 100), ("none", 32, 400), ("slow", 1, 10), ("slow", 32, 400))


def main() -> None:
    print("| server answers | requests at once | answers | requests/s | answers/s |")
    print("|---|---|---|---|---|")
    with openai_server.running() as root:
        for fault, at_once, count in ROWS:
            served = OpenAIApiSettings(
                base_url=f"{root}/vllm/{fault}/{uuid4().hex}/v1",
                model=openai_server.MODEL,
                requests_at_once=at_once,
                rationale_tokens=0,
            )
            grader = plugins.grader("openai_api", Settings(openai_api=served))
            answers = [f"Processes wait for each other in circle {n}." for n in range(count)]
            begin = time.perf_counter()
            predictions = grader.grade(QUESTION, answers)
            seconds = time.perf_counter() - begin
            assert all(prediction.mark is not None for prediction in predictions)
            requests = count * len(QUESTION.criteria)
            after = "after 0.2 s" if fault == "slow" else "at once"
            rates = f"{requests / seconds:.0f} | {count / seconds:.0f}"
            print(f"| {after} | {at_once} | {count} | {rates} |", flush=True)


if __name__ == "__main__":
    main()
