"""Scripts whose every line is known: of which question it is, or of none."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from autograder.domain.errors import AutoGraderError
from autograder.domain.exam import Question, Scale
from autograder.domain.script import Line, Reading, Word
from autograder.reading.recognizer import TextRecognizer
from autograder.reading.straighten import read_upright
from autograder.settings import PROJECT
from samples.handwriting import LINES_PER_PAGE, wrap, write_page

FONT = "kalam"
SCALE = Scale(0, 5)
LOOKALIKES = {
    "Q": "O0G9@g",
    "1": "lI|",
    "2": "zZ",
    "5": "S",
    "0": "O",
    "a": "u",
    "n": "u",
    "r": "s",
    "e": "c",
    "i": "l",
    "o": "a",
}
LABEL_SLIP, TEXT_SLIP, LOST_MARK, LOST_SPACE = 0.07, 0.03, 0.12, 0.12
"""Rates a character: those of the embedded engine on the labelled pages, rounded up."""

Written = tuple[str, int | None]
"""A line and the index of its question; a line that answers nothing has None."""


@dataclass(frozen=True)
class Layout:
    """A script. ``pages`` hold its lines in order; ``files`` the scans of a real one."""

    name: str
    questions: tuple[Question, ...]
    pages: tuple[tuple[Written, ...], ...]
    files: tuple[str, ...] = ()

    @property
    def answers(self) -> list[int]:
        """The questions that are answered under a label."""
        return sorted({q for page in self.pages for _, q in page if q is not None})


def exam(labels: Sequence[str], texts: Sequence[str] = ()) -> tuple[Question, ...]:
    """Questions with these labels."""
    wordings = [*texts, *[""] * (len(labels) - len(texts))]
    return tuple(
        Question(label, label, text, SCALE) for label, text in zip(labels, wordings, strict=True)
    )


def generated(seed: int) -> Layout:
    """A layout by its seed: way of labelling, order, steps, copied questions, continuations."""
    random_ = random.Random(seed)
    told = json.loads((PROJECT / "samples/os-quiz/answers.json").read_text("utf-8"))
    asked = json.loads((PROJECT / "samples/os-quiz/exam.json").read_text("utf-8"))["questions"]
    student = random_.choice(told["students"])
    answers = [each["text"] for each in student["answers"]]
    name, labels, pattern = random_.choice(WAYS)
    questions = exam(labels, [each["text"] for each in asked][: len(labels)])
    order = list(range(len(labels)))
    traits = [trait for trait in TRAITS if random_.random() < TRAITS[trait]]
    if "shuffled" in traits and not pattern.startswith("{}"):  # numbers count in order
        random_.shuffle(order)
    if "skipped" in traits:
        order.remove(random_.choice(order))
    lines: list[Written] = [("Name: Asha Rao  Roll No: 17", None), ("", None)]
    rest: tuple[int, str] | None = None
    for index in order:
        text = answers[index % len(answers)]
        if "continued" in traits and rest is None and len(text) > 200:
            middle = text.index(" ", len(text) // 2)
            text, rest = f"{text[:middle]} (contd.)", (index, text[middle:].strip())
        label = pattern.format(labels[index].removeprefix("Q"))
        lines += _answer(index, label, text, questions[index].text, traits, random_)
    if rest is not None:
        label = pattern.format(labels[rest[0]].removeprefix("Q"))
        lines += _wrapped(rest[0], f"{label.strip()} contd. {rest[1]}")
    room = LINES_PER_PAGE
    pages = tuple(tuple(lines[at : at + room]) for at in range(0, len(lines), room))
    return Layout(f"{seed}: {name} {'+'.join(traits)}", questions, pages)


def _answer(
    index: int, label: str, text: str, asked: str, traits: Sequence[str], random_: random.Random
) -> Iterator[Written]:
    if "copied" in traits and len(asked) > 15 and random_.random() < 0.5:
        for line, _ in _wrapped(index, f"{label}{asked}"):
            yield line, None
        yield from _wrapped(index, text)
    elif "own line" in traits:
        yield label.strip(), None
        yield from _wrapped(index, text)
    else:
        yield from _wrapped(index, f"{label}{text}")
    if "steps" in traits and random_.random() < 0.4:
        for number, step in enumerate(("load the page", "look it up", "run it again"), 1):
            yield f"{number}. {step}", index
    yield "", None


def _wrapped(index: int, text: str) -> list[Written]:
    return [(line, index) for line in wrap(text, FONT)]


NUMBERS = tuple("12345678")
QS = tuple(f"Q{number}" for number in NUMBERS)
PARTS = ("Q1(a)", "Q1(b)", "Q2", "Q3(a)", "Q3(b)", "Q4")
WAYS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("Q1.", QS, "Q{}. "),
    ("Q1)", QS, "Q{}) "),
    ("Q 1 -", QS, "Q {} - "),
    ("Question 1:", QS, "Question {}: "),
    ("Ans 1)", QS, "Ans {}) "),
    ("Ans-1", QS, "Ans-{} "),
    ("1. for Q1", QS[:6], "{}. "),
    ("1)", NUMBERS, "{}) "),
    ("1.", NUMBERS[:5], "{}. "),
    ("1(a).", PARTS, "{}. "),
    ("code", tuple(f"18AI81Q{number}" for number in NUMBERS[:4]), "{} "),
)
TRAITS = {
    "shuffled": 0.3,
    "skipped": 0.3,
    "steps": 0.4,
    "copied": 0.3,
    "continued": 0.3,
    "own line": 0.25,
}


def misread(layout: Layout, seed: int) -> list[tuple[str, Reading]]:
    """The script as a bad reader reads it; the row of a line's box says which line it is."""
    random_ = random.Random(1000 + seed)
    pages = []
    for number, page in enumerate(layout.pages):
        lines = [
            _line(_noisy(text.replace("\t", " "), random_), row)
            for row, (text, _) in enumerate(page)
            if text.strip()
        ]
        pages.append((f"page {number}", Reading("noise", "1", tuple(lines))))
    return pages


def scanned(layout: Layout, seed: int, engine: TextRecognizer) -> list[tuple[str, Reading]]:
    """The script written by hand (a font), scanned and read."""
    images = [
        write_page([text for text, _ in page], FONT, 100 * seed + number)
        for number, page in enumerate(layout.pages)
    ]
    return read(images, engine)


def read(images: Sequence[Image.Image], engine: TextRecognizer) -> list[tuple[str, Reading]]:
    """What the engine reads on the pages."""
    pages = []
    for number, image in enumerate(images):
        (upright,) = read_upright([image], engine)
        if isinstance(upright.reading, AutoGraderError):
            raise upright.reading
        pages.append((f"page {number}", upright.reading))
    return pages


def _noisy(text: str, random_: random.Random) -> str:
    found = []
    for at, char in enumerate(text):
        if char == " " and 0 < at < 10 and random_.random() < LOST_SPACE:
            continue
        if char in ".):" and at < 10 and random_.random() < LOST_MARK:
            continue
        slip = random_.random() < (LABEL_SLIP if at < 9 else TEXT_SLIP)
        found.append(random_.choice(LOOKALIKES[char]) if slip and char in LOOKALIKES else char)
    return "".join(found)


def _line(text: str, row: int) -> Line:
    words, left = [], 0.0
    for word in text.split():
        words.append(Word(word, (left, 40.0 * row, left + 10 * len(word), 40.0 * row + 30), 0.9))
        left += 10.0 * len(word) + 10
    return Line(text, (0.0, 40.0 * row, max(10.0, left), 40.0 * row + 30), 0.9, tuple(words))


REAL: tuple[tuple[tuple[str, ...], tuple[Question, ...], tuple[tuple[str, str], ...]], ...] = (
    (
        ("harshit_p1.jpg", "harshit_p2.png"),
        exam([f"18AI81Q{number}" for number in (1, 2, 3, 4)]),
        (
            ("18AI81Q1", "Abstract and interface classes"),
            ("18AI81Q2", "An abstract class is a class"),
            ("18AI81Q3", "In an abstract class, some"),
            ("18AI81Q4", "Abstract classes can have"),
        ),
    ),
    (
        ("seed_inputimg.jpg",),
        exam(["Q1"], ["What is paging? Explain in detail"]),
        (("Q1", "Answer"),),
    ),
    (
        ("seed_paging.jpg",),
        exam(["Q1"], ["What is paging? Explain in detail"]),
        (("Q1", "Answer"),),
    ),
    (
        ("seed_partial_maybe.png",),
        exam(
            ["Q1"],
            [
                "What is the main advantage of the layered approach to system design? "
                "What are the disadvantages of the layered approach?"
            ],
        ),
        (("Q1", "approach? Answer"),),
    ),
    (
        ("seed_process-partial-correct.png", "seed_process.png"),
        exam(["Q1", "Q2"], ["What is paging?", "What are the different states of process?"]),
        (("Q2", "Question: What are the different"), ("Q1", "Question: What is Paging")),
    ),
    (
        ("vg_img2.png",),
        exam(
            ["Q1", "Q2"],
            ["What advice does Mrs. Shaw give to Mary before the arrival of the guests?"],
        ),
        (("Q1", "(a) TO FINISH"),),
    ),
    (("yash_key.jpg",), exam(QS[:3]), (("Q1", "Q1 100"), ("Q2", "Q2 Ex"), ("Q3", "Q3 Cul"))),
    (
        ("shree_op.jpg",),
        exam(NUMBERS[:6]),
        tuple(
            (label, f"{label}.] {word}")
            for label, word in zip(
                NUMBERS, ("Atom", "Mol", "Gal", "Elec", "Tsu", "Chlo"), strict=False
            )
        ),
    ),
    (
        ("breta_page10.jpg",),
        exam(NUMBERS[:3]),
        (("1", "1. data"), ("2", "2. error"), ("3", "3. neural")),
    ),
    (("ely_code5.png",), exam(QS[:2]), (("Q2", 'n = input("Enter the text'),)),
)
"""Files, questions, and how the first line of each answer begins; lines before are of none."""


def real(folder: Path) -> list[Layout]:
    """The labelled pages among the real scans."""
    index = (folder / "index.jsonl").read_text("utf-8").splitlines()
    texts = {each["file"]: each["text"] for each in map(json.loads, index)}
    layouts = []
    for files, questions, starts in REAL:
        labels = [question.label for question in questions]
        current: int | None = None
        waiting = list(starts)
        pages = []
        for file in files:
            page: list[Written] = []
            for line in texts[file].strip().splitlines():
                if waiting and line.startswith(waiting[0][1]):
                    current = labels.index(waiting.pop(0)[0])
                page.append((line, None if line in labels else current))
            pages.append(tuple(page))
        if waiting:
            raise ValueError(f"{files[0]} has no line {waiting[0][1]!r}")
        layouts.append(Layout(files[0], questions, tuple(pages), files))
    return layouts


def images(layout: Layout, folder: Path) -> list[Image.Image]:
    """The scans of a real script."""
    from autograder.reading.intake import take_in
    from autograder.settings import IntakeSettings

    return [
        Image.open(io.BytesIO(page.png))
        for file in layout.files
        for page in take_in(folder / file, file, IntakeSettings())
    ]
