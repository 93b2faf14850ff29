"""Stand-ins for engines, where a test is about what happens around them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, TypeVar

from PIL.Image import Image

from autograder.domain.errors import AutoGraderError
from autograder.domain.exam import Question
from autograder.domain.grade import Example, Flag, Maker, Passage, Prediction
from autograder.domain.script import Line, Reading
from autograder.grading.label_grading import Asked, Start
from autograder.grading.label_marks import LabelScore
from autograder.grading.language.json_reply import Request

Result = TypeVar("Result")


class ScriptedRecognizer:
    """Reads a page of that width as the lines that were written down for it."""

    name, version, batch_size, one_a_core = "scripted", "1", 2, False

    def __init__(self, pages: dict[int, Sequence[str] | AutoGraderError]) -> None:
        self._pages = pages
        self.read_pages = 0

    def read(self, pages: Sequence[Image]) -> list[Reading | AutoGraderError]:
        self.read_pages += len(pages)
        return [self._reading(self._pages[page.width]) for page in pages]

    def _reading(self, page: Sequence[str] | AutoGraderError) -> Reading | AutoGraderError:
        if isinstance(page, AutoGraderError):
            return page
        lines = tuple(
            Line(text, (10.0, 40.0 * row, 300.0, 40.0 * row + 30), 0.9)
            for row, text in enumerate(page, 1)
        )
        return Reading(self.name, self.version, lines)


class CountingGrader:
    """Gives an answer as many marks as it has words, as far as the scale goes."""

    name, maker = "counting", Maker("counting", "1")

    def __init__(self) -> None:
        self.graded: list[str] = []

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        self.graded += answers
        return [self._prediction(question, len(answer.split())) for answer in answers]

    def _prediction(self, question: Question, words: int) -> Prediction:
        mark = question.scale.nearest(words)
        return Prediction(mark, ((mark, 1.0),), 1.0, self.maker)


class WritingGrader(CountingGrader):
    """A grader that can also draft a reference answer: the first passage's text."""

    def reference_answer(self, question: Question, passages: Sequence[Passage]) -> str:
        return f" {passages[0].text}\n"


class LearningGrader(CountingGrader):
    """Gives what the last decision that it knows of gave; knowing none, it counts words."""

    maker = Maker("learning", "1")

    def __init__(self) -> None:
        super().__init__()
        self.knew: list[Sequence[Example]] = []
        """The examples that came with each call."""

    def grade(
        self,
        question: Question,
        answers: Sequence[str],
        passages: Sequence[Passage] = (),
        examples: Sequence[Example] = (),
    ) -> list[Prediction]:
        self.knew.append(examples)
        made = super().grade(question, answers, passages, examples)
        if not examples:
            return made
        mark, lean, known = examples[-1].mark, (examples[-1].id,), len(examples)
        sure = ((mark, 1.0),)
        return [
            replace(each, mark=mark, distribution=sure, leaned_on=known, leans=lean)
            for each in made
        ]


class LabelModelByWords:
    """Is sure of the first label where the text holds the word, else of the last."""

    def __init__(self, word: str) -> None:
        self._word = word
        self.asked: list[Asked] = []

    def score(self, start: Start, asked: Sequence[Asked]) -> list[LabelScore | Flag]:
        self.asked += asked
        return [self._score(each) for each in asked]

    def write(self, start: Start, requests: Sequence[Request], tokens: int) -> list[str]:
        return ["no JSON"] * len(requests)

    def _score(self, asked: Asked) -> LabelScore | Flag:
        if "silence" in asked.text:
            return Flag("not_graded", "The model said nothing.")
        best = asked.task.values.index(float(self._word in asked.text))
        labels = range(len(asked.task.labels))
        return LabelScore(tuple(0.98 if i == best else 0.01 for i in labels), 0.9)


def event(**data: Any) -> Any:
    """What a handler gets of an event in the browser."""
    return SimpleNamespace(**data)


def run_alone(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Runs it in a thread of its own: the browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


TOLD = {
    "answers": 60,
    "questions": 6,
    "figures": [
        {
            "name": name,
            "title": title,
            "terms": "knowing none of your marks",
            "new": [new, None, None],
            "current": [current, None, None],
            "reach": [0.011, 0.09],
            "cases": 60,
            "margin": margin,
            "outcome": "better",
        }
        for name, title, new, current, margin in (
            ("near", "Same mark, within half a step", 0.75, 0.7, None),
            ("qwk", "Agreement beyond chance (QWK)", 0.71, 0.64, 0.03),
            ("mae", "Distance from your marks (MAE)", 0.112, 0.151, 0.02),
        )
    ],
    "marks": [],
}
"""What a comparison tells, as far as the window shows it."""
CHILD = """
import hashlib, json, sys, time
from pathlib import Path
method, given, work = sys.argv[1], sys.argv[2], Path(sys.argv[-1])
with (work / "runs.txt").open("a") as file:
    file.write(f"{method}\\n")
for step in range(1, STEPS + 1):
    told = {"step": step, "of": STEPS, "loss": 1 / step, "qwk": step / STEPS / 2, "at": time.time()}
    with (work / "progress.jsonl").open("a") as file:
        file.write(json.dumps({**told, "message": f"Doing {method}"}) + "\\n")
    time.sleep(PAUSE)
FAILURE
from autograder.learning.registry import proofs
from autograder.learning.registry.registry import Registry
from autograder.settings import Settings
from tests.learning.registry import learned
registry = Registry(Settings().models / "adapters")
if method == "compare":
    told = Path(sys.argv[sys.argv.index("--json") + 1])
    told.parent.mkdir(parents=True, exist_ok=True)
    told.write_text(json.dumps(TOLD))
    proofs.keep(registry.path(given), proofs.Proof("", "VERDICT", ("As told.",)))
elif method == "generate":
    from autograder.learning.examples import read_files
    from autograder.runs.learning.course_files import course_of
    _, data = course_of(read_files([Path(given)]))
    learned.lora(work / "drafter")
    described = learned.described("generator", method=method, data=data)
    model = registry.add(work / "drafter", described)
    proofs.keep(registry.path(model.id), proofs.Proof("", "VERDICT", ("As told.",)))
else:
    data = hashlib.sha256(Path(given).read_bytes()).hexdigest()
    registry.add(learned.lora(work / "made"), learned.described(method=method, data=data))
"""


def learning_child(
    verdict: str = "better", steps: int = 3, pause: float = 0.0, failure: str = ""
) -> tuple[str, ...]:
    """A command in place of ``python -m autograder learn``: tells steps, keeps a tiny adapter."""
    source = CHILD
    for name, value in {
        "TOLD": TOLD,
        "STEPS": steps,
        "PAUSE": pause,
        "FAILURE": failure,
        "VERDICT": verdict,
    }.items():
        source = source.replace(name, str(value))
    return sys.executable, "-c", source
