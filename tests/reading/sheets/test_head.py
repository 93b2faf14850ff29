from autograder.domain.script import Line, Reading
from autograder.reading.sheets.head import without_head

TITLE = "Operating systems, mid-term"
HEAD = ["■", TITLE, "Name: Asha Rao", "Student ID: 0042", "Page 1 of 3"]
END = "Write your answers below this line. AG1:3f9a2c71bd04:1:3::0042:4ED7"


def kept(*lines: str) -> list[str]:
    boxes = [(10.0, 40.0 * row, 300.0, 40.0 * row + 30) for row in range(len(lines))]
    reading = Reading("x", "1", tuple(map(Line, lines, boxes, [0.9] * len(lines))))
    return [line.text for line in without_head(reading, TITLE).lines]


def test_the_printed_words_go_and_the_answers_stay() -> None:
    assert kept(*HEAD, END, "Q1", "A process is a running program.", "■") == [
        "Q1",
        "A process is a running program.",
    ]


def test_the_head_ends_by_either_of_the_two_texts_on_its_last_line_also_misread() -> None:
    assert kept(*HEAD, "Wrlte your answers below thls line", "Q1 a") == ["Q1 a"]
    assert kept(*HEAD, "AG1:3f9a2c71bd04:1:3::OO42:4ED7", "Q1 a") == ["Q1 a"]


def test_what_a_student_wrote_into_the_head_stays() -> None:
    assert kept(*HEAD, "Q3 goes on overleaf", END, "Q1 a") == ["Q3 goes on overleaf", "Q1 a"]


def test_words_of_the_head_that_an_answer_says_again_stay() -> None:
    assert kept(*HEAD, END, "Name: the label of a file", TITLE) == [
        "Name: the label of a file",
        TITLE,
    ]


def test_a_head_whose_end_was_not_read_is_left_to_the_splitting() -> None:
    assert kept(*HEAD, "Q1 a") == [*HEAD[1:], "Q1 a"]
