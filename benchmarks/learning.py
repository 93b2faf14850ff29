"""Whether teaching teaches: planted marks are learned, shuffled ones aren't, and only that serves.

    python -m benchmarks.learning [--out FOLDER]

A tiny Llama (made here, in a minute) is taught by the product's own commands, each a process of
its own: ``learn sft``, killed on the way and started again; the same on shuffled marks; ``learn
dpo`` from there on; ``learn compare`` of what came out with the base. What the comparison allows
is put to work and taken back, and each time the grader that serves marks answers to questions
that no training has seen. Loss and agreement are printed and drawn (``curves.svg``).
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

import numpy as np

from autograder import metrics, plugins
from autograder.domain.errors import InvalidInput
from autograder.domain.learned import LORA
from autograder.domain.marked_example import MarkedExample
from autograder.gradebook.gradebook import Gradebook
from autograder.learning.examples import split, write_examples
from autograder.learning.progress import Progress, Step
from autograder.runs.learning.at_work import serving
from autograder.runs.learning.graders import LearnedGraders
from autograder.settings import PROJECT, Settings
from benchmarks.curves import Curve, svg, thinned
from benchmarks.planted import base, planted, shuffled

LEARN = (sys.executable, "-m", "autograder", "learn")
TEACHING = (
    "--rate",
    "0.003",
    "--epochs",
    "4",
    "--batch",
    "8",
    "--attacks",
    "0.25",
    "--held-out",
    "0.3",
)
PREFERRING = ("--rate", "0.0002", "--epochs", "1", "--attacks", "0.1", "--held-out", "0.3")


@dataclass(frozen=True, slots=True)
class Taught:
    """One training: the adapter that it made, and how it went."""

    name: str
    model: str
    steps: tuple[Step, ...]
    seconds: float

    @property
    def loss(self) -> Curve:
        """The last that was told of each step: a kill undoes some."""
        told = {each.step: each.loss for each in self.steps if each.loss is not None}
        return sorted(told.items())

    @property
    def qwk(self) -> Curve:
        told = {each.step: each.qwk for each in self.steps if each.qwk is not None}
        return sorted(told.items())


@dataclass(frozen=True, slots=True)
class Bench:
    """A folder with everything in it: corpus, base, models, gradebook, work."""

    folder: Path

    @property
    def surroundings(self) -> Mapping[str, str]:
        """The settings that the commands run with."""
        return {
            "AUTOGRADER_DATA": str(self.folder / "data"),
            "AUTOGRADER_MODELS": str(self.folder / "models"),
            "AUTOGRADER_GRADER": "llama",
            "AUTOGRADER_LLAMA__BASE": str(self.folder / "tiny-llama"),
            "AUTOGRADER_LLAMA__RATIONALE_TOKENS": "0",
            "AUTOGRADER_LLAMA__DEVICE": "cpu",
            "HF_HUB_OFFLINE": "1",
            "PYTHONPATH": str(PROJECT),
        }

    def prepare(self, examples: Sequence[MarkedExample]) -> None:
        (self.folder / "models").mkdir(parents=True, exist_ok=True)
        (self.folder / "data").mkdir(exist_ok=True)
        for shipped in ("minilm", "encoder", "guard"):
            (self.folder / "models" / shipped).symlink_to(PROJECT / "models" / shipped)
        write_examples(self.file("planted"), examples)
        write_examples(self.file("shuffled"), shuffled(examples))
        base(self.folder / "tiny-llama")

    def file(self, marks: str) -> Path:
        return self.folder / f"{marks}.jsonl"

    def learn(
        self, name: str, method: str, marks: str, *more: str, kill_at: int | None = None
    ) -> Taught:
        """Runs ``learn METHOD``; killed at a step, it is started again as it was."""
        work, began = self.folder / name.replace(" ", "-"), perf_counter()
        command = [*LEARN, method, str(self.file(marks)), "--work", str(work), *more]
        if kill_at is not None:
            self._kill(command, work, kill_at)
        told = self._run(command)
        steps = tuple(Progress.read(work))
        return Taught(name, told[-1].split(":")[0], steps, perf_counter() - began)

    def compare(self, model: str, report: str) -> Mapping[str, object]:
        """What ``learn compare`` says of a model beside what is at work."""
        out = self.folder / f"{report}.json"
        files = ("--from", str(self.file("planted")), "--json", str(out), "--known", "0")
        self._run([*LEARN, "compare", model, *files, "--report", str(self.folder / report)])
        told: Mapping[str, object] = json.loads(out.read_text())
        return told

    def _run(self, command: Sequence[str]) -> list[str]:
        ended = subprocess.run(
            command, env=os.environ | self.surroundings, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            sys.exit(f"{' '.join(command[2:])}\n{ended.stderr}")
        return ended.stdout.strip().splitlines()

    def _kill(self, command: Sequence[str], work: Path, step: int) -> None:
        process = subprocess.Popen(
            command,
            env=os.environ | self.surroundings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None:
            if any(each.step >= step for each in Progress.read(work)):
                process.send_signal(signal.SIGKILL)
            sleep(0.2)
        if process.returncode != -signal.SIGKILL:
            sys.exit("The training ended before it could be killed.")


def resumed_at(steps: Sequence[Step]) -> tuple[int, int]:
    """The last step before the kill, and the one that it went on from."""
    place = next(i for i, each in enumerate(steps) if each.message.startswith("Going on from"))
    return max(each.step for each in steps[:place]), steps[place].step


def agreement(bench: Bench, gradebook: Gradebook, unseen: Sequence[MarkedExample]) -> float:
    """QWK of the grader that serves now, which knows no reviews."""
    grader = plugins.grader("llama", serving(Settings(), gradebook))
    given, made = [], []
    for question in dict.fromkeys(each.question for each in unseen):
        own = [each for each in unseen if each.question == question]
        for each, prediction in zip(
            own, grader.grade(question, [each.text for each in own]), strict=True
        ):
            if prediction.mark is not None:
                given.append(each.mark)
                made.append(prediction.mark)
    return float(metrics.qwk(np.array(given), np.array(made)))


def row(taught: Taught) -> str:
    (_, first), (_, last) = taught.loss[0], taught.loss[-1]
    (_, before), (_, after) = taught.qwk[0], taught.qwk[-1]
    cells = (
        taught.name,
        str(taught.steps[-1].of),
        f"{first:.2f} → {last:.2f}",
        f"{before:.3f} → {after:.3f}",
        f"{taught.seconds:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def printed(name: str, curve: Curve) -> str:
    return f"{name}: " + ", ".join(f"{step} {value:.2f}" for step, value in thinned(curve))


def trainings(bench: Bench) -> list[Taught]:
    """All of them, a line each as soon as it is done."""
    heads = ("training", "steps", "loss", "held-out QWK", "seconds")
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    done = [bench.learn("SFT, planted marks", "sft", "planted", *TEACHING, kill_at=12)]
    print(row(done[0]), flush=True)
    done.append(bench.learn("SFT, shuffled marks", "sft", "shuffled", *TEACHING))
    print(row(done[1]), flush=True)
    onward = ("--from", str(bench.folder / "models" / "adapters" / done[0].model))
    done.append(bench.learn("DPO from there", "dpo", "planted", *PREFERRING, *onward))
    print(row(done[2]), flush=True)
    return done


def at_work(bench: Bench, done: Sequence[Taught], unseen: Sequence[MarkedExample]) -> None:
    """Tries, promotes what may be and takes it back."""
    os.environ.update(bench.surroundings)
    gradebook = Gradebook(bench.folder / "data")
    graders = LearnedGraders(Settings(), gradebook)
    print(f"\nAt work: the base alone, QWK {agreement(bench, gradebook, unseen):.3f}")
    for taught in (done[1], done[0]):
        told = bench.compare(taught.model, f"report-{taught.model}")
        print(f"{taught.name} beside the base: {told['verdict']}")
        try:
            graders.promote(taught.model, "Benchmark")
        except InvalidInput as error:
            print(f"  not put to work: {error}")
            continue
        qwk = agreement(bench, gradebook, unseen)
        print(f"  put to work: QWK {qwk:.3f} on {len(unseen)} unseen answers")
        graders.roll_back(LORA, "Benchmark")
        print(f"  rolled back: QWK {agreement(bench, gradebook, unseen):.3f}")
    gradebook.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="keeps everything there (default: nothing)")
    parser.add_argument("--questions", type=int, default=48)
    parser.add_argument("--answers", type=int, default=12)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench((chosen.out or Path(temporary)).absolute())
        began, examples = perf_counter(), planted(chosen.questions, chosen.answers)
        bench.prepare(examples)
        print(f"{len(examples)} answers; base made in {perf_counter() - began:.0f} s\n")
        done = trainings(bench)
        killed, begun = resumed_at(done[0].steps)
        print(f"\nSFT was killed at step {killed} and went on from step {begun}.\n")
        for each in done:
            print(printed(f"loss, {each.name}", each.loss))
            print(printed(f"QWK, {each.name}", each.qwk))
        picture = {
            "Loss": {each.name: each.loss for each in done},
            "QWK on held-out answers": {each.name: each.qwk for each in done},
        }
        (chosen.out or Path()).joinpath("curves.svg").write_text(svg(picture))
        at_work(bench, done, split(examples, held_out=0.3).held_out)


if __name__ == "__main__":
    main()
