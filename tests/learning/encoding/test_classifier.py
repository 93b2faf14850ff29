"""Training for real, in seconds: planted marks, a network of one layer, word pieces that ship."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.domain.errors import EngineFailed, InvalidInput
from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.marked_example import MarkedExample
from autograder.grading.encoding.learned_classifier import LearnedClassifier
from autograder.grading.graders.classifier import Classifier
from autograder.learning.encoding.chosen import ClassifierTraining
from autograder.learning.progress import Progress
from autograder.settings import Settings
from tests.grading import tiny_classifier

torch = pytest.importorskip("torch")

from autograder.learning.encoding import classifier  # noqa: E402
from autograder.learning.encoding.classifier import train_classifier  # noqa: E402

GOOD, BAD = ["frames", "pages", "tables", "memory"], ["banana", "pasta", "swimming", "holiday"]
FILLER = ["it", "has", "some", "of", "the", "and", "a", "for", "with", "more"]
CRITERIA = (Criterion("names frames", 2), Criterion("names memory", 3))


def examples(count: int, scale: Scale, criteria: bool = False) -> list[MarkedExample]:
    """The more good words an answer has, the higher its mark."""
    chance = random.Random(4)
    made = []
    for index in range(count):
        share = chance.randrange(6) / 5
        words = [chance.choice(GOOD if chance.random() < share else BAD) for _ in range(12)]
        words += chance.sample(FILLER, 4)
        chance.shuffle(words)
        asked = CRITERIA if criteria else ()
        question = Question("q", "Q", "What is paging?", scale, ("Memory in frames.",), asked)
        points = (2 * share, 3 * share) if criteria else None
        mark = scale.nearest(scale.at(share))
        made.append(MarkedExample(f"a{index}", question, " ".join(words), mark, points))
    return made


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> ClassifierTraining:
    torch.set_num_threads(1)
    base = tiny_classifier.base(tmp_path_factory.mktemp("base"))
    return ClassifierTraining(str(base), window=64, epochs=9, rate=3e-3, batch=160)


def train(
    shown: list[MarkedExample], settings: ClassifierTraining, work: Path, held_out: int = 40
) -> Path:
    own, held = shown[held_out:], shown[:held_out]
    return train_classifier(own, held, settings, Settings().models, work, Progress(work))


@pytest.mark.parametrize("scale", [Scale(1, 6), Scale(0, 100)])
def test_planted_marks_are_reached_on_unseen_answers_of_any_scale(
    settings: ClassifierTraining, tmp_path: Path, scale: Scale
) -> None:
    shown = examples(200, scale)
    folder = train(shown, settings, tmp_path)
    assert {file.name for file in folder.iterdir()} == {
        "model.onnx", "tokenizer.json", "classifier.json"
    }  # fmt: skip
    told = [each.qwk for each in Progress.read(tmp_path) if each.qwk is not None]
    assert max(told) > 0.5 > told[0] + 0.3
    grader = Classifier(LearnedClassifier(folder))
    good, bad = grader.grade(shown[0].question, ["frames memory pages tables " * 3, "pasta " * 12])
    assert good.mark is not None and bad.mark is not None
    assert scale.share(good.mark) > 0.7
    assert scale.share(bad.mark) < 0.4


def test_shuffled_marks_teach_nothing_and_the_chances_say_so(
    settings: ClassifierTraining, tmp_path: Path
) -> None:
    shown = examples(120, Scale(0, 5))
    marks = random.Random(1).sample([each.mark for each in shown], len(shown))
    wrong = [replace(each, mark=mark) for each, mark in zip(shown, marks, strict=True)]
    folder = train(wrong, replace(settings, epochs=4), tmp_path)
    told = [each.qwk for each in Progress.read(tmp_path) if each.qwk is not None]
    assert told[-1] < 0.3
    (made,) = Classifier(LearnedClassifier(folder)).grade(shown[0].question, [shown[0].text])
    assert made.confidence < 0.5


def test_judged_criteria_are_learned_and_calibrated_apart(
    settings: ClassifierTraining, tmp_path: Path
) -> None:
    shown = examples(130, Scale(0, 5), criteria=True)
    folder = train(shown, replace(settings, epochs=1), tmp_path, held_out=10)
    assert json.loads((folder / "classifier.json").read_text())["point"] is not None


def test_killed_while_it_makes_the_network_ready_it_ends_all_the_same(
    settings: ClassifierTraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, quick = examples(60, Scale(0, 5)), replace(settings, epochs=1, batch=1024)
    with monkeypatch.context() as patch:
        patch.setattr(classifier, "_export", _killed)
        with pytest.raises(KeyboardInterrupt):
            train(shown, quick, tmp_path, held_out=0)
    before = len(Progress.read(tmp_path))
    folder = train(shown, quick, tmp_path, held_out=0)
    assert (folder / "model.onnx").is_file()
    assert len(Progress.read(tmp_path)) <= before + 1  # nothing was learned twice


def _killed(*_: object) -> str:
    raise KeyboardInterrupt


def test_few_answers_are_told_how_many_it_takes(
    settings: ClassifierTraining, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInput, match="takes 24"):
        train(examples(12, Scale(0, 5)), settings, tmp_path, held_out=0)


def test_one_mark_for_all_is_nothing_to_learn_from(
    settings: ClassifierTraining, tmp_path: Path
) -> None:
    same = [replace(each, mark=3.0) for each in examples(40, Scale(0, 5))]
    with pytest.raises(InvalidInput, match="nothing to tell apart"):
        train(same, settings, tmp_path, held_out=0)


def test_a_reference_longer_than_half_a_window_is_named_while_it_trains(
    settings: ClassifierTraining, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = examples(30, Scale(0, 5))
    long = replace(shown[0].question, reference_answers=("Memory in frames. " * 40,), label="Q7")
    monkeypatch.setattr(classifier, "_loss", _no_memory)
    with pytest.raises(EngineFailed):
        train([replace(each, question=long) for each in shown], settings, tmp_path, held_out=0)
    assert any("Q7" in each.message for each in Progress.read(tmp_path))


def _no_memory(*_: object) -> None:
    raise MemoryError
