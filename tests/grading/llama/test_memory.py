"""How many answers are read at once, and what happens where the memory ends."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.grading.graders.llama import LlamaGrader
from autograder.grading.language import room
from tests.grading.llama.tiny import ANSWERS, PLAIN, QUESTION, gap

torch = pytest.importorskip("torch")


def short_of_memory(grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch, most: int) -> list[int]:
    """Makes the model run out of memory on more answers at once than ``most``; lists those tried.

    How many they are is how many logits are asked for.
    """
    model, tried = grader._model._model, []
    forward = model.forward

    def limited(*args: Any, **kwargs: Any) -> Any:
        keep = kwargs["logits_to_keep"]
        tried.append(len(kwargs["input_ids"]) if isinstance(keep, int) else len(keep))
        if tried[-1] > most:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(*args, **kwargs)

    monkeypatch.setattr(model, "forward", limited)
    return tried


def test_out_of_memory_is_met_with_smaller_batches(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = grader.grade(QUESTION, ANSWERS)
    grader._model._kept.clear()
    tried = short_of_memory(grader, monkeypatch, most=2)
    assert gap(usual, grader.grade(QUESTION, ANSWERS)) < 1e-3
    assert sum(size > 2 for size in tried) == 1  # learnt once, not for each criterion
    assert max(tried[-4:]) == 2


def test_answers_are_read_in_rows_that_the_memory_holds(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = grader.grade(QUESTION, ANSWERS)
    monkeypatch.setattr(room, "free", lambda device: 0)
    tried = short_of_memory(grader, monkeypatch, most=99)
    assert gap(usual, grader.grade(QUESTION, ANSWERS)) < 1e-3
    assert set(tried) == {1}


def test_what_is_asked_of_the_next_answers_is_not_computed_again(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = short_of_memory(grader, monkeypatch, most=99)
    grader.grade(QUESTION, ANSWERS[:2])
    first = len(tried)
    grader.grade(QUESTION, ANSWERS[2:4])
    assert len(tried) - first == len(QUESTION.criteria)
    assert first == 2 * len(QUESTION.criteria) + 1
    monkeypatch.setattr(grader._model._room, "kept_tokens", 1)
    grader.grade(PLAIN, ANSWERS[:1])
    assert len(grader._model._kept) == 1


def test_without_any_memory_there_is_a_flag_and_no_mark(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_of_memory(grader, monkeypatch, most=0)
    for prediction in grader.grade(QUESTION, ANSWERS[:2]):
        assert prediction.mark is None
        assert sum(chance for _, chance in prediction.distribution) == pytest.approx(1)
        assert [flag.kind for flag in prediction.flags] == ["not_graded"]


def test_what_is_too_long_for_the_model_is_not_marked(grader: LlamaGrader) -> None:
    long = " ".join(f"process {index} waits for process {index + 1}," for index in range(200))
    fine, too_long = grader.grade(QUESTION, [ANSWERS[0], long])
    assert fine.mark is not None
    assert too_long.mark is None
    assert "not_graded" in [flag.kind for flag in too_long.flags]


def test_an_empty_answer_gets_the_lowest_mark_without_the_model(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = short_of_memory(grader, monkeypatch, most=0)
    (prediction,) = grader.grade(PLAIN, ["  \n "])
    assert prediction.mark == PLAIN.scale.minimum
    assert [flag.kind for flag in prediction.flags] == ["empty"]
    assert max(tried, default=1) == 1
