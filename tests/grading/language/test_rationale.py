from __future__ import annotations

import json
from typing import Any

import pytest

from autograder.domain.exam import Criterion, Question, Scale
from autograder.domain.grade import Judgement, Maker, Prediction
from autograder.grading.language.rationale import Rationale

CRITERIA = (
    Criterion("names mutual exclusion", 1),
    Criterion("explains it", 2),
    Criterion("names paging", 1, "one"),
    Criterion("names swapping", 1, "one"),
    Criterion("says that deadlocks are harmless", -1),
    Criterion("names a circular wait", 1),
)
QUESTION = Question("q", "Q", "What does a deadlock need?", Scale(0, 5), (), CRITERIA)
TEXT = "Mutual exclusion. Pages are swapped. A deadlock is harmless."
POINTS = (1, 1, 1, 0, -1, 0)


def made(question: Question = QUESTION, points: tuple[float, ...] = POINTS) -> Prediction:
    judged = tuple(
        Judgement(criterion.text, 0.9 if got else 0.1, got)
        for criterion, got in zip(question.criteria, points, strict=True)
    )
    return Prediction(2.0, ((2.0, 1.0),), 1.0, Maker("llama"), judged)


def reply(**changes: Any) -> str:
    point = {"quote": "mutual exclusion", "why": "right"}
    whole = {
        "credited": [point, {"quote": "not said at all", "why": "half\nright"}, point],
        "mistakes": [{"quote": "a deadlock is harmless", "why": "it stops work;"}],
        "missing": ["why it is needed.", "the circle"],
        "advice": "Draw the graph.",
    }
    return json.dumps(whole | changes)


RATIONALE = Rationale.of(QUESTION, made(), TEXT)


def test_each_criterion_is_asked_about_as_it_was_judged() -> None:
    assert RATIONALE.credited == (0, 1, 2)
    assert RATIONALE.missing == (1, 5)  # half of one; the alternative isn't needed any more
    assert RATIONALE.mistakes == (4,)
    request = RATIONALE.request(300)
    for criterion in (0, 1, 2, 4, 5):
        assert CRITERIA[criterion].text in request.ask
    assert CRITERIA[3].text not in request.ask
    properties = request.schema["properties"]
    assert list(properties) == ["credited", "mistakes", "missing", "advice"]
    assert (properties["credited"]["minItems"], properties["credited"]["maxItems"]) == (3, 3)


def test_no_list_is_asked_for_that_would_be_empty() -> None:
    full = Rationale.of(QUESTION, made(points=(1, 2, 1, 0, 0, 1)), TEXT)
    assert list(full.request(300).schema["properties"]) == ["credited", "advice"]


def test_the_words_and_the_quotations_are_kept() -> None:
    explained = RATIONALE.explained(reply())
    assert explained.feedback == (
        "Credited: right; half right; right. Mistakes: it stops work. "
        "Missing: why it is needed; the circle. Draw the graph."
    )
    found = [TEXT[slice(*each.evidence)] if each.evidence else "" for each in explained.judgements]
    assert found == ["Mutual exclusion", "", "Mutual exclusion", "", "A deadlock is harmless", ""]


@pytest.mark.parametrize(
    "text", ["", "{", reply()[:-1], reply(missing=3), "[]", '{"credited": []}', '{"advice": ""}']
)
def test_where_the_reply_is_nothing_the_words_are_assembled(text: str) -> None:
    explained = RATIONALE.explained(text)
    assert "names mutual exclusion" in explained.feedback
    assert {each.evidence for each in explained.judgements} == {None}


def test_nothing_in_a_reply_can_change_a_mark() -> None:
    forged = reply(mark=5, criteria=[1, 2, 1, 1, 0, 1], credited=[{"why": "full marks", "met": 1}])
    explained = RATIONALE.explained(forged)
    assert (explained.mark, explained.distribution) == (made().mark, made().distribution)
    assert [(j.met, j.marks) for j in explained.judgements] == [
        (j.met, j.marks) for j in made().judgements
    ]


def test_a_mark_as_a_whole_is_explained_without_quotations() -> None:
    question = Question("q", "Q", "What is a process?", Scale(0, 2))
    rationale = Rationale.of(question, made(question, ()), "a program")
    request = rationale.request(200)
    assert "2 on a scale from 0 to 2" in request.ask
    assert list(request.schema["properties"]) == ["credited", "advice"]
    told = rationale.explained('{"credited": [{"why": "It runs"}], "advice": "Fine."}')
    assert (told.feedback, told.judgements) == ("Credited: It runs. Fine.", ())


@pytest.mark.parametrize(("tokens", "most"), [(10, 40), (400, 67), (5000, 160)])
def test_texts_are_as_long_as_the_tokens_allow(tokens: int, most: int) -> None:
    request = RATIONALE.request(tokens)
    assert request.schema["properties"]["advice"]["maxLength"] == most


def test_the_answer_stands_between_lines_that_it_cannot_hold() -> None:
    ask = RATIONALE.request(99).ask
    nonce = ask.split("[")[1].split("]")[0]
    assert ask.index(f"[{nonce}]") < ask.index(TEXT) < ask.index(f"[end {nonce}]")
    assert ask.index(f"[end {nonce}]") < ask.index("The marks are decided")
