from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.domain.exam import Criterion, Question, Scale, credit
from autograder.grading.drafting import scheme_from
from autograder.grading.points import MOST_POINTS

SCALES = [Scale(0, 4), Scale(1, 5), Scale(0, 10, 0.5), Scale(0, 1), Scale(0, 5, 2), Scale(-2, 3)]
SCALES += [Scale(-4, 0), Scale(2, 4, 0.25), Scale(0, 1, 0.1)]
REFERENCES = [
    "A page table maps the virtual pages of a process to physical frames. It holds protection bits",
    "Mutual exclusion, hold and wait, no preemption and circular wait.",
    "Thrashing happens because the processes have too few frames, so they keep faulting.",
    "- saves the registers\n- picks the next process\n- loads its registers\n- jumps to it",
    "Ein Prozess. 一个正在运行的程序。它有自己的内存。",
    "x",
    " ".join(f"Sentence number {word} says something about {word}s." for word in "abcdefghijkl"),
]


def question(text: str, scale: Scale) -> Question:
    return Question("q", "Q1", text, scale)


def texts(reference: str | list[str], asked: str, scale: Scale) -> list[str]:
    return [each.text for each in scheme_from(reference, question(asked, scale))]


@pytest.mark.parametrize("scale", SCALES, ids=str)
@pytest.mark.parametrize("reference", [*REFERENCES, REFERENCES[:2], REFERENCES], ids=range(9))
def test_all_met_is_the_highest_mark_and_none_met_the_lowest(
    reference: str | list[str], scale: Scale
) -> None:
    asked = question("What is it?", scale)
    criteria = scheme_from(reference, asked)
    marked = Question("q", "Q1", asked.text, scale, (), criteria)
    assert 1 <= len(criteria) <= MOST_POINTS
    assert marked.mark_for(marked.full_credit) == scale.maximum
    nothing = 0 if scale.minimum < 0 < scale.maximum else scale.minimum
    assert marked.mark_for(0) == nothing
    assert marked.full_credit == pytest.approx(
        scale.maximum if scale.minimum <= 0 < scale.maximum else scale.maximum - scale.minimum
    )


@given(st.one_of(st.text(max_size=300), st.lists(st.text(max_size=60), max_size=10)))
def test_any_reference_gives_criteria_worth_something_or_none(reference: str | list[str]) -> None:
    criteria = scheme_from(reference, question("Why?", Scale(0, 5, 0.5)))
    assert all(each.marks > 0 and each.text.strip() for each in criteria)
    assert len(criteria) <= MOST_POINTS


def test_marks_are_whole_steps_and_the_point_that_says_most_gets_the_rest() -> None:
    reference = "It maps pages to frames. It also holds the protection bits of every page."
    criteria = scheme_from(reference, question("What does a page table do?", Scale(0, 3)))
    assert [each.marks for each in criteria] == [1, 2]


def test_no_point_is_worth_less_than_a_step() -> None:
    reference = "It saves registers. It picks a process. It loads registers. It jumps there."
    criteria = scheme_from(reference, question("What happens then?", Scale(0, 2)))
    assert [each.marks for each in criteria] == [1, 1]
    assert "saves registers" in criteria[0].text and "jumps there" in criteria[1].text


def test_what_a_sentence_counts_up_is_a_point_each() -> None:
    reference = "The four conditions are mutual exclusion, hold and wait, no preemption and "
    reference += "circular wait."
    asked = "Name the four conditions of a deadlock."
    assert texts(reference, asked, Scale(0, 4)) == [
        "mutual exclusion",
        "hold and wait",
        "no preemption",
        "circular wait",
    ]


def test_bullets_are_points_and_their_heading_is_none() -> None:
    reference = "A context switch:\n1. saves the registers\n2. picks a process\n3. loads registers"
    assert texts(reference, "What is done?", Scale(0, 6)) == [
        "saves the registers",
        "picks a process",
        "loads registers",
    ]


def test_a_statement_and_its_reason_are_two_points() -> None:
    reference = "The disk gets slow because the head moves to and fro."
    assert texts(reference, "What happens?", Scale(0, 2)) == [
        "The disk gets slow",
        "because the head moves to and fro",
    ]
    turned = "Because the head moves to and fro, the disk gets slow."
    assert texts(turned, "What happens?", Scale(0, 2))[0] == "the disk gets slow"


def test_an_abbreviation_ends_no_point() -> None:
    reference = "The link is full-duplex, i.e. both sides send at once, e.g. on two wires."
    assert len(texts(reference, "What is needed?", Scale(0, 4))) == 1


def test_of_more_items_than_the_question_asks_for_only_so_many_count() -> None:
    reference = "Round robin; first come first served; shortest job first; priority scheduling"
    asked = question("Name any two scheduling algorithms.", Scale(0, 4))
    criteria = scheme_from(reference, asked)
    assert {(each.marks, each.choice) for each in criteria} == {(2, "2 of these")}
    assert len(criteria) == 4
    assert credit(criteria, [2, 0, 2, 2]) == 4


def test_a_point_is_not_asked_for_twice_and_the_question_is_no_point() -> None:
    reference = "A page table is used. It maps pages to frames. Pages are mapped to frames by it. "
    reference += "Every process owns one table of its own."
    assert texts(reference, "What is a page table used for?", Scale(0, 4)) == [
        "It maps pages to frames",
        "Every process owns one table of its own",
    ]


def test_marks_that_stand_in_the_reference_are_taken_where_they_add_up() -> None:
    reference = "Names the trap (1 mark), saves the state (2 marks)."
    assert scheme_from(reference, question("What happens?", Scale(0, 3))) == (
        Criterion("Names the trap", 1),
        Criterion("saves the state", 2),
    )
    spread = scheme_from(reference, question("What happens?", Scale(0, 10)))
    assert sum(each.marks for each in spread) == 10
    assert all("mark" not in each.text for each in spread)


def test_several_reference_answers_are_alternatives() -> None:
    one = "Interrupts are disabled during the update. The scheduler can't run then."
    other = "A lock is taken before the update. Other threads wait until it is released."
    criteria = scheme_from([one, other], question("How is the counter kept right?", Scale(0, 4)))
    assert [each.marks for each in criteria] == [2, 2, 2, 2]
    for whole in (one, other):
        met = [each.marks if each.text in whole else 0.0 for each in criteria]
        assert credit(criteria, met) == 4
    assert credit(criteria, [2, 2, 0, 0]) == 2


def test_what_both_reference_answers_say_is_asked_for_once() -> None:
    one = "The kernel saves the registers. Then round robin picks a process."
    other = "Registers are saved by the kernel. The process of highest priority is picked."
    criteria = scheme_from([one, other], question("What is a switch?", Scale(0, 4)))
    assert [each.group for each in criteria] == ["", "B", "B"]


def test_from_no_words_nothing_is_drafted() -> None:
    for nothing in ("", "  \n", "—", [], ["", "?"]):
        assert scheme_from(nothing, question("Why?", Scale(0, 4))) == ()
