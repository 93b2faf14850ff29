from __future__ import annotations

from google.cloud import vision

from autograder.reading.google_vision_text import lines_of
from tests.reading.vision_server import Break, box

Spec = tuple[str, float, int, bool]


def word(left: int, *symbols: Spec, top: int = 0) -> vision.Word:
    made = vision.Word(bounding_box=box(left, top, left + 10 * len(symbols), top + 30))
    for text, confidence, kind, before in symbols:
        found = {"type_": kind, "is_prefix": before}
        made.symbols.append(
            vision.Symbol(text=text, confidence=confidence, property={"detected_break": found})
        )
    return made


def letters(text: str, end: int = Break.UNKNOWN, confidence: float = 0.9) -> list[Spec]:
    specs: list[Spec] = [(sign, confidence, Break.UNKNOWN, False) for sign in text]
    return [*specs[:-1], (text[-1], confidence, end, False)]


def annotation(*words: vision.Word, width: int = 1000, height: int = 1000) -> vision.TextAnnotation:
    block = vision.Block(paragraphs=[vision.Paragraph(words=words)])
    page = vision.Page(width=width, height=height, blocks=[block])
    return vision.TextAnnotation(pages=[page])


def test_breaks_say_where_words_and_lines_end() -> None:
    for kind in (Break.SPACE, Break.SURE_SPACE):
        page = annotation(word(0, *letters("ab", kind)), word(30, *letters("c")))
        assert [line.text for line in lines_of(page, 1000, 1000)] == ["ab c"]
    for kind in (Break.EOL_SURE_SPACE, Break.LINE_BREAK):
        page = annotation(word(0, *letters("ab", kind)), word(0, *letters("c"), top=50))
        assert [line.text for line in lines_of(page, 1000, 1000)] == ["ab", "c"]


def test_a_hyphen_at_the_end_of_a_line_is_written_out() -> None:
    page = annotation(word(0, *letters("dead", Break.HYPHEN)), word(0, *letters("lock"), top=50))
    assert [line.text for line in lines_of(page, 1000, 1000)] == ["dead-", "lock"]


def test_a_break_before_its_symbol_counts_there() -> None:
    specs: list[Spec] = [*letters("ab"), ("c", 0.9, Break.SPACE, True)]
    (line,) = lines_of(annotation(word(0, *specs)), 1000, 1000)
    assert line.text == "ab c"


def test_what_no_break_parts_is_one_word_as_sure_as_its_least_sure_sign() -> None:
    page = annotation(
        word(0, *letters("end", confidence=0.95)),
        word(30, *letters(".", Break.SPACE, confidence=0.4)),
        word(60, *letters("Next", confidence=0.8)),
    )
    (line,) = lines_of(page, 1000, 1000)
    assert [each.text for each in line.words] == ["end.", "Next"]
    assert [round(each.confidence, 4) for each in line.words] == [0.4, 0.8]
    assert line.words[0].box == (0, 0, 40, 30)
    assert line.text == " ".join(each.text for each in line.words)


def test_a_word_whose_signs_carry_no_confidence_has_that_of_the_word() -> None:
    made = word(0, *letters("ab", confidence=0))
    made.confidence = 0.7
    (line,) = lines_of(annotation(made), 1000, 1000)
    assert round(line.words[0].confidence, 4) == 0.7


def test_shares_of_the_page_become_pixels() -> None:
    made = word(0, *letters("ab"))
    corners = ((0.1, 0.2), (0.3, 0.2), (0.3, 0.4), (0.1, 0.4))
    made.bounding_box = vision.BoundingPoly(
        normalized_vertices=[{"x": x, "y": y} for x, y in corners]
    )
    (line,) = lines_of(annotation(made), 500, 1000)
    assert [round(side) for side in line.box] == [50, 200, 150, 400]


def test_boxes_stay_inside_the_page() -> None:
    made = word(0, *letters("ab"))
    made.bounding_box = box(-20, -5, 1200, 30)
    (line,) = lines_of(annotation(made), 1000, 1000)
    assert line.box == (0, 0, 1000, 30)


def test_a_label_in_the_margin_is_read_with_the_line_beside_it() -> None:
    text = vision.Block(paragraphs=[vision.Paragraph(words=[word(100, *letters("answer"))])])
    label = vision.Block(paragraphs=[vision.Paragraph(words=[word(0, *letters("Q1"))])])
    page = vision.Page(width=1000, height=1000, blocks=[text, label])
    lines = lines_of(vision.TextAnnotation(pages=[page]), 1000, 1000)
    assert [line.text for line in lines] == ["Q1 answer"]


def test_nothing_read_gives_nothing() -> None:
    assert lines_of(vision.TextAnnotation(), 100, 100) == []
    assert lines_of(annotation(), 100, 100) == []
