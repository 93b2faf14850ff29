from __future__ import annotations

from autograder.domain.grade import Passage
from autograder.domain.script import Line, Page, PlacedLine, Reading, Word
from autograder_ui.components import page_viewer
from autograder_ui.components.page_viewer import Place

BOX = (0.0, 0.0, 5.0, 5.0)
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


def reading(*sure: float, struck: float | None = None) -> Reading:
    words = tuple(Word(f"w{each}", BOX, each, each == struck) for each in sure)
    return Reading("engine", "1", (Line("words", BOX, 0.5, words),))


def test_all_words_are_marked_by_how_sure_the_reading_is() -> None:
    assert page_viewer.words_of(reading(0.5, 0.8, 0.95, 0.2, struck=0.2)) == (
        Place(BOX, "unsure", "w0.5: 50% sure"),
        Place(BOX, "doubtful", "w0.8: 80% sure"),
        Place(BOX, "sure"),
        Place(BOX, "struck", "w0.2: struck out"),
    )
    assert page_viewer.words_of(None) == ()


def test_on_a_page_that_a_person_has_accepted_all_words_are_sure() -> None:
    marked = page_viewer.words_of(reading(0.5, 0.95), checked=True)
    assert [place.kind for place in marked] == ["sure", "sure"]


def test_kinds_of_words_are_told_by_a_legend_and_can_be_hidden() -> None:
    leaves = page_viewer.script_leaves(PAGES)
    assert "likely misread" in page_viewer.view(leaves, "Scan", words=True)
    assert "data-words" in page_viewer.view(leaves, "Scan", words=True)
    assert "likely misread" not in page_viewer.view(leaves, "Scan")


def test_textbook_pages_say_book_and_page_and_carry_the_passage_in_their_address() -> None:
    leaf, *_ = page_viewer.textbook_leaves([Passage("b1", "OS & you", 12, "a b&c", 0.5)])
    assert leaf.address == "/files/textbook/b1/12.png?highlight=a%20b%26c"
    markup = page_viewer.view([leaf], "Textbook")
    assert "OS &amp; you, page 12" in markup and "p. 12" in markup


def test_without_pages_it_says_what_is_missing() -> None:
    assert "Add the textbook" in page_viewer.view([], "Textbook", empty="Add the textbook")
