"""What the model writes: reasons for a mark, reference answers, mark schemes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder.domain.grade import Passage
from autograder.grading.drafting import Drafter
from autograder.grading.graders.llama import LlamaGrader
from autograder.grading.label_marks import LabelScore
from autograder.grading.language import rationale, written_drafts
from tests.grading.llama.tiny import ANSWERS, PLAIN, QUESTION


def test_the_rationale_becomes_the_words_and_changes_no_mark(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = grader.grade(PLAIN, [*ANSWERS[:2], ""])
    monkeypatch.setattr(grader, "_rationale_tokens", 240)
    monkeypatch.setattr(rationale, "LETTERS", (4, 8))
    spoken = grader.grade(PLAIN, [*ANSWERS[:2], ""])
    assert [each.distribution for each in spoken] == [each.distribution for each in silent]
    for each in spoken[:2]:
        assert each.feedback.startswith(("Credited: ", "Missing: "))
        assert each.feedback.isprintable()
    assert spoken[-1].feedback == silent[-1].feedback  # there was no mark to explain


def test_words_are_written_once_for_what_is_said_of_an_answer_again(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch, tiny_adapter: Path
) -> None:
    asked = []

    def counting(start: object, ends: list[Any], most: int) -> list[str]:
        asked.append(len(ends))
        return [""] * len(ends)

    monkeypatch.setattr(grader, "_rationale_tokens", 99)
    monkeypatch.setattr(grader._model, "write", counting)
    grader.grade(PLAIN, ANSWERS[:2])
    grader.grade(PLAIN, ANSWERS[:3])
    assert asked == [2, 1]
    grader.use_adapter(tiny_adapter)
    grader.grade(PLAIN, ANSWERS[:2])
    assert asked == [2, 1, 2]


def test_a_rationale_without_an_end_leaves_the_assembled_words(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = grader.grade(QUESTION, ANSWERS[:2])
    monkeypatch.setattr(grader, "_rationale_tokens", 6)
    assert grader.grade(QUESTION, ANSWERS[:2]) == silent
    assert all(each.feedback for each in silent)


def test_what_the_model_really_quotes_is_the_evidence(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = "Mutual\u00a0exclusion,  \n and a circu\u00adlar wait of processes."

    def convinced(*_: object) -> list[LabelScore]:
        return [LabelScore((0.8, 0.1, 0.1), 1.0)]

    def quoting(start: object, asked: list[Any], most: int) -> list[str]:
        assert asked[0][1]["properties"]["credited"]["minItems"] == 3
        quotes = ("a circular wait", "Round and round it goes", "mutual exclusion")
        points = [{"quote": quote, "why": "it is said"} for quote in quotes]
        return [json.dumps({"credited": points, "advice": "Go on."})]

    monkeypatch.setattr(grader, "_rationale_tokens", 99)
    monkeypatch.setattr(grader._model, "score", convinced)
    monkeypatch.setattr(grader._model, "write", quoting)
    (prediction,) = grader.grade(QUESTION, [answer])
    spans = [each.evidence for each in prediction.judgements]
    found = [answer[span[0] : span[1]] if span else "" for span in spans]
    assert found == ["a circu\u00adlar wait", "", "Mutual\u00a0exclusion", ""]
    assert prediction.feedback == "Credited: it is said; it is said; it is said. Go on."


def test_a_reference_answer_and_a_mark_scheme_can_be_drafted(
    grader: LlamaGrader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(written_drafts, "TOKENS", 60)
    monkeypatch.setattr(written_drafts, "REFERENCE_LETTERS", 12)
    monkeypatch.setattr(written_drafts, "POINT_LETTERS", 6)
    monkeypatch.setattr(written_drafts, "MOST_POINTS", 1)
    passage = Passage("b", "Notes", 3, "A process is a program in execution.", 1.0)
    assert isinstance(grader, Drafter)
    assert grader.reference_answer(PLAIN, [passage])
    criteria = grader.criteria(QUESTION, QUESTION.reference_answers[0])
    assert sum(each.marks for each in criteria) == QUESTION.scale.maximum
