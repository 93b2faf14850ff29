import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.reading.labels import PLAIN, Label, Labels


@pytest.mark.parametrize(
    ("label", "code", "worded", "number", "parts"),
    [
        ("Q1", "", True, "1", ()),
        ("1", "", False, "1", ()),
        ("01.", "", False, "1", ()),
        ("Question 12", "", True, "12", ()),
        ("1a", "", False, "1", ("a",)),
        ("Q1(a)(ii)", "", True, "1", ("a", "ii")),
        ("18AI81Q1", "18AI81", True, "1", ()),
        ("Part B 2(c)", "PARTB", False, "2", ("c",)),
        ("Essay", "ESSAY", False, "", ()),
    ],
)
def test_a_label_is_taken_apart(
    label: str, code: str, worded: bool, number: str, parts: tuple[str, ...]
) -> None:
    assert Label.of(label) == Label(code, worded, number, parts)


def best(labels: Labels, text: str) -> tuple[int, str] | None:
    """The surest question and what its label leaves of the text."""
    marks = sorted(labels.marks(text), key=lambda mark: -mark.weight)
    return (marks[0].question, text[marks[0].length :]) if marks else None


@pytest.mark.parametrize(
    "text",
    [
        "Q2",
        "q2",
        "Q 2",
        "Q.2",
        "Q2.",
        "Q2)",
        "(Q2)",
        "Q-2:",
        "Question 2",
        "QUESTION NO. 2:",
        "Ques. 2",
        "Que 2",
        "Ans 2:",
        "Ans-2",
        "Answer to Q2:",
        "Ans. 2)",
        "A2.",
        "02",
        "O2.",
        "o2)",
        "Qz.",
        "QZ",
        "• Q2",
        "→ Q2",
        "18AI81Q2",
        "2.",
        "2)",
        "2]",
        "(2)",
        "2:",
        "2",
        "2 -",
    ],
)
def test_ways_to_write_a_label(text: str) -> None:
    assert best(Labels(["Q1", "Q2", "Q3"]), f"{text} Paging is") == (1, "Paging is")


@pytest.mark.parametrize(
    "text",
    [
        "2nd",
        "02nd page",
        "2.5 pages",
        "2,5 pages",
        "2x",
        "20",
        "Q22",
        "Quiz 2",
        "Questions",
        "Answer 2 of",
        "An 2",
        "Qualified",
        "Ans",
        "two",
        "(b)",
        "in Q2",
        "A 2-way",
    ],
)
def test_what_is_no_label(text: str) -> None:
    assert not [m for m in Labels(["Q1", "Q2", "Q3"]).marks(f"{text} more") if m.weight >= PLAIN]


def test_a_bare_number_is_less_than_a_label() -> None:
    (mark,) = Labels(["Q1", "Q2"]).marks("2. load the page")
    assert mark.bare
    assert mark.weight < PLAIN


@given(st.sampled_from("12345678"), st.data())
def test_a_course_code_stands_lookalikes_and_one_slip(number: str, data: st.DataObject) -> None:
    label = f"18AI81Q{number}"
    lookalikes = {"1": "1lI|", "8": "8B", "I": "I1l", "Q": "QO0", "A": "A"}
    read = "".join(data.draw(st.sampled_from(lookalikes[char])) for char in label[:-1]) + number
    slip = data.draw(st.integers(0, len(read) - 2))
    read = data.draw(st.sampled_from([read, read[:slip] + read[slip + 1 :]]))
    labels = Labels([f"18AI81Q{each}" for each in range(1, 9)])
    assert best(labels, f"{read} text") == (int(number) - 1, "text")


def test_an_odd_label_is_taken_apart_at_once() -> None:
    label = "1" + "i" * 200 + "!"
    assert Label.of(label).number == ""


@example("ß", ["ß"])
@given(st.text(max_size=60), st.lists(st.text(max_size=12), max_size=5))
def test_any_text_and_any_labels_are_taken(text: str, names: list[str]) -> None:
    labels = Labels(names)
    for mark in labels.marks(text):
        assert 0 <= mark.length <= len(text)
        assert 0 < mark.weight <= 1
    assert all(0 < start < len(text) for start in labels.within(text))
    assert labels.foreign(text) in text
