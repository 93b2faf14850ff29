"""Code in colours: the text itself is never touched."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.reading.written.highlighting import Run, highlighted

NAMES = st.sampled_from(["a.py", "a.c", "A.java", "a.html", "a.js", "a.sql", "a.unknown", "a.txt"])


@given(NAMES, st.text(st.characters(exclude_characters="\r"), max_size=200))
@settings(max_examples=40, deadline=None)
def test_the_runs_of_the_lines_are_the_text(name: str, text: str) -> None:
    rows = highlighted(name, text)
    assert "\n".join("".join(run.text for run in row) for row in rows) == text


def test_words_of_the_language_comments_and_texts_have_their_kinds() -> None:
    (row,) = highlighted("a.py", 'def f(): return "x"  # why')
    kinds = {run.text: run.kind for run in row}
    assert kinds["def"] == "keyword" and kinds["f"] == "function" and kinds["# why"] == "comment"


def test_an_essay_and_an_endless_line_have_none() -> None:
    assert highlighted("essay.txt", "return if") == ((Run("return if"),),)
    (row,) = highlighted("a.py", "x = 1;" * 1_000)
    assert len(row) == 1
