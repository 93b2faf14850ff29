import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.domain.exam import Exam
from autograder.domain.script import Script, Sheet, Stack, Student, TakenPage, UploadState
from autograder.gradebook.doctor import examine
from autograder.gradebook.exporters import gradebook_csv
from autograder.gradebook.gradebook import Gradebook


def taken(gradebook: Gradebook, name: str, sheet: Sheet | None = None) -> TakenPage:
    return TakenPage(gradebook.scans.add(name.encode()), 60, 80, name, sheet=sheet)


def sheet(student: str, number: int, copy: str = "") -> Sheet:
    return Sheet("os", student, number, 4, copy)


def take(gradebook: Gradebook, name: str, *stacks: Stack) -> list[Script]:
    scan = gradebook.scans.add(f"the file {name}".encode())
    upload = gradebook.scripts.add_upload("os", name, scan, name)
    return gradebook.scripts.take_upload(upload.id, stacks)


def sources(script: Script) -> list[str]:
    return [page.source for page in script.pages]


def coded(gradebook: Gradebook, student: str, *numbers: int) -> Stack:
    pages = (taken(gradebook, f"{student}-{n}", sheet(student, n)) for n in numbers)
    return Stack(student, tuple(pages), student)


def test_one_file_fills_several_scripts_and_the_loose_pages(
    gradebook: Gradebook, exam: Exam
) -> None:
    loose = Stack("", (taken(gradebook, "odd"),), loose=True, problem="odd has no code.")
    found = take(gradebook, "pile", coded(gradebook, "7", 1), coded(gradebook, "8", 1, 2), loose)
    assert [(each.title, len(each.pages), each.loose) for each in found] == [
        ("7", 1, False),
        ("8", 2, False),
        ("Loose pages", 1, True),
    ]
    assert [script.title for script in gradebook.scripts.all("os")] == ["7", "8"]
    pile = gradebook.scripts.loose("os")
    assert pile is not None
    assert pile.problem == "odd has no code."
    assert examine(gradebook) == []


def test_loose_pages_are_read_but_never_split_graded_or_given_to_a_student(
    gradebook: Gradebook, exam: Exam
) -> None:
    take(gradebook, "pile", Stack("", (taken(gradebook, "odd"),), loose=True))
    pile = gradebook.scripts.loose("os")
    assert pile is not None
    assert gradebook.scripts.unread_pages("os") == list(pile.pages)
    assert gradebook.scripts.unsplit("os") == []
    assert gradebook.scripts.discarded("os") == []
    assert gradebook.marks.of_exam("os") == []


def test_loose_pages_are_in_no_export_and_absent_students_are(
    gradebook: Gradebook, exam: Exam
) -> None:
    gradebook.rosters.merge("os", [Student("", "007", "Ann"), Student("", "008", "Bob")])
    loose = Stack("", (taken(gradebook, "odd"),), loose=True, problem="odd has no code.")
    [script, _] = take(gradebook, "pile", coded(gradebook, "007", 1), loose)
    ann, bob = gradebook.rosters.students("os")
    gradebook.scripts.assign(script.id, ann.id, 0.999)
    scripts, marked = gradebook.scripts.all("os"), gradebook.marks.of_exam("os")
    table = gradebook_csv.export(exam, [ann, bob], scripts, marked, bom=False).decode()
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [(row["Student ID"], row["Script"]) for row in rows] == [("007", "007"), ("008", "")]
    assert rows[1]["Warnings"] == "no script"


def test_loose_pages_of_all_files_are_one_pile(gradebook: Gradebook, exam: Exam) -> None:
    for name in ("one", "two"):
        stack = Stack("", (taken(gradebook, name),), loose=True, problem=f"{name} is odd.")
        take(gradebook, name, stack)
    pile = gradebook.scripts.loose("os")
    assert pile is not None
    assert sources(pile) == ["one", "two"]
    assert pile.problem == "one is odd.\ntwo is odd."


@given(order=st.permutations([0, 1, 2, 3, 4]), cut=st.integers(1, 4))
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_coded_pages_stand_in_their_order_whatever_files_they_come_in(
    gradebook: Gradebook, order: Sequence[int], cut: int
) -> None:
    exam = gradebook.exams.create("Quiz").id

    def add(name: str, numbers: Sequence[int]) -> None:
        pages = [taken(gradebook, f"7-{n}", sheet("7", n)) for n in numbers]
        scan = gradebook.scans.add(f"{exam} {name}".encode())
        upload = gradebook.scripts.add_upload(exam, name, scan, name)
        gradebook.scripts.take_upload(upload.id, [Stack(name, tuple(pages), "7")])

    add("b", order[:cut])
    add("a", order[cut:])
    add("again", order)
    [script] = gradebook.scripts.all(exam)
    assert sources(script) == [f"7-{n}" for n in range(5)]


def test_a_page_without_a_code_stays_behind_the_one_it_follows(
    gradebook: Gradebook, exam: Exam
) -> None:
    extra = taken(gradebook, "extra")
    second, third = (taken(gradebook, f"7-{n}", sheet("7", n)) for n in (2, 3))
    take(gradebook, "late", Stack("7", (third,), "7"))
    [script] = take(gradebook, "early", Stack("7", (second, extra), "7"))
    assert sources(script) == ["7-2", "extra", "7-3"]


def test_a_stack_finds_the_script_of_its_student_whatever_its_title(
    gradebook: Gradebook, exam: Exam
) -> None:
    ann = gradebook.rosters.save("os", Student("", "7", "Ann"))
    [script] = take(gradebook, "ann", Stack("ann", (taken(gradebook, "photo"),)))
    gradebook.scripts.assign(script.id, ann.id)
    [same] = take(gradebook, "pile", coded(gradebook, "7", 1))
    assert (same.id, sources(same)) == (script.id, ["photo", "7-1"])


def test_a_stack_does_not_go_to_another_student_whose_script_has_its_title(
    gradebook: Gradebook, exam: Exam
) -> None:
    bob = gradebook.rosters.save("os", Student("", "8", "Bob"))
    [bobs] = take(gradebook, "7", Stack("7", (taken(gradebook, "photo"),)))
    gradebook.scripts.assign(bobs.id, bob.id)
    [script] = take(gradebook, "pile", coded(gradebook, "7", 1))
    assert script.id != bobs.id


def test_the_pages_of_a_blank_copy_find_each_other(gradebook: Gradebook, exam: Exam) -> None:
    one, two = (taken(gradebook, f"blank-{n}", sheet("", n, "c3")) for n in (1, 2))
    [script] = take(gradebook, "b", Stack("Copy c3", (two,)))
    gradebook.scripts.rename(script.id, "The one in red ink")
    [same] = take(gradebook, "a", Stack("Copy c3", (one,)))
    assert (same.id, sources(same)) == (script.id, ["blank-1", "blank-2"])


def test_the_same_pages_in_another_file_change_nothing(gradebook: Gradebook, exam: Exam) -> None:
    pages = tuple(taken(gradebook, name) for name in ("one", "two", "three"))
    first = take(gradebook, "a.pdf", Stack("a", pages))
    assert take(gradebook, "copy.pdf", Stack("copy", pages[1:])) == first
    assert gradebook.scripts.all("os") == first
    told = {each.name: each.problem for each in gradebook.scripts.uploads("os")}
    assert told == {
        "a.pdf": "",
        "copy.pdf": "All of its pages are here already: nothing was added.",
    }


def test_of_a_longer_scan_of_a_script_only_the_new_pages_are_added(
    gradebook: Gradebook, exam: Exam
) -> None:
    one, two, three = (taken(gradebook, name) for name in ("one", "two", "three"))
    take(gradebook, "a.pdf", Stack("ann", (one, two)))
    [script] = take(gradebook, "b.pdf", Stack("ann", (one, two, three)))
    assert sources(script) == ["one", "two", "three"]
    [longer] = [each for each in gradebook.scripts.uploads("os") if each.name == "b.pdf"]
    assert longer.state is UploadState.TAKEN
    assert "2 of 3" in longer.problem


def test_a_page_that_two_students_left_as_it_was_printed_is_in_both_scripts(
    gradebook: Gradebook, exam: Exam
) -> None:
    form, anns, bobs = (taken(gradebook, name) for name in ("form", "ann's", "bob's"))
    take(gradebook, "ann.pdf", Stack("ann", (form, anns)))
    [bob] = take(gradebook, "bob.pdf", Stack("bob", (form, bobs)))
    assert sources(bob) == ["form", "bob's"]


def test_every_page_of_one_file_is_kept_even_if_two_look_the_same(
    gradebook: Gradebook, exam: Exam
) -> None:
    blank = taken(gradebook, "blank")
    [script] = take(gradebook, "a.pdf", Stack("a", (blank, blank)))
    assert sources(script) == ["blank", "blank"]


def test_a_page_that_was_turned_since_is_known_by_its_scan(
    gradebook: Gradebook, exam: Exam
) -> None:
    page = taken(gradebook, "one")
    [script] = take(gradebook, "a.pdf", Stack("a", (page,)))
    upright = gradebook.scans.add(b"one, upright")
    turn = (0.0, -1.0, 60.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    gradebook.scripts.set_image(script.pages[0].id, upright, 80, 60, turn)
    [same] = take(gradebook, "b.pdf", Stack("b", (page,)))
    assert same.id == script.id
    [shown] = same.pages
    assert (shown.image, shown.scan, shown.transform) == (upright, page.image, turn)


@pytest.mark.parametrize("by", ["page", "script"])
def test_what_was_discarded_stays_out_until_its_very_file_is_handed_in(
    gradebook: Gradebook, exam: Exam, by: str
) -> None:
    pages = tuple(taken(gradebook, name) for name in ("one", "two"))
    [script] = take(gradebook, "a.pdf", Stack("a", pages))
    if by == "page":
        gradebook.fixes.discard(script.pages[1].id, "Teacher")
        take(gradebook, "b.pdf", Stack("a", pages))
        assert [sources(each) for each in gradebook.scripts.all("os")] == [["one"]]
    else:
        gradebook.scripts.discard(script.id)
        gradebook.scripts.add_upload("os", "a.pdf", gradebook.scans.add(b"the file a.pdf"), "a")
        assert gradebook.scripts.all("os") == [script]


def test_what_a_page_says_of_itself_is_kept(gradebook: Gradebook, exam: Exam) -> None:
    page = TakenPage("a" * 64, 6, 8, "p", "b" * 64, (1.0,) * 9, "typed", sheet("7", 2))
    [script] = take(gradebook, "a.pdf", Stack("a", (page,), "7"))
    [kept] = script.pages
    assert (kept.image, kept.scan, kept.transform) == (page.image, page.scan, page.transform)
    assert (kept.text_layer, kept.sheet, kept.discarded) == ("typed", page.sheet, False)


def test_scripts_cut_from_two_piles_stay_apart_whatever_they_are_called(
    gradebook: Gradebook, exam: Exam
) -> None:
    for file in ("monday", "tuesday"):
        scan = gradebook.scripts.add_upload(
            "os", "scan.pdf", gradebook.scans.add(file.encode()), "scan", "pages:1"
        )
        stacks = [Stack(f"scan {n}", (taken(gradebook, f"{file} {n}"),)) for n in (1, 2)]
        gradebook.scripts.take_upload(scan.id, stacks)
    scripts = gradebook.scripts.all("os")
    assert sorted(sources(script)[0] for script in scripts) == [
        "monday 1",
        "monday 2",
        "tuesday 1",
        "tuesday 2",
    ]
