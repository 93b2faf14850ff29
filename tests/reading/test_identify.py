import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.script import Line, Reading, Sheet, Student
from autograder.reading.identify import CERTAIN, candidates, identify

ROSTER = [
    Student("a", "18CS042", "Asha Rao"),
    Student("b", "18CS043", "Ben Okafor"),
    Student("c", "007", "Chen Wei"),
    Student("d", "7", "Dara Singh"),
    Student("e", "20230015", "Eva Novak"),
    Student("f", "20230951", "Eva Nowak"),
]


def page(*lines: str) -> Reading:
    return Reading(
        "test",
        "1",
        tuple(Line(text, (0, 20 * y, 100, 20 * y + 15), 0.9) for y, text in enumerate(lines)),
    )


def who(title: str, *lines: str) -> str | None:
    student = identify(title, page(*lines) if lines else None, ROSTER)
    return student.id if student else None


@pytest.mark.parametrize(
    ("title", "student"),
    [
        ("18CS042", "a"),
        ("18cs042 asha", "a"),
        ("quiz_18-CS-043", "b"),
        ("007", "c"),
        ("7", "d"),
        ("Asha Rao", "a"),
        ("rao_asha", "a"),
        ("okafor", "b"),
        ("IMG_0001", None),
        ("18CS0", None),
        ("Eva", None),
        ("scan 7", None),
        ("b", None),
    ],
)
def test_the_title_names_a_student_or_nobody(title: str, student: str | None) -> None:
    assert who(title) == student


@pytest.mark.parametrize(
    ("line", "student"),
    [
        ("Name: Asha Rao", "a"),
        ("Name - Asha Rac   Date: 3.4.2026", "a"),
        ("NAME: BEN OKAFOR  ROLL NO: 18CS043", "b"),
        ("USN: 18C5042", "a"),
        ("Roll No. 007", "c"),
        ("ID: 2O23OO15", "e"),
        ("Student ID: 20230016", "e"),
        ("Name: Eva Nowek", None),
        ("Name: Somebody Else", None),
        ("Name two pages of Asha Rao", None),
        ("Name: Rao Asha", "a"),
        ("Name: A. Rao", "a"),
        ("Nane: Asha Rao", "a"),
        ("Asha Rao   18CS042", "a"),
        ("Name: 18CS042   Roll No: Asha Rao", "a"),
        ("Name: Asha Rao   Roll No: 18CS999", None),
        ("Roll No: 18CS999", None),
        ("Teacher: Mr. Chen Wei", None),
    ],
)
def test_the_head_of_the_first_page_names_a_student_or_nobody(
    line: str, student: str | None
) -> None:
    assert who("scan 3", "Operating Systems Quiz", line, "Q1. Paging is") == student


def test_contradictory_clues_identify_nobody() -> None:
    assert who("18CS042", "Name: Ben Okafor") is None
    assert who("18CS042", "Name: Asha Rao") == "a"


def test_a_name_in_an_answer_is_no_clue() -> None:
    assert who("scan 3", *["Q1. text"] * 12, "Name: Asha Rao") is None


def test_two_students_of_one_name_are_told_apart_by_number_only() -> None:
    twins = [Student("a", "1", "Li Na"), Student("b", "2", "Li Na")]
    assert identify("Li Na", None, twins) is None
    found = identify("Li Na", page("Roll No: 2"), twins)
    assert found is not None
    assert found.id == "b"


def certainty(*lines: str, title: str = "scan 3", sheet: Sheet | None = None) -> dict[str, float]:
    found = candidates(title, page(*lines), ROSTER, sheet)
    return {each.student.id: each.certainty for each in found}


def test_name_and_number_of_different_students_are_never_certain() -> None:
    found = certainty("Name: Asha Rao", "Roll No: 18CS043")
    assert found["a"] < CERTAIN and found["b"] < CERTAIN
    assert min(found["a"], found["b"]) > max(found[other] for other in "cdef")


def test_two_students_of_one_name_and_the_number_of_a_third_are_never_certain() -> None:
    twins = [Student("a", "1001", "Li Na"), Student("b", "1002", "Li Na")]
    third = Student("c", "1090", "Asha Rao")
    best, *_ = candidates("", page("Name: Li Na", "Roll No: 1090"), [*twins, third])
    assert best.certainty < CERTAIN


def test_a_middle_name_may_be_missing() -> None:
    roster = [Student("a", "1", "Maria Luisa Santos"), Student("b", "2", "Maria Lopez")]
    found = identify("", page("Name: Maria Santos"), roster)
    assert found is not None and found.id == "a"


def test_accents_and_the_order_of_a_roster_with_commas_change_nothing() -> None:
    roster = [Student("a", "1", "Müller, Jürgen"), Student("b", "2", "Novak, Eva")]
    found = identify("", page("Name: Jurgen Muller"), roster)
    assert found is not None and found.id == "a"


def test_the_printed_code_is_certain_unless_another_name_is_written_on_it() -> None:
    sheet = Sheet("exam", "18CS042", 1, 2)
    assert certainty("Q1. Paging", sheet=sheet)["a"] >= CERTAIN
    assert certainty("Name: Ben Okafor", sheet=sheet)["a"] < CERTAIN


def test_the_title_of_a_camera_says_nothing() -> None:
    roster = [Student(str(n), f"{n:04}", f"Student {chr(64 + n)}lpha") for n in range(1, 9)]
    assert identify("IMG_0003", None, roster) is None
    assert identify("0003", None, roster) is not None


def test_a_name_that_two_students_nearly_have_is_asked() -> None:
    found = certainty("Name: Eva Nowek")
    assert found["f"] > found["e"] > max(found["a"], found["b"])


def test_without_a_clue_all_are_as_likely_and_a_stranger_is_possible() -> None:
    found = certainty("Q1. Paging is")
    assert max(found.values()) - min(found.values()) < 0.01
    assert sum(found.values()) < 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=120), max_size=4), st.text(max_size=300))
def test_whatever_is_read_certainties_fall_and_sum_to_at_most_one(
    lines: list[str], title: str
) -> None:
    found = [each.certainty for each in candidates(title, page(*lines), ROSTER)]
    assert found == sorted(found, reverse=True)
    assert 0 <= sum(found) <= 1 + 1e-9
    assert len(found) == len(ROSTER)


def test_an_empty_roster_has_no_candidates() -> None:
    assert candidates("Asha Rao", None, []) == []
