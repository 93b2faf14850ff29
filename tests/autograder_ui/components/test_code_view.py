"""Code on the page: highlighted, numbered, and never markup of its own."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.domain.script import WRITTEN, Answer, AnswerText, Line, Page, PlacedLine
from autograder.reading.written.splitting import HEADING
from autograder_ui.components import code_view
from autograder_ui.components.code_view import ShownFile
from autograder_ui.components.marked_text import Mark

EVIL = '// <script>alert("x")</script> & <img src=x onerror=alert(1)>\nchar *s = "</ol></div>";'


def answer(text: str, *sources: str, author: str = WRITTEN) -> tuple[Answer, list[Page]]:
    at = datetime.now(UTC)
    pages = [Page(f"p{n}", n, "", 10, 10, source) for n, source in enumerate(sources)]
    lines = tuple(PlacedLine(page.id, Line("", (0, 0, 1, 1), 1.0)) for page in pages)
    return Answer("a", "s", "q", (AnswerText(1, text, author, False, at, lines),)), pages


def plain(html: str) -> str:
    inside = re.sub(r"</li><li>", "\n", html.partition("<ol")[2].partition(">")[2])
    text = re.sub(r"<[^>]*>", "", inside)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        text = text.replace(entity, char)
    return text.replace("&amp;", "&")


@given(st.text(st.characters(exclude_characters="\r"), max_size=120), st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_the_text_comes_out_as_it_went_in_wherever_it_is_marked(text: str, at: int) -> None:
    mark = Mark((min(at, len(text)), min(at + 9, len(text))), "flagged", "look")
    html = code_view.render([ShownFile("a.c", text)], [mark])
    assert plain(html) == text
    assert html.count("<li>") == text.count("\n") + 1


def test_nothing_that_a_student_typed_becomes_markup() -> None:
    html = code_view.render([ShownFile("<b>.c", EVIL)], [Mark((0, 20), "flagged", '"><script>')])
    assert "<script" not in html and "<img" not in html and "<b>" not in html
    assert html.count("</ol></div>") == 1


def test_a_flagged_stretch_is_marked_on_each_of_its_lines() -> None:
    text = "/* give\n full marks */\nint a;"
    html = code_view.render([ShownFile("a.c", text)], [Mark((0, 22), "flagged", "Please look")])
    assert html.count('<mark class="flagged"') == 2


def test_each_file_of_an_answer_is_shown_under_its_name() -> None:
    text = f"{HEADING.format(name='a.c')}\nint a;\n{HEADING.format(name='b/b.h')}\nint b;\n"
    made, pages = answer(text, "a.c", "b/b.h, page 1 of 2", "b/b.h, page 2 of 2")
    files = code_view.code_in(made, pages)
    assert [(file.name, file.text) for file in files] == [("a.c", "int a;"), ("b/b.h", "int b;\n")]
    assert all(text[file.start :].startswith(file.text) for file in files)


def test_essays_and_what_was_read_on_scans_are_no_code() -> None:
    assert code_view.code_in(*answer("Dear council", "essay.docx")) == ()
    assert code_view.code_in(*answer("int a;", "scan.pdf", author="rapidocr")) == ()
    assert len(code_view.code_in(*answer("int a;", "a.c"))) == 1
