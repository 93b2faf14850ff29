"""One student's files, kept together."""

from __future__ import annotations

from autograder.domain.errors import RefusedFile
from autograder.reading.written.submission import TypedFile, submission, unpacked
from autograder.settings import IntakeSettings

LIMITS = IntakeSettings(max_text_bytes=100, max_texts=3)


def files(*names: str) -> list[TypedFile]:
    return [TypedFile(name, f"in {name}".encode()) for name in names]


def test_a_packed_submission_is_unpacked_as_it_was_and_always_packs_alike() -> None:
    made = submission("asha", files("lab/asha/b.c", "lab/asha/src/a.c"), [], LIMITS)
    assert [file.name for file in made.files] == ["b.c", "src/a.c"]
    assert unpacked(made.packed()) == made
    again = submission("asha", files("lab/asha/src/a.c", "lab/asha/b.c"), [], LIMITS)
    assert again.packed() == made.packed()
    other = submission("ben", files("lab/asha/b.c", "lab/asha/src/a.c"), [], LIMITS)
    assert other.packed() != made.packed()


def test_what_is_left_out_is_named_with_the_reason() -> None:
    given = [
        *files("asha/1.c", "asha/2.c", "asha/10.c", "asha/11.c", "asha/.git/HEAD", "asha/.git/log"),
        TypedFile("asha/0.txt", b"x" * 101),
    ]
    program = RefusedFile("asha/a.out", "it is a Linux program, not a scan.")
    made = submission("asha", given, [program], LIMITS)
    assert [file.name for file in made.files] == ["1.c", "2.c", "10.c"]
    assert made.problem == (
        "Left out: .git/ (2 files), 0.txt (longer than 0 KB), 11.c (only 3 files are read), "
        "a.out (it is a Linux program, not a scan)."
    )


def test_nothing_is_said_where_all_was_taken() -> None:
    assert submission("asha", files("a.c"), [], LIMITS).problem == ""
