from __future__ import annotations

import pytest

from autograder.domain.script import Script, Student
from autograder.reading.names_in_text import COVER, NamesInText

ASHA = Student("1", "1OS21CS011", "Asha Rao", "asha.rao@uni.edu")
BEN = Student("2", "1OS21CS012", "Ben Okoro")
WILL = Student("3", "17", "Will Long")
ROSTER = (ASHA, BEN, WILL)


def names(student: Student | None = ASHA, title: str = "Submission") -> NamesInText:
    return NamesInText.of(Script("s", "e", title, student), ROSTER)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("# Author: Asha Rao", "Asha Rao"),
        ("// rao, asha -- 1os21cs011", "rao, asha"),
        ("class AshaRao {", "AshaRao"),
        ("print('1OS21CS011')", "1OS21CS011"),
        ("@author asha.rao@uni.edu", "asha.rao@uni.edu"),
        ("/* by Asha R. */", "Asha"),
        ("with my partner Ben Okoro", "Ben Okoro"),
        ("Yours sincerely, Asha", "Asha"),
        ("Asha", "Asha"),
        ("I am Asha and I live here, " + "which is a long story " * 5, "Asha"),
    ],
)
def test_names_are_covered_and_every_other_character_stays(line: str, name: str) -> None:
    covered = names().covered(f"x = 1\n{line}\ny = 2")
    assert name not in covered
    at = 6 + line.index(name)
    assert covered[at : at + len(name)] == COVER * len(name)
    assert len(covered) == len(line) + 12 and covered.startswith("x = 1\n")


@pytest.mark.parametrize(
    "line",
    [
        "long total = 17;  // will be printed by main",
        "sort by name; long names will be cut",
        "mybenokoros = another(rao)",
        "He will be long remembered by his people, as the old story of the village says it.",
        "from math import floor",
    ],
)
def test_words_that_are_also_parts_of_a_name_stay(line: str) -> None:
    assert names(WILL).covered(line) == line
    assert names().covered(line) == line


def test_a_script_that_nobody_was_found_for_is_known_by_its_title() -> None:
    assert "Lena" not in names(None, "Lena Fox").covered("Name: Lena Fox")
    assert "PR104" not in names(None, "PR104").covered("# PR104")
    assert names(None).covered("def submission(): pass") == "def submission(): pass"


def test_a_file_named_after_its_author_is_called_alike_everywhere() -> None:
    found = names()
    name = "asha_lab4.py"
    assert found.file(name) == f"{COVER * 4}_lab4.py"
    assert found.covered(f"──── {name} ────\nx") == f"──── {found.file(name)} ────\nx"
    assert found.file(f"{name}, page 1 of 2") == f"{found.file(name)}, page 1 of 2"
