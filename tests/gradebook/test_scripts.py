from dataclasses import replace

import pytest

from autograder.domain.errors import InvalidInput, NotFound
from autograder.domain.exam import Exam
from autograder.domain.script import Reading, Script, Stack, Student, TakenPage, UploadState
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.script_rows import natural
from tests.gradebook.samples import hand_in, line, piece


def stack(title: str, *pages: tuple[str, str]) -> list[Stack]:
    """A stack of pages (sha256, source)."""
    return [Stack(title, tuple(TakenPage(sha, 60, 80, source) for sha, source in pages))]


def test_a_second_upload_of_the_same_bytes_changes_nothing(
    gradebook: Gradebook, exam: Exam
) -> None:
    sha = gradebook.scans.add(b"scan")
    first = gradebook.scripts.add_upload("os", "a.pdf", sha, "a")
    assert gradebook.scripts.add_upload("os", "copy of a.pdf", sha, "copy of a") == first
    [script] = gradebook.scripts.take_upload(first.id, stack("a", (sha, "a page")))
    assert gradebook.scripts.take_upload(first.id, stack("a", (sha, "a page"))) == [script]
    assert gradebook.scripts.add_upload("os", "a.pdf", sha, "a").state is UploadState.TAKEN
    assert gradebook.scripts.all("os") == [script]


def test_a_refused_file_is_tried_again_when_it_is_handed_in_again(
    gradebook: Gradebook, exam: Exam
) -> None:
    upload = gradebook.scripts.add_upload("os", "a.pdf", "0" * 64, "a")
    gradebook.scripts.refuse_upload(upload.id, "It is encrypted.")
    refused = gradebook.scripts.uploads("os", UploadState.REFUSED)
    assert [each.problem for each in refused] == ["It is encrypted."]
    again = gradebook.scripts.add_upload("os", "a.pdf", "0" * 64, "a")
    assert (again.id, again.state, again.problem) == (upload.id, UploadState.WAITING, "")


def test_a_dismissed_refusal_is_told_no_more_and_the_file_can_be_handed_in_again(
    gradebook: Gradebook, exam: Exam
) -> None:
    upload = gradebook.scripts.add_upload("os", "scan.pdf", "sha", "scan")
    gradebook.scripts.dismiss_upload(upload.id)
    assert gradebook.scripts.uploads("os")[0].state is UploadState.WAITING
    gradebook.scripts.refuse_upload(upload.id, "It is encrypted.")
    gradebook.scripts.dismiss_upload(upload.id)
    assert gradebook.scripts.uploads("os", UploadState.REFUSED) == []
    again = gradebook.scripts.add_upload("os", "scan.pdf", "sha", "scan")
    assert (again.state, again.problem) == (UploadState.WAITING, "")


def test_pages_stand_in_the_order_of_their_files_however_they_arrive(
    gradebook: Gradebook, exam: Exam
) -> None:
    for name in ("ann_p10.jpg", "ann_p2.jpg", "ann_p1.jpg"):
        sha = gradebook.scans.add(name.encode())
        upload = gradebook.scripts.add_upload("os", name, sha, "ann")
        gradebook.scripts.take_upload(upload.id, stack("ann", (sha, name), (sha, f"{name} b")))
    (script,) = gradebook.scripts.all("os")
    names = ("ann_p1.jpg", "ann_p2.jpg", "ann_p10.jpg")
    assert [page.source for page in script.pages] == [f"{n}{b}" for n in names for b in ("", " b")]
    assert [page.number for page in script.pages] == [1, 2, 3, 4, 5, 6]
    assert [upload.name for upload in gradebook.scripts.uploads("os")] == list(names)


def test_a_file_without_pages_makes_no_script(gradebook: Gradebook, exam: Exam) -> None:
    upload = gradebook.scripts.add_upload("os", "a.pdf", "0" * 64, "a")
    with pytest.raises(InvalidInput, match=r"a\.pdf has no pages"):
        gradebook.scripts.take_upload(upload.id, [])
    assert gradebook.scripts.all("os") == []
    assert gradebook.scripts.uploads("os", UploadState.WAITING) == [upload]


def test_a_page_is_read_once_by_each_engine_and_the_newest_reading_counts(
    gradebook: Gradebook, script: Script
) -> None:
    page = script.pages[0].id
    first = gradebook.scripts.reading(page)
    assert first is not None
    assert first.lines == (line("ann"),)
    gradebook.scripts.record_reading(page, Reading("fake", "1", (), 9.0))
    assert gradebook.scripts.reading(page) == first
    better = Reading("better", "2", (line("Ann"),), 0.2)
    gradebook.scripts.record_reading(page, better)
    assert gradebook.scripts.reading(page) == better


def test_what_a_second_engine_reads_beside_is_shown_but_does_not_count(
    gradebook: Gradebook, exam: Exam
) -> None:
    page = hand_in(gradebook, "bob", read=False).pages[0]
    beside = Reading("second", "1", (line("Rob"),), 0.1, beside=True)
    gradebook.scripts.record_reading(page.id, beside)
    assert gradebook.scripts.reading(page.id) is None
    assert gradebook.scripts.unread_pages("os") == [page]
    first = Reading("second", "1", (line("Bob"),), 0.1)
    gradebook.scripts.record_reading(page.id, first)
    gradebook.scripts.record_reading(page.id, replace(beside, version="2"))
    assert gradebook.scripts.reading(page.id) == first
    assert gradebook.scripts.readings(page.id) == [beside, first, replace(beside, version="2")]


def test_how_a_file_is_split_can_be_changed_until_it_is_taken_in(
    gradebook: Gradebook, exam: Exam
) -> None:
    sha = gradebook.scans.add(b"scan")
    gradebook.scripts.add_upload("os", "a.pdf", sha, "a", "first")
    upload = gradebook.scripts.add_upload("os", "a.pdf", sha, "a", "pages:4")
    assert upload.way == "pages:4"
    gradebook.scripts.take_upload(upload.id, stack("a", (sha, "a page")))
    assert gradebook.scripts.add_upload("os", "a.pdf", sha, "a", "first").way == "pages:4"


def test_a_script_waits_to_be_split_until_all_of_it_is_read(
    gradebook: Gradebook, exam: Exam
) -> None:
    script = hand_in(gradebook, "bob", pages=2, read=False)
    one, two = script.pages
    assert gradebook.scripts.unread_pages("os") == [one, two]
    gradebook.scripts.record_reading(one.id, Reading("fake", "1", ()))
    assert gradebook.scripts.unsplit("os") == []
    gradebook.scripts.record_reading(two.id, Reading("fake", "1", ()))
    assert gradebook.scripts.unread_pages("os") == []
    assert gradebook.scripts.unsplit("os") == [script]
    gradebook.answers.record(script.id, [], "fake")
    assert gradebook.scripts.unsplit("os") == []
    gradebook.scripts.discard(script.id)
    assert gradebook.scripts.all("os") == []


def test_a_discarded_script_comes_back_whole(gradebook: Gradebook, script: Script) -> None:
    gradebook.scripts.discard(script.id)
    assert gradebook.scripts.all("os") == []
    assert gradebook.scripts.discarded("os") == [script]
    gradebook.scripts.restore(script.id)
    assert gradebook.scripts.all("os") == [script]


def test_the_loose_pages_can_neither_be_discarded_whole_nor_given_to_a_student(
    gradebook: Gradebook, exam: Exam
) -> None:
    ann = gradebook.rosters.save("os", Student("", "007", "Ann Lee"))
    upload = gradebook.scripts.add_upload("os", "a.pdf", "0" * 64, "a")
    odd = TakenPage("1" * 64, 60, 80, "odd")
    [pile] = gradebook.scripts.take_upload(upload.id, [Stack("", (odd,), loose=True)])
    with pytest.raises(InvalidInput, match="one by one"):
        gradebook.scripts.discard(pile.id)
    with pytest.raises(InvalidInput, match="belong to nobody"):
        gradebook.scripts.assign(pile.id, ann.id)


def test_handing_a_discarded_script_in_again_brings_it_back(
    gradebook: Gradebook, script: Script
) -> None:
    gradebook.scripts.discard(script.id)
    gradebook.scripts.add_upload("os", "ann.pdf", gradebook.scans.add(b"ann"), "ann")
    assert gradebook.scripts.all("os") == [script]


def test_a_script_gets_its_student_title_and_problem(gradebook: Gradebook, script: Script) -> None:
    ann = gradebook.rosters.save("os", Student("", "007", "Ann Lee"))
    gradebook.scripts.assign(script.id, ann.id)
    gradebook.scripts.rename(script.id, "Ann's")
    gradebook.scripts.set_problem(script.id, "Page 2 is dark.")
    found = gradebook.scripts.get(script.id)
    assert (found.student, found.title, found.problem) == (ann, "Ann's", "Page 2 is dark.")
    gradebook.scripts.assign(script.id, None)
    assert gradebook.scripts.get(script.id).student is None
    stranger = gradebook.rosters.save(gradebook.exams.create("Other").id, Student("", "1", "Eve"))
    with pytest.raises(NotFound, match="roster"):
        gradebook.scripts.assign(script.id, stranger.id)


def test_a_page_moves_into_a_script_of_its_own_and_both_are_split_anew(
    gradebook: Gradebook, script: Script
) -> None:
    gradebook.answers.record(script.id, [piece("q1", script.pages[0].id, "Blocks.")], "fake")
    gradebook.fixes.move(script.pages[1].id, None, "Teacher")
    old, new = gradebook.scripts.all("os")
    assert (old.title, new.title) == ("ann", "ann (2)")
    assert [page.id for page in new.pages] == [script.pages[1].id]
    assert gradebook.scripts.unsplit("os") == [old, new]


def test_a_script_that_lost_its_last_page_is_gone_with_what_was_read_there(
    gradebook: Gradebook, script: Script
) -> None:
    bob = hand_in(gradebook, "bob")
    gradebook.answers.record(bob.id, [piece("q1", bob.pages[0].id, "Frames.")], "fake")
    gradebook.fixes.move(bob.pages[0].id, script.id, "Teacher")
    (left,) = gradebook.scripts.all("os")
    assert [page.number for page in left.pages] == [1, 2, 3]
    assert left.pages[2].id == bob.pages[0].id
    assert gradebook.marks.of_exam("os") == []


def test_a_script_whose_answer_a_person_marked_stays_when_its_page_goes(
    gradebook: Gradebook, script: Script
) -> None:
    bob = hand_in(gradebook, "bob")
    pieces = [piece("q1", bob.pages[0].id, "Frames.")]
    answer = gradebook.answers.record(bob.id, pieces, "fake")[0]
    gradebook.marks.review(answer.id, 4, "Teacher")
    gradebook.fixes.move(bob.pages[0].id, script.id, "Teacher")
    assert [each.title for each in gradebook.scripts.all("os")] == ["ann", "bob"]
    assert [each.mark for each in gradebook.marks.of_exam("os")] == [4.0]


def test_a_page_stays_within_its_exam(gradebook: Gradebook, script: Script) -> None:
    other = gradebook.exams.create("Other")
    theirs = hand_in(gradebook, "eve", exam_id=other.id)
    with pytest.raises(InvalidInput, match="same exam"):
        gradebook.fixes.move(script.pages[0].id, theirs.id, "Teacher")


def test_names_sort_as_people_sort_them() -> None:
    in_order = ["7.pdf", "a.pdf", "S1.pdf", "s2.pdf", "s2b.pdf", "S10.pdf", "²"]
    assert sorted(set(in_order), key=natural) == in_order


def test_what_is_not_there_is_not_found(gradebook: Gradebook, exam: Exam) -> None:
    scripts = gradebook.scripts
    for deed in (
        lambda: scripts.get("nope"),
        lambda: scripts.page("nope"),
        lambda: scripts.discard("nope"),
        lambda: scripts.refuse_upload("nope", ""),
        lambda: scripts.dismiss_upload("nope"),
        lambda: scripts.take_upload("nope", []),
        lambda: scripts.add_upload("nope", "a", "0", "a"),
        lambda: scripts.record_reading("nope", Reading("fake", "1", ())),
        lambda: scripts.confirm("nope", "Teacher"),
    ):
        with pytest.raises(NotFound):
            deed()
    assert scripts.reading("nope") is None
    assert scripts.readings("nope") == []
