"""A text file's bytes as text, exactly: only its line ends become one kind."""

from __future__ import annotations

import codecs

from charset_normalizer import from_bytes

from autograder.domain.errors import RefusedFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WESTERN = 0.3
"""With so few letters beyond ASCII a file that isn't UTF-8 is Western European, as Windows saves
it; with more its letters tell the encoding."""


def decode(content: bytes, name: str) -> str:
    """The text with ``\\n`` at its line ends, without the last one; tabs and blanks as they are.

    RefusedFile: it is in no encoding that can be told.
    """
    text = _decoded(content, name).replace("\r\n", "\n").replace("\r", "\n")
    return text[:-1] if text.endswith("\n") else text


def _decoded(content: bytes, name: str) -> str:
    marked = next((coding for mark, coding in _MARKS if content.startswith(mark)), None)
    for coding in (marked or "utf-8", *(["cp1252"] if _is_western(content) and not marked else [])):
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    best = None if marked else from_bytes(content).best()
    if best is None:
        raise RefusedFile(name, "its letters can't be told: save it as UTF-8 and hand it in again.")
    return str(best)


def _is_western(content: bytes) -> bool:
    return sum(byte > 127 for byte in content) <= WESTERN * len(content)
