import pytest

from autograder.domain.errors import NotFound
from autograder.domain.exam import Exam
from autograder.gradebook.gradebook import Gradebook


def test_a_book_is_kept_once_and_used_by_many_exams(gradebook: Gradebook, exam: Exam) -> None:
    book = gradebook.books.add("OS notes", "0" * 64, 30)
    assert gradebook.books.add("OS notes again", "0" * 64, 30) == book
    other = gradebook.exams.create("Other")
    for exam_id in ("os", "os", other.id):
        gradebook.books.attach(exam_id, book.id)
    assert gradebook.books.of_exam("os") == gradebook.books.of_exam(other.id) == [book]
    gradebook.books.detach("os", book.id)
    assert gradebook.books.of_exam("os") == []
    assert gradebook.books.all() == [book]


def test_a_removed_book_is_off_the_shelf_and_still_known(gradebook: Gradebook, exam: Exam) -> None:
    book = gradebook.books.add("OS notes", "0" * 64, 30)
    gradebook.books.attach("os", book.id)
    gradebook.books.remove(book.id)
    assert gradebook.books.all() == gradebook.books.of_exam("os") == []
    assert gradebook.books.get(book.id) == book
    assert gradebook.books.add("OS notes", "0" * 64, 30) == book
    assert gradebook.books.all() == [book]


def test_what_is_not_there_is_not_found(gradebook: Gradebook, exam: Exam) -> None:
    with pytest.raises(NotFound):
        gradebook.books.get("nope")
    with pytest.raises(NotFound):
        gradebook.books.attach("os", "nope")
