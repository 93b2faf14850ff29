import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.domain.errors import Conflict, InvalidInput, NotFound
from autograder.domain.exam import Exam
from autograder.domain.script import Answer, Piece, Script
from autograder.gradebook.doctor import examine
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.split import KEPT
from tests.gradebook.samples import hand_in, piece


def _record(gradebook: Gradebook, script: Script, *pieces: Piece) -> list[Answer]:
    return gradebook.answers.record(script.id, pieces, "fake")


def _texts(gradebook: Gradebook, script: Script) -> list[tuple[str | None, str]]:
    return [(a.question_id, a.current.text) for a in gradebook.answers.of_script(script.id)]


@pytest.fixture
def sheet(script: Script) -> str:
    return script.pages[0].id


def test_pieces_become_answers_in_question_order_with_nothing_dropped(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    second = piece("q2", sheet, "A frame", "is physical.")
    lost = piece(None, sheet, "my name is Ann", note="Before the first label.")
    answers = _record(gradebook, script, lost, second, piece("q1", sheet, "Blocks."))
    assert [each.question_id for each in answers] == ["q1", "q2", None]
    assert answers[1].current.lines == second.lines
    assert (answers[1].current.author, answers[1].current.by_person) == ("fake", False)
    assert answers[2].note == "Before the first label."
    assert gradebook.answers.unplaced("os") == [answers[2]]
    assert gradebook.answers.of_question("q2") == [answers[1]]


def test_recording_the_same_split_again_changes_nothing(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    pieces = [piece("q1", sheet, "Blocks."), piece(None, sheet, "x"), piece(None, sheet, "x")]
    first = _record(gradebook, script, *pieces)
    assert len(first) == 3
    assert _record(gradebook, script, *pieces) == first


def test_two_pieces_of_one_question_are_one_answer(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    other = script.pages[1].id
    one, two = piece("q1", sheet, "It begins", note="A"), piece("q1", other, "and goes on.")
    (answer,) = _record(gradebook, script, one, two)
    assert answer.current.text == "It begins\nand goes on."
    assert [placed.page_id for placed in answer.current.lines] == [sheet, other]
    assert answer.note == "A"


def test_a_new_split_replaces_what_nobody_touched(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    _record(gradebook, script, piece("q1", sheet, "Blocks."), piece(None, sheet, "x"))
    _record(gradebook, script, piece("q2", sheet, "Blocks."))
    assert _texts(gradebook, script) == [("q2", "Blocks.")]
    again = _record(gradebook, script, piece("q1", sheet, "Blocks."))
    assert _texts(gradebook, script) == [("q1", "Blocks.")]
    assert [text.text for text in again[0].texts] == ["Blocks.", "", "Blocks."]


def test_what_a_person_edited_is_kept_and_the_new_piece_shown_beside_it(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "B1ocks."))
    edited = gradebook.answers.edit(answer.id, "Blocks.", "Teacher", 1)
    assert _record(gradebook, script, piece("q1", sheet, "B1ocks.")) == [edited]
    for _ in range(2):
        answers = _record(gradebook, script, piece("q1", sheet, "B1ocks. And more."))
        assert _texts(gradebook, script) == [("q1", "Blocks."), (None, "B1ocks. And more.")]
    assert answers[1].note == KEPT


def test_a_text_that_a_person_marked_is_kept(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "Blocks."))
    gradebook.marks.review(answer.id, 4, "Teacher")
    _record(gradebook, script, piece("q2", sheet, "Blocks, read anew."))
    expected = [("q1", "Blocks."), ("q2", "Blocks, read anew.")]
    assert _texts(gradebook, script) == expected


def test_an_edit_adds_a_version_and_the_first_reading_stays(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "B1ocks."))
    edited = gradebook.answers.edit(answer.id, "Blocks.", "Teacher", 1)
    assert (edited.first.text, edited.current.text) == ("B1ocks.", "Blocks.")
    assert (edited.current.author, edited.current.by_person) == ("Teacher", True)
    assert edited.current.lines == answer.current.lines
    assert gradebook.answers.edit(answer.id, "Blocks.", "Teacher", 2) == edited


def test_of_two_people_editing_the_second_is_told(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "B1ocks."))
    edited = gradebook.answers.edit(answer.id, "Blocks.", "Ann", 1)
    with pytest.raises(Conflict, match="Ann has changed this answer"):
        gradebook.answers.edit(answer.id, "Bricks.", "Bob", 1)
    assert gradebook.answers.get(answer.id) == edited


def test_a_whole_piece_moves_and_joins_what_is_there(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    one, lost = _record(
        gradebook, script, piece("q1", sheet, "Blocks."), piece(None, sheet, "Of memory.")
    )
    moved = gradebook.answers.move(lost.id, "q1", "Teacher")
    assert moved.id == one.id
    assert [text.text for text in moved.texts] == ["Blocks.", "Blocks.\nOf memory."]
    assert len(moved.current.lines) == 2
    assert _texts(gradebook, script) == [("q1", "Blocks.\nOf memory.")]
    assert gradebook.answers.unplaced("os") == []


def test_lines_move_and_the_others_stay(gradebook: Gradebook, script: Script, sheet: str) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "one", "two", "three"))
    moved = gradebook.answers.move(answer.id, "q2", "Teacher", [1, 2])
    assert moved.current.text == "two\nthree"
    assert [placed.line.text for placed in moved.current.lines] == ["two", "three"]
    assert _texts(gradebook, script) == [("q1", "one"), ("q2", "two\nthree")]
    gradebook.answers.move(moved.id, None, "Teacher", [0])
    assert _texts(gradebook, script) == [("q1", "one"), ("q2", "three"), (None, "two")]


def test_lines_that_were_edited_move_as_edited(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "0ne", "tw0"))
    gradebook.answers.edit(answer.id, "one\ntwo", "Teacher", 1)
    assert gradebook.answers.move(answer.id, "q2", "Teacher", [1]).current.text == "two"
    first = gradebook.answers.get(answer.id)
    gradebook.answers.edit(first.id, "one\nand a half", "Teacher", 3)
    with pytest.raises(InvalidInput, match="Move it whole"):
        gradebook.answers.move(answer.id, "q2", "Teacher", [0])


def test_a_moved_answer_leaves_no_mark_behind_at_its_old_question(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "Frames."))
    gradebook.answers.move(answer.id, "q2", "Teacher")
    marked = gradebook.marks.of_exam("os")
    assert [each.answer.question_id for each in marked] == ["q2"]
    back = gradebook.answers.move(marked[0].answer.id, "q1", "Teacher")
    assert back.id == answer.id
    assert _texts(gradebook, script) == [("q1", "Frames.")]
    assert _record(gradebook, script, piece("q1", sheet, "Frames.")) == [back]


def test_an_answer_that_was_marked_stays_in_sight_when_its_text_is_moved(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "Frames."))
    gradebook.marks.review(answer.id, 1, "Teacher")
    gradebook.answers.move(answer.id, "q2", "Teacher")
    assert _texts(gradebook, script) == [("q1", ""), ("q2", "Frames.")]


def test_moving_to_where_it_is_changes_nothing(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    one, lost = _record(gradebook, script, piece("q1", sheet, "a"), piece(None, sheet, "b"))
    assert gradebook.answers.move(one.id, "q1", "Teacher", [0]) == one
    assert gradebook.answers.move(lost.id, None, "Teacher") == lost


@pytest.mark.parametrize("lines", [[], [2], [-1], [0, 7]])
def test_lines_that_are_not_there_cannot_move(
    gradebook: Gradebook, script: Script, sheet: str, lines: list[int]
) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "one", "two"))
    with pytest.raises(InvalidInput, match="Choose lines"):
        gradebook.answers.move(answer.id, "q2", "Teacher", lines)
    assert gradebook.answers.get(answer.id) == answer


def test_a_teacher_types_an_answer_that_was_not_found(gradebook: Gradebook, script: Script) -> None:
    added = gradebook.answers.add(script.id, "q2", "A frame is physical.", "Teacher")
    assert (added.current.by_person, added.current.lines) == (True, ())
    with pytest.raises(InvalidInput, match="already has an answer"):
        gradebook.answers.add(script.id, "q2", "Another.", "Teacher")


def test_answers_of_discarded_scripts_are_out_of_sight(
    gradebook: Gradebook, script: Script, sheet: str
) -> None:
    _record(gradebook, script, piece("q1", sheet, "Blocks."), piece(None, sheet, "x"))
    gradebook.scripts.discard(script.id)
    assert gradebook.answers.of_question("q1") == []
    assert gradebook.answers.unplaced("os") == []
    assert gradebook.marks.of_exam("os") == []


def test_what_is_not_there_is_not_found(gradebook: Gradebook, script: Script, sheet: str) -> None:
    (answer,) = _record(gradebook, script, piece("q1", sheet, "Blocks."))
    other = gradebook.exams.save(Exam("", "Other", questions=gradebook.exams.get("os").questions))
    for deed in (
        lambda: gradebook.answers.get("nope"),
        lambda: gradebook.answers.record("nope", [], "fake"),
        lambda: gradebook.answers.move(answer.id, "nope", "Teacher"),
        lambda: gradebook.answers.move(answer.id, other.questions[0].id, "Teacher"),
        lambda: gradebook.answers.add("nope", "q1", "x", "Teacher"),
    ):
        with pytest.raises(NotFound):
            deed()


LINES = st.lists(st.sampled_from(["a", "b", "c c", ""]), min_size=1, max_size=3)
STEPS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["q1", "q2", None]), st.booleans()), max_size=5
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12, deadline=None
)
@given(pieces=st.lists(st.tuples(st.sampled_from(["q1", "q2", None]), LINES)), steps=STEPS)
def test_however_text_is_moved_no_line_is_lost_or_doubled(
    gradebook: Gradebook,
    exam: Exam,
    pieces: list[tuple[str | None, list[str]]],
    steps: list[tuple[int, str | None, bool]],
) -> None:
    script = hand_in(gradebook, f"s{len(gradebook.scripts.all('os'))}")
    page = script.pages[0].id
    cut = [piece(question, page, *lines) for question, lines in pieces]
    answers = _record(gradebook, script, *cut)
    for number, target, whole in steps:
        if answers:
            chosen = answers[number % len(answers)]
            gradebook.answers.move(chosen.id, target, "Teacher", None if whole else [0])
        answers = [a for a in gradebook.answers.of_script(script.id) if a.current.lines]
    there = [placed for answer in answers for placed in answer.current.lines]
    expected = [placed for each in cut for placed in each.lines]
    assert sorted(map(repr, there)) == sorted(map(repr, expected))
    assert examine(gradebook) == []


def test_a_settled_note_is_gone_until_a_split_says_something_new(
    gradebook: Gradebook, script: Script
) -> None:
    def split(text: str, note: str) -> Answer:
        pieces = [piece("q1", script.pages[0].id, text, note=note)]
        return gradebook.answers.record(script.id, pieces, "fake")[0]

    answer = split("Blocks.", "Two labels?")
    assert gradebook.answers.settle(answer.id, "Teacher").note == ""
    assert gradebook.answers.settle(answer.id, "Teacher").note == ""
    assert split("Blocks.", "Two labels?").note == ""
    assert split("Blocks.", "Written too faintly to see: Blocks").note.startswith("Written")
    assert split("Frames.", "Two labels?").note == "Two labels?"
    with pytest.raises(NotFound):
        gradebook.answers.settle("nope", "Teacher")
