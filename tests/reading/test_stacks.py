import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.reading.stacks import script_title, script_titles

NAMES = st.from_regex(r"[A-Z][a-z]{2,8}([ _.-][A-Z][a-z]{2,8})?", fullmatch=True).filter(
    lambda name: (
        not set(name.lower().replace("_", " ").replace("-", " ").replace(".", " ").split())
        & {"back", "front", "recto", "verso", "scan", "img", "page", "doc", "file", "exam", "part"}
    )
)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("harshit_p1.jpg", "harshit"),
        ("harshit_p2.png", "harshit"),
        ("S001.pdf", "S001"),
        ("007.png", "007"),
        ("S001_1.jpg", "S001"),
        ("S001-page-3-of-4.png", "S001"),
        ("Asha Rao (2).pdf", "Asha Rao"),
        ("Asha Rao_front.jpg", "Asha Rao"),
        ("student_1.pdf", "student_1"),
        ("student_2.jpg", "student_2"),
        ("IMG_0001.jpg", "IMG_0001"),
        ("scans/student_3.pdf", "student_3"),
        ("scans/S003.pdf", "S003"),
        ("class A/7.pdf", "7"),
        ("S001/page 2.jpg", "S001"),
        ("S001\\IMG_1234.jpg", "S001"),
        ("Asha Rao_123_assign/answers.pdf", "Asha Rao_123_assign"),
        ("", "Script"),
    ],
)
def test_a_title_is_the_name_without_the_page(name: str, title: str) -> None:
    assert script_title(name) == title


@given(NAMES, st.integers(1, 99), st.integers(1, 99), st.sampled_from(["_p", " page ", "-pg", "_"]))
def test_pages_of_one_name_are_one_script(name: str, one: int, other: int, mark: str) -> None:
    assert script_title(f"{name}{mark}{one}.jpg") == script_title(f"{name}{mark}{other}.png")


@given(NAMES, NAMES, st.integers(1, 9))
def test_two_names_are_never_one_script(one: str, other: str, page: int) -> None:
    if one.casefold() != other.casefold():
        assert script_title(f"{one}_p{page}.jpg") != script_title(f"{other}_p{page}.jpg")


@given(st.text(max_size=80))
def test_every_file_name_has_a_title(name: str) -> None:
    assert script_title(name).strip()


def test_equal_names_in_different_folders_are_different_scripts() -> None:
    names = ["A/quiz1.pdf", "B/quiz1.pdf", "C/x_p1.jpg", "C/x_p2.jpg", "S001.pdf"]
    assert script_titles(names) == ["A quiz1", "B quiz1", "x", "x", "S001"]
