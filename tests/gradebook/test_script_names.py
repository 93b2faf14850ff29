from __future__ import annotations

import re
from itertools import pairwise

from autograder.domain.script import Script, Student
from autograder.gradebook.gradebook import Gradebook
from autograder.gradebook.script_names import names_in_marking, pseudonyms

SCRIPTS = [
    Script(f"id{n}", "exam", f"scan {n}", Student(f"s{n}", str(n), f"{chr(65 + n % 26)} Student"))
    for n in range(120)
]


def test_every_script_has_a_number_of_its_own_that_stays() -> None:
    names = pseudonyms(SCRIPTS)
    assert len(set(names.values())) == len(SCRIPTS)
    assert all(re.fullmatch(r"Script \d{4}", name) for name in names.values())
    assert pseudonyms(SCRIPTS[::-1]) == names


def test_scripts_that_come_later_hardly_change_a_number() -> None:
    before, after = pseudonyms(SCRIPTS[:100]), pseudonyms(SCRIPTS)
    assert sum(before[each] != after[each] for each in before) <= 1


def test_numbers_follow_neither_the_alphabet_nor_the_order_of_the_pile() -> None:
    names = pseudonyms(SCRIPTS)
    drawn = [names[script.id] for script in SCRIPTS]
    risen = sum(one < other for one, other in pairwise(drawn))
    assert 40 < risen < 80


def test_names_are_hidden_until_they_are_switched_on(full: Gradebook) -> None:
    [script] = full.scripts.all("os")
    assert names_in_marking(full, "os")[script.id] == "Ann Lee"
    full.names.show("os", False, "Maria")
    assert names_in_marking(full, "os")[script.id].startswith("Script ")
