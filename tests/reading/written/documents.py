"""Small documents as word processors write them."""

from __future__ import annotations

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'


def packed(**parts: str) -> bytes:
    """A ZIP of the parts; ``__`` in a name stands for a slash."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def docx(body: str) -> bytes:
    """A Word document with that body."""
    xml = f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>"
    return packed(**{"[Content_Types].xml": "<Types/>", "word/document.xml": xml})


def odt(body: str) -> bytes:
    """An OpenDocument text with that body."""
    inner = f"<office:body><office:text>{body}</office:text></office:body>"
    xml = f"<office:document-content {OFFICE} {TEXT}>{inner}</office:document-content>"
    return packed(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": xml})
