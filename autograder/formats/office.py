"""The text of an essay in .docx (ECMA-376 part 1, 17.3) or .odt (OpenDocument 1.3, chapters 5, 6).

What the author deleted, hid or noted in the margin is no part of it. Formatting is not kept.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from autograder.domain.errors import RefusedFile
from autograder.formats.zip_file import BROKEN

OFFICE = (".docx", ".odt")
MOST_BYTES = 30_000_000
"""Of the document's XML, unpacked: a thousand pages."""
DEEPEST = 200
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_T = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_O = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DAMAGED = "it is damaged: open it, save it again as .docx, .odt or .txt, and hand that in."
_SKIPPED = {
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
    f"{_MC}Fallback",  # says again what stands in the choice before it
    f"{_O}annotation",
    f"{_T}tracked-changes",
    f"{_T}note-citation",
}
_PARAGRAPHS = {f"{_W}p", f"{_T}p", f"{_T}h"}
_BREAKS = {f"{_W}br", f"{_W}cr", f"{_T}line-break"}
_TABS = {f"{_W}tab", f"{_T}tab"}


def office_text(content: bytes, name: str) -> str:
    """The document's paragraphs, a line each. RefusedFile: damaged, locked, or no such document."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = set(archive.namelist())
            part = next((p for p in ("word/document.xml", "content.xml") if p in parts), None)
            if part is None:
                raise RefusedFile(name, "it is no text document: save it as .docx or .odt.")
            if archive.getinfo(part).file_size > MOST_BYTES:
                raise RefusedFile(name, "it is far longer than an essay: split it.")
            with archive.open(part) as stream:
                root = fromstring(stream.read(MOST_BYTES), forbid_dtd=True)
    except (*BROKEN, ParseError, DefusedXmlException):
        raise RefusedFile(name, _DAMAGED) from None
    return "".join(_text(root, 0)).strip("\n")


def _text(element: Element, depth: int) -> Iterator[str]:
    if element.tag in _SKIPPED or depth > DEEPEST or _is_hidden(element):
        return
    if element.tag in _BREAKS:
        yield "\n"
    elif element.tag in _TABS and not len(element):
        yield "\t"
    elif element.tag == f"{_T}s":
        yield " " * min(100, int(element.get(f"{_T}c", "1") or 1))
    elif element.tag in (f"{_W}t", f"{_M}t"):
        yield element.text or ""
    else:
        yield from _inside(element, depth)
    if element.tag in _PARAGRAPHS:
        yield "\n"


def _inside(element: Element, depth: int) -> Iterator[str]:
    """OpenDocument has its text between the tags, the other format in tags of its own."""
    mixed = element.tag.startswith(_T)
    if mixed:
        yield element.text or ""
    for child in element:
        yield from _text(child, depth + 1)
        if mixed:
            yield child.tail or ""


def _is_hidden(element: Element) -> bool:
    return element.tag == f"{_W}r" and element.find(f"{_W}rPr/{_W}vanish") is not None
