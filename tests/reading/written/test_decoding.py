"""Text is read exactly, in whatever encoding it was saved."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.errors import RefusedFile
from autograder.reading.written.decoding import decode

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufeff\x00"))


@given(TEXTS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@settings(max_examples=60, deadline=None)
def test_text_in_unicode_is_read_to_the_letter(text: str, coding: str) -> None:
    assert decode((text + "\n").encode(coding), "a.txt") == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_become_one_and_tabs_stay(end: str) -> None:
    content = end.join(["def f():", "\treturn 1  ", "", "\tx"]) + end
    assert decode(content.encode(), "f.py") == "def f():\n\treturn 1  \n\n\tx"


def test_a_file_saved_by_an_old_windows_program_keeps_its_letters() -> None:
    text = "Die Größe des Feldes – geprüft für alle “Fälle”"
    assert decode(text.encode("cp1252"), "a.c") == text


def test_a_file_in_another_alphabet_is_told_by_its_letters() -> None:
    text = "Взаимная блокировка возникает, когда процессы ждут друг друга. " * 3
    assert decode(text.encode("cp1251"), "essay.txt") == text


def test_bytes_that_are_no_text_are_refused_with_what_to_do() -> None:
    with pytest.raises(RefusedFile, match="save it as UTF-8"):
        decode(b"\xff\xfe" + b"\x00\xd8", "essay.txt")
