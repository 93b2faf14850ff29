from __future__ import annotations

from autograder.domain.grade import Passage
from autograder.domain.script import Line, Page, PlacedLine, Reading, Word
from autograder_ui.components import page_viewer
from autograder_ui.components.page_viewer import Place

PAGES = (
    Page("p1", 1, "sha", 1000, 1400, "a.png"),
    Page("p2", 2, "sha", 1000, 1400, '"><script>alert(1)</script>.png'),
)


def placed(page: str, top: float) -> PlacedLine:
    return PlacedLine(page, Line("words", (100, top, 900, top + 40), 0.9))


def test_an_answers_lines_are_highlighted_and_shown_together() -> None:
    first, second = page_viewer.script_leaves(PAGES, [placed("p1", 200), placed("p1", 300)])
    assert first.focus == (100, 200, 900, 340)
    assert [place.kind for place in first.places] == ["answer", "answer"]
    assert second.focus is None


def test_each_page_has_a_picture_with_words_for_it_and_no_name_becomes_markup() -> None:
    markup = page_viewer.view(page_viewer.script_leaves(PAGES), "<b>Title</b>", first=1)
    assert 'src="/files/page/p1.png" alt="Page 1, from a.png"' in markup
    assert "<script>" not in markup and "<b>" not in markup
    assert markup.count("<figure") == 2 and markup.count(" hidden>") == 1


def test_words_are_marked_by_how_sure_the_reading_is() -> None:
    words = tuple(
        Word(text, (0, 0, 5, 5), sure) for text, sure in (("a", 0.5), ("b", 0.8), ("c", 0.95))
    )
    reading = Reading("engine", "1", (Line("a b c", (0, 0, 5, 5), 0.5, words),))
    assert page_viewer.words_of(reading) == (
        Place((0, 0, 5, 5), "unsure", "a: 50% sure"),
        Place((0, 0, 5, 5), "doubtful", "b: 80% sure"),
    )
    assert page_viewer.words_of(None) == ()


def test_textbook_pages_say_book_and_page_and_carry_the_passage_in_their_address() -> None:
    leaf, *_ = page_viewer.textbook_leaves([Passage("b1", "OS & you", 12, "a b&c", 0.5)])
    assert leaf.address == "/files/textbook/b1/12.png?highlight=a%20b%26c"
    markup = page_viewer.view([leaf], "Textbook")
    assert "OS &amp; you, page 12" in markup and "p. 12" in markup


def test_without_pages_it_says_what_is_missing() -> None:
    assert "Add the textbook" in page_viewer.view([], "Textbook", empty="Add the textbook")
