import io
import re

import pypdfium2
import pytest
from PIL import Image

from autograder.domain.errors import InvalidInput
from autograder.domain.exam import Exam, Question, Scale
from autograder.domain.script import Sheet, Student
from autograder.reading.sheets.codes import sheet_on
from autograder.reading.sheets.layout import PAPERS, shared_out
from autograder.reading.sheets.printing import SheetOrder, print_sheets

QUESTIONS = tuple(Question(str(n), f"Q{n}", "Why?", Scale(0, 5)) for n in range(1, 6))
EXAM = Exam("3f9a2c71bd0441c6a3f2b86c0e3a5d17", "Mid-term", "CS 241", QUESTIONS)
ADA, MEERA = Student("1", "0042", "Ada Rao"), Student("2", "S-17", "Meera Nair")


def pages_of(content: bytes) -> list[tuple[str, Image.Image]]:
    pdf = pypdfium2.PdfDocument(content)
    return [
        (page.get_textpage().get_text_range(), page.render(scale=1.5).to_pil())
        for page in (pdf[at] for at in range(len(pdf)))
    ]


def sheets_of(content: bytes) -> list[Sheet]:
    return [sheet for _, image in pages_of(content) if (sheet := sheet_on(image))]


def test_each_student_gets_the_sheets_that_were_ordered() -> None:
    content = print_sheets(EXAM, [ADA, MEERA], SheetOrder(pages=2, cover=True))
    wanted = [Sheet(EXAM.id[:12], who, page, 2) for who in ("0042", "S-17") for page in range(3)]
    assert sheets_of(content) == wanted


def test_a_sheet_says_in_words_what_its_code_says() -> None:
    text, _ = pages_of(print_sheets(EXAM, [ADA], SheetOrder(pages=2)))[1]
    for words in ("Mid-term", "Ada Rao", "0042", "Page 2 of 2"):
        assert words in text


def test_blank_copies_have_boxes_for_name_and_id_and_are_told_apart() -> None:
    content = print_sheets(EXAM, [], SheetOrder(pages=2, blank=3))
    found = sheets_of(content)
    assert [sheet.number for sheet in found] == [1, 2] * 3
    assert {sheet.student for sheet in found} == {""}
    assert len({sheet.copy for sheet in found}) == 3
    assert all("Name:" in text and "Student ID:" in text for text, _ in pages_of(content))


def test_without_answer_sheets_a_cover_goes_before_the_students_own_paper() -> None:
    ((text, image),) = pages_of(print_sheets(EXAM, [ADA], SheetOrder(pages=0)))
    assert sheet_on(image) == Sheet(EXAM.id[:12], "0042", 0, 0)
    assert "own pages follow" in text


def test_every_question_has_one_box_on_one_of_the_pages() -> None:
    pages = pages_of(print_sheets(EXAM, [ADA], SheetOrder(pages=2, boxes=True)))
    labels = [re.findall(r"^Q\d", text, re.MULTILINE) for text, _ in pages]
    assert labels == [["Q1", "Q2", "Q3"], ["Q4", "Q5"]]


@pytest.mark.parametrize("paper", PAPERS)
def test_the_paper_has_its_size_and_a_mark_in_each_corner(paper: str) -> None:
    pdf = pypdfium2.PdfDocument(print_sheets(EXAM, [ADA], SheetOrder(pages=1, paper=paper)))
    size = PAPERS[paper]
    points = (size.width * 72 / 25.4, size.height * 72 / 25.4)
    assert pdf[0].get_size() == pytest.approx(points, abs=0.1)
    image = pdf[0].render(scale=72 / 25.4).to_pil().convert("L")  # a pixel is about 1/8 mm
    for left, top, width, height in size.marks:
        middle = ((left + width / 2) * 8.03, (top + height / 2) * 8.03)
        assert image.getpixel((round(middle[0]), round(middle[1]))) == 0


@pytest.mark.parametrize(
    "name", ["Zoë Łuczak", "Олег Ткач", "मीरा शर्मा", "محمد الأحمد", "王小明", "김민수", "ஆஷா ராவ்"]
)
def test_names_of_any_script_are_printed(name: str) -> None:
    content = print_sheets(EXAM, [Student("1", "1", name)], SheetOrder(pages=1))
    (text, image) = pages_of(content)[0]
    nameless = pages_of(print_sheets(EXAM, [Student("1", "1", "")], SheetOrder(pages=1)))[0][1]
    name_line = (80, 105, 380, 130)
    assert dark(image.crop(name_line)) > dark(nameless.crop(name_line)) + 60
    assert "□" not in text


def dark(image: Image.Image) -> int:
    return sum(image.convert("L").histogram()[:128])


def test_a_title_too_long_for_its_line_is_cut_off_before_the_code() -> None:
    long = Exam(EXAM.id, "A long title of many words, " * 12)
    (text, image) = pages_of(print_sheets(long, [ADA], SheetOrder(pages=1)))[0]
    assert "…" in text
    assert sheet_on(image) is not None


@pytest.mark.parametrize(
    ("students", "order", "said"),
    [
        ([], SheetOrder(), "no students"),
        ([ADA], SheetOrder(paper="a3"), "a4 or letter"),
        ([ADA], SheetOrder(pages=-1), "0 to 50"),
        ([ADA], SheetOrder(pages=0, boxes=True), "answer sheets to stand on"),
        ([ADA], SheetOrder(blank=100_000), "in parts"),
        ([Student("1", "9" * 80, "Ada")], SheetOrder(), "too long"),
    ],
)
def test_what_cannot_be_printed_is_told(
    students: list[Student], order: SheetOrder, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        print_sheets(EXAM, students, order)


def test_questions_are_dealt_to_pages_in_order_and_evenly() -> None:
    assert [list(part) for part in shared_out(5, 2)] == [[0, 1, 2], [3, 4]]
    assert [len(part) for part in shared_out(2, 4)] == [1, 1, 0, 0]


def test_the_same_roster_prints_the_same_codes_again() -> None:
    first, second = (print_sheets(EXAM, [ADA], SheetOrder(pages=1)) for _ in range(2))
    assert sheets_of(first) == sheets_of(second)
    assert io.BytesIO(first).read(4) == b"%PDF"
