"""What is predicted: every mark with its probability, the same in any company."""

from __future__ import annotations

import pytest

from autograder.domain.exam import Question, Scale, credit
from autograder.domain.grade import Passage
from autograder.grading.graders.llama import LlamaGrader
from tests.grading.llama.tiny import ANSWERS, PLAIN, QUESTION, gap


def test_the_base_is_loaded_in_4_bits(grader: LlamaGrader) -> None:
    from bitsandbytes.nn.modules import Linear4bit

    layers = [each for each in grader._model._model.modules() if isinstance(each, Linear4bit)]
    assert len(layers) == 4 * 7
    assert {vars(layer.weight)["quant_type"] for layer in layers} == {"nf4"}


@pytest.mark.parametrize("question", [QUESTION, PLAIN])
def test_a_prediction_holds_every_mark_and_its_probability(
    grader: LlamaGrader, question: Question
) -> None:
    for prediction in grader.grade(question, ANSWERS):
        marks = dict(prediction.distribution)
        assert tuple(marks) == question.scale.marks
        assert sum(marks.values()) == pytest.approx(1)
        assert prediction.mark is not None
        assert prediction.confidence == marks[prediction.mark]
        assert prediction.maker == grader.maker


def test_the_mark_is_the_sum_of_the_judged_criteria(grader: LlamaGrader) -> None:
    for prediction in grader.grade(QUESTION, ANSWERS):
        assert [each.criterion for each in prediction.judgements] == [
            each.text for each in QUESTION.criteria
        ]
        assert all(0 <= each.met <= 1 for each in prediction.judgements)
        points = [each.marks for each in prediction.judgements]
        assert prediction.mark == QUESTION.mark_for(credit(QUESTION.criteria, points))


@pytest.mark.parametrize(
    "scale", [Scale(0, 10), Scale(0, 5, 0.5), Scale(0, 100), Scale(0, 12.5, 5), Scale(-2, 2)]
)
def test_any_scale_can_be_marked(grader: LlamaGrader, scale: Scale) -> None:
    question = Question("q", "Q", "What is a process?", scale)
    (prediction,) = grader.grade(question, ANSWERS[:1])
    assert prediction.mark in scale.marks
    assert sum(chance for _, chance in prediction.distribution) == pytest.approx(1)


def test_sharing_the_question_changes_nothing(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert grader._model._shares
    shared = grader.grade(QUESTION, ANSWERS)
    monkeypatch.setattr(grader._model, "_shares", False)
    assert gap(shared, grader.grade(QUESTION, ANSWERS)) < 1e-3


def test_an_answer_is_marked_the_same_in_any_company(grader: LlamaGrader) -> None:
    together = grader.grade(QUESTION, ANSWERS)
    alone = [grader.grade(QUESTION, [answer])[0] for answer in ANSWERS]
    backwards = grader.grade(QUESTION, ANSWERS[::-1])[::-1]
    assert gap(together, alone) < 1e-3
    assert gap(together, backwards) < 1e-3
    assert [each.mark for each in together] == [each.mark for each in alone]


def test_grading_again_gives_exactly_the_same(grader: LlamaGrader) -> None:
    assert grader.grade(QUESTION, ANSWERS) == grader.grade(QUESTION, ANSWERS)


def test_a_mark_that_only_the_model_stands_for_is_flagged(grader: LlamaGrader) -> None:
    bare = Question("q", "Q", "What is a process?", Scale(0, 3))
    kinds = [flag.kind for flag in grader.grade(bare, ANSWERS[:1])[0].flags]
    assert "no_reference" in kinds
    assert "no_reference" not in [flag.kind for flag in grader.grade(PLAIN, ANSWERS[:1])[0].flags]


def test_the_textbook_is_read_too(grader: LlamaGrader) -> None:
    passage = Passage("b", "Notes", 3, "A process is a program in execution.", 1.0)
    (without,) = grader.grade(PLAIN, ANSWERS[:1])
    (with_passage,) = grader.grade(PLAIN, ANSWERS[:1], [passage])
    assert without.distribution != with_passage.distribution
    assert with_passage.passages == (passage,)


def test_a_model_that_wants_to_say_something_else_is_flagged(grader: LlamaGrader) -> None:
    # Random weights spread their probability over the vocabulary: three letters get little.
    (prediction,) = grader.grade(QUESTION, ANSWERS[:1])
    assert "hesitant" in [flag.kind for flag in prediction.flags]
    assert prediction.mark is not None
