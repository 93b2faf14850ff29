"""No model is tried on what it learned from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Question, Scale
from autograder.domain.learned import LearnedModel
from autograder.domain.marked_example import MarkedExample
from autograder.learning.comparing.held_out import held_out, recorded
from autograder.learning.examples import split

TOPICS = ["paging", "segments", "fork", "exec", "pipes", "mutex", "deadlock", "inode", "cache"]
EXAMPLES = [
    MarkedExample(
        f"{topic}-{place}",
        Question(topic, topic, f"What is {topic} good for in a system?", Scale(0, 2)),
        " ".join(f"{topic[::-1]}{place}{word}" for word in range(9)),
        place % 3,
        exam="Quiz",
    )
    for topic in TOPICS
    for place in range(4)
]


def learned(train: Sequence[MarkedExample], model_id: str = "lora-1", **by: object) -> LearnedModel:
    now = datetime.now(UTC)
    settings = recorded(train, **by)
    return LearnedModel(
        model_id,
        "lora",
        "sft",
        "base",
        "",
        "",
        "0" * 64,
        len(train),
        "1",
        settings,
        {},
        "",
        now,
        {},
    )


def test_what_its_training_held_back_is_what_it_is_tried_on() -> None:
    parts = split(EXAMPLES, held_out=0.3, seed=4)
    model = learned(parts.train, held_out=0.3, seed=4, by="question", shielded=[])
    assert parts.held_out
    assert held_out([model], EXAMPLES) == parts.held_out


def test_a_file_of_which_it_learned_nothing_is_held_out_whole() -> None:
    model = learned(EXAMPLES[:8])
    assert held_out([model], EXAMPLES[8:]) == tuple(EXAMPLES[8:])


def test_a_model_that_learned_from_the_held_out_questions_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"lora-1 learned from \d of the questions"):
        held_out([learned(EXAMPLES)], EXAMPLES)


def test_another_seed_does_not_hide_what_was_learned() -> None:
    parts = split(EXAMPLES, held_out=0.3, seed=1)
    model = learned(parts.train, held_out=0.3, seed=2)
    with pytest.raises(InvalidInput, match="Its figures would mean nothing"):
        held_out([model], EXAMPLES)


def test_the_same_question_under_another_id_is_still_known() -> None:
    asked = EXAMPLES[0].question
    again = replace(
        EXAMPLES[0], exam="Final", question=replace(asked, id="f1", text=asked.text.upper())
    )
    with pytest.raises(InvalidInput):
        held_out([learned(EXAMPLES[:4], held_out=0.5)], [again])


def test_what_its_parents_learned_counts_too() -> None:
    parent, child = learned(EXAMPLES, "lora-0"), learned(EXAMPLES[:4])
    assert held_out([child], EXAMPLES[4:]) == tuple(EXAMPLES[4:])
    with pytest.raises(InvalidInput):
        held_out([child, parent], EXAMPLES[4:])


def test_only_what_a_parent_learned_is_left_out() -> None:
    parts = split(EXAMPLES, held_out=0.5)
    child = learned(parts.train, held_out=0.5)
    asked = {each.question.id for each in parts.held_out}
    parent = learned([each for each in parts.held_out if each.question.id == min(asked)], "lora-0")
    found = held_out([child, parent], EXAMPLES)
    assert {each.question.id for each in found} == asked - {min(asked)}


def test_essays_on_one_prompt_are_told_apart_by_what_they_say() -> None:
    essays = [replace(each, question=EXAMPLES[0].question) for each in EXAMPLES]
    parts = split(essays, held_out=0.3, by="answer")
    model = learned(parts.train, held_out=0.3, by="answer")
    assert held_out([model], essays) == parts.held_out
    with pytest.raises(InvalidInput):
        held_out([learned(essays, held_out=0.3, by="answer")], essays)


def test_a_model_of_unknown_lessons_is_refused() -> None:
    unknown = replace(learned(EXAMPLES), settings={"seed": 0})
    with pytest.raises(InvalidInput, match="It isn't recorded which questions lora-1 learned from"):
        held_out([unknown], EXAMPLES)
