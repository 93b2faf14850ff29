"""Whose files they are, by their names."""

from __future__ import annotations

import pytest

from autograder.reading.written.owners import owners


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("Asha Rao_12345_assignsubmission_file_main.py", "Asha Rao"),
        ("class.zip/Asha Rao_12345_assignsubmission_file_/src/main.py", "Asha Rao"),
        ("all.zip/Asha Rao_12345_assignsubmission_file_lab.zip/lab/main.py", "Asha Rao"),
        ("Asha Rao_12345_assignsubmission_onlinetext_/onlinetext.html", "Asha Rao"),
        ("raoasha_1234_56789_main.py", "raoasha"),
        ("raoasha_LATE_1234_56789_main.py", "raoasha"),
        ("Lab 1_arao_attempt_2026-11-21-10-00-00_main.py", "arao"),
    ],
)
def test_the_names_of_an_lms_say_whose_a_file_is(name: str, owner: str) -> None:
    assert owners([name]) == [owner]


def test_two_whom_an_lms_calls_alike_are_told_apart_by_its_numbers() -> None:
    names = ["smith_12_900_a.py", "smith_12_901_b.py", "smith_77_902_a.py"]
    assert owners(names) == ["smith 12", "smith 12", "smith 77"]


@pytest.mark.parametrize(
    ("names", "whose"),
    [
        (["lab1/asha/src/main.c", "lab1/asha/Makefile", "lab1/ben/main.c"], "asha asha ben"),
        (["class.zip/submissions/asha/main.c", "class.zip/submissions/ben/main.c"], "asha ben"),
        (["asha.zip/main.c", "asha.zip/util.h", "ben.zip/main.c"], "asha asha ben"),
        (["asha.zip/src/main.c", "asha.zip/include/util.h"], "asha asha"),
        (["class.zip/asha.c", "class.zip/ben.c"], "asha ben"),
        (["asha.py", "ben.py"], "asha ben"),
        (["asha_q1.py", "asha_q2.py", "ben_q1.py"], "asha asha ben"),
        (["18CS001.cpp"], "18CS001"),
        (["submissions/PR101/main.py"], "PR101"),
    ],
)
def test_folders_and_files_say_it_elsewhere(names: list[str], whose: str) -> None:
    assert owners(names) == whose.split()
