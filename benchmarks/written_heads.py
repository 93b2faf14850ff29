"""The heads of exam papers as students fill them in and an engine then damages them.

Nothing of this is what the matcher assumes: damage comes in bursts and by strokes, a bad scan
spoils all of a head, fields are swapped, boxes are filled in below their labels, other people's
names and other numbers stand on the page, and some students make slips of their own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.domain.script import Line, Reading, Student


def _listed(*lines: str) -> list[str]:
    return " ".join(lines).split()


GIVEN = _listed(
    "Asha Ravi Priya Arjun Meera Vikram Ananya Rohan Kavya Sanjay Eva Anna Jan Petra Tomás José",
    "María Lucía Mateo Sofía Wei Li Na Min Jun Yuki Hiro Aiko Chen Xin Olu Ngozi Emeka Amara Kofi",
    "Fatima Omar Layla Yusuf Aisha Ben Emma Noah Olivia Liam Grace Jack Ruby Oscar Zoë Renée Søren",
    "Jürgen Käthe Jean-Luc Anne-Marie Dmitri Olga Nikola Ana",
)
FAMILY = _listed(
    "Rao Nair Iyer Sharma Singh Patel Reddy Kumar Gupta Das Novak Nowak Novák Müller Meyer Meier",
    "Schmidt Schmitt García Garcia Fernández López Silva Santos Wang Wong Li Lee Lin Zhang Chen",
    "Tanaka Sato Suzuki Okafor Okoro Adeyemi Mensah Boateng Khan Hassan Hussain Ali Ahmed Smith",
    "Smyth Jones Brown Browne Clark Clarke O'Brien O'Neill Petrov Petrova Ivanov Kovač Horvat",
    "Jensen Hansen Nguyen",
)
TEACHERS = ("Dr. Sharma", "Mr. Jones", "Prof. K. Rao", "Ms Novak")
TITLES = ("Operating Systems Quiz 2", "MID TERM EXAMINATION", "CS 204", "Department of Physics")
JUNK = (
    "Marks: ___",
    "Date: 12/03/2026",
    "Section B",
    "~.~",
    "| . |",
    "Answer all questions",
    "Set A",
)
ANSWERS = ("Q1. Paging divides memory into frames", "1) A process is a program in execution")

STROKES = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("d", "cl"), ("vv", "w"), ("w", "vv"), ("ii", "u"),
    ("li", "h"), ("h", "li"), ("nn", "m"), ("u", "ii"), ("ri", "n"), ("a", "ci"), ("g", "y"),
    ("1", "7"), ("7", "1"), ("4", "9"), ("9", "4"), ("3", "8"), ("8", "3"), ("5", "6"), ("6", "0"),
    ("0", "D"), ("2", "Z"), ("5", "S"), ("1", "|"), ("e", "ę"), ("n", "ñ"),
)  # fmt: skip
"""What falls apart into other strokes, or runs together."""


@dataclass(frozen=True)
class Head:
    """A script as the matcher gets it, and whose it really is: None of a stranger."""

    title: str
    page: Reading
    owner: Student | None


def roster(numbers: Sequence[str], chance: random.Random) -> list[Student]:
    """A student for each number; some names are alike, three in a hundred the same."""
    names: list[str] = []
    for _ in numbers:
        middle = f" {chance.choice(GIVEN)}" if chance.random() < 0.2 else ""
        name = f"{chance.choice(GIVEN)}{middle} {chance.choice(FAMILY)}"
        names.append(chance.choice(names) if names and chance.random() < 0.03 else name)
    pairs = zip(numbers, names, strict=True)
    return [Student(f"s{place}", number, name) for place, (number, name) in enumerate(pairs)]


def heads(
    students: Sequence[Student], strangers: Sequence[Student], chance: random.Random
) -> list[Head]:
    """A script for each student and stranger, in any order."""
    owners: list[tuple[Student, Student | None]] = [(each, each) for each in students]
    owners += [(each, None) for each in strangers]
    chance.shuffle(owners)
    return [
        Head(_title(place, writer, chance), _page(writer, students, chance), owner)
        for place, (writer, owner) in enumerate(owners)
    ]


def _title(place: int, writer: Student, chance: random.Random) -> str:
    if chance.random() < 0.05:
        return writer.name.lower().replace(" ", "_")
    return chance.choice(
        (f"IMG_{place + 4000}", f"scan {place}", f"pile-{place // 4}", "WhatsApp 3")
    )


def _page(writer: Student, others: Sequence[Student], chance: random.Random) -> Reading:
    quality = chance.choice((0.0, 0.0, 0.3, 1.0, 1.0, 2.5))
    lines = [chance.choice(TITLES), *_fields(writer, others, chance)]
    for _ in range(chance.randrange(3)):
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(JUNK))
    if chance.random() < 0.2:
        lines.insert(chance.randrange(2), f"Teacher: {chance.choice(TEACHERS)}")
    lines += chance.sample(ANSWERS, 2)
    read = [_damaged(line, quality, chance) for line in lines]
    boxes = [(0.0, 40.0 * at, 900.0, 40.0 * at + 30) for at in range(len(read))]
    return Reading(
        "noise", "1", tuple(Line(t, box, 0.9) for t, box in zip(read, boxes, strict=True) if t)
    )


def _fields(writer: Student, others: Sequence[Student], chance: random.Random) -> list[str]:
    name, number = _own_name(writer.name, chance), _own_number(writer, others, chance)
    given = chance.random()
    if given < 0.03:
        return []
    has_name, has_number = given >= 0.1, not 0.1 <= given < 0.22
    if chance.random() < 0.02:  # each in the other's field
        name, number = number, name
    form = chance.randrange(4)
    labels = [("Name:", "Roll No:"), ("NAME -", "ID:"), ("Student Name:", "Reg. No."), ("", "")][
        form
    ]
    fields = [(labels[0], name)] * has_name + [(labels[1], number)] * has_number
    if chance.random() < 0.15:
        return [text for field in fields for text in field if text]  # boxes below their labels
    joined = [f"{label} {value}".strip() for label, value in fields]
    return ["   ".join(joined)] if chance.random() < 0.4 else joined


def _own_name(name: str, chance: random.Random) -> str:
    first, *middle, last = name.split()
    way = chance.random()
    if way < 0.1:
        return " ".join([last, first, *middle])
    if way < 0.15:
        return f"{first[0]}. {last}"
    if way < 0.18:
        return first
    if way < 0.25:
        return f"{first} {last}"
    return name.upper() if way < 0.4 else name


def _own_number(writer: Student, others: Sequence[Student], chance: random.Random) -> str:
    number = writer.number
    if chance.random() < 0.01:
        return chance.choice(others).number  # copied from the neighbour
    if chance.random() < 0.01:  # a slip of the pen: two digits turned round
        at = chance.randrange(len(number) - 1)
        number = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return f"{number[:-3]} {number[-3:]}" if chance.random() < 0.1 else number


def _damaged(text: str, quality: float, chance: random.Random) -> str:
    """Strokes that are misread, letters lost singly and in bursts, blanks lost, stains."""
    if chance.random() < 0.004 * quality:
        return ""
    out, at = "", 0
    while at < len(text):
        pair = next(
            (p for p in chance.sample(STROKES, len(STROKES)) if text[at:].lower().startswith(p[0])),
            None,
        )
        roll = chance.random()
        if pair and roll < 0.06 * quality:
            out, at = out + pair[1], at + len(pair[0])
        elif roll > 1 - 0.004 * quality:
            at += chance.randint(1, 3)  # a burst
        elif roll > 1 - 0.012 * quality:
            at += 1
        elif roll > 1 - 0.018 * quality:
            out, at = out + chance.choice("aeiou.,-'17"), at + 1
        else:
            out, at = out + text[at], at + 1
    return out.strip()
