from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.points import MOST_POINTS, points_of


def test_sentences_are_points() -> None:
    assert points_of("A page table maps pages to frames. It holds protection bits too.") == [
        "A page table maps pages to frames.",
        "It holds protection bits too.",
    ]


def test_list_items_are_points() -> None:
    text = "Four conditions: 1) mutual exclusion holds 2) processes hold and wait 3) no preemption"
    assert points_of(text) == [
        "Four conditions",
        "mutual exclusion holds",
        "processes hold and wait no preemption",
    ]


def test_marks_written_into_the_reference_are_not_part_of_a_point() -> None:
    assert points_of("The clerk says who he is (0.25 P) and shows the letter.") == [
        "The clerk says who he is  and shows the letter."
    ]


def test_a_piece_that_says_nothing_alone_stays_with_its_neighbour() -> None:
    assert points_of("Yes. The kernel saves the registers of the process first.") == [
        "Yes. The kernel saves the registers of the process first."
    ]


@given(st.text(max_size=400))
def test_points_are_never_empty_and_never_too_many(text: str) -> None:
    points = points_of(text)
    assert len(points) <= MOST_POINTS
    assert all(point.strip() for point in points)
