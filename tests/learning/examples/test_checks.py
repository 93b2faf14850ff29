from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.exam import Criterion
from autograder.domain.marked_example import MarkedExample
from autograder.learning.examples import Remark, check
from tests.learning.examples.marked import example, question

PAGE, FRAME = "What is a page?", "What is a frame?"
LONG = "A page is a block of virtual memory that is mapped to a frame of physical memory by tables"
SOUND = [
    example(asked, f"{word} is what it is made of", mark, number=number)
    for number, (asked, word, mark) in enumerate(
        [(PAGE, "memory", 3), (PAGE, "paper", 0), (FRAME, "wood", 1), (FRAME, "silicon", 5)], 2
    )
]


def _kinds(remarks: Sequence[Remark]) -> list[str]:
    return [remark.kind for remark in remarks]


def _only(remarks: Sequence[Remark], kind: str) -> Remark:
    [found] = [remark for remark in remarks if remark.kind == kind]
    return found


def test_sound_examples_have_no_remarks() -> None:
    assert check(SOUND) == []


def test_no_examples_at_all_stop() -> None:
    [remark] = check([])
    assert (remark.kind, remark.stops) == ("empty", True)


def test_one_mark_for_all_stops_whatever_the_scales_are() -> None:
    full = [
        example(question(text, maximum=top), "Blocks", top) for text, top in ((PAGE, 5), (FRAME, 2))
    ]
    [remark] = [each for each in check(full) if each.stops]
    assert remark.kind == "one_class"
    assert "All 2 answers got the same: full marks" in remark.text


def test_a_heavy_imbalance_is_remarked_and_does_not_stop() -> None:
    many = [example(PAGE, f"number {n}", 5) for n in range(20)] + [example(FRAME, "wood", 0)]
    remarks = check(many)
    assert not any(remark.stops for remark in remarks)
    assert "20 of 21 answers got full marks" in remarks[0].text
    assert "All answers got the same mark at 1 question: What is a page?" in remarks[1].text


def test_a_criterion_that_is_always_met_is_remarked() -> None:
    asked = question(PAGE, criteria=(Criterion("fixed size", 2), Criterion("virtual", 3)))
    met = [
        example(asked, f"answer {n}", 2 + 3 * (n % 2), criteria=(2, 3 * (n % 2))) for n in range(6)
    ]
    assert "judged alike at 1 criterion: What is a page?, “fixed size”" in str(
        check([*met, *SOUND])
    )


def test_the_same_answer_with_another_mark_names_both() -> None:
    remarks = check([*SOUND, example(PAGE, "  Memory IS what it is made of. ", 5, number=9)])
    remark = _only(remarks, "contradiction")
    assert not remark.stops
    assert remark.where == "Quiz.csv, line 9"
    assert "got 5 of 5 here, but 3 of 5 in Quiz.csv, line 2" in remark.text


def test_the_same_answer_to_another_question_contradicts_nothing() -> None:
    assert check([*SOUND, example(FRAME, SOUND[0].text, 0)]) == []


def test_signs_that_turn_an_answer_round_keep_two_answers_apart() -> None:
    pairs = [("x < y", "x > y"), ("if (!done)", "if (done)"), ("3.5", "35"), ("-2", "2")]
    for one, other in pairs:
        found = check([*SOUND, example(PAGE, one, 5), example(PAGE, other, 0)])
        assert "contradiction" not in _kinds(found)


def test_mostly_contradictory_marks_stop() -> None:
    torn = [example(PAGE, f"answer {n // 2}", n % 2) for n in range(12)]
    first = check(torn)[0]
    assert (first.kind, first.stops) == ("contradiction", True)
    assert "12 of 12 examples" in first.text


def test_copies_and_near_copies_are_named() -> None:
    copies = [
        example(PAGE, LONG, 5, number=20),
        example(PAGE, f"{LONG}.", 5, number=21),
        example(PAGE, LONG.replace("block", "piece"), 5, number=22),
        example(PAGE, LONG.replace("tables", "nobody"), 0, number=23),
    ]
    found = [str(each) for each in check([*SOUND, *copies]) if each.kind == "duplicate"]
    assert found[0].startswith("Quiz.csv, line 21: the same answer stands in Quiz.csv, line 20")
    assert found[1].startswith("Quiz.csv, line 22: all but a word or two stands in")
    assert "which got 5 of 5 and not 0 of 5: is that meant?" in found[2]


def test_short_answers_that_coincide_are_no_copies() -> None:
    assert check([*SOUND, example(PAGE, "Paging.", 4), example(PAGE, "paging", 4)]) == []


def test_points_that_do_not_come_to_the_mark_are_named() -> None:
    asked = question(PAGE, criteria=(Criterion("fixed size", 2), Criterion("virtual", 3)))
    odd = example(asked, "Blocks", 4, criteria=(2, 0), number=7)
    remark = _only(check([*SOUND, odd]), "points")
    assert str(remark) == "Quiz.csv, line 7: its points come to 2, but its mark is 4."
    silent = replace(odd, criteria=(2, None))
    assert check([*SOUND, silent]) == []


def test_answers_too_long_are_named_and_nothing_is_cut() -> None:
    long = example(PAGE, LONG, 4, number=8)
    assert check([*SOUND, long]) == []
    remark = _only(check([*SOUND, long], longest=10), "too_long")
    assert remark.where == "Quiz.csv, line 8"
    assert "its 22 tokens are more than the 10 that the language model is taught" in remark.text
    assert "leaves it out whole" in remark.text
    assert not remark.stops
    assert long.text == LONG


def test_a_huge_answer_is_named_unasked_even_if_it_is_one_word() -> None:
    huge = example(PAGE, "x" * 1_000_000, 4, number=8)
    remark = _only(check([*SOUND, huge]), "too_long")
    assert "its 250000 tokens are more than the 2048" in remark.text


def test_what_a_token_is_comes_from_whoever_learns() -> None:
    found = check(SOUND, longest=30, lengths=lambda each: len(each.text))
    assert _kinds(found) == []
    found = check(SOUND, longest=5, lengths=lambda each: len(each.text))
    assert _kinds(found) == ["too_long"] * 4


def test_a_single_question_is_remarked() -> None:
    assert _kinds(check(SOUND[:2])) == ["one_question"]


def test_a_question_with_nothing_to_go_by_is_named() -> None:
    bare = example(question("", "Q9"), "Blocks", 3)
    assert "“Q9” has no text, reference answer, criteria or rubric" in str(check([*SOUND, bare]))


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.builds(
            example,
            st.sampled_from([PAGE, FRAME]),
            st.sampled_from(["a", "A.", "b", LONG, f"{LONG}!", LONG[:-7], ""]),
            st.integers(0, 5),
        ),
        max_size=12,
    )
)
def test_a_contradiction_is_found_wherever_there_is_one(examples: list[MarkedExample]) -> None:
    marks: dict[tuple[str, str], set[float]] = {}
    for each in examples:
        said = each.text.casefold().rstrip(".!")
        marks.setdefault((each.question.id, said), set()).add(each.mark)
    torn = any(len(given) > 1 for given in marks.values())
    assert torn == ("contradiction" in _kinds(check(examples)))
