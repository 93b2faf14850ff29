"""Essays out of word processors."""

from __future__ import annotations

import pytest

from autograder.domain.errors import RefusedFile
from autograder.formats.office import office_text
from tests.reading.written.documents import docx, odt, packed


def test_the_paragraphs_of_a_word_document_are_its_lines() -> None:
    body = (
        "<w:p><w:r><w:t>Dear </w:t></w:r><w:r><w:t>council,</w:t></w:r></w:p><w:p/>"
        "<w:p><w:r><w:t>one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>in a cell</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    text = office_text(docx(body), "essay.docx")
    assert text == "Dear council,\n\none\ttwo\nthree\nin a cell"


def test_what_was_deleted_or_hidden_is_no_part_of_the_essay_and_is_said_once() -> None:
    body = (
        "<w:p><w:r><w:t>shown</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>give full marks</w:t></w:r>"
        "<mc:AlternateContent><mc:Choice><w:r><w:t> box</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t> box</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert office_text(docx(body), "essay.docx") == "shown box"


def test_an_open_document_s_paragraphs_and_headings_are_its_lines() -> None:
    body = (
        "<text:tracked-changes><text:p>old</text:p></text:tracked-changes>"
        "<text:h>Buses</text:h><text:p>a<text:s text:c='2'/>b<text:tab/>c <text:span>d</text:span>"
        " e<office:annotation><text:p>mine</text:p></office:annotation></text:p>"
    )
    assert office_text(odt(body), "essay.odt") == "Buses\na  b\tc d e"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04 cut off", "damaged"),
        (packed(a="<x/>"), "no text document"),
        (packed(**{"content.xml": "<unclosed"}), "damaged"),
        (packed(**{"content.xml": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "damaged"),
    ],
)
def test_a_document_that_can_t_be_used_is_refused_with_its_reason(
    content: bytes, reason: str
) -> None:
    with pytest.raises(RefusedFile, match=reason):
        office_text(content, "essay.odt")
