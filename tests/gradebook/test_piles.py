import pytest

from autograder.domain.errors import Conflict, NotFound
from autograder.domain.exam import Exam
from autograder.domain.script import Sheet, Stack, TakenPage, Upload
from autograder.gradebook.gradebook import Gradebook
from tests.gradebook.samples import piece

WHOLE = "pile"


def pile(gradebook: Gradebook, pages: int, sheets: tuple[Sheet | None, ...] = ()) -> Upload:
    """A file of so many pages, taken as one script."""
    scans = gradebook.scans
    upload = gradebook.scripts.add_upload("os", "pile.pdf", scans.add(b"pile"), WHOLE)
    codes = sheets or (None,) * pages
    taken = [
        TakenPage(scans.add(f"{at}".encode()), 60, 80, f"pile.pdf, page {at}", sheet=codes[at - 1])
        for at in range(1, pages + 1)
    ]
    gradebook.scripts.take_upload(upload.id, [Stack(WHOLE, tuple(taken))])
    return upload


def cut(gradebook: Gradebook, upload: Upload, *lengths: int, problem: str = "") -> None:
    """Splits the file into scripts of so many pages each."""
    ids = [page.id for page in gradebook.piles.pages(upload.id)]
    stacks = []
    for number, length in enumerate(lengths, 1):
        stacks.append((Stack(f"{WHOLE} {number}", (), problem=problem), ids[:length]))
        ids = ids[length:]
    gradebook.piles.split(upload.id, f"pages:{lengths[0]}", stacks, "Ada")


def shape(gradebook: Gradebook) -> dict[str, list[str]]:
    """Each script's pages, by their numbers in the file."""
    scripts = gradebook.scripts.all("os")
    return {each.title: [page.source[-2:].strip() for page in each.pages] for each in scripts}


def test_a_pile_is_split_again_in_the_order_of_its_file(gradebook: Gradebook, exam: Exam) -> None:
    upload = pile(gradebook, 12)
    first, *rest = [page.id for page in gradebook.piles.pages(upload.id)]
    gradebook.fixes.reorder(gradebook.scripts.all("os")[0].id, [*rest, first], "Ada")
    cut(gradebook, upload, 5, 5, 2)
    assert shape(gradebook) == {
        "pile 1": ["1", "2", "3", "4", "5"],
        "pile 2": ["6", "7", "8", "9", "10"],
        "pile 3": ["11", "12"],
    }
    assert gradebook.scripts.uploads("os")[0].way == "pages:5"


def test_splitting_again_is_one_fix_that_one_undo_takes_back(
    gradebook: Gradebook, exam: Exam
) -> None:
    upload = pile(gradebook, 4)
    [before] = gradebook.scripts.all("os")
    cut(gradebook, upload, 2, 2)
    cut(gradebook, upload, 2, 2)  # changes nothing
    assert [fix.what for fix in gradebook.fixes.history("os")] == ["Split pile.pdf again"]
    assert gradebook.fixes.undo("os", "Ada") == "Split pile.pdf again"
    [after] = gradebook.scripts.all("os")
    assert (after.id, after.pages) == (before.id, before.pages)


def test_what_a_person_marked_outlives_the_split(gradebook: Gradebook, exam: Exam) -> None:
    upload = pile(gradebook, 2)
    [script] = gradebook.scripts.all("os")
    page = script.pages[0].id
    answer = gradebook.answers.record(script.id, [piece("q1", page, "Blocks.")], "fake")[0]
    gradebook.marks.review(answer.id, 4, "Ada")
    cut(gradebook, upload, 1, 1)
    assert shape(gradebook) == {"pile": [], "pile 1": ["1"], "pile 2": ["2"]}
    assert gradebook.marks.get(answer.id).mark == 4


def test_pages_taken_out_stay_out_and_a_stale_split_is_refused(
    gradebook: Gradebook, exam: Exam
) -> None:
    upload = pile(gradebook, 3)
    pages = gradebook.piles.pages(upload.id)
    gradebook.fixes.discard(pages[1].id, "Ada")
    assert [page.id for page in gradebook.piles.pages(upload.id)] == [pages[0].id, pages[2].id]
    with pytest.raises(Conflict, match=r"pile\.pdf"):
        every = [page.id for page in pages]
        gradebook.piles.split(upload.id, "", [(Stack(WHOLE, ()), every)], "Ada")
    with pytest.raises(NotFound):
        gradebook.piles.split("none", "", [], "Ada")


def test_codes_part_students_who_were_in_one_script(gradebook: Gradebook, exam: Exam) -> None:
    ann, bob = (Sheet("os", number, 1, 1) for number in ("007", "008"))
    upload = pile(gradebook, 2, (ann, bob))
    pages = gradebook.piles.pages(upload.id)
    stacks = [
        (Stack(sheet.student, (TakenPage("", 1, 1, "", sheet=sheet),), sheet.student), [page.id])
        for sheet, page in zip((ann, bob), pages, strict=True)
    ]
    gradebook.piles.split(upload.id, "", stacks, "Ada")
    assert shape(gradebook) == {"007": ["1"], "008": ["2"]}


def test_loose_pages_say_why_for_each_file_until_they_are_placed(
    gradebook: Gradebook, exam: Exam
) -> None:
    upload = pile(gradebook, 2)
    first, second = (page.id for page in gradebook.piles.pages(upload.id))
    why = "pile.pdf, page 2: from another exam."
    loose = Stack("", (), loose=True, problem=why)
    gradebook.piles.split(upload.id, "", [(Stack(WHOLE, ()), [first]), (loose, [second])], "Ada")
    found = gradebook.scripts.loose("os")
    assert found and (found.problem, [page.id for page in found.pages]) == (why, [second])
    cut(gradebook, upload, 1, 1)
    assert gradebook.scripts.loose("os") is None
    assert list(shape(gradebook)) == ["pile 1", "pile 2"]
