"""Layouts of scripts as students write them; ``==`` separates pages."""

import json
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.exam import Question, Scale
from autograder.domain.script import Line, Piece, Reading, Word
from autograder.reading.segmentation import split
from tests.places import SHARED_DATA

SCALE = Scale(0, 5)


def exam(*labels: str | tuple[str, str]) -> list[Question]:
    pairs = [(each, "") if isinstance(each, str) else each for each in labels]
    return [Question(label, label, text, SCALE) for label, text in pairs]


def line(text: str, row: int) -> Line:
    words, left = [], 0.0
    for word in text.split():
        words.append(Word(word, (left, 40.0 * row, left + 10 * len(word), 40.0 * row + 30), 0.9))
        left += 10.0 * len(word) + 10
    box = (0.0, 40.0 * row, max(10.0, left - 10), 40.0 * row + 30)
    return Line(text, box, 0.9, tuple(words))


def script(text: str) -> list[tuple[str, Reading]]:
    return [
        (
            f"page {number}",
            Reading("t", "1", tuple(line(t, y) for y, t in enumerate(page.strip().splitlines()))),
        )
        for number, page in enumerate(text.split("=="), 1)
    ]


def placed(pieces: list[Piece]) -> dict[str | None, str]:
    """Each question's text, lines joined by " / "; unplaced pieces are joined under None."""
    texts: dict[str | None, str] = {}
    for piece in pieces:
        text = piece.text.replace("\n", " / ")
        texts[piece.question_id] = " / ".join(filter(None, [texts.get(piece.question_id), text]))
    return texts


Q3 = exam("Q1", "Q2", "Q3")
N3 = exam("1", "2", "3")
PARTS = exam("1a", "1b", "2a", "2b")
OS = exam(
    ("Q1", "What is paging? Explain in detail."),
    ("Q2", "Explain the advantages of the layered approach to system design."),
    ("Q3", "Define a semaphore."),
)
SOLE = exam(("Q1", "What is paging?"))

LAYOUTS: dict[str, tuple[list[Question], str, dict[str | None, str]]] = {
    "labels on lines of their own": (
        Q3,
        "Q1\nfirst\nmore of it\nQ2\nsecond\nQ3\nthird",
        {"Q1": "first / more of it", "Q2": "second", "Q3": "third"},
    ),
    "labels before the text": (
        Q3,
        "Q1. first\nQ2) second\nQ.3 third",
        {"Q1": "first", "Q2": "second", "Q3": "third"},
    ),
    "labels in words": (
        Q3,
        "Question 1: first\nQuestion No. 2 - second\nQues 3 third",
        {"Q1": "first", "Q2": "second", "Q3": "third"},
    ),
    "labels of the answers": (
        Q3,
        "Ans 1: first\nAns-2) second\nAnswer to question 3: third",
        {"Q1": "first", "Q2": "second", "Q3": "third"},
    ),
    "misread labels": (
        Q3,
        "Ql. first\n02 second\nO3 third",
        {"Q1": "first", "Q2": "second", "Q3": "third"},
    ),
    "numbered steps are no labels where labels are worded": (
        Q3,
        "Q1 Steps:\n1. load\n2. link\n3. run\nQ2\n1) one\n2) two\nQ3 third",
        {"Q1": "Steps: / 1. load / 2. link / 3. run", "Q2": "1) one / 2) two", "Q3": "third"},
    ),
    "numbered steps are no labels where numbers are labels": (
        N3,
        "1. Steps are\n1. load\n2. link\n3. run\n2. Second\n3. Third",
        {"1": "Steps are / 1. load / 2. link / 3. run", "2": "Second", "3": "Third"},
    ),
    "steps in a later answer": (
        N3,
        "1) First\n2) Steps\n1) load\n2) link\n3) run\n3) Third",
        {"1": "First", "2": "Steps / 1) load / 2) link / 3) run", "3": "Third"},
    ),
    "steps that the next label counts on from": (
        N3,
        "1) First\n2) Steps\n1) load\n2) link\n3) Third",
        {"1": "First", "2": "Steps / 1) load / 2) link / 3) Third"},
    ),
    "bare numbers with a lost one": (
        exam("1", "2", "3", "4"),
        "1] Atom\n2.7 Molecule\nGalaxy\n4] Light",
        {"1": "Atom", "2": "Molecule / Galaxy", "4": "Light"},
    ),
    "other answers in another order": (
        Q3,
        "Q3 third\nQ1 first\nQ2 second",
        {"Q3": "third", "Q1": "first", "Q2": "second"},
    ),
    "an answer that goes on at the end": (
        Q3,
        "Q1 first\nQ2 second\nQ1 (contd.)\nmore of the first",
        {"Q1": "first / (contd.) / more of the first", "Q2": "second"},
    ),
    "answers over pages": (
        Q3,
        "Q1\nfirst\n==\ngoes on\nQ2\nsecond\n==\nstill second",
        {"Q1": "first / goes on", "Q2": "second / still second"},
    ),
    "course code in the labels": (
        exam("18AI81Q1", "18AI81Q2", "18AI81Q3"),
        "18AI81Q1\nfirst\nl8A181Q2 second\n18AI8Q3\nthird with 2 out of\n4 ways",
        {"18AI81Q1": "first", "18AI81Q2": "second", "18AI81Q3": "third with 2 out of / 4 ways"},
    ),
    "course code in the script only": (
        Q3,
        "18AI81Q1\nfirst\n18AI81Q2\nsecond",
        {"Q1": "first", "Q2": "second"},
    ),
    "a label inside a line": (
        Q3,
        "Q1 first. Q2. second\nmore",
        {"Q1": "first.", "Q2": "second / more"},
    ),
    "a mention is no label": (
        Q3,
        "Q1 first\nQ2 as said in Q1 the page\nis swapped, see Q3",
        {"Q1": "first", "Q2": "as said in Q1 the page / is swapped, see Q3"},
    ),
    "parts with their number": (
        PARTS,
        "1a) alpha\n1(b) beta\n2. a. gamma\n2-b: delta",
        {"1a": "alpha", "1b": "beta", "2a": "gamma", "2b": "delta"},
    ),
    "parts under their number": (
        PARTS,
        "1.\na) alpha\nb) beta\n2.\n(a) gamma\n(b) delta",
        {"1a": "alpha", "1b": "beta", "2a": "gamma", "2b": "delta"},
    ),
    "answer with part": (
        exam("1", "2(a)", "2(b)"),
        "Ans-1 first\nAns-2-(a)\nsecond\nAns-2-(b) third\n3. step\n4. step",
        {"1": "first", "2(a)": "second", "2(b)": "third / 3. step / 4. step"},
    ),
    "sections": (
        exam("Part A 1", "Part A 2", "Part B 1", "Part B 2(c)"),
        "Part A 1 one\nPart A 2 two\nPart B 1 three\nPart B 2 (c) four",
        {"Part A 1": "one", "Part A 2": "two", "Part B 1": "three", "Part B 2(c)": "four"},
    ),
    "questions copied out": (
        OS,
        "Question: What is pagimg? Explain in\ndetail Answer: Paging is\na method\n"
        "Explain the advantages of the layered\napproach to system design\nThe advantages are",
        {"Q1": "Paging is / a method", "Q2": "The advantages are"},
    ),
    "question and answer in one line": (
        OS,
        "Q1. What is paging? Explain in detail. Paging is good\nQ3 Define a semaphore. It counts",
        {"Q1": "Paging is good", "Q3": "It counts"},
    ),
    "an answer that repeats the question's words stays whole": (
        OS,
        "Q2 The advantages of the layered approach to\nsystem design are many",
        {"Q2": "The advantages of the layered approach to / system design are many"},
    ),
    "a label in the middle of a copied question": (
        exam(("Q1", "Explain what happens in part Q2. and why paging is used"), "Q2"),
        "Explain what happens in part\nQ2. and why paging is used\nmine\nQ2 second",
        {"Q1": "mine", "Q2": "second"},
    ),
    "label, then answer mark": (
        OS,
        "Q1\nAns: Paging is\nQ2. Answer → Layers",
        {"Q1": "Paging is", "Q2": "Layers"},
    ),
    "header fields": (
        Q3,
        "Operating Systems Quiz\nName: Asha Rao  Roll No: 17\nDate: 3.4.2026\nQ1 first\n==\n"
        "Name: Asha Rao\nPage 2\ngoes on\nQ2 second\n- 2 -",
        {"Q1": "first / goes on", "Q2": "second"},
    ),
    "text before the first label": (
        Q3,
        "I was ill this week\nQ1 first",
        {None: "I was ill this week", "Q1": "first"},
    ),
    "a repeated head": (
        Q3,
        "Springfield Batch Seven\nQ1 first\n==\nSpringfield Batch Seven\ngoes on",
        {None: "Springfield Batch Seven / Springfield Batch Seven", "Q1": "first / goes on"},
    ),
    "a label of another exam": (
        Q3,
        "Q1 first\nQ7. what is this\nmore\nQ2 second",
        {"Q1": "first", None: "Q7. what is this / more", "Q2": "second"},
    ),
    "one question and no label": (SOLE, "Paging is\na method", {"Q1": "Paging is / a method"}),
    "one question, copied in other words": (
        SOLE,
        "Question: Tell me about disks\nAnswer: Paging is",
        {None: "Question: Tell me about disks", "Q1": "Paging is"},
    ),
    "no label at all": (Q3, "some text\nmore", {None: "some text / more"}),
    "answers without labels, as many as questions": (
        Q3,
        "Ans: first\nAns: second\nAns: third",
        {"Q1": "first", "Q2": "second", "Q3": "third"},
    ),
    "nothing": (Q3, "", {}),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_split_as_a_teacher_would(layout: str) -> None:
    questions, text, expected = LAYOUTS[layout]
    assert placed(split(script(text), questions)) == expected


@pytest.mark.parametrize(
    ("layout", "question", "said"),
    [
        (
            "bare numbers with a lost one",
            "2",
            "3 was not found: it has no answer, or its text is in here",
        ),
        ("steps that the next label counts on from", "2", "3 was not found"),
        ("an answer that goes on at the end", "Q1", "two places"),
        ("text before the first label", None, "No question label"),
        ("a label of another exam", None, "Q7"),
        ("one question and no label", "Q1", "without a label"),
        ("one question, copied in other words", None, "none of this exam's"),
        ("answers without labels, as many as questions", "Q2", "order of the answers"),
    ],
)
def test_what_is_doubtful_says_so(layout: str, question: str | None, said: str) -> None:
    questions, text, _ = LAYOUTS[layout]
    notes = [p.note for p in split(script(text), questions) if p.question_id == question]
    assert any(said in note for note in notes)


@pytest.mark.parametrize(
    "layout", ["labels on lines of their own", "labels in words", "questions copied out"]
)
def test_what_is_plain_has_no_note(layout: str) -> None:
    questions, text, _ = LAYOUTS[layout]
    assert [piece.note for piece in split(script(text), questions)].count("") == len(
        placed(split(script(text), questions))
    )


def test_bare_numbers_in_an_exam_of_worded_labels_are_doubtful() -> None:
    pieces = split(script("1. first\n2. second"), Q3)
    assert placed(pieces) == {"Q1": "first", "Q2": "second"}
    assert all("alone: check" in piece.note for piece in pieces)


def test_bare_numbers_throughout_are_how_a_student_labels() -> None:
    pieces = split(script("1. first\n2. second\nmore\n3. third"), Q3)
    assert placed(pieces) == {"Q1": "first", "Q2": "second / more", "Q3": "third"}
    assert [piece.note for piece in pieces] == ["", "", ""]


def test_a_cut_line_keeps_its_own_words_and_box() -> None:
    (first, second) = split(script("Q1 first. Q2. second thing"), Q3)
    assert [word.text for word in second.lines[0].line.words] == ["second", "thing"]
    assert first.lines[0].line.box == (30.0, 0.0, 90.0, 30.0)
    assert second.lines[0].line.box == (140.0, 0.0, 260.0, 30.0)
    assert second.lines[0].page_id == "page 1"


LABELS = ["Q1", "Q2. ", "Q3)", "Ans 2:", "1.", "2)", "(a)", "Question:", "Answer:", "Q9.", "O2", ""]
WORDS = st.text("abcdefghij ,.QA123", min_size=1, max_size=30).filter(lambda t: bool(t.strip()))
LINES = st.tuples(st.sampled_from(LABELS), WORDS).map(" ".join)
EXAMS = st.sampled_from([Q3, N3, PARTS, SOLE, OS, exam("X", "Y"), exam("18AI81Q1", "18AI81Q2")])


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\d+|[^\W\d_]+", text))


@settings(max_examples=300, deadline=None)
@given(EXAMS, st.lists(st.lists(LINES, max_size=9), min_size=1, max_size=3))
def test_nothing_is_dropped_and_nothing_is_made_up(
    questions: list[Question], pages: list[list[str]]
) -> None:
    """All but labels, which hold at most a word, a number and a part, is in exactly one piece."""
    readings = script("==".join("\n".join(page) for page in pages))
    pieces = split(readings, questions)
    given_words = tokens(" ".join(reading.text for _, reading in readings))
    kept = tokens(" ".join(piece.text for piece in pieces))
    assert not kept - given_words
    dropped = given_words - kept
    label = re.compile(r"q|a|ans|answer|question|o|ai|\d{1,3}|[a-j]", re.IGNORECASE)
    assert [word for word in dropped.elements() if not label.fullmatch(word)] == []
    ids = [piece.question_id for piece in pieces if piece.question_id is not None]
    assert len(ids) == len(set(ids))
    for piece in pieces:
        assert piece.text == "\n".join(placed.line.text for placed in piece.lines)
        assert piece.question_id is not None or piece.note


SCANS = SHARED_DATA / "scans" / "index.jsonl"
REAL: list[tuple[list[str], list[Question], dict[str, str]]] = [
    (
        ["harshit_p1.jpg", "harshit_p2.png"],
        exam("18AI81Q1", "18AI81Q2", "18AI81Q3", "18AI81Q4"),
        {
            "18AI81Q1": "Abstract and interface",
            "18AI81Q2": "An abstract class is",
            "18AI81Q3": "In an abstract",
            "18AI81Q4": "Abstract classes can",
        },
    ),
    (["seed_paging.jpg"], OS, {"Q1": "Paging is a method"}),
    (["seed_inputimg.jpg"], OS, {"Q1": "Paging is a method"}),
    (
        ["seed_process-partial-correct.png", "seed_process.png"],
        exam(("Q1", "What is paging?"), ("Q2", "What are the different states of process?")),
        {"Q1": "Paging is a function", "Q2": "there are five states"},
    ),
    (
        ["vg_img2.png"],
        exam(
            ("Q1", "What advice does Mrs. Shaw give to Mary before the arrival of the guests?"),
            "Q2",
        ),
        {"Q1": "(a) TO FINISH"},
    ),
    (["yash_key.jpg"], Q3, {"Q1": "100", "Q2": "Exercise", "Q3": "Culture"}),
    (
        ["shree_op.jpg"],
        exam(*"123456"),
        dict(
            zip(
                "123456",
                ["Atom", "Molecule", "Galaxy", "Electricity", "Tsunami", "Chlorophyll"],
                strict=True,
            )
        ),
    ),
]


@pytest.mark.skipif(not SCANS.exists(), reason="the scans of ../shared/data are not here")
@pytest.mark.parametrize(("files", "questions", "starts"), REAL, ids=[case[0][0] for case in REAL])
def test_real_scripts_are_split_at_their_labels(
    files: list[str], questions: list[Question], starts: dict[str, str]
) -> None:
    truths = {each["file"]: each["text"] for each in map(json.loads, SCANS.open())}
    pieces = split(script("==".join(truths[file] for file in files)), questions)
    found = {piece.question_id: " ".join(piece.text.split()) for piece in pieces}
    assert set(found) == set(starts)
    for question, start in starts.items():
        assert found[question].startswith(start)
