"""Which files are typed work, and which are left out."""

from __future__ import annotations

import pytest

from autograder.reading.written.kinds import is_prose, is_written, left_out

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
ZIP = b"PK\x03\x04" + bytes(20)


@pytest.mark.parametrize(
    ("name", "content", "written"),
    [
        ("main.c", b"int main(void) { return 0; }\n", True),
        ("Makefile", b"all:\n\tcc main.c\n", True),
        ("run.sh", b"#!/bin/sh\necho hello\n", True),
        ("essay.docx", ZIP, True),
        ("notes.txt", "für alle".encode("utf-16"), True),
        ("empty.py", b"", True),
        ("a.out", b"\x7fELF\x02\x01\x01" + bytes(9), False),
        ("data.bin", b"text\x00and more", False),
        ("essay.docx", b"not a document", False),
        ("scan.pdf", b"just a note", False),
        ("scan.pdf", b"", False),
        ("diagram.png", PNG, False),
        ("work.zip", ZIP, False),
    ],
)
def test_typed_work_is_told_by_its_bytes_and_never_by_a_scan_s_name(
    name: str, content: bytes, written: bool
) -> None:
    assert is_written(name, content) is written


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("asha/.git/objects/ab/cd", ".git/"),
        ("asha/node_modules/left-pad/index.js", "node_modules/"),
        ("asha/cmake-build-debug/main.o", "cmake-build-debug/"),
        ("asha/Main.class", "Main.class"),
        ("asha/main.py~", "main.py~"),
        ("asha/src/main.py", ""),
        ("asha/building.py", ""),
    ],
)
def test_what_tools_made_is_left_out_by_name(name: str, said: str) -> None:
    assert left_out(name) == said


def test_an_essay_is_told_from_code_by_its_name() -> None:
    assert all(map(is_prose, ("essay.docx", "a/b.TXT", "readme.md", "letter")))
    assert not any(map(is_prose, ("main.py", "Makefile", "data.json")))
